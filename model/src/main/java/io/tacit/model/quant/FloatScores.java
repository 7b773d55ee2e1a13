package io.tacit.model.quant;

import io.tacit.kernel.Workers;
import io.tacit.model.data.InputSet;
import io.tacit.model.graph.FloatGraph;
import io.tacit.model.image.Preprocessor;
import io.tacit.model.integer.Preprocessing;
import io.tacit.model.reference.FloatEvaluator;

/**
 * A float network's answers to a set of inputs, kept so that several quantisations can be held against them.
 *
 * @param scores one row an input; not to be changed
 */
public record FloatScores(float[][] scores) {

    /** Evaluates the network on every input. */
    public static FloatScores of(FloatGraph graph, Preprocessing preprocessing, InputSet inputs, Workers workers) {
        FloatEvaluator evaluator = new FloatEvaluator(graph, Workers.NONE);
        Preprocessor preprocessor = new Preprocessor(preprocessing);
        float[][] scores = new float[inputs.size()][];
        workers.forEach(scores.length, i -> scores[i] = evaluator.evaluate(inputs.reals(i, preprocessor)));
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
