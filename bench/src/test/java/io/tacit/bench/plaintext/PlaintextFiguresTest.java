package io.tacit.bench.plaintext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tacit.bench.ExampleNetworks;
import io.tacit.bench.OnnxRuntimeNetwork;
import io.tacit.kernel.Workers;
import io.tacit.model.graph.FloatGraph;
import io.tacit.model.onnx.ImportOptions;
import io.tacit.model.onnx.OnnxImporter;
import io.tacit.model.reference.FloatEvaluator;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class PlaintextFiguresTest {
    private static final Path NETWORKS = Path.of("../examples/networks");
    private static final Path FILE = NETWORKS.resolve("mnist_m4.onnx");

    @Test
    void ratesAreThoseOfTheTimes() throws Exception {
        ExampleNetworks.Subject subject =
                new ExampleNetworks(NETWORKS, Path.of("no-data"), Workers.NONE).load("mnist_m4", 2);
        PlaintextFigures figures = PlaintextFigures.measure(FILE, subject.network(), subject.inputs(), 3);
        assertThat(figures.multiplications()).isEqualTo(666_600); // data.md: M4
        assertThat(figures.batch()).isEqualTo(2);
        assertThat(figures.integerGigaMultiplications()).isCloseTo(666_600e-9 / figures.integerSeconds(), within(1e-9));
        assertThat(figures.floatGigaMultiplications()).isCloseTo(666_600e-9 / figures.floatSeconds(), within(1e-9));
        assertThat(figures.floatSeconds()).isBetween(1e-6, 1.0);
        assertThat(figures.integerSeconds()).isBetween(1e-6, 1.0);
    }

    @Test
    void onnxRuntimeOnOneThreadGivesTheScoresOfOurFloats() throws Exception {
        FloatGraph graph = new OnnxImporter().read(FILE, ImportOptions.DEFAULT);
        try (OnnxRuntimeNetwork network = OnnxRuntimeNetwork.loadForOneThread(FILE)) {
            assertThat(network.inputSize()).isEqualTo(28 * 28);
            float[] picture = new float[28 * 28];
            for (int i = 0; i < picture.length; i++) {
                picture[i] = i % 28 / 28f;
            }
            float[] ours = new FloatEvaluator(graph, Workers.NONE).evaluate(picture);
            float[] theirs = network.evaluate(picture);
            assertThat(theirs).hasSameSizeAs(ours);
            for (int i = 0; i < ours.length; i++) {
                assertThat(theirs[i]).isCloseTo(ours[i], within(1e-4f * Math.max(1, Math.abs(ours[i]))));
            }
        }
    }
}
