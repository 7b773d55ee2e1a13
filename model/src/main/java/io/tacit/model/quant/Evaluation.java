package io.tacit.model.quant;

import io.tacit.kernel.Workers;
import io.tacit.model.data.InputSet;
import io.tacit.model.image.Preprocessor;
import io.tacit.model.integer.IntegerNetwork;
import io.tacit.model.integer.IntegerTensor;
import io.tacit.model.integer.Range;
import io.tacit.model.quant.QuantizationProgress.Stage;
import io.tacit.model.reference.IntegerEvaluator;

/**
 * How an integer network does beside the float network it was made from, on a set of inputs.
 *
 * @param inputs number of inputs
 * @param labelled inputs whose class is known
 * @param floatCorrect of these, those that the float network gets right
 * @param integerCorrect of these, those that the integer network gets right
 * @param agreeing inputs that both give the same label
 * @param largestLogitError largest difference between a logit and the integer score times the output scale
 * @param logitRange largest minus least logit of the float network over all inputs
 */
public record Evaluation(
        int inputs,
        int labelled,
        int floatCorrect,
        int integerCorrect,
        int agreeing,
        double largestLogitError,
        double logitRange) {
    private static final int BATCH = 256;

    /** @param reference the float network's answers to the same inputs */
    public static Evaluation compare(IntegerNetwork network, InputSet inputs, FloatScores reference, Workers workers) {
        return compare(network, inputs, reference, workers, QuantizationProgress.NONE);
    }

    /** As above, and {@code progress} is told of every batch. */
    public static Evaluation compare(
            IntegerNetwork network,
            InputSet inputs,
            FloatScores reference,
            Workers workers,
            QuantizationProgress progress) {
        IntegerEvaluator evaluator = new IntegerEvaluator(network, workers);
        Preprocessor preprocessor = new Preprocessor(network.preprocessing());
        Range range = network.input().range();
        int size = network.input().shape().size();
        int classes = network.classes();
        int labelled = 0;
        int floatCorrect = 0;
        int integerCorrect = 0;
        int agreeing = 0;
        double error = 0;
        double least = Double.POSITIVE_INFINITY;
        double most = Double.NEGATIVE_INFINITY;
        int each = Math.max(1, Math.min(BATCH, (1 << 26) / size));
        progress.at(Stage.EVALUATION, 0, inputs.size());
        for (int first = 0; first < inputs.size(); first += each) {
            int count = Math.min(each, inputs.size() - first);
            int[] values = new int[count * size];
            for (int i = 0; i < count; i++) {
                System.arraycopy(inputs.integers(first + i, preprocessor, range), 0, values, i * size, size);
            }
            IntegerTensor scores = evaluator.evaluate(
                    IntegerTensor.ofInts(count, network.input().shape(), values));
            for (int i = 0; i < count; i++) {
                int label = inputs.label(first + i);
                int byInteger = scores.argMax(i);
                int byFloat = reference.label(first + i);
                labelled += label >= 0 ? 1 : 0;
                floatCorrect += label >= 0 && label == byFloat ? 1 : 0;
                integerCorrect += label >= 0 && label == byInteger ? 1 : 0;
                agreeing += byFloat == byInteger ? 1 : 0;
                for (int k = 0; k < classes; k++) {
                    double logit = reference.scores()[first + i][k];
                    double score = scores.getBig(i * classes + k).doubleValue() * network.outputScale();
                    error = Math.max(error, Math.abs(logit - score));
                    least = Math.min(least, logit);
                    most = Math.max(most, logit);
                }
            }
            progress.at(Stage.EVALUATION, first + count, inputs.size());
        }
        return new Evaluation(inputs.size(), labelled, floatCorrect, integerCorrect, agreeing, error, most - least);
    }

    /** Share of the labelled inputs that the float network gets right, in percent. */
    public double floatAccuracy() {
        return percent(floatCorrect, labelled);
    }

    /** Share of the labelled inputs that the integer network gets right, in percent. */
    public double integerAccuracy() {
        return percent(integerCorrect, labelled);
    }

    /** Share of all inputs that both networks give the same label, in percent. */
    public double agreement() {
        return percent(agreeing, inputs);
    }

    private static double percent(int part, int whole) {
        return whole == 0 ? Double.NaN : 100.0 * part / whole;
    }
}
