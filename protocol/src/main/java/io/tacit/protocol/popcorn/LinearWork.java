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

    /** Results of a step that are more than this share of what a layer may take are kept in a file. */
    private static final int KEPT_SHARE = 8;

    /**
     * How a layer is computed.
     *
     * @param strategy how its rows are
     * @param lines lines of a channel that are computed at a time: all, if everything fits in memory
     * @param products modular products, padding counted as if it were values
     * @param residues ciphertexts in memory at a time
     */
    public record Way(Strategy strategy, int lines, long products, long residues) {}

    private final Map<Integer, Way> ways = new LinkedHashMap<>();
    private final Map<Integer, LayerRows> rows = new LinkedHashMap<>();
    private final long most;

    /**
     * Picks the cheapest strategy for each layer by counting, on one row of each output channel.
     *
     * @param placements where the values of each step lie
     * @param length of the key, which decides how many products are computed at once
     * @param most most ciphertexts in memory for one layer
     * @throws LimitExceeded if a single line of each channel takes more, whatever the strategy
     */
    LinearWork(IntegerNetwork network, IntFunction<Placement> placements, KeyLength length, long most) {
        this.most = most;
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
                ways.put(i, cheapest(layer, own, lanes));
            }
        }
    }

    private Way cheapest(Step.Linear layer, LayerRows rows, int lanes) {
        WeightedRows sample = rows.sample();
        int longest = Math.min(WIDEST_WINDOW, layer.weightBits());
        Way best = null;
        for (Kind kind : Kind.values()) {
            for (int bits = 1; bits <= longest; bits++) {
                Cost counted = WeightedSums.products(sample, new Strategy(kind, bits), lanes);
                int lines = linesThatFit(rows, counted::residues);
                if (lines > 0) {
                    long products = (counted.products() - counted.shared()) * rows.positions();
                    for (int line = 0; line < rows.lines(); line += lines) {
                        products += counted.shared(inputs(rows, Math.min(lines, rows.lines() - line)));
                    }
                    if (best == null || products < best.products()) {
                        long residues = counted.residues(inputs(rows, lines), rows.outputsOf(lines));
                        best = new Way(counted.strategy(), lines, products, residues);
                    }
                }
            }
        }
        if (best == null) {
            throw new LimitExceeded("layer " + layer.name() + " of " + rows.inputs() + " inputs and " + rows.outputs()
                    + " outputs takes more than " + most
                    + " ciphertexts in memory for each of its lines: give Java a larger heap (-Xmx)");
        }
        return best;
    }

    private interface Residues {
        /** Ciphertexts in memory for so many inputs and outputs. */
        long of(int inputs, int outputs);
    }

    /** Most lines of all channels that can be computed together: all, or that many, or 0 if not even one can. */
    private int linesThatFit(TileRows rows, Residues residues) {
        int lines = rows.lines();
        while (lines > 0 && residues.of(inputs(rows, lines), rows.outputsOf(lines)) > most) {
            lines--;
        }
        return lines;
    }

    private static int inputs(TileRows rows, int lines) {
        return lines == rows.lines() ? rows.inputs() : rows.inputsOf(lines);
    }

    /** Most lines of sums without weights that can be computed together. @throws LimitExceeded if not even one can */
    int linesOfSums(TileRows rows) {
        int lines = linesThatFit(rows, (inputs, outputs) -> (long) inputs + outputs);
        if (lines == 0) {
            throw new LimitExceeded("a line of a pool takes more than " + most
                    + " ciphertexts in memory: give Java a larger heap (-Xmx)");
        }
        return lines;
    }

    /** Whether so many ciphertexts of a step's result are kept in a file, so that a layer and several results fit in memory. */
    public boolean isSpilled(int ciphertexts) {
        return ciphertexts > mostKept();
    }

    /** Most ciphertexts of a result that are handled at a time. */
    int mostKept() {
        return (int) Math.min(Integer.MAX_VALUE, Math.max(1, most / KEPT_SHARE));
    }

    LayerRows rows(int step) {
        LayerRows own = rows.get(step);
        if (own == null) {
            throw new IllegalArgumentException("step " + step + " is no linear layer");
        }
        return own;
    }

    /** The work under a plan. @throws LimitExceeded if a line of a layer takes more than so many ciphertexts in memory */
    public static LinearWork of(IntegerNetwork network, PopcornPlan plan, long most) {
        return new LinearWork(network, plan::placement, plan.settings().keyLength(), most);
    }

    /** The work under a plan of published mode. @throws LimitExceeded if a line of a layer takes more than so many ciphertexts in memory */
    public static LinearWork of(IntegerNetwork network, PublishedPlan plan, long most) {
        return new LinearWork(network, plan::placement, plan.settings().keyLength(), most);
    }

    /** How a layer is computed. */
    public Way way(int step) {
        Way way = ways.get(step);
        if (way == null) {
            throw new IllegalArgumentException("step " + step + " is no linear layer");
        }
        return way;
    }

    /** Modular products of all layers. */
    public long products() {
        return ways.values().stream().mapToLong(Way::products).sum();
    }

    /** Most ciphertexts in memory for one layer. */
    public long residues() {
        return ways.values().stream().mapToLong(Way::residues).max().orElse(0);
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
