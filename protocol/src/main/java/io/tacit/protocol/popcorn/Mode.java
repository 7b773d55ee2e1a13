package io.tacit.protocol.popcorn;

/** How what is not linear is hidden from the client. */
public enum Mode {
    /** Additive masks and garbled circuits: the client learns the answer alone. */
    HARDENED("hardened: additive masks and garbled circuits"),
    /** Multiplicative masks, as in the paper: the client learns most bits of every activation. */
    PUBLISHED("published: multiplicative masks, which leak activations to the client");

    private final String description;

    Mode(String description) {
        this.description = description;
    }

    /** For people. */
    public String description() {
        return description;
    }
}
