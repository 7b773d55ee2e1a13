package io.tacit.protocol.privdnn;

/** What the user gets of the core filters' outputs. */
public enum Mode {
    /** As in the paper: the outputs themselves. */
    PUBLISHED("published: the user gets the core filters' outputs, from which it can compute the filters"),
    /** Nothing but the answer: outputs stay shared, non-linear steps are garbled circuits. */
    HARDENED("hardened: additive masks and garbled circuits");

    private final String description;

    Mode(String description) {
        this.description = description;
    }

    /** For people. */
    public String description() {
        return description;
    }
}
