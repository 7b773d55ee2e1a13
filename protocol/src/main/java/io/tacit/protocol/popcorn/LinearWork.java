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
import io.tacit.protocol.popcorn.TileRows.Block;
import java.math.BigInteger;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** How the server computes each linear layer and pool, and in how many modular products: needs the weights. */
public final class LinearWork {
    private static final int WIDEST_WINDOW = 9;

    /** Results of a step that are more than this share of what a layer may take are kept in a file. */
    private static final int KEPT_SHARE = 8;

    /** Sums of few inputs with weight 1: a product each. */
    private static final Strategy ONES = new Strategy(Kind.TABLES, 1);

    /** A server computes with no more threads. */
    private static final int THREADS = Runtime.getRuntime().availableProcessors();

    /**
     * How a step is computed.
     *
     * @param rows what is computed
     * @param strategy how rows are
     * @param block what is computed at a time: all, if everything fits in memory
     * @param products modular products, padding counted as if it were values
     * @param residues most ciphertexts in memory at a time
     */
    record Way(TileRows rows, Strategy strategy, Block block, long products, long residues) {
        /** Blocks that are computed one after the other. */
        int blocks() {
            return rows.blocks(block);
        }
    }

    private final Map<Integer, Way> ways = new LinkedHashMap<>();
    private final long most;

    /**
     * Picks the cheapest strategy for each layer by counting, on one row of each output channel.
     *
     * @param placements where the values of each step lie, and null for steps whose results are not ciphertexts
     * @param length of the key, which decides how many products are computed at once
     * @param most most ciphertexts in memory for one layer
     * @throws LimitExceeded if a layer or a pool takes more, however it is cut
     */
    LinearWork(IntegerNetwork network, IntFunction<@Nullable Placement> placements, KeyLength length, long most) {
        this.most = most;
        int lanes = Kernels.active()
                .montgomeryOfSquare(
                        BigInteger.ONE.shiftLeft(length.modulusBits()).subtract(BigInteger.ONE))
                .lanes();
        for (int i = 0; i < network.steps().size(); i++) {
            Placement result = placements.apply(i);
            if (result == null) {
                continue;
            }
            Step step = network.steps().get(i);
            if (step instanceof Step.Linear layer) {
                Tiling source = tiling(placements, layer.source());
                ways.put(i, cheapest(layer, new LayerRows(layer, source, result.tiling()), lanes));
            } else if (step instanceof Step.SumPool pool) {
                Tiling source = tiling(placements, pool.source());
                ways.put(i, inBlocks(pool, new PoolRows(source, result.tiling(), pool.window())));
            }
        }
    }

    private static Tiling tiling(IntFunction<@Nullable Placement> placements, int source) {
        Placement placement = placements.apply(source);
        if (placement == null) {
            throw new IllegalArgumentException("step " + source + " is read and has no ciphertexts");
        }
        return placement.tiling();
    }

    private Way cheapest(Step.Linear layer, LayerRows rows, int lanes) {
        WeightedRows sample = rows.sample();
        int longest = Math.min(WIDEST_WINDOW, layer.weightBits());
        Way best = null;
        for (Kind kind : Kind.values()) {
            for (int bits = 1; bits <= longest; bits++) {
                Cost counted = WeightedSums.products(sample, new Strategy(kind, bits), lanes);
                ToLongFunction<Block> residues = block -> counted.residues(rows.inputsOf(block), block.size(), THREADS);
                Block block = rows.largest(residues, most);
                if (block.channels() > 0) {
                    long products = (counted.products() - counted.shared()) * rows.positions()
                            + counted.shared(rows.inputsOf(block)) * rows.blocks(block);
                    if (best == null || products < best.products()) {
                        best = new Way(rows, counted.strategy(), block, products, residues.applyAsLong(block));
                    }
                }
            }
        }
        if (best == null) {
            throw tooLarge(layer, rows);
        }
        return best;
    }

    private Way inBlocks(Step.SumPool pool, PoolRows rows) {
        ToLongFunction<Block> residues = block -> 2L * rows.inputsOf(block) + 2L * block.size();
        Block block = rows.largest(residues, most);
        if (block.channels() == 0) {
            throw tooLarge(pool, rows);
        }
        return new Way(rows, ONES, block, 0, residues.applyAsLong(block));
    }

    private LimitExceeded tooLarge(Step step, TileRows rows) {
        return new LimitExceeded(
                step.name() + " of " + rows.inputs() + " inputs and " + rows.outputs() + " outputs takes more than "
                        + most + " ciphertexts in memory even for one output: give Java a larger heap (-Xmx)");
    }

    /** Whether so many ciphertexts of a step's result are kept in a file, so that a layer and several results fit in memory. */
    public boolean isSpilled(int ciphertexts) {
        return ciphertexts > mostKept();
    }

    /** Most ciphertexts of a result that are handled at a time. */
    int mostKept() {
        return (int) Math.min(Integer.MAX_VALUE, Math.max(1, most / KEPT_SHARE));
    }

    /** The work under a plan. @throws LimitExceeded if a layer takes more than so many ciphertexts in memory, however it is cut */
    public static LinearWork of(IntegerNetwork network, PopcornPlan plan, long most) {
        return new LinearWork(network, plan::placementOrNone, plan.settings().keyLength(), most);
    }

    /** The work under a plan of published mode. @throws LimitExceeded if a layer takes more than so many ciphertexts in memory, however it is cut */
    public static LinearWork of(IntegerNetwork network, PublishedPlan plan, long most) {
        return new LinearWork(network, plan::placement, plan.settings().keyLength(), most);
    }

    /** How a linear layer or a pool is computed. */
    Way way(int step) {
        Way way = ways.get(step);
        if (way == null) {
            throw new IllegalArgumentException("step " + step + " is no linear layer and no pool");
        }
        return way;
    }

    /** Modular products of a layer, padding counted as if it were values. */
    public long products(int step) {
        return way(step).products();
    }

    /** How a layer's rows are computed. */
    public Strategy strategy(int step) {
        return way(step).strategy();
    }

    /** Pieces in which a layer is computed, one after the other: 1, if it fits in memory. */
    public int blocks(int step) {
        return way(step).blocks();
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
