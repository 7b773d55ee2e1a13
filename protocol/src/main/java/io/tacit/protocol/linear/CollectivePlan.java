package io.tacit.protocol.linear;

import io.tacit.crypto.channel.LimitExceeded;
import io.tacit.crypto.lattice.LatticeParameters;
import io.tacit.crypto.lattice.SecurityLevel;
import io.tacit.crypto.lattice.multiparty.CollectiveChoice;
import io.tacit.crypto.lattice.multiparty.CollectiveCiphertext;
import io.tacit.crypto.lattice.multiparty.PartialProduct;
import io.tacit.crypto.lattice.multiparty.Smudging;
import io.tacit.crypto.lattice.multiparty.SummedMask;
import java.util.List;
import java.util.Optional;

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

    private final int parties;
    private final Smudging smudging;
    private final PackingGoal goal;
    private final LayerPlans<CollectiveLayerPlan> plans;

    /**
     * @param layers every product of a query
     * @param parties n, 2 or more
     * @param level how large a modulus may be
     * @throws LimitExceeded if no parameters carry one of the layers; names its shape and the limits
     */
    public CollectivePlan(List<LinearShape> layers, int parties, SecurityLevel level, PackingGoal goal) {
        this(layers, parties, level, goal, Smudging.ofBits(TripletPlan.statisticalBits(layers)));
    }

    /** The same without smudging, see {@link Smudging#NONE}: insecure, for a published mode. */
    public static CollectivePlan unsmudged(
            List<LinearShape> layers, int parties, SecurityLevel level, PackingGoal goal) {
        return new CollectivePlan(layers, parties, level, goal, Smudging.NONE);
    }

    private CollectivePlan(
            List<LinearShape> layers, int parties, SecurityLevel level, PackingGoal goal, Smudging smudging) {
        this.parties = parties;
        this.goal = goal;
        this.smudging = smudging;
        RingSearch.Proof proof = new RingSearch.Proof() {
            @Override
            public Optional<LatticeParameters> atDegree(int degree, int ringBits, long weights) {
                return CollectiveChoice.atDegree(level, degree, ringBits, parties, weights, smudging)
                        .map(CollectiveChoice::parameters);
            }

            @Override
            public boolean carries(LatticeParameters parameters, long weights) {
                return CollectiveChoice.within(parameters, parties, weights, smudging)
                        .isPresent();
            }
        };
        plans = new LayerPlans<>(layers, proof, new LayerPlans.Making<>() {
            @Override
            public PackingCost cost(LatticeParameters parameters, long weights) {
                return CollectivePlan.this.cost(parameters);
            }

            @Override
            public CollectiveLayerPlan plan(LinearShape shape, LatticeParameters parameters, PackingPlan packing) {
                return CollectivePlan.this.plan(shape, parameters, packing);
            }
        });
    }

    /** Parameters of the ring that keys are made for. */
    public LatticeParameters ring() {
        return plans.ring();
    }

    /** n. */
    public int parties() {
        return parties;
    }

    /** How shares of key switches hide the noise. */
    public Smudging smudging() {
        return smudging;
    }

    /**
     * The plan of a layer for a batch.
     *
     * @throws LimitExceeded if the ring does not carry the layer: it was not among those the plan was made for
     */
    public CollectiveLayerPlan layer(LinearShape shape, int queries) {
        return plans.layer(shape, queries);
    }

    private CollectiveLayerPlan plan(LinearShape shape, LatticeParameters parameters, PackingPlan packing) {
        CollectiveChoice choice = CollectiveChoice.within(parameters, parties, packing.weightsPerResult(), smudging)
                .orElseThrow();
        long polynomialBytes = (long) parameters.limbs() * parameters.degree() * Double.BYTES;
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
