package io.tacit.model.onnx;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.tacit.model.ModelFileException;
import io.tacit.model.UnsupportedModelException;
import io.tacit.model.graph.FloatGraph;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Bytes as an ONNX file: a network, or one of the two declared exceptions. */
class OnnxReaderFuzz {
    private static final OnnxImporter IMPORTER =
            new OnnxImporter(new ImportLimits(1 << 20, 0, 1000, 1000, 100_000, 1 << 16));

    static Stream<byte[]> seeds() {
        return Stream.of(
                HostileFilesTest.rich(),
                new OnnxWriter(13)
                        .input("x", 1, 4)
                        .node("Relu", "x", "y")
                        .output("y")
                        .build(),
                new byte[] {0x1f, (byte) 0x8b, 8});
    }

    @MethodSource("seeds")
    @FuzzTest(maxDuration = "4m")
    void read(byte[] file) {
        try {
            FloatGraph graph = IMPORTER.read(file, ImportOptions.DEFAULT);
            graph.privacyFindings();
        } catch (ModelFileException | UnsupportedModelException e) {
            if (e.getMessage() == null || e.getMessage().isBlank()) {
                throw new AssertionError("a refusal without a reason", e);
            }
        }
    }
}
