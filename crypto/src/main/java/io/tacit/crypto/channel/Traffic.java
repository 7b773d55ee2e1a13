package io.tacit.crypto.channel;

import java.util.EnumMap;
import java.util.Map;

/**
 * Application bytes, messages and round trips by phase: what a plan predicts, without the carrier's framing.
 *
 * @param byPhase figures of each phase that had any
 */
public record Traffic(Map<Phase, Count> byPhase) {

    public Traffic {
        byPhase = Map.copyOf(byPhase);
    }

    /**
     * @param bytesSent content bytes sent
     * @param bytesReceived content bytes received
     * @param messagesSent messages sent
     * @param messagesReceived messages received
     * @param roundTrips times a wait for the peer followed something sent
     */
    public record Count(long bytesSent, long bytesReceived, long messagesSent, long messagesReceived, long roundTrips) {
        public static final Count NOTHING = new Count(0, 0, 0, 0, 0);

        public Count plus(Count other) {
            return new Count(
                    bytesSent + other.bytesSent,
                    bytesReceived + other.bytesReceived,
                    messagesSent + other.messagesSent,
                    messagesReceived + other.messagesReceived,
                    roundTrips + other.roundTrips);
        }
    }

    /** Figures of one phase, zero if it had none. */
    public Count in(Phase phase) {
        return byPhase.getOrDefault(phase, Count.NOTHING);
    }

    /** Figures of all phases together. */
    public Count total() {
        return byPhase.values().stream().reduce(Count.NOTHING, Count::plus);
    }

    public Traffic plus(Traffic other) {
        Map<Phase, Count> sum = new EnumMap<>(Phase.class);
        sum.putAll(byPhase);
        other.byPhase.forEach((phase, count) -> sum.merge(phase, count, Count::plus));
        return new Traffic(sum);
    }
}
