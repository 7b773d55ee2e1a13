package io.tacit.protocol.linear;

import io.tacit.crypto.channel.LimitExceeded;
import io.tacit.crypto.lattice.LatticeParameters;
import io.tacit.crypto.lattice.SecurityLevel;
import io.tacit.crypto.lattice.multiparty.CollectiveChoice;
import io.tacit.crypto.lattice.multiparty.CollectiveCiphertext;
import io.tacit.crypto.lattice.multiparty.PartialProduct;
import io.tacit.crypto.lattice.multiparty.SummedMask;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The encryption for all products of a network whose weights are shared over n parties, and the plan of each: what {@link
 * TripletPlan} is for two. Depends on shapes alone, so that all parties make the same. Thread-safe.
 *
 * <p>Statistical security: sigma' = 40 + ceil(log2 v) bits for every value that a party smudges, where it smudges v for
 * one query. The sum over a query is then within 2^-40.
 */
public final class CollectivePlan {
    /** Bytes of encrypted inputs in memory. */
    private static final long WINDOW_BYTES = 96L << 20;
    /** Bytes of summed products that wait for their shares. */
    private static final long WAITING_BYTES = 32L << 20;

    // Nanoseconds for each coefficient and prime at each party; results and inputs have two polynomials.
    private static final double INPUT_NANOS = 50;
    private static final double WEIGHT_NANOS = 5;
    private static final double PRODUCT_NANOS = 0.5;
    private static final double RESULT_NANOS = 80;
    private static final double WANTED_NANOS = 15;

    private final LatticeParameters ring;
    private final int parties;
    private final int statisticalBits;
    private final RingSearch.Proof proof;
    private final PackingGoal goal;
    private final Map<Batch, CollectiveLayerPlan> plans = new ConcurrentHashMap<>();

    private record Batch(LinearShape shape, int queries) {}

    /**
     * @param layers every product of a query
     * @param parties n, 2 or more
     * @param level how large a modulus may be
     * @throws LimitExceeded if no parameters carry one of the layers; names its shape and the limits
     */
    public CollectivePlan(List<LinearShape> layers, int parties, SecurityLevel level, PackingGoal goal) {
        this.parties = parties;
        this.goal = goal;
        statisticalBits = TripletPlan.statisticalBits(layers);
        proof = new RingSearch.Proof() {
            @Override
            public Optional<LatticeParameters> atDegree(int degree, int ringBits, long weights) {
                return CollectiveChoice.atDegree(level, degree, ringBits, parties, weights, statisticalBits)
                        .map(CollectiveChoice::parameters);
            }

            @Override
            public boolean carries(LatticeParameters parameters, long weights) {
                return CollectiveChoice.within(parameters, parties, weights, statisticalBits)
                        .isPresent();
            }
        };
        ring = RingSearch.smallest(layers, proof);
    }

    /** Parameters of the ring that keys are made for. */
    public LatticeParameters ring() {
        return ring;
    }

    /** n. */
    public int parties() {
        return parties;
    }

    /** Sigma'. */
    public int statisticalBits() {
        return statisticalBits;
    }

    /**
     * The plan of a layer for a batch.
     *
     * @throws LimitExceeded if the ring does not carry the layer: it was not among those the plan was made for
     */
    public CollectiveLayerPlan layer(LinearShape shape, int queries) {
        return plans.computeIfAbsent(new Batch(shape, queries), this::plan);
    }

    private CollectiveLayerPlan plan(Batch batch) {
        LinearShape shape = batch.shape();
        long most = RingSearch.mostWeights(ring, shape, proof);
        LatticeParameters parameters = ring.withPlaintextBits(shape.ringBits());
        PackingPlanner planner = new PackingPlanner(ring.degree(), cost(parameters), most);
        PackingPlan packing = planner.plan(shape.geometry(), batch.queries());
        CollectiveChoice choice = CollectiveChoice.within(
                        parameters, parties, packing.weightsPerResult(), statisticalBits)
                .orElseThrow();
        long polynomialBytes = (long) ring.limbs() * ring.degree() * Double.BYTES;
        int groups = (int) Math.max(
                1, Math.min(packing.itemGroups(), WINDOW_BYTES / (2L * packing.planeBlocks() * polynomialBytes)));
        int results = (int) Math.max(1, WAITING_BYTES / (2 * polynomialBytes));
        return new CollectiveLayerPlan(shape, packing, choice, groups, results);
    }

    private PackingCost cost(LatticeParameters parameters) {
        double coefficients = (double) parameters.degree() * parameters.limbs();
        // A value travels in a part to the receiver, and in a share of its switch.
        double wantedBits = 2.0 * parameters.modulus().bitLength();
        double resultBytes = PartialProduct.bytes(parameters, 1) + SummedMask.bytes(parameters);
        return new PackingCost(
                INPUT_NANOS * coefficients,
                WEIGHT_NANOS * coefficients,
                PRODUCT_NANOS * coefficients,
                RESULT_NANOS * coefficients,
                WANTED_NANOS * parameters.limbs(),
                2.0 * CollectiveCiphertext.bytes(parameters),
                resultBytes,
                wantedBits,
                goal.byteNanos());
    }
}
