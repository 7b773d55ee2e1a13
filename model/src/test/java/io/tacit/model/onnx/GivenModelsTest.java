package io.tacit.model.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tacit.model.graph.FloatGraph;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Any folder of ONNX files, named by TACIT_GIVEN_MODELS: same scores as onnxruntime; prints what keeps one from privacy. */
class GivenModelsTest {

    @TestFactory
    List<DynamicTest> sameScoresAsOnnxruntime() throws Exception {
        String given = System.getenv("TACIT_GIVEN_MODELS");
        assumeTrue(given != null && Files.isDirectory(Path.of(given)), "no folder named by TACIT_GIVEN_MODELS");
        try (Stream<Path> files = Files.list(Path.of(String.valueOf(given)))) {
            List<DynamicTest> tests = files.filter(f -> f.toString().endsWith(".onnx"))
                    .sorted()
                    .map(f -> DynamicTest.dynamicTest(f.getFileName().toString(), () -> check(f)))
                    .toList();
            assertThat(tests).isNotEmpty();
            return tests;
        }
    }

    private static void check(Path file) throws Exception {
        byte[] bytes = Files.readAllBytes(file);
        OnnxModel model =
                OnnxParser.parse(bytes, ImportLimits.DEFAULT, ExternalData.of(bytes, null, ImportLimits.DEFAULT));
        OnnxModel.ValueInfo input = model.inputs().stream()
                .filter(i -> !model.initializers().containsKey(i.name()))
                .findFirst()
                .orElseThrow();
        long[] shape = java.util.Objects.requireNonNull(input.dims()).stream()
                .mapToLong(d -> Math.max(1, d))
                .toArray();
        FloatGraph graph = new OnnxImporter().read(file, ImportOptions.DEFAULT.withLastKept());
        FloatGraph stripped = new OnnxImporter().read(file, ImportOptions.DEFAULT);
        System.out.println(file.getFileName() + ": "
                + stripped.nodes().stream().map(n -> n.operator().title()).toList() + stripped.privacyFindings());
        Judged.assertAgrees(file.getFileName().toString(), graph, bytes, shape, 2, 2, 0);
    }
}
