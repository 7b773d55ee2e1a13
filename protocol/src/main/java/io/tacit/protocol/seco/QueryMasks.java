package io.tacit.protocol.seco;

import io.tacit.crypto.random.Prg;
import io.tacit.crypto.random.Seed;
import io.tacit.crypto.share.RingVector;
import io.tacit.kernel.Workers;
import io.tacit.protocol.nonlinear.Block;
import io.tacit.protocol.plan.SharingPlan;
import io.tacit.protocol.plan.SharingPlan.Opening;
import io.tacit.protocol.shares.Tensors;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * One server's masks of one query: of the results of blocks those r_k that the circuits drew, and r^k of every opened
 * tensor: drawn from the query's seed, or, where the tensor consists of results of blocks, the same public linear map of
 * their masks.
 */
final class QueryMasks {
    private final SharingPlan plan;
    private final Seed seed;
    private final Workers workers;
    private final Map<Integer, RingVector> ofTarget = new HashMap<>();

    /** @param results the circuits' masks, block after block, without the answer's */
    QueryMasks(SharingPlan plan, Seed seed, List<RingVector> results, Workers workers) {
        this.plan = plan;
        this.seed = seed;
        this.workers = workers;
        for (int i = 0; i < results.size(); i++) {
            ofTarget.put(plan.blocks().get(i).target(), results.get(i));
        }
    }

    /** r_k of what a block makes. */
    RingVector ofResult(Block block) {
        RingVector mask = ofTarget.get(block.target());
        if (mask == null) {
            throw new IllegalStateException(block.name() + " has no mask");
        }
        return mask;
    }

    /** r^k of an opened tensor. */
    RingVector of(Opening opening) {
        if (opening.fresh()) {
            RingVector drawn = opening.ring()
                    .zeros(plan.network().steps().get(opening.tensor()).shape().size());
            try (Prg prg = seed.generator("seco", "mask", Integer.toString(opening.index()))) {
                drawn.randomize(prg, 0, drawn.length());
            }
            return drawn;
        }
        Tensors tensors = new Tensors(plan, workers);
        derive(opening.tensor(), tensors);
        return tensors.get(opening.tensor()).reduced(opening.ring());
    }

    private void derive(int step, Tensors tensors) {
        if (tensors.has(step)) {
            return;
        }
        RingVector mask = ofTarget.get(step);
        if (mask != null) {
            tensors.put(step, mask);
            return;
        }
        plan.network().steps().get(step).sources().forEach(source -> derive(source, tensors));
        tensors.map(step);
    }
}
