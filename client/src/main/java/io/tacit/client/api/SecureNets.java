package io.tacit.client.api;

import java.util.List;

/** What user and clouds of {@code securenets} agree on beside the deployment file. */
public final class SecureNets {
    /** Lanes of a session, all served alike; two, so that user and clouds compute at the same time. */
    public static final List<String> LANES = List.of("lane-1", "lane-2");

    private SecureNets() {}
}
