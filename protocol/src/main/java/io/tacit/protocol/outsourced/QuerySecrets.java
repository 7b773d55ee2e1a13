package io.tacit.protocol.outsourced;

import io.tacit.crypto.random.Prg;
import io.tacit.crypto.random.Seed;
import io.tacit.crypto.share.Ring;
import io.tacit.crypto.share.RingVector;
import io.tacit.protocol.nonlinear.Block;
import io.tacit.protocol.plan.SharingPlan;
import io.tacit.protocol.plan.SharingPlan.Opening;

/**
 * What one server draws for one query, from one seed: the same again whenever it is needed. The seed serves one query and
 * is never sent.
 */
final class QuerySecrets implements AutoCloseable {
    private final SharingPlan plan;
    private final Seed seed;

    QuerySecrets(SharingPlan plan, Seed seed) {
        this.plan = plan;
        this.seed = seed;
    }

    /** For garbling and for the words of circuits. */
    Seed seed() {
        return seed;
    }

    /** This server's own mask B_i of an opened tensor, uniform. */
    RingVector mask(Opening opening) {
        return draw("mask", opening.index(), opening.ring(), size(opening.tensor()));
    }

    /** The garbler's share r of what a block makes, uniform. */
    RingVector reshare(Block block) {
        return draw("reshare", block.target(), new Ring(block.outputBits()), size(block.target()));
    }

    private int size(int step) {
        return plan.network().steps().get(step).shape().size();
    }

    private RingVector draw(String purpose, int index, Ring ring, int length) {
        RingVector drawn = ring.zeros(length);
        try (Prg prg = seed.generator("outsourced", purpose, Integer.toString(index))) {
            drawn.randomize(prg, 0, length);
        }
        return drawn;
    }

    @Override
    public void close() {
        seed.close();
    }
}
