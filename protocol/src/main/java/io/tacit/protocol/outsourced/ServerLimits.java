package io.tacit.protocol.outsourced;

import java.time.Duration;

/**
 * What a server allows.
 *
 * @param idle longest wait for the other server's next command
 * @param queryWait longest wait for the second half of a query, and for its answer
 * @param justInTimeWait the same, of a query for which nothing is prepared: others wait behind it
 * @param waitingQueries most queries of which only the client's half is there
 * @param queriesPerPreparation most queries prepared by one command
 */
public record ServerLimits(
        Duration idle, Duration queryWait, Duration justInTimeWait, int waitingQueries, int queriesPerPreparation) {

    /** Suits a server with some clients at a time. */
    public static ServerLimits usual() {
        return new ServerLimits(Duration.ofHours(1), Duration.ofSeconds(60), Duration.ofSeconds(10), 256, 1 << 10);
    }
}
