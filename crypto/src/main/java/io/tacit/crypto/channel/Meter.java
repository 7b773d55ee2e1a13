package io.tacit.crypto.channel;

import java.util.EnumMap;
import java.util.Map;

/** Counts the traffic of one channel. A carrier calls it once per message; thread-safe. */
public final class Meter {
    private final Map<Phase, Traffic.Count> counts = new EnumMap<>(Phase.class);
    private Phase phase = Phase.DEPLOY;
    private boolean sentSinceReceive;

    public synchronized void enter(Phase next) {
        phase = next;
    }

    public synchronized void sent(int bytes) {
        counts.merge(phase, new Traffic.Count(bytes, 0, 1, 0, 0), Traffic.Count::plus);
        sentSinceReceive = true;
    }

    public synchronized void received(int bytes) {
        counts.merge(phase, new Traffic.Count(0, bytes, 0, 1, sentSinceReceive ? 1 : 0), Traffic.Count::plus);
        sentSinceReceive = false;
    }

    public synchronized Traffic traffic() {
        return new Traffic(counts);
    }
}
