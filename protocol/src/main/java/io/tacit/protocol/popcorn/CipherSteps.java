package io.tacit.protocol.popcorn;

import io.tacit.crypto.paillier.CiphertextBatch;
import io.tacit.crypto.paillier.CiphertextStore;
import io.tacit.crypto.paillier.PartOfRows;
import io.tacit.crypto.paillier.PublicKey;
import io.tacit.crypto.paillier.WeightedSums;
import io.tacit.crypto.paillier.WeightedSums.Kind;
import io.tacit.crypto.paillier.WeightedSums.Strategy;
import io.tacit.kernel.Workers;
import io.tacit.model.integer.IntegerNetwork;
import io.tacit.model.integer.Step;
import io.tacit.model.integer.TensorShape;
import io.tacit.model.integer.Window;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The server's ciphertexts of the results of steps, for one query, and what it computes on them alone. What does not fit in memory
 * is kept in scratch files and computed some lines of all channels at a time.
 */
final class CipherSteps implements AutoCloseable {
    /** Sums of few inputs with weight 1: a product each. */
    private static final Strategy ONES = new Strategy(Kind.TABLES, 1);

    private final IntegerNetwork network;
    private final LinearWork work;
    private final Path scratch;
    private final IntFunction<Placement> placements;
    private final Workers workers;
    private final PublicKey key;
    private final @Nullable CiphertextStore[] results;

    /**
     * @param scratch folder for what does not fit in memory
     * @param placements where the values of each step lie
     */
    CipherSteps(
            IntegerNetwork network,
            LinearWork work,
            Path scratch,
            PublicKey key,
            IntFunction<Placement> placements,
            Workers workers) {
        this.network = network;
        this.work = work;
        this.scratch = scratch;
        this.key = key;
        this.placements = placements;
        this.workers = workers;
        this.results = new CiphertextStore[network.steps().size()];
    }

    CiphertextStore get(int step) {
        CiphertextStore result = results[step];
        if (result == null) {
            throw new IllegalStateException("step " + step + " has no ciphertexts");
        }
        return result;
    }

    /** Places for all ciphertexts of a step. */
    CiphertextStore places(int step) {
        int size = placements.apply(step).ciphertexts();
        CiphertextStore places =
                work.isSpilled(size) ? CiphertextStore.inFile(key, size, scratch) : CiphertextStore.inMemory(key, size);
        results[step] = places;
        return places;
    }

    void put(int step, CiphertextBatch result) {
        if (work.isSpilled(result.size())) {
            places(step).put(0, result);
        } else {
            results[step] = CiphertextStore.of(result);
        }
    }

    void drop(int step) {
        CiphertextStore result = results[step];
        if (result != null) {
            result.close();
            results[step] = null;
        }
    }

    @Override
    public void close() {
        for (int step = 0; step < results.length; step++) {
            drop(step);
        }
    }

    /** What another step reads of a step place by place. */
    private Tiling aligned(int source, int reader) {
        return placements
                .apply(source)
                .tiling()
                .alongside(placements.apply(reader).tiling());
    }

    /** Some of the ciphertexts of a step that hold what another step reads of it place by place. */
    private CiphertextBatch aligned(int source, int reader, int from, int count) {
        Tiling own = placements.apply(source).tiling();
        Tiling wanted = aligned(source, reader);
        return own.isLike(wanted)
                ? get(source).slice(from, count)
                : get(source).gather(Arrays.copyOfRange(wanted.within(own), from, from + count));
    }

    /** Computes a step that is a linear map of others. */
    void compute(int index) {
        Step step = network.steps().get(index);
        if (step instanceof Step.Linear layer) {
            linear(index, layer);
        } else if (step instanceof Step.SumPool pool) {
            Tiling in = placements.apply(pool.source()).tiling();
            Tiling out = placements.apply(index).tiling();
            PoolRows rows = new PoolRows(in, out, pool.window());
            CiphertextBatch none = CiphertextBatch.unblinded(key, new BigInteger[0]);
            inBands(index, pool.source(), none, rows, ONES, work.linesOfSums(rows));
        } else if (step instanceof Step.Sum sum) {
            CiphertextStore places = places(index);
            piecewise(places.size(), places, 0, (from, count) -> sum(index, sum, from, count));
        } else if (step instanceof Step.Concat concat) {
            CiphertextStore places = places(index);
            int at = 0;
            for (int source : concat.sources()) {
                int size = aligned(source, index).box().size();
                piecewise(size, places, at, (from, count) -> aligned(source, index, from, count));
                at += size;
            }
        } else {
            throw new IllegalStateException(step.name() + " is no linear map");
        }
    }

    /** z_j = b_j + sum_i w_ij x_i: a bias is one more input, of its channel. */
    private void linear(int index, Step.Linear layer) {
        BigInteger[] biases = new BigInteger[layer.geometry().outChannels()];
        Placement placement = placements.apply(index);
        Arrays.setAll(biases, channel -> placement.everywhere(layer.biasOf(channel)));
        LinearWork.Way way = work.way(index);
        inBands(
                index,
                layer.source(),
                CiphertextBatch.unblinded(key, biases),
                work.rows(index),
                way.strategy(),
                way.lines());
    }

    /**
     * Weighted sums of a step's ciphertexts and constants, some lines at a time.
     *
     * @param constants inputs after those of the source
     */
    private void inBands(
            int index, int source, CiphertextBatch constants, TileRows rows, Strategy strategy, int lines) {
        CiphertextStore inputs = get(source);
        if (lines == rows.lines() && !work.isSpilled(rows.outputs())) {
            CiphertextBatch all = CiphertextBatch.concat(key, List.of(inputs.all(), constants));
            put(index, WeightedSums.compute(all, rows, strategy, workers));
            return;
        }
        CiphertextStore results = places(index);
        for (int line = 0; line < rows.lines(); line += lines) {
            int[] places = rows.places(line, Math.min(lines, rows.lines() - line));
            PartOfRows part = new PartOfRows(rows, places);
            int[] read = part.inputIndices();
            int own = (int) Arrays.stream(read).filter(i -> i < inputs.size()).count();
            int[] ofConstants =
                    Arrays.stream(read).skip(own).map(i -> i - inputs.size()).toArray();
            CiphertextBatch needed = CiphertextBatch.concat(
                    key, List.of(inputs.gather(Arrays.copyOf(read, own)), constants.gather(ofConstants)));
            results.put(places, WeightedSums.compute(needed, part, strategy, workers));
        }
    }

    private interface Piece {
        CiphertextBatch compute(int from, int count);
    }

    /** Computes so many ciphertexts, as many at a time as fit, and puts them into places from {@code at} on. */
    private void piecewise(int size, CiphertextStore places, int at, Piece piece) {
        for (int from = 0; from < size; from += work.mostKept()) {
            int count = Math.min(work.mostKept(), size - from);
            places.put(at + from, piece.compute(from, count));
        }
    }

    private CiphertextBatch sum(int index, Step.Sum sum, int from, int count) {
        CiphertextBatch total = null;
        for (int i = 0; i < sum.sources().size(); i++) {
            CiphertextBatch operand = shifted(
                    aligned(sum.sources().get(i), index, from, count),
                    sum.leftShifts().get(i));
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
    private static final class PoolRows extends TileRows {
        private final TensorShape in;
        private final TensorShape out;
        private final Window window;
        private final int top;
        private final int left;

        PoolRows(Tiling source, Tiling result, Window window) {
            super(result.box());
            this.in = source.box();
            this.out = result.box();
            this.window = window;
            top = result.firstRow() * window.strideY() - window.padTop() - source.firstRow();
            left = result.firstColumn() * window.strideX() - window.padLeft() - source.firstColumn();
        }

        @Override
        public int inputs() {
            return in.size();
        }

        @Override
        int inputsOf(int lines) {
            return in.channels() * linesUnder(lines, window.strideY(), window.height(), in.height()) * in.width();
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
