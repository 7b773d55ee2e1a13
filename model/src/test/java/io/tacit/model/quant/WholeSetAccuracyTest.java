package io.tacit.model.quant;

import static org.assertj.core.api.Assertions.assertThat;

import io.tacit.kernel.Workers;
import io.tacit.model.data.LabelledImages;
import io.tacit.model.graph.FloatGraph;
import io.tacit.model.integer.IntegerNetwork;
import io.tacit.model.integer.Preprocessing;
import io.tacit.model.integer.Preprocessing.ChannelOrder;
import io.tacit.model.integer.Provenance;
import io.tacit.model.onnx.ImportOptions;
import io.tacit.model.onnx.OnnxImporter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Accuracy of quantised networks on whole test sets, beside that of the float networks. */
@Tag("slow")
class WholeSetAccuracyTest {
    private static final List<Double> MEAN = List.of(0.485, 0.456, 0.406);
    private static final List<Double> STD = List.of(0.229, 0.224, 0.225);
    private static final int THREADS = Runtime.getRuntime().availableProcessors();
    private static final ExecutorService EXECUTOR = Executors.newFixedThreadPool(THREADS);
    private static final Workers WORKERS = new Workers(EXECUTOR, THREADS);

    @AfterAll
    static void stop() {
        EXECUTOR.shutdownNow();
    }

    @ParameterizedTest
    @CsvSource({
        "mnist_m1_relu, mnist, 0.2",
        "mnist_m1_square, mnist, 0.2",
        "mnist_m2_relu, mnist, 0.2",
        "mnist_m2_square, mnist, 0.2",
        "mnist_m3, mnist, 0.2",
        "mnist_m4, mnist, 0.2",
        "mnist_m4_avg, mnist, 0.2",
        "mnist_lenet, mnist, 0.2",
        "mnist_lenet_avg, mnist, 0.2",
        "mnist_lenet5_square, mnist, 0.2",
        "mnist_sn_mlp, mnist, 0.2",
        "mnist_sn_cnn, mnist, 0.2",
        "fashion_m4, fashion, 0.2"
    })
    void greyExamples(String name, String set, double allowed) {
        Preprocessing reads = Preprocessing.scaled(28, 28, ChannelOrder.GRAY, 1 / 255.0);
        check(
                TestData.example(name + ".onnx"),
                reads,
                TestData.idx(set, "train").slice(0, 512),
                TestData.idx(set, "t10k"),
                allowed);
    }

    @ParameterizedTest
    @CsvSource({"cifar_c1, 0.5", "cifar_sn, 0.5"})
    void colourExamples(String name, double allowed) {
        check(
                TestData.example(name + ".onnx"),
                normalised(),
                TestData.cifar("data_batch_1.bin").slice(0, 256),
                TestData.cifar("test_batch.bin"),
                allowed);
    }

    @ParameterizedTest
    @CsvSource({"cifar10_resnet20, 0.5", "cifar10_resnet32, 0.5", "cifar10_mlperf_tiny_resnet8, 0.5"})
    void residualNetworks(String name, double allowed) {
        boolean raw = name.contains("mlperf");
        check(
                TestData.shared("models/" + name + ".onnx.gz"),
                raw ? Preprocessing.scaled(32, 32, ChannelOrder.RGB, 1) : normalised(),
                TestData.cifar("data_batch_1.bin").slice(0, 256),
                TestData.cifar("test_batch.bin"),
                allowed);
    }

    @ParameterizedTest
    @CsvSource({"pneumonia_cnn_ours, pneumonia, test, 0.5", "mnist_lenet_ours, mnist, t10k, 0.2"})
    void greyNetworks(String name, String set, String prefix, double allowed) {
        check(
                TestData.shared("models/" + name + ".onnx.gz"),
                Preprocessing.scaled(28, 28, ChannelOrder.GRAY, 1 / 255.0),
                TestData.idx(set, "train").slice(0, 512),
                TestData.idx(set, prefix),
                allowed);
    }

    private static Preprocessing normalised() {
        return new Preprocessing(32, 32, 0, ChannelOrder.RGB, 1 / 255.0, MEAN, STD, 1, List.of());
    }

    private static void check(
            Path file, Preprocessing reads, LabelledImages calibration, LabelledImages test, double allowed) {
        FloatGraph graph = new OnnxImporter().read(file, ImportOptions.DEFAULT);
        long start = System.nanoTime();
        IntegerNetwork network =
                new Quantizer(graph, reads, calibration, Provenance.NONE, WORKERS).quantize(QuantizerOptions.DEFAULT);
        double quantised = (System.nanoTime() - start) * 1e-9;
        FloatScores scores = FloatScores.of(graph, reads, test, WORKERS);
        start = System.nanoTime();
        Evaluation result = Evaluation.compare(network, test, scores, WORKERS);
        double seconds = (System.nanoTime() - start) * 1e-9;
        System.out.printf(
                Locale.ROOT,
                "%-32s %,d inputs: float %.2f %% integer %.2f %% agreement %.2f %% logit error %.3f of %.1f; %d-bit"
                        + " weights, %d-bit activations, accumulators of at most %d bits; quantised in %.1f s;"
                        + " %.1f GMAC/s%n",
                file.getFileName(),
                result.inputs(),
                result.floatAccuracy(),
                result.integerAccuracy(),
                result.agreement(),
                result.largestLogitError(),
                result.logitRange(),
                QuantizerOptions.DEFAULT.weightBits(),
                QuantizerOptions.DEFAULT.activationBits(),
                network.steps().stream()
                        .mapToInt(step -> step.range().signedBits())
                        .max()
                        .orElse(0),
                quantised,
                test.size() * (double) network.multiplications() / seconds * 1e-9);
        if (System.getenv("TACIT_TABLES") != null) {
            System.out.println(LayerReport.table(network));
        }
        assertThat(result.integerAccuracy()).isGreaterThanOrEqualTo(result.floatAccuracy() - allowed);
    }
}
