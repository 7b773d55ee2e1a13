package io.tacit.model.quant;

import static org.assertj.core.api.Assertions.assertThat;

import io.tacit.kernel.Workers;
import io.tacit.model.data.LabelledImages;
import io.tacit.model.graph.FloatGraph;
import io.tacit.model.integer.IntegerNetwork;
import io.tacit.model.integer.Preprocessing;
import io.tacit.model.integer.Preprocessing.ChannelOrder;
import io.tacit.model.integer.Provenance;
import io.tacit.model.integer.Step;
import io.tacit.model.onnx.ImportOptions;
import io.tacit.model.onnx.OnnxImporter;
import io.tacit.model.quant.QuantizerOptions.PruningScope;
import java.util.Locale;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** LeNet pruned and with narrow weights, without retraining: accuracy and weights left, as a table. */
@Tag("slow")
class CompressionTest {

    @Test
    void lenet() {
        Preprocessing reads = Preprocessing.scaled(28, 28, ChannelOrder.GRAY, 1 / 255.0);
        FloatGraph graph = new OnnxImporter().read(TestData.example("mnist_lenet.onnx"), ImportOptions.DEFAULT);
        LabelledImages calibration = TestData.idx("mnist", "train").slice(0, 512);
        LabelledImages test = TestData.idx("mnist", "t10k");
        Quantizer quantizer = new Quantizer(graph, reads, calibration, Provenance.NONE, Workers.NONE);
        FloatScores scores = FloatScores.of(graph, reads, test, Workers.NONE);
        for (double share : new double[] {0, 0.5, 0.7, 0.8}) {
            for (int bits : new int[] {8, 4, 2}) {
                IntegerNetwork network = quantizer.quantize(
                        QuantizerOptions.DEFAULT.withBits(bits, 8).withPruning(share, PruningScope.GLOBAL));
                Evaluation result = Evaluation.compare(network, test, scores, Workers.NONE);
                long left = network.linearSteps().stream()
                        .mapToLong(Step.Linear::nonZeroWeights)
                        .sum();
                System.out.printf(
                        Locale.ROOT,
                        "pruned %.0f %%, %d bits: float %.2f %%, integer %.2f %%, %,d of %,d weights not zero%n",
                        100 * share,
                        bits,
                        result.floatAccuracy(),
                        result.integerAccuracy(),
                        left,
                        network.weights());
                assertThat(left).isLessThanOrEqualTo(Math.round((1 - share) * network.weights()) + 1);
                if (bits >= 4) {
                    assertThat(result.integerAccuracy()).isGreaterThan(result.floatAccuracy() - 2);
                }
            }
        }
    }
}
