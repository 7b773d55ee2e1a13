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
import io.tacit.protocol.seco.Parties.Setting;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Trained networks, quantised, all layers split over the servers: the reference's scores and labels. */
class ExampleNetworksTest {
    private static final Path NETWORKS = Path.of("..", "examples", "networks");

    @ParameterizedTest
    @CsvSource({"mnist_m4_avg, 0, 3", "mnist_m4_avg, 2, 2"})
    void scoresAndLabelsAreTheReferences(String name, int layers, int servers) throws Exception {
        check(name, layers, servers, Disclosure.LABEL, Setting.of(BackEnd.GARBLED));
    }

    /** About two minutes of one core. */
    @Tag("slow")
    @ParameterizedTest
    @CsvSource({
        "mnist_m4_avg, 0, 2",
        "mnist_m4_avg, 0, 3",
        "mnist_m4_avg, 2, 3",
        "mnist_m4_avg, 0, 4",
        "mnist_lenet, 0, 2",
        "mnist_lenet, 0, 3",
        "mnist_lenet, 0, 4",
        "mnist_lenet, 2, 2",
        "mnist_lenet, 2, 3",
        "mnist_lenet, 2, 4",
        "mnist_lenet, 4, 3",
        "mnist_m4, 2, 3",
        "mnist_m1_square, 0, 3"
    })
    void scoresAndLabelsAreTheReferencesForMoreNetworks(String name, int layers, int servers) throws Exception {
        check(name, layers, servers, Disclosure.SCORES, Setting.of(BackEnd.GARBLED));
        check(name, layers, servers, Disclosure.LABEL, Setting.of(BackEnd.GARBLED));
    }

    /**
     * A larger network, some minutes of one core. What is garbled by three or more does not fit in a test's memory when all
     * layers are remote: there the servers' circuits are ideal, and products and roles are as they are.
     */
    @Tag("slow")
    @ParameterizedTest
    @CsvSource({
        "cifar_c1, 0, 2, GARBLED",
        "cifar_c1, 0, 3, IDEAL",
        "cifar_c1, 0, 4, IDEAL",
        "cifar_c1, 2, 2, IDEAL",
        "cifar_c1, 2, 3, IDEAL",
        "cifar_c1, 2, 4, IDEAL",
        "cifar_c1, 10, 2, GARBLED",
        "cifar_c1, 10, 3, GARBLED",
        "cifar_c1, 10, 4, GARBLED"
    })
    void labelsAreTheReferencesForALargeNetwork(String name, int layers, int servers, BackEnd backEnd)
            throws Exception {
        check(name, layers, servers, Disclosure.LABEL, Setting.of(backEnd));
    }

    @Tag("slow")
    @ParameterizedTest
    @CsvSource({
        "mnist_m4_avg, 0, 2",
        "mnist_m4_avg, 2, 3",
        "mnist_lenet, 0, 3",
        "mnist_lenet, 2, 4",
        "cifar_c1, 0, 3",
        "cifar_c1, 10, 4"
    })
    void thePublishedModeIsExactToo(String name, int layers, int servers) throws Exception {
        check(name, layers, servers, Disclosure.LABEL, Setting.published());
        if (!name.startsWith("cifar")) {
            check(name, layers, servers, Disclosure.SCORES, Setting.published());
        }
    }

    private static void check(String name, int layers, int servers, Disclosure disclosure, Setting setting)
            throws Exception {
        LabelledImages images = name.startsWith("cifar") ? images(3, 32) : images(1, 28);
        IntegerNetwork network = quantized(name, images);
        int queries = name.startsWith("cifar") ? 1 : 2;
        try (Parties parties = new Parties(network, layers, disclosure, servers, setting)) {
            long start = System.nanoTime();
            parties.prepare(queries);
            double prepared = (System.nanoTime() - start) / 1e9 / queries;
            parties.openOnline();
            long bytes = 0;
            double asked = 0;
            for (int i = 0; i < queries; i++) {
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
                    "%s, l = %d, n = %d, %s, %s: lattice of %s, %d ANDs; prepare %.2f s and %.1f MB (user %.1f MB) a"
                            + " query, online %.3f s and %.2f MB, user %d bytes%n",
                    name,
                    layers,
                    servers,
                    disclosure.kind(),
                    setting,
                    parties.plan.restProducts().ring(),
                    parties.plan.rest().blocks().stream()
                            .mapToLong(b -> b.andGates())
                            .sum(),
                    prepared,
                    parties.prepared.get() / 1e6 / queries,
                    parties.preparedWithUser.get() / 1e6 / queries,
                    asked,
                    parties.onlineBytes() / 1e6 / queries,
                    bytes);
        }
    }

    private static IntegerNetwork quantized(String name, LabelledImages images) {
        Preprocessing.ChannelOrder order =
                images.channels() == 1 ? Preprocessing.ChannelOrder.GRAY : Preprocessing.ChannelOrder.RGB;
        Preprocessing preprocessing = Preprocessing.scaled(images.width(), images.height(), order, 1 / 255.0);
        FloatGraph graph = new OnnxImporter().read(NETWORKS.resolve(name + ".onnx"), ImportOptions.DEFAULT);
        return new Quantizer(graph, preprocessing, images, Provenance.NONE, Workers.NONE)
                .quantize(QuantizerOptions.DEFAULT);
    }

    /** Bright boxes on black. */
    private static LabelledImages images(int channels, int side) {
        Random random = new Random(21);
        int count = 8;
        byte[] pixels = new byte[count * channels * side * side];
        for (int plane = 0; plane < count * channels; plane++) {
            for (int stroke = 0; stroke < 4; stroke++) {
                int top = random.nextInt(side - 8);
                int left = random.nextInt(side - 8);
                for (int y = top; y < top + 6; y++) {
                    for (int x = left; x < left + 5; x++) {
                        pixels[(plane * side + y) * side + x] = (byte) (128 + random.nextInt(128));
                    }
                }
            }
        }
        return new LabelledImages(channels, side, side, pixels, new int[count]);
    }

    private static IntegerTensor input(IntegerNetwork network, LabelledImages images, int index) {
        int[] values = images.integers(
                index,
                new Preprocessor(network.preprocessing()),
                network.input().range());
        return IntegerTensor.ofInts(1, network.input().shape(), values);
    }
}
