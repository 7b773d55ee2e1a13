package io.tacit.model.reference;

import io.tacit.kernel.Workers;
import io.tacit.model.integer.IntegerNetwork;
import io.tacit.model.integer.IntegerTensor;
import io.tacit.model.integer.Step;
import io.tacit.model.integer.TensorShape;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The reference: evaluates an integer network in the clear, exactly. Every protocol returns these integers, bit for bit.
 * Thread-safe.
 */
public final class IntegerEvaluator {
    /** Values of the largest tensor of one piece of a batch: what stays near the processor. */
    private static final int PIECE_VALUES = 1 << 18;

    private final IntegerNetwork network;
    private final Workers workers;
    private final int[] lastReader;
    private final int pieceSize;

    public IntegerEvaluator(IntegerNetwork network, Workers workers) {
        this.network = network;
        this.workers = workers;
        lastReader = new int[network.steps().size()];
        int largest = 1;
        for (int i = 0; i < lastReader.length; i++) {
            lastReader[i] = i;
            for (int source : network.steps().get(i).sources()) {
                lastReader[source] = i;
            }
            largest = Math.max(largest, network.steps().get(i).shape().size());
        }
        pieceSize = Math.max(1, PIECE_VALUES / largest);
    }

    /**
     * Scores of a batch.
     *
     * @param input a batch of tensors of the input's shape
     * @return a batch of score tensors, in the form that the last step's range needs
     * @throws IllegalArgumentException if the input has another shape or a value outside the input's range
     */
    public IntegerTensor evaluate(IntegerTensor input) {
        int batch = input.batch();
        if (batch < 2 || batch < workers.threads()) {
            return run(input, workers, false).get(0);
        }
        int each = Math.max(1, Math.min(pieceSize, batch / workers.threads()));
        int pieces = (batch + each - 1) / each;
        @Nullable IntegerTensor[] results = new IntegerTensor[pieces];
        workers.forEach(pieces, piece -> {
            int first = piece * each;
            IntegerTensor part = input.slice(first, Math.min(each, batch - first));
            results[piece] = run(part, Workers.NONE, false).get(0);
        });
        return join(results, batch);
    }

    /** Labels of a batch: for each tensor the index of the largest score, the lowest among equals. */
    public int[] labels(IntegerTensor input) {
        IntegerTensor scores = evaluate(input);
        int[] labels = new int[input.batch()];
        for (int i = 0; i < labels.length; i++) {
            labels[i] = scores.argMax(i);
        }
        return labels;
    }

    /** The results of all steps, the input's included, in the order of the steps. */
    public List<IntegerTensor> evaluateAll(IntegerTensor input) {
        return run(input, workers, true);
    }

    private List<IntegerTensor> run(IntegerTensor input, Workers inner, boolean keepAll) {
        checkInput(input);
        StepEvaluator evaluator = new StepEvaluator(inner);
        List<Step> steps = network.steps();
        @Nullable IntegerTensor[] results = new IntegerTensor[steps.size()];
        results[0] = input.to(IntegerTensor.Width.INT);
        for (int i = 1; i < results.length; i++) {
            Step step = steps.get(i);
            List<IntegerTensor> sources = new ArrayList<>();
            for (int source : step.sources()) {
                IntegerTensor result = results[source];
                if (result == null) {
                    throw new IllegalStateException(step.name() + " reads a result that was dropped");
                }
                sources.add(result);
            }
            results[i] = evaluator.apply(step, sources);
            for (int source : step.sources()) {
                if (!keepAll && lastReader[source] == i) {
                    results[source] = null;
                }
            }
        }
        List<IntegerTensor> kept = new ArrayList<>();
        for (int i = keepAll ? 0 : results.length - 1; i < results.length; i++) {
            IntegerTensor result = results[i];
            if (result != null) {
                kept.add(result);
            }
        }
        return kept;
    }

    private void checkInput(IntegerTensor input) {
        Step.Input declared = network.input();
        if (!input.shape().equals(declared.shape())) {
            throw new IllegalArgumentException(
                    network.name() + " reads " + declared.shape() + ", not " + input.shape());
        }
        long low = declared.range().low().longValueExact();
        long high = declared.range().high().longValueExact();
        int count = input.batch() * input.shape().size();
        for (int i = 0; i < count; i++) {
            long value = input.get(i);
            if (value < low || value > high) {
                throw new IllegalArgumentException("input value outside " + declared.range());
            }
        }
    }

    private IntegerTensor join(@Nullable IntegerTensor[] parts, int batch) {
        TensorShape shape = network.output().shape();
        int total = batch * shape.size();
        IntegerTensor.Width width = IntegerTensor.Width.of(network.output().range());
        int[] ints = new int[width == IntegerTensor.Width.INT ? total : 0];
        long[] longs = new long[width == IntegerTensor.Width.LONG ? total : 0];
        BigInteger[] bigs = new BigInteger[width == IntegerTensor.Width.BIG ? total : 0];
        int offset = 0;
        for (IntegerTensor part : parts) {
            if (part == null) {
                throw new IllegalStateException("a piece of the batch is missing");
            }
            int count = part.batch() * shape.size();
            switch (width) {
                case INT -> System.arraycopy(part.ints(), 0, ints, offset, count);
                case LONG -> System.arraycopy(part.longs(), 0, longs, offset, count);
                case BIG -> System.arraycopy(part.bigs(), 0, bigs, offset, count);
            }
            offset += count;
        }
        return switch (width) {
            case INT -> IntegerTensor.ofInts(batch, shape, ints);
            case LONG -> IntegerTensor.ofLongs(batch, shape, longs);
            case BIG -> IntegerTensor.ofBigs(batch, shape, bigs);
        };
    }
}
