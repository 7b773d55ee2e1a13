package io.tacit.protocol.securenets;

import io.tacit.crypto.share.FieldVector;
import io.tacit.kernel.Workers;
import io.tacit.model.integer.IntegerNetwork;
import io.tacit.model.integer.IntegerTensor;
import io.tacit.model.integer.Step;
import io.tacit.model.reference.StepEvaluator;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What the user computes itself in one round: everything between the linear layers, chunk by chunk, right after a layer's
 * result has been unmasked and while it is in the cache.
 */
final class LocalSteps {
    private static final int[] NONE = {};

    private final List<Step> steps;
    private final StepEvaluator evaluator = new StepEvaluator(Workers.NONE);
    private final int[] linear;
    private final int[] lastReader;
    private final @Nullable IntegerTensor[][] results;
    private int[] spare = NONE; // of accumulators that nobody reads any more: still in the cache, fresh memory is not

    /** @param chunks the round's images, cut into chunks */
    LocalSteps(IntegerNetwork network, List<IntegerTensor> chunks) {
        steps = network.steps();
        linear = IntStream.range(0, steps.size())
                .filter(i -> steps.get(i) instanceof Step.Linear)
                .toArray();
        lastReader = new int[steps.size()];
        for (int i = 0; i < lastReader.length; i++) {
            lastReader[i] = i == lastReader.length - 1 ? lastReader.length : i;
            for (int source : steps.get(i).sources()) {
                lastReader[source] = i;
            }
        }
        results = new IntegerTensor[chunks.size()][steps.size()];
        for (int chunk = 0; chunk < results.length; chunk++) {
            results[chunk][0] = chunks.get(chunk);
            run(chunk, 1);
        }
    }

    int chunks() {
        return results.length;
    }

    int imagesIn(int chunk) {
        return result(chunk, 0).batch();
    }

    /** What a linear layer reads. */
    IntegerTensor input(int layer, int chunk) {
        return result(chunk, steps.get(linear[layer]).sources().get(0));
    }

    /**
     * Takes a linear layer's result from the field and computes all that can be computed before the next linear layer.
     *
     * @param sum residues of the result for the chunk's images, from index 0
     */
    void complete(int layer, int chunk, FieldVector sum) {
        Step step = steps.get(linear[layer]);
        int images = imagesIn(chunk);
        int count = images * step.shape().size();
        IntegerTensor accumulators;
        if (IntegerTensor.Width.of(step.range()) == IntegerTensor.Width.INT) {
            int[] values = spare.length == count ? spare : new int[count];
            spare = NONE;
            sum.decode(0, values, 0, count);
            accumulators = IntegerTensor.ofInts(images, step.shape(), values);
        } else {
            long[] values = new long[count];
            sum.decode(0, values, 0, count);
            accumulators = IntegerTensor.ofLongs(images, step.shape(), values);
        }
        results[chunk][linear[layer]] = accumulators;
        run(chunk, linear[layer] + 1);
        if (results[chunk][linear[layer]] == null && !accumulators.isWide()) {
            spare = accumulators.ints();
        }
    }

    private void run(int chunk, int from) {
        int i = from;
        for (; i < steps.size() && !(steps.get(i) instanceof Step.Linear); i++) {
            Step step = steps.get(i);
            List<IntegerTensor> sources = new ArrayList<>(step.sources().size());
            for (int source : step.sources()) {
                sources.add(result(chunk, source));
            }
            results[chunk][i] = evaluator.apply(step, sources);
        }
        for (int done = 1; done < i; done++) {
            if (lastReader[done] < i) {
                results[chunk][done] = null;
            }
        }
    }

    private IntegerTensor result(int chunk, int step) {
        IntegerTensor result = results[chunk][step];
        if (result == null) {
            throw new IllegalStateException(steps.get(step).name() + " has no result");
        }
        return result;
    }

    /** The network's answer for one chunk. */
    IntegerTensor scores(int chunk) {
        return result(chunk, steps.size() - 1);
    }
}
