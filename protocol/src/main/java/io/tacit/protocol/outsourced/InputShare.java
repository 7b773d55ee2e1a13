package io.tacit.protocol.outsourced;

import io.tacit.crypto.random.Prg;
import io.tacit.crypto.random.Seed;
import io.tacit.crypto.share.Ring;
import io.tacit.crypto.share.RingVector;
import io.tacit.protocol.plan.SharingPlan;
import java.util.Arrays;
import java.util.Optional;

/**
 * What a client's one message to a server says. To the garbler: query id and the seed of X_0; to the evaluator: query id and
 * X_1 = X - X_0, packed.
 *
 * @param id the client's name for the query
 * @param share X_0 or X_1: alone uniformly random, together the input
 */
public record InputShare(QueryId id, RingVector share) {

    /** Bytes of the message to the garbler. */
    public static int garblerBytes() {
        return QueryId.BYTES + Seed.BYTES;
    }

    /** Bytes of the message to the evaluator. */
    public static int evaluatorBytes(SharingPlan plan) {
        return Math.toIntExact(QueryId.BYTES
                + plan.ring(0).packedBytes(plan.network().input().shape().size()));
    }

    /** X_0: drawn from the client's seed. */
    static RingVector draw(SharingPlan plan, Seed seed) {
        Ring ring = plan.ring(0);
        RingVector drawn = ring.zeros(plan.network().input().shape().size());
        try (Prg prg = seed.generator("outsourced", "input")) {
            drawn.randomize(prg, 0, drawn.length());
        }
        return drawn;
    }

    /** Reads the {@link #garblerBytes} of a message to the garbler. */
    public static InputShare ofGarbler(SharingPlan plan, byte[] message) {
        byte[] revealed = Arrays.copyOfRange(message, QueryId.BYTES, QueryId.BYTES + Seed.BYTES);
        try (Seed seed = Seed.of(revealed)) {
            return new InputShare(QueryId.of(message, 0), draw(plan, seed));
        } finally {
            Arrays.fill(revealed, (byte) 0);
        }
    }

    /** Reads the {@link #evaluatorBytes} of a message to the evaluator; empty if unused bits are not zero. */
    public static Optional<InputShare> ofEvaluator(SharingPlan plan, byte[] message) {
        RingVector share = plan.ring(0).zeros(plan.network().input().shape().size());
        return share.load(message, QueryId.BYTES, 0, share.length())
                ? Optional.of(new InputShare(QueryId.of(message, 0), share))
                : Optional.empty();
    }
}
