package io.tacit.protocol.outsourced;

import static org.assertj.core.api.Assertions.assertThat;

import io.tacit.crypto.channel.Channel;
import io.tacit.kernel.Workers;
import io.tacit.model.data.LabelledImages;
import io.tacit.model.graph.FloatGraph;
import io.tacit.model.image.Preprocessor;
import io.tacit.model.integer.IntegerNetwork;
import io.tacit.model.integer.IntegerTensor;
import io.tacit.model.integer.Preprocessing;
import io.tacit.model.integer.Provenance;
import io.tacit.model.onnx.ImportOptions;
import io.tacit.model.onnx.OnnxImporter;
import io.tacit.model.quant.Quantizer;
import io.tacit.model.quant.QuantizerOptions;
import io.tacit.protocol.plan.Disclosure;
import io.tacit.protocol.plan.SharingSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Trained networks, quantised: the reference's scores, labels and rankings, prepared and just in time. */
class ExampleNetworksTest {
    private static final Path NETWORKS = Path.of("..", "examples", "networks");
    private static final int SIZE = 28;

    @ParameterizedTest
    @ValueSource(strings = {"mnist_m1_relu", "mnist_m1_square", "mnist_m4", "mnist_m4_avg", "mnist_lenet"})
    void scoresAndLabelsAreTheReferences(String name) throws Exception {
        LabelledImages images = strokes(8);
        IntegerNetwork network = quantized(name, images);
        for (Disclosure disclosure : List.of(Disclosure.SCORES, Disclosure.LABEL, Disclosure.topK(3))) {
            try (Servers servers = new Servers(network, SharingSettings.of(disclosure), 2)) {
                servers.prepare(1);
                Channel online = servers.openOnline();
                require(
                        network,
                        disclosure,
                        input(network, images, 0),
                        servers,
                        client -> servers.evaluator.predict(online, servers.evaluator.receive(client)));
                online.close();
                try (Evaluator.JustInTime now = servers.openJustInTime()) {
                    require(
                            network,
                            disclosure,
                            input(network, images, 1),
                            servers,
                            client -> now.predict(servers.evaluator.receive(client)));
                }
            }
        }
    }

    private static void require(
            IntegerNetwork network,
            Disclosure disclosure,
            IntegerTensor input,
            Servers servers,
            Servers.Predicting predicting)
            throws Exception {
        List<Long> scores = OutsourcedTest.scores(network, input);
        Answer answer = servers.ask(input, predicting).answer();
        if (disclosure.kind() == Disclosure.Kind.SCORES) {
            assertThat(answer.scores()).isEqualTo(scores);
        } else {
            assertThat(answer.classes())
                    .isEqualTo(OutsourcedTest.ranking(scores).subList(0, disclosure.places()));
        }
    }

    static IntegerNetwork quantized(String name, LabelledImages images) {
        Preprocessing preprocessing = Preprocessing.scaled(SIZE, SIZE, Preprocessing.ChannelOrder.GRAY, 1 / 255.0);
        FloatGraph graph = new OnnxImporter().read(NETWORKS.resolve(name + ".onnx"), ImportOptions.DEFAULT);
        return new Quantizer(graph, preprocessing, images, Provenance.NONE, Workers.NONE)
                .quantize(QuantizerOptions.DEFAULT);
    }

    /** Bright boxes on black. */
    static LabelledImages strokes(int count) {
        Random random = new Random(21);
        byte[] pixels = new byte[count * SIZE * SIZE];
        for (int image = 0; image < count; image++) {
            for (int stroke = 0; stroke < 4; stroke++) {
                int top = random.nextInt(SIZE - 8);
                int left = random.nextInt(SIZE - 8);
                int height = 2 + random.nextInt(6);
                int width = 2 + random.nextInt(6);
                for (int y = top; y < top + height; y++) {
                    for (int x = left; x < left + width; x++) {
                        pixels[(image * SIZE + y) * SIZE + x] = (byte) (128 + random.nextInt(128));
                    }
                }
            }
        }
        return new LabelledImages(1, SIZE, SIZE, pixels, new int[count]);
    }

    static IntegerTensor input(IntegerNetwork network, LabelledImages images, int index) {
        int[] values = images.integers(
                index,
                new Preprocessor(network.preprocessing()),
                network.input().range());
        return IntegerTensor.ofInts(1, network.input().shape(), values);
    }
}
