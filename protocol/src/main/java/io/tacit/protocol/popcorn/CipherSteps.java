package io.tacit.protocol.popcorn;

import io.tacit.crypto.paillier.CiphertextBatch;
import io.tacit.crypto.paillier.PublicKey;
import io.tacit.crypto.paillier.WeightedRows;
import io.tacit.crypto.paillier.WeightedSums;
import io.tacit.crypto.paillier.WeightedSums.Kind;
import io.tacit.crypto.paillier.WeightedSums.Strategy;
import io.tacit.kernel.Workers;
import io.tacit.model.integer.IntegerNetwork;
import io.tacit.model.integer.Step;
import io.tacit.model.integer.TensorShape;
import io.tacit.model.integer.Window;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** The server's ciphertexts of the results of steps, for one query, and what it computes on them alone. */
final class CipherSteps {
    /** Sums of few inputs with weight 1: a product each. */
    private static final Strategy ONES = new Strategy(Kind.TABLES, 1);

    private final IntegerNetwork network;
    private final LinearWork work;
    private final IntFunction<Placement> placements;
    private final Workers workers;
    private final PublicKey key;
    private final @Nullable CiphertextBatch[] results;

    /** @param placements where the values of each step lie */
    CipherSteps(
            IntegerNetwork network,
            LinearWork work,
            PublicKey key,
            IntFunction<Placement> placements,
            Workers workers) {
        this.network = network;
        this.work = work;
        this.key = key;
        this.placements = placements;
        this.workers = workers;
        this.results = new CiphertextBatch[network.steps().size()];
    }

    CiphertextBatch get(int step) {
        CiphertextBatch result = results[step];
        if (result == null) {
            throw new IllegalStateException("step " + step + " has no ciphertexts");
        }
        return result;
    }

    void put(int step, CiphertextBatch result) {
        results[step] = result;
    }

    void drop(int step) {
        results[step] = null;
    }

    /** The ciphertexts of a step that hold what another step reads of it place by place. */
    private CiphertextBatch aligned(int source, int reader) {
        Tiling own = placements.apply(source).tiling();
        Tiling wanted = own.alongside(placements.apply(reader).tiling());
        return own.isLike(wanted) ? get(source) : get(source).gather(wanted.within(own));
    }

    /** Computes a step that is a linear map of others. */
    void compute(int index) {
        Step step = network.steps().get(index);
        if (step instanceof Step.Linear layer) {
            BigInteger[] biases = new BigInteger[layer.geometry().outChannels()];
            Placement placement = placements.apply(index);
            Arrays.setAll(biases, channel -> placement.everywhere(layer.biasOf(channel)));
            CiphertextBatch inputs =
                    CiphertextBatch.concat(key, List.of(get(layer.source()), CiphertextBatch.unblinded(key, biases)));
            put(index, sums(inputs, work.rows(index), work.cost(index).strategy()));
        } else if (step instanceof Step.SumPool pool) {
            Tiling in = placements.apply(pool.source()).tiling();
            Tiling out = placements.apply(index).tiling();
            put(index, sums(get(pool.source()), PoolRows.of(in, out, pool.window()), ONES));
        } else if (step instanceof Step.Sum sum) {
            put(index, sum(index, sum));
        } else if (step instanceof Step.Concat concat) {
            put(
                    index,
                    CiphertextBatch.concat(
                            key,
                            concat.sources().stream()
                                    .map(source -> aligned(source, index))
                                    .toList()));
        } else {
            throw new IllegalStateException(step.name() + " is no linear map");
        }
    }

    private CiphertextBatch sums(CiphertextBatch inputs, WeightedRows rows, Strategy strategy) {
        return WeightedSums.compute(inputs, rows, strategy, workers);
    }

    private CiphertextBatch sum(int index, Step.Sum sum) {
        CiphertextBatch total = null;
        for (int i = 0; i < sum.sources().size(); i++) {
            CiphertextBatch operand = shifted(
                    aligned(sum.sources().get(i), index), sum.leftShifts().get(i));
            total = total == null ? operand : total.plus(operand);
        }
        if (total == null) {
            throw new IllegalStateException("a sum of nothing");
        }
        return total;
    }

    private CiphertextBatch shifted(CiphertextBatch operand, int shift) {
        if (shift == 0) {
            return operand;
        }
        BigInteger[] factors = new BigInteger[operand.size()];
        Arrays.fill(factors, BigInteger.ONE.shiftLeft(shift));
        return operand.times(factors);
    }

    /** Sums over windows, padding left out. */
    private record PoolRows(TensorShape in, TensorShape out, Window window, int top, int left) implements WeightedRows {
        static PoolRows of(Tiling in, Tiling out, Window window) {
            return new PoolRows(
                    in.box(),
                    out.box(),
                    window,
                    out.firstRow() * window.strideY() - window.padTop() - in.firstRow(),
                    out.firstColumn() * window.strideX() - window.padLeft() - in.firstColumn());
        }

        @Override
        public int inputs() {
            return in.size();
        }

        @Override
        public int outputs() {
            return out.size();
        }

        @Override
        public void fill(int output, Row row) {
            int plane = out.height() * out.width();
            int firstRow = output % plane / out.width() * window.strideY() + top;
            int firstColumn = output % plane % out.width() * window.strideX() + left;
            for (int y = Math.max(0, firstRow); y < Math.min(in.height(), firstRow + window.height()); y++) {
                for (int x = Math.max(0, firstColumn); x < Math.min(in.width(), firstColumn + window.width()); x++) {
                    row.add((output / plane * in.height() + y) * in.width() + x, 1);
                }
            }
        }
    }
}
