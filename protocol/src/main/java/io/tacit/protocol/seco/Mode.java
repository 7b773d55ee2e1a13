package io.tacit.protocol.seco;

import java.util.Locale;

/** Against whom the servers are secure. */
public enum Mode {
    /** Every server garbles, and shares of key switches are smudged: any n - 1 servers may collude. */
    HARDENED("hardened: circuits garbled by all servers, smudged key switches"),
    /** As in the paper. */
    PUBLISHED(
            "published: circuits garbled by one server and evaluated by another, key switches without smudging: these two"
                    + " servers together decode every value of the servers' part");

    private final String description;

    Mode(String description) {
        this.description = description;
    }

    /** Name in files and on the command line. */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** For people. */
    public String description() {
        return description;
    }
}
