package io.tacit.model.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tacit.model.graph.FloatGraph;
import io.tacit.model.graph.Shape;
import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Trained networks that lie beside the project, where they are at hand: same scores as onnxruntime, all private. */
class SharedModelsTest {

    private static Path models() {
        String given = System.getenv("TACIT_SHARED_DATA");
        for (String candidate : new String[] {given, "../shared/data", "../../shared/data", "../../../shared/data"}) {
            if (candidate != null && Files.isDirectory(Path.of(candidate, "models"))) {
                return Path.of(candidate, "models");
            }
        }
        return Path.of("absent");
    }

    @TestFactory
    List<DynamicTest> sameScoresAsOnnxruntime() throws Exception {
        Path folder = models();
        assumeTrue(Files.isDirectory(folder), "no trained networks at hand: set TACIT_SHARED_DATA");
        try (Stream<Path> files = Files.list(folder)) {
            List<DynamicTest> tests = files.filter(f -> f.toString().endsWith(".onnx.gz"))
                    .sorted()
                    .map(f -> DynamicTest.dynamicTest(f.getFileName().toString(), () -> check(f)))
                    .toList();
            assertThat(tests).isNotEmpty();
            return tests;
        }
    }

    private static void check(Path file) throws Exception {
        FloatGraph graph = new OnnxImporter().read(file, ImportOptions.DEFAULT);
        assertThat(graph.privacyFindings()).isEmpty();
        byte[] model;
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(Files.readAllBytes(file)))) {
            model = in.readAllBytes();
        }
        Shape shape = graph.node(graph.input()).shape();
        long[] dims = Arrays.stream(shape.toArray()).asLongStream().toArray();
        String name = file.getFileName().toString();
        boolean bytes = name.contains("mlperf") || name.contains("squeezenet");
        Judged.assertAgrees(name, graph, model, dims, 3, bytes ? 128 : 2, 0);
    }
}
