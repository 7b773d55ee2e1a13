package io.tacit.model.quant;

import static org.assertj.core.api.Assertions.assertThat;

import io.tacit.kernel.Workers;
import io.tacit.model.data.Pictures;
import io.tacit.model.graph.FloatGraph;
import io.tacit.model.image.Picture;
import io.tacit.model.image.PictureReader;
import io.tacit.model.integer.IntegerNetwork;
import io.tacit.model.integer.Preprocessing;
import io.tacit.model.integer.Preprocessing.ChannelOrder;
import io.tacit.model.integer.Provenance;
import io.tacit.model.onnx.ImportOptions;
import io.tacit.model.onnx.OnnxImporter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** ImageNet networks on photographs: the integer network names what the float network names. */
@Tag("slow")
class PhotographsTest {

    @Test
    void squeezenet() throws IOException {
        check(
                "imagenet_squeezenet1.0",
                new Preprocessing(
                        227,
                        227,
                        256,
                        ChannelOrder.BGR,
                        1,
                        List.of(104.0, 117.0, 123.0),
                        List.of(1.0, 1.0, 1.0),
                        1,
                        List.of()));
    }

    @Test
    void mobilenet() throws IOException {
        List<Double> middle = List.of(127.5, 127.5, 127.5);
        check(
                "imagenet_mobilenet_v1_0.25_128",
                new Preprocessing(128, 128, 0, ChannelOrder.RGB, 1, middle, middle, 1, List.of()));
    }

    private static void check(String name, Preprocessing reads) throws IOException {
        List<Picture> pictures = new ArrayList<>();
        try (Stream<Path> files = Files.list(TestData.shared("images"))) {
            for (Path file : files.sorted().toList()) {
                pictures.add(PictureReader.read(file));
            }
        }
        Pictures photographs = new Pictures(pictures);
        FloatGraph graph =
                new OnnxImporter().read(TestData.shared("models/" + name + ".onnx.gz"), ImportOptions.DEFAULT);
        IntegerNetwork network = new Quantizer(graph, reads, photographs, Provenance.NONE, Workers.NONE)
                .quantize(QuantizerOptions.DEFAULT);
        Evaluation result = Evaluation.compare(
                network, photographs, FloatScores.of(graph, reads, photographs, Workers.NONE), Workers.NONE);
        System.out.printf(
                Locale.ROOT,
                "%s: %d of %d photographs agree, logit error %.3f of %.1f%n",
                name,
                result.agreeing(),
                result.inputs(),
                result.largestLogitError(),
                result.logitRange());
        assertThat(result.inputs()).isEqualTo(14);
        assertThat(result.agreeing()).isGreaterThanOrEqualTo(12);
    }
}
