package io.tacit.protocol.popcorn;

import io.tacit.crypto.channel.LimitExceeded;
import io.tacit.crypto.paillier.KeyLength;
import io.tacit.crypto.paillier.WeightedRows;
import io.tacit.crypto.paillier.WeightedSums;
import io.tacit.crypto.paillier.WeightedSums.Cost;
import io.tacit.crypto.paillier.WeightedSums.Kind;
import io.tacit.crypto.paillier.WeightedSums.Strategy;
import io.tacit.kernel.ConvolutionGeometry;
import io.tacit.kernel.provider.Kernels;
import io.tacit.model.integer.IntegerNetwork;
import io.tacit.model.integer.Step;
import io.tacit.model.integer.TensorShape;
import java.math.BigInteger;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.IntFunction;

/** How the server computes each linear layer, and in how many modular products: needs the weights. */
public final class LinearWork {
    private static final int WIDEST_WINDOW = 9;

    private final Map<Integer, Cost> costs = new LinkedHashMap<>();
    private final Map<Integer, LayerRows> rows = new LinkedHashMap<>();

    /**
     * Picks the cheapest strategy for each layer by counting, on one row of each output channel.
     *
     * @param placements where the values of each step lie
     * @param length of the key, which decides how many products are computed at once
     * @param most most ciphertexts in memory for one layer
     * @throws LimitExceeded if a layer takes more, whatever the strategy
     */
    LinearWork(IntegerNetwork network, IntFunction<Placement> placements, KeyLength length, long most) {
        int lanes = Kernels.active()
                .montgomeryOfSquare(
                        BigInteger.ONE.shiftLeft(length.modulusBits()).subtract(BigInteger.ONE))
                .lanes();
        for (int i = 0; i < network.steps().size(); i++) {
            if (network.steps().get(i) instanceof Step.Linear layer) {
                LayerRows own = new LayerRows(
                        layer,
                        placements.apply(layer.source()).tiling(),
                        placements.apply(i).tiling());
                rows.put(i, own);
                costs.put(i, cheapest(layer, own, lanes, most));
            }
        }
    }

    private static Cost cheapest(Step.Linear layer, LayerRows rows, int lanes, long most) {
        WeightedRows sample = rows.sample();
        int longest = Math.min(WIDEST_WINDOW, layer.weightBits());
        Cost best = null;
        for (Kind kind : Kind.values()) {
            for (int bits = 1; bits <= longest; bits++) {
                Cost counted = WeightedSums.products(sample, new Strategy(kind, bits), lanes);
                long residues = counted.residues() - sample.outputs() + rows.outputs();
                long products = (counted.products() - counted.shared()) * rows.positions() + counted.shared();
                if (residues <= most && (best == null || products < best.products())) {
                    best = new Cost(counted.strategy(), products, counted.shared(), residues);
                }
            }
        }
        if (best == null) {
            throw new LimitExceeded("layer " + layer.name() + " of " + rows.inputs() + " inputs and " + rows.outputs()
                    + " outputs takes more than " + most + " ciphertexts in memory: give Java a larger heap (-Xmx)");
        }
        return best;
    }

    LayerRows rows(int step) {
        LayerRows own = rows.get(step);
        if (own == null) {
            throw new IllegalArgumentException("step " + step + " is no linear layer");
        }
        return own;
    }

    /** The work under a plan. @throws LimitExceeded if a layer takes more than so many ciphertexts in memory */
    public static LinearWork of(IntegerNetwork network, PopcornPlan plan, long most) {
        return new LinearWork(network, plan::placement, plan.settings().keyLength(), most);
    }

    /** The work under a plan of published mode. @throws LimitExceeded if a layer takes more than so many ciphertexts in memory */
    public static LinearWork of(IntegerNetwork network, PublishedPlan plan, long most) {
        return new LinearWork(network, plan::placement, plan.settings().keyLength(), most);
    }

    /** Cost of a layer, padding counted as if it were values. */
    public Cost cost(int step) {
        Cost cost = costs.get(step);
        if (cost == null) {
            throw new IllegalArgumentException("step " + step + " is no linear layer");
        }
        return cost;
    }

    /** Modular products of all layers. */
    public long products() {
        return costs.values().stream().mapToLong(Cost::products).sum();
    }

    /** Most ciphertexts in memory for one layer. */
    public long residues() {
        return costs.values().stream().mapToLong(Cost::residues).max().orElse(0);
    }

    /** Multiplications with weights that are not zero, padding left out: what {@link #products} is to be compared with. */
    public static long weightedInputs(Step.Linear layer) {
        ConvolutionGeometry g = layer.geometry();
        LayerRows rows = new LayerRows(
                layer,
                Tiling.whole(new TensorShape(g.inChannels(), g.inHeight(), g.inWidth())),
                Tiling.whole(layer.shape()));
        WeightedRows.Row row = new WeightedRows.Row();
        long sum = 0;
        for (int output = 0; output < rows.outputs(); output++) {
            row.clear();
            rows.fill(output, row);
            sum += row.size();
        }
        return sum;
    }
}
