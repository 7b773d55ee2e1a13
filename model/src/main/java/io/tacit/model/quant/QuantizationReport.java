package io.tacit.model.quant;

import io.tacit.model.integer.IntegerNetwork;
import java.util.List;
import java.util.Locale;

/**
 * What {@code tacit quantize} tells: every layer's shape, work, weights, bits and shifts, how the network does on a test
 * set, and which protocols cannot take it.
 *
 * @param layers a line a step
 * @param evaluation beside the float network, on inputs that the calibration did not see
 * @param refusals a sentence for each protocol that cannot take an accumulator of the network
 */
public record QuantizationReport(
        IntegerNetwork network, List<LayerReport> layers, Evaluation evaluation, List<String> refusals) {

    public QuantizationReport {
        layers = List.copyOf(layers);
        refusals = List.copyOf(refusals);
    }

    public static QuantizationReport of(IntegerNetwork network, Evaluation evaluation) {
        return new QuantizationReport(network, LayerReport.of(network), evaluation, ProtocolLimit.refusals(network));
    }

    /** Weights that are not zero. */
    public long nonZeroWeights() {
        return layers.stream().mapToLong(LayerReport::nonZeroWeights).sum();
    }

    /** The report as lines for people. */
    public String text() {
        StringBuilder text = new StringBuilder(LayerReport.table(network));
        text.append(String.format(
                Locale.ROOT,
                "%,d multiplications, %,d weights, %,d of them not zero%n",
                network.multiplications(),
                network.weights(),
                nonZeroWeights()));
        text.append(String.format(
                Locale.ROOT,
                "agrees with the float network on %.2f %% of %,d inputs; largest logit error %.3g, logits span %.3g%n",
                evaluation.agreement(),
                evaluation.inputs(),
                evaluation.largestLogitError(),
                evaluation.logitRange()));
        if (evaluation.labelled() > 0) {
            text.append(String.format(
                    Locale.ROOT,
                    "accuracy: float %.2f %%, integer %.2f %%%n",
                    evaluation.floatAccuracy(),
                    evaluation.integerAccuracy()));
        }
        refusals.forEach(sentence -> text.append(sentence).append(System.lineSeparator()));
        return text.toString();
    }
}
