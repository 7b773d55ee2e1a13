package io.tacit.protocol.seco;

import static org.assertj.core.api.Assertions.assertThat;

import io.tacit.crypto.channel.Phase;
import io.tacit.crypto.channel.Traffic;
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
import io.tacit.protocol.seco.Parties.BackEnd;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Trained networks, quantised, all layers split over the servers: the reference's scores and labels. */
class ExampleNetworksTest {
    private static final Path NETWORKS = Path.of("..", "examples", "networks");
    private static final int SIZE = 28;

    @ParameterizedTest
    @CsvSource({"mnist_m4_avg, 0, 3", "mnist_m4_avg, 2, 2"})
    void scoresAndLabelsAreTheReferences(String name, int layers, int servers) throws Exception {
        check(name, layers, servers, Disclosure.LABEL);
    }

    /** About a minute of one core. */
    @Tag("slow")
    @ParameterizedTest
    @CsvSource({
        "mnist_m4_avg, 0, 2",
        "mnist_m4_avg, 0, 3",
        "mnist_m4_avg, 2, 3",
        "mnist_m4_avg, 0, 4",
        "mnist_lenet, 0, 2",
        "mnist_lenet, 0, 3",
        "mnist_lenet, 2, 2",
        "mnist_lenet, 2, 3",
        "mnist_m4, 2, 3",
        "mnist_m1_square, 0, 3"
    })
    void scoresAndLabelsAreTheReferencesForMoreNetworks(String name, int layers, int servers) throws Exception {
        check(name, layers, servers, Disclosure.SCORES);
        check(name, layers, servers, Disclosure.LABEL);
    }

    private static void check(String name, int layers, int servers, Disclosure disclosure) throws Exception {
        LabelledImages images = images();
        IntegerNetwork network = quantized(name, images);
        try (Parties parties = new Parties(network, layers, disclosure, servers, BackEnd.GARBLED)) {
            long start = System.nanoTime();
            parties.prepare(2);
            double prepared = (System.nanoTime() - start) / 2e9;
            parties.openOnline();
            long bytes = 0;
            double asked = 0;
            for (int i = 0; i < 2; i++) {
                IntegerTensor input = input(network, images, i);
                start = System.nanoTime();
                Parties.Asked answer = parties.ask(input);
                asked = (System.nanoTime() - start) / 1e9;
                SecoTest.requireAnswer(network, disclosure, input, answer.answer());
                Traffic.Count user = answer.traffic().in(Phase.PREDICT);
                bytes = user.bytesSent() + user.bytesReceived();
            }
            assertThat(parties.failures).isEmpty();
            System.out.printf(
                    "%s, l = %d, n = %d, %s: lattice of %s, %d ANDs; prepare %.2f s and %.1f MB (user %.1f MB) a"
                            + " query, online %.3f s and %.2f MB, user %d bytes%n",
                    name,
                    layers,
                    servers,
                    disclosure.kind(),
                    parties.plan.restProducts().ring(),
                    parties.plan.rest().blocks().stream()
                            .mapToLong(b -> b.andGates())
                            .sum(),
                    prepared,
                    parties.prepared.get() / 2e6,
                    parties.preparedWithUser.get() / 2e6,
                    asked,
                    parties.onlineBytes() / 2e6,
                    bytes);
        }
    }

    private static IntegerNetwork quantized(String name, LabelledImages images) {
        Preprocessing preprocessing = Preprocessing.scaled(SIZE, SIZE, Preprocessing.ChannelOrder.GRAY, 1 / 255.0);
        FloatGraph graph = new OnnxImporter().read(NETWORKS.resolve(name + ".onnx"), ImportOptions.DEFAULT);
        return new Quantizer(graph, preprocessing, images, Provenance.NONE, Workers.NONE)
                .quantize(QuantizerOptions.DEFAULT);
    }

    /** Bright boxes on black. */
    private static LabelledImages images() {
        Random random = new Random(21);
        int count = 8;
        byte[] pixels = new byte[count * SIZE * SIZE];
        for (int image = 0; image < count; image++) {
            for (int stroke = 0; stroke < 4; stroke++) {
                int top = random.nextInt(SIZE - 8);
                int left = random.nextInt(SIZE - 8);
                for (int y = top; y < top + 6; y++) {
                    for (int x = left; x < left + 5; x++) {
                        pixels[(image * SIZE + y) * SIZE + x] = (byte) (128 + random.nextInt(128));
                    }
                }
            }
        }
        return new LabelledImages(1, SIZE, SIZE, pixels, new int[count]);
    }

    private static IntegerTensor input(IntegerNetwork network, LabelledImages images, int index) {
        int[] values = images.integers(
                index,
                new Preprocessor(network.preprocessing()),
                network.input().range());
        return IntegerTensor.ofInts(1, network.input().shape(), values);
    }
}
