package io.tacit.protocol.linear;

import io.tacit.crypto.lattice.LatticeParameters;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The ring that all layers of a network share, and the plan of each layer and number of queries, made when it is first
 * asked for. Thread-safe.
 *
 * @param <P> what is planned
 */
final class LayerPlans<P> {
    private final LatticeParameters ring;
    private final RingSearch.Proof proof;
    private final Making<P> making;
    private final Map<Batch, P> plans = new ConcurrentHashMap<>();

    private record Batch(LinearShape shape, int queries) {}

    /** What differs from one encryption to another. */
    interface Making<P> {
        /** What packing costs. @param weights most that the ring carries in one result */
        PackingCost cost(LatticeParameters parameters, long weights);

        /** The plan. @param parameters of the layer's plaintext */
        P plan(LinearShape shape, LatticeParameters parameters, PackingPlan packing);
    }

    /** @throws io.tacit.crypto.channel.LimitExceeded if no parameters carry one of the layers; names its shape and the limits */
    LayerPlans(List<LinearShape> layers, RingSearch.Proof proof, Making<P> making) {
        this.ring = RingSearch.smallest(layers, proof);
        this.proof = proof;
        this.making = making;
    }

    /** Parameters of the ring that keys are made for. */
    LatticeParameters ring() {
        return ring;
    }

    /** @throws io.tacit.crypto.channel.LimitExceeded if the ring does not carry the layer */
    P layer(LinearShape shape, int queries) {
        return plans.computeIfAbsent(new Batch(shape, queries), this::plan);
    }

    private P plan(Batch batch) {
        LinearShape shape = batch.shape();
        long most = RingSearch.mostWeights(ring, shape, proof);
        LatticeParameters parameters = ring.withPlaintextBits(shape.ringBits());
        PackingPlanner planner = new PackingPlanner(ring.degree(), making.cost(parameters, most), most);
        return making.plan(shape, parameters, planner.plan(shape.geometry(), batch.queries()));
    }
}
