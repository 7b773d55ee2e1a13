package io.tacit.protocol.seco;

import java.time.Duration;

/**
 * How far a server goes for others.
 *
 * @param idle longest wait for the gateway's next command
 * @param queriesPerPreparation most queries prepared at a time
 */
public record ServerLimits(Duration idle, int queriesPerPreparation) {

    /** Suits a server with some users at a time. */
    public static ServerLimits usual() {
        return new ServerLimits(Duration.ofHours(1), 1 << 10);
    }
}
