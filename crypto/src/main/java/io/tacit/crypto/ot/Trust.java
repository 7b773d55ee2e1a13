package io.tacit.crypto.ot;

/** What the sender of correlated transfers assumes of the receiver. Both sides name the same. */
public enum Trust {
    /** That it follows the protocol: nothing is checked. */
    SEMI_HONEST,
    /** Nothing: a receiver that deviates is found out before its blocks are used, see {@link CorrelatedSender}. */
    CHECKED
}
