package io.tacit.model.quant;

import io.tacit.kernel.Workers;
import io.tacit.model.data.InputSet;
import io.tacit.model.graph.FloatGraph;
import io.tacit.model.image.Preprocessor;
import io.tacit.model.integer.Preprocessing;
import io.tacit.model.quant.QuantizationProgress.Stage;
import io.tacit.model.reference.FloatEvaluator;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A float network's answers to a set of inputs, kept so that several quantisations can be held against them.
 *
 * @param scores one row an input; not to be changed
 */
public record FloatScores(float[][] scores) {

    /** Evaluates the network on every input. */
    public static FloatScores of(FloatGraph graph, Preprocessing preprocessing, InputSet inputs, Workers workers) {
        return of(graph, preprocessing, inputs, workers, QuantizationProgress.NONE);
    }

    /** As above, and {@code progress} is told of every input. */
    public static FloatScores of(
            FloatGraph graph,
            Preprocessing preprocessing,
            InputSet inputs,
            Workers workers,
            QuantizationProgress progress) {
        FloatEvaluator evaluator = new FloatEvaluator(graph, Workers.NONE);
        Preprocessor preprocessor = new Preprocessor(preprocessing);
        float[][] scores = new float[inputs.size()][];
        AtomicInteger done = new AtomicInteger();
        progress.at(Stage.FLOAT_SCORES, 0, scores.length);
        workers.forEach(scores.length, i -> {
            scores[i] = evaluator.evaluate(inputs.reals(i, preprocessor));
            progress.at(Stage.FLOAT_SCORES, done.incrementAndGet(), scores.length);
        });
        return new FloatScores(scores);
    }

    /** Index of the largest score of one input, the lowest among equals. */
    public int label(int index) {
        float[] row = scores[index];
        int best = 0;
        for (int i = 1; i < row.length; i++) {
            if (row[i] > row[best]) {
                best = i;
            }
        }
        return best;
    }
}
