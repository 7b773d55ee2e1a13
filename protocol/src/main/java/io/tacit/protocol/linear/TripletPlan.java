package io.tacit.protocol.linear;

import io.tacit.crypto.channel.LimitExceeded;
import io.tacit.crypto.lattice.LatticeParameters;
import io.tacit.crypto.lattice.ParameterChoice;
import io.tacit.crypto.lattice.ReturnFormat;
import io.tacit.crypto.lattice.SecurityLevel;
import io.tacit.crypto.lattice.SeededCiphertext;
import java.util.List;
import java.util.Optional;

/**
 * The encryption for all products of a network, and the plan of each. One ring, so one pair of keys a party, serves all
 * layers; plaintext widths differ. Depends on shapes alone, so that both parties make the same. Thread-safe.
 *
 * <p>Statistical security: sigma' = 40 + ceil(log2 v) bits for every returned value, where v values are returned to a party
 * for one query. The sum over a query is then within 2^-40.
 */
public final class TripletPlan {
    private static final int QUERY_SECURITY_BITS = 40;
    /** Bytes of expanded inputs in memory. */
    private static final long WINDOW_BYTES = 96L << 20;

    // Nanoseconds for each coefficient and prime, measured.
    private static final double INPUT_NANOS = 20;
    private static final double WEIGHT_NANOS = 5;
    private static final double PRODUCT_NANOS = 0.5;
    private static final double RESULT_NANOS = 20;
    private static final double WANTED_NANOS = 15;

    private final int statisticalBits;
    private final PackingGoal goal;
    private final LayerPlans<LayerPlan> plans;

    /**
     * @param layers every product of a query
     * @param level how large a modulus may be
     * @throws LimitExceeded if no parameters carry one of the layers; names its shape and the limits
     */
    public TripletPlan(List<LinearShape> layers, SecurityLevel level, PackingGoal goal) {
        this.goal = goal;
        statisticalBits = statisticalBits(layers);
        plans = new LayerPlans<>(layers, proof(level, statisticalBits), new LayerPlans.Making<>() {
            @Override
            public PackingCost cost(LatticeParameters parameters, long weights) {
                return TripletPlan.this.cost(parameters, weights);
            }

            @Override
            public LayerPlan plan(LinearShape shape, LatticeParameters parameters, PackingPlan packing) {
                return TripletPlan.this.plan(shape, parameters, packing);
            }
        });
    }

    /** Sigma' for a network: 40 and the logarithm of the number of values that are returned for a query, rounded up. */
    public static int statisticalBits(List<LinearShape> layers) {
        long values = 1;
        for (LinearShape layer : layers) {
            values += layer.geometry().outputSize();
        }
        return QUERY_SECURITY_BITS + Long.SIZE - Long.numberOfLeadingZeros(values - 1);
    }

    private static RingSearch.Proof proof(SecurityLevel level, int statisticalBits) {
        return new RingSearch.Proof() {
            @Override
            public Optional<LatticeParameters> atDegree(int degree, int ringBits, long weights) {
                return ParameterChoice.atDegree(level, degree, ringBits, weights, statisticalBits)
                        .map(ParameterChoice::parameters);
            }

            @Override
            public boolean carries(LatticeParameters parameters, long weights) {
                return ParameterChoice.within(parameters, weights, statisticalBits)
                        .isPresent();
            }
        };
    }

    /** The widest ring in which sums of so many products can be prepared. */
    public static int mostRingBits(SecurityLevel level, int taps, int statisticalBits) {
        return RingSearch.mostRingBits(taps, proof(level, statisticalBits));
    }

    /** Parameters of the ring that keys are made for. */
    public LatticeParameters ring() {
        return plans.ring();
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
    public LayerPlan layer(LinearShape shape, int queries) {
        return plans.layer(shape, queries);
    }

    private LayerPlan plan(LinearShape shape, LatticeParameters parameters, PackingPlan packing) {
        ParameterChoice choice = ParameterChoice.within(parameters, packing.weightsPerResult(), statisticalBits)
                .orElseThrow();
        long groupBytes = 2L * packing.planeBlocks() * parameters.limbs() * parameters.degree() * Double.BYTES;
        int groups = (int) Math.max(1, Math.min(packing.itemGroups(), WINDOW_BYTES / groupBytes));
        return new LayerPlan(shape, packing, choice, groups);
    }

    private PackingCost cost(LatticeParameters parameters, long weights) {
        double coefficients = (double) parameters.degree() * parameters.limbs();
        ReturnFormat format = ParameterChoice.within(parameters, weights, statisticalBits)
                .orElseThrow()
                .returning(parameters.degree() / 2);
        return new PackingCost(
                INPUT_NANOS * coefficients,
                WEIGHT_NANOS * coefficients,
                PRODUCT_NANOS * coefficients,
                RESULT_NANOS * coefficients,
                WANTED_NANOS * parameters.limbs(),
                SeededCiphertext.bytes(parameters),
                (double) parameters.degree() * format.maskBits() / Byte.SIZE,
                format.valueBits(),
                goal.byteNanos());
    }
}
