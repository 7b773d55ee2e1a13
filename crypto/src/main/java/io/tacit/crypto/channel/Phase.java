package io.tacit.crypto.channel;

/** The part of a protocol that traffic belongs to. */
public enum Phase {
    /** Once per model: shares, keys, public parameters. */
    DEPLOY,
    /** Offline, per query, before the query is known. */
    PREPARE,
    /** Online, with the query. */
    PREDICT
}
