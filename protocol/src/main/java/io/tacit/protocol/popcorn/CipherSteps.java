package io.tacit.protocol.popcorn;

import io.tacit.crypto.paillier.CiphertextBatch;
import io.tacit.crypto.paillier.CiphertextStore;
import io.tacit.crypto.paillier.PartOfRows;
import io.tacit.crypto.paillier.PublicKey;
import io.tacit.crypto.paillier.ScratchSpace;
import io.tacit.crypto.paillier.WeightedSums;
import io.tacit.kernel.Workers;
import io.tacit.model.integer.IntegerNetwork;
import io.tacit.model.integer.Step;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.Lock;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The server's ciphertexts of the results of steps, for one query, and what it computes on them alone. What does not fit in memory
 * is kept in scratch files and computed block by block.
 */
final class CipherSteps implements AutoCloseable {
    private final IntegerNetwork network;
    private final LinearWork work;
    private final ScratchSpace scratch;
    private final Lock oneStep;
    private final IntFunction<Placement> placements;
    private final Workers workers;
    private final PublicKey key;
    private final @Nullable CiphertextStore[] results;

    /**
     * @param scratch where there is room for what does not fit in memory
     * @param oneStep held while a step is computed: memory is counted for one session at a time
     * @param placements where the values of each step lie
     */
    CipherSteps(
            IntegerNetwork network,
            LinearWork work,
            ScratchSpace scratch,
            Lock oneStep,
            PublicKey key,
            IntFunction<Placement> placements,
            Workers workers) {
        this.network = network;
        this.work = work;
        this.scratch = scratch;
        this.oneStep = oneStep;
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
        drop(step);
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
            drop(step);
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
                : get(source).gather(wanted.within(own, from, count));
    }

    /** Computes a step that is a linear map of others. */
    void compute(int index) {
        oneStep.lock();
        try {
            computeAlone(index);
        } finally {
            oneStep.unlock();
        }
    }

    private void computeAlone(int index) {
        Step step = network.steps().get(index);
        if (step instanceof Step.Linear layer) {
            linear(index, layer);
        } else if (step instanceof Step.SumPool pool) {
            CiphertextBatch none = CiphertextBatch.unblinded(key, new BigInteger[0]);
            inBlocks(index, pool.source(), none);
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
        inBlocks(index, layer.source(), CiphertextBatch.unblinded(key, biases));
    }

    /**
     * Weighted sums of a step's ciphertexts and constants.
     *
     * @param constants inputs after those of the source
     */
    private void inBlocks(int index, int source, CiphertextBatch constants) {
        LinearWork.Way way = work.way(index);
        TileRows rows = way.rows();
        CiphertextStore inputs = get(source);
        if (way.blocks() == 1) {
            CiphertextBatch all = CiphertextBatch.concat(key, List.of(inputs.all(), constants));
            put(index, WeightedSums.compute(all, rows, way.strategy(), workers));
            return;
        }
        CiphertextStore results = places(index);
        for (int block = 0; block < way.blocks(); block++) {
            int[] places = rows.places(way.block(), block);
            PartOfRows part = new PartOfRows(rows, places);
            int[] read = part.inputIndices(); // ascending: those of the source first
            int own = (int) IntStream.of(read).filter(i -> i < inputs.size()).count();
            int[] ofConstants =
                    IntStream.of(read).skip(own).map(i -> i - inputs.size()).toArray();
            CiphertextBatch needed = CiphertextBatch.concat(
                    key, List.of(inputs.gather(Arrays.copyOf(read, own)), constants.gather(ofConstants)));
            results.put(places, WeightedSums.compute(needed, part, way.strategy(), workers));
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
}
