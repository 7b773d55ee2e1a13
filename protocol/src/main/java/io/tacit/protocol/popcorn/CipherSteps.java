package io.tacit.protocol.popcorn;

import io.tacit.crypto.paillier.CiphertextBatch;
import io.tacit.crypto.paillier.PublicKey;
import io.tacit.crypto.paillier.SlotLayout;
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
import org.jspecify.annotations.Nullable;

/** The server's ciphertexts of the results of steps, for one query, and what it computes on them alone. */
final class CipherSteps {
    /** Sums of few inputs with weight 1: a product each. */
    private static final Strategy ONES = new Strategy(Kind.TABLES, 1);

    private final IntegerNetwork network;
    private final LinearWork work;
    private final SlotLayout slots;
    private final Workers workers;
    private final PublicKey key;
    private final @Nullable CiphertextBatch[] results;

    /** @param slots where the images of a ciphertext are */
    CipherSteps(IntegerNetwork network, LinearWork work, PublicKey key, SlotLayout slots, Workers workers) {
        this.network = network;
        this.work = work;
        this.key = key;
        this.slots = slots;
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

    /** The same value in the slots of all images. */
    private BigInteger inAllSlots(BigInteger value) {
        BigInteger sum = BigInteger.ZERO;
        for (int slot = 0; slot < slots.slots(); slot++) {
            sum = sum.shiftLeft(slots.slotBits()).add(value);
        }
        return sum;
    }

    /** Computes a step that is a linear map of others. */
    void compute(int index) {
        Step step = network.steps().get(index);
        if (step instanceof Step.Linear layer) {
            BigInteger[] biases = new BigInteger[layer.geometry().outChannels()];
            Arrays.setAll(biases, channel -> inAllSlots(layer.biasOf(channel)));
            CiphertextBatch inputs =
                    CiphertextBatch.concat(key, List.of(get(layer.source()), CiphertextBatch.unblinded(key, biases)));
            put(index, sums(inputs, work.rows(index), work.cost(index).strategy()));
        } else if (step instanceof Step.SumPool pool) {
            TensorShape in = network.steps().get(pool.source()).shape();
            put(index, sums(get(pool.source()), new PoolRows(in, pool.shape(), pool.window()), ONES));
        } else if (step instanceof Step.Sum sum) {
            put(index, sum(sum));
        } else if (step instanceof Step.Concat concat) {
            put(
                    index,
                    CiphertextBatch.concat(
                            key, concat.sources().stream().map(this::get).toList()));
        } else {
            throw new IllegalStateException(step.name() + " is no linear map");
        }
    }

    private CiphertextBatch sums(CiphertextBatch inputs, WeightedRows rows, Strategy strategy) {
        return WeightedSums.compute(inputs, rows, strategy, workers);
    }

    private CiphertextBatch sum(Step.Sum sum) {
        CiphertextBatch total = null;
        for (int i = 0; i < sum.sources().size(); i++) {
            CiphertextBatch operand =
                    shifted(get(sum.sources().get(i)), sum.leftShifts().get(i));
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
    private record PoolRows(TensorShape in, TensorShape out, Window window) implements WeightedRows {
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
            int top = output % plane / out.width() * window.strideY() - window.padTop();
            int left = output % plane % out.width() * window.strideX() - window.padLeft();
            for (int y = Math.max(0, top); y < Math.min(in.height(), top + window.height()); y++) {
                for (int x = Math.max(0, left); x < Math.min(in.width(), left + window.width()); x++) {
                    row.add((output / plane * in.height() + y) * in.width() + x, 1);
                }
            }
        }
    }
}
