package io.tacit.protocol.privdnn;

/** How results of core filters come to the user. */
public enum Mode {
    /** Masked, and shared from there on: the user learns the answer alone. */
    HARDENED,
    /** Decrypted by the owner, as in the paper: the user can compute the secret filters from what it gets. */
    PUBLISHED
}
