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
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Networks pruned and with narrow weights, without retraining: accuracy and weights left, as tables. The rule of pruning
 * is chosen on training images that neither calibrate nor score; test images are looked at once, with the rule chosen.
 */
@Tag("slow")
class CompressionTest {
    private static final List<Double> SHARES = List.of(0.0, 0.5, 0.7, 0.8);
    private static final List<Integer> BITS = List.of(8, 4, 2);

    @Test
    void lenet() {
        LabelledImages training = TestData.idx("mnist", "train");
        table(
                "LeNet, MNIST",
                "mnist_lenet",
                Preprocessing.scaled(28, 28, ChannelOrder.GRAY, 1 / 255.0),
                training.slice(0, 512),
                training.slice(55_000, 5_000),
                TestData.idx("mnist", "t10k"),
                0.8);
    }

    @Test
    void c1() {
        table(
                "C1, CIFAR-10",
                "cifar_c1",
                new Preprocessing(
                        32,
                        32,
                        0,
                        ChannelOrder.RGB,
                        1 / 255.0,
                        List.of(0.485, 0.456, 0.406),
                        List.of(0.229, 0.224, 0.225),
                        1,
                        List.of()),
                TestData.cifar("data_batch_1.bin").slice(0, 256),
                TestData.cifar("data_batch_5.bin").slice(9_000, 1_000),
                TestData.cifar("test_batch.bin").slice(0, 1_000),
                0);
    }

    /** No training photographs are at hand to choose on: the default rule. */
    @Test
    void squeezenet() {
        Photographs photographs = new Photographs(Photographs.SQUEEZENET, Workers.NONE);
        for (double share : SHARES) {
            for (int bits : BITS) {
                Photographs.HeldOut result = photographs.judge(QuantizerOptions.DEFAULT
                        .withBits(bits, 8)
                        .withPruning(share, QuantizerOptions.DEFAULT.pruningScope()));
                System.out.printf(
                        Locale.ROOT,
                        "SqueezeNet pruned %.0f %%, %d bits: %d of %d photographs agree, %,d of %,d weights not zero%n",
                        100 * share,
                        bits,
                        result.agreeing(),
                        result.photographs(),
                        result.nonZeroWeights(),
                        result.weights());
                assertLeft(share, result.nonZeroWeights(), result.weights());
                if (share <= 0.5 && bits == 8) {
                    assertThat(result.agreeing()).isGreaterThanOrEqualTo(12);
                }
            }
        }
    }

    /** @param harmless up to this share, with 4 bits and more, less than 2 points may be lost */
    private static void table(
            String title,
            String example,
            Preprocessing reads,
            LabelledImages calibration,
            LabelledImages validation,
            LabelledImages test,
            double harmless) {
        FloatGraph graph = new OnnxImporter().read(TestData.example(example + ".onnx"), ImportOptions.DEFAULT);
        Quantizer quantizer = new Quantizer(graph, reads, calibration, Provenance.NONE, Workers.NONE);
        PruningScope scope =
                chosen(title, quantizer, validation, FloatScores.of(graph, reads, validation, Workers.NONE));
        FloatScores scores = FloatScores.of(graph, reads, test, Workers.NONE);
        for (double share : SHARES) {
            for (int bits : BITS) {
                IntegerNetwork network = quantizer.quantize(
                        QuantizerOptions.DEFAULT.withBits(bits, 8).withPruning(share, scope));
                Evaluation result = Evaluation.compare(network, test, scores, Workers.NONE);
                long left = network.linearSteps().stream()
                        .mapToLong(Step.Linear::nonZeroWeights)
                        .sum();
                System.out.printf(
                        Locale.ROOT,
                        "%s pruned %.0f %%, %d bits: float %.2f %%, integer %.2f %% of %,d images, %,d of %,d weights not"
                                + " zero%n",
                        title,
                        100 * share,
                        bits,
                        result.floatAccuracy(),
                        result.integerAccuracy(),
                        result.inputs(),
                        left,
                        network.weights());
                assertLeft(share, left, network.weights());
                if (share <= harmless && bits >= 4) {
                    assertThat(result.integerAccuracy()).isGreaterThan(result.floatAccuracy() - 2);
                }
            }
        }
    }

    /** The rule with the most validation images right, all shares together, with 8-bit weights. */
    private static PruningScope chosen(
            String title, Quantizer quantizer, LabelledImages validation, FloatScores scores) {
        PruningScope best = QuantizerOptions.DEFAULT.pruningScope();
        int most = -1;
        for (PruningScope scope : PruningScope.values()) {
            int right = 0;
            for (double share : SHARES.subList(1, SHARES.size())) {
                IntegerNetwork network = quantizer.quantize(QuantizerOptions.DEFAULT.withPruning(share, scope));
                Evaluation result = Evaluation.compare(network, validation, scores, Workers.NONE);
                right += result.integerCorrect();
                System.out.printf(
                        Locale.ROOT,
                        "%s, choosing: pruned %.0f %% by %s: %.2f %% of %,d training images held back (float %.2f %%)%n",
                        title,
                        100 * share,
                        scope,
                        result.integerAccuracy(),
                        result.inputs(),
                        result.floatAccuracy());
            }
            if (right > most) {
                most = right;
                best = scope;
            }
        }
        System.out.println(title + ": chosen " + best);
        return best;
    }

    private static void assertLeft(double share, long left, long weights) {
        assertThat(left).isLessThanOrEqualTo(Math.round((1 - share) * weights) + 1);
    }
}
