package io.tacit.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tacit.bench.SeededNetworks;
import io.tacit.bench.outsourced.Calibration;
import io.tacit.bench.outsourced.Estimate;
import io.tacit.client.outsourced.OutsourcedPlans;
import io.tacit.crypto.channel.AbortReason;
import io.tacit.kernel.Workers;
import io.tacit.model.data.Pictures;
import io.tacit.model.graph.FloatGraph;
import io.tacit.model.image.PictureReader;
import io.tacit.model.integer.IntegerNetwork;
import io.tacit.model.integer.IntegerTensor;
import io.tacit.model.integer.Preprocessing;
import io.tacit.model.integer.Preprocessing.ChannelOrder;
import io.tacit.model.integer.Provenance;
import io.tacit.model.integer.PublicNetwork;
import io.tacit.model.onnx.ImportOptions;
import io.tacit.model.onnx.OnnxImporter;
import io.tacit.model.quant.Quantizer;
import io.tacit.model.quant.QuantizerOptions;
import io.tacit.model.reference.IntegerEvaluator;
import io.tacit.protocol.linear.TripletPlan;
import io.tacit.protocol.plan.Disclosure;
import io.tacit.protocol.plan.SharingPlan;
import io.tacit.protocol.plan.SharingSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

/**
 * Owner, garbler, evaluator and client, each a process, over TLS and with homomorphic preparation; all scores are the
 * reference's, with prepared material and without. No server has more than 4 GiB of heap. The figures are printed.
 *
 * <p>Networks that are not part of the repository, and the photographs that they are asked about, are looked for in the folder
 * that {@code TACIT_SHARED_DATA} names: {@code models/NAME.onnx.gz} and {@code images}.
 */
class OutsourcedProcessesTest {
    private static final long HEAP_MIB = 4096;

    private static final List<Double> IMAGENET_MEAN = List.of(0.485, 0.456, 0.406);
    private static final List<Double> IMAGENET_DEVIATION = List.of(0.229, 0.224, 0.225);

    @TempDir
    private Path work;

    @SuppressWarnings("NullAway.Init") // JUnit fills the folder
    OutsourcedProcessesTest() {}

    @Test
    @Timeout(1_200)
    void allScoresAreTheReferences() throws Exception {
        answersAreExact(
                ProcessesTest.network("mnist_m1_relu"), ProcessesTest.samples().subList(0, 2), HEAP_MIB);
    }

    @Tag("slow")
    @ParameterizedTest
    @ValueSource(
            strings = {
                "mnist_m1_relu",
                "mnist_m1_square",
                "mnist_m2_relu",
                "mnist_m2_square",
                "mnist_m3",
                "mnist_m4",
                "mnist_m4_avg",
                "mnist_lenet",
                "mnist_lenet_avg",
                "mnist_lenet5_square",
                "fashion_m4",
                "cifar_c1"
            })
    @Timeout(7_200)
    void networksOfThePapers(String name) throws Exception {
        answersAreExact(ProcessesTest.network(name), ProcessesTest.samples().subList(0, 2), HEAP_MIB);
    }

    @Tag("slow")
    @ParameterizedTest
    @ValueSource(
            strings = {
                "cifar10_mlperf_tiny_resnet8",
                "imagenet_mobilenet_v1_0.25_128",
                "cifar10_resnet20",
                "cifar10_resnet32",
                "imagenet_squeezenet1.0"
            })
    @Timeout(7_200)
    void largerNetworksOfOthers(String name) throws Exception {
        List<Path> photographs = photographs();
        answersAreExact(shared(name, photographs), photographs.subList(0, 1), HEAP_MIB);
    }

    /** Random weights: what is shown is that servers need no more memory for it. */
    @Tag("slow")
    @Test
    @Timeout(7_200)
    void resNet50WithRandomWeights() throws Exception {
        answersAreExact(SeededNetworks.resNet50(1, Workers.NONE), photographs().subList(0, 1), HEAP_MIB);
    }

    /** Of a server that prepares and answers one query at a time: what {@code tacit plan} says for {@code java -Xmx}. */
    @Tag("slow")
    @Test
    @Timeout(3_600)
    void theHeapThatIsForetoldIsEnough() throws Exception {
        IntegerNetwork network = ProcessesTest.network("cifar_c1");
        SharingPlan plan = new SharingPlan(PublicNetwork.of(network), SharingSettings.of(Disclosure.SCORES));
        TripletPlan triplets = OutsourcedPlans.triplets(plan);
        Estimate estimate = new Estimate(plan, triplets, Calibration.measure(plan, triplets), 1);
        int cores = Runtime.getRuntime().availableProcessors();
        long bytes = 0;
        for (boolean garbler : new boolean[] {true, false}) {
            bytes = Math.max(bytes, estimate.prepareHeapBytes(garbler, cores));
            bytes = Math.max(bytes, estimate.predictHeapBytes(garbler, cores));
        }
        answersAreExact(network, ProcessesTest.samples().subList(0, 1), (bytes >> 20) + 1);
    }

    private void answersAreExact(IntegerNetwork network, List<Path> pictures, long heapMiB) throws Exception {
        RecordRelay.assumeTwoLoopbackAddresses();
        int queries = pictures.size();
        IntegerTensor expected =
                new IntegerEvaluator(network, Workers.NONE).evaluate(ProcessesTest.inputs(network, pictures));
        OutsourcedParties.Heap[] heaps = new OutsourcedParties.Heap[2];
        StringBuilder figures = new StringBuilder(network.name());
        try (OutsourcedParties parties =
                new OutsourcedParties(work, network, List.of("-XX:+UseSerialGC", "-Xmx" + heapMiB + "m"), List.of())) {
            parties.startAll();
            double deploy = parties.run("owner", List.of("deploy", "--model", "net.tacit"));
            figures.append(String.format(": deploy %.1f s, %.1f MB", deploy, parties.bytes() / 1e6));
            predict(parties, network, pictures, expected, "nothing prepared", figures);
            long before = parties.bytes();
            double prepare = parties.run("owner", List.of("prepare", "--queries", Integer.toString(queries)));
            figures.append(String.format(
                    "; prepare %d: %.1f s, %.1f MB each",
                    queries, prepare, (parties.bytes() - before) / 1e6 / queries));
            predict(parties, network, pictures, expected, "prepared", figures);
            for (int i = 1; i >= 0; i--) { // the evaluator first: it has connections to the garbler
                String server = OutsourcedParties.SERVERS.get(i);
                parties.stop(server);
                heaps[i] = parties.heap(server);
                figures.append(String.format(
                        "; heap of the %s: at most %d MiB, %d MiB after a collection",
                        server, heaps[i].peakMiB(), heaps[i].liveMiB()));
            }
        }
        System.out.println(figures);
        assertThat(work.resolve("garbler.log"))
                .content()
                .doesNotContain("evaluator: the connection was lost")
                .doesNotContain(AbortReason.TLS_FAILED.name());
        for (OutsourcedParties.Heap heap : heaps) {
            assertThat(heap.peakMiB()).isBetween(1L, heapMiB);
        }
    }

    private void predict(
            OutsourcedParties parties,
            IntegerNetwork network,
            List<Path> pictures,
            IntegerTensor expected,
            String how,
            StringBuilder figures)
            throws Exception {
        Path answers = work.resolve("answers.json");
        Files.deleteIfExists(answers);
        long before = parties.bytes();
        parties.run("client", OutsourcedParties.predict(pictures));
        PredictCommand.Outcome outcome = JsonMapper.shared().readValue(answers.toFile(), PredictCommand.Outcome.class);
        for (int i = 0; i < pictures.size(); i++) {
            assertThat(outcome.answers().get(i).scores())
                    .as("%s, %s, picture %d", network.name(), how, i)
                    .isEqualTo(scores(network, expected, i));
        }
        figures.append(String.format(
                "; predict %d with %s: %.2f s, %.2f MB each",
                pictures.size(), how, outcome.predictSeconds(), (parties.bytes() - before) / 1e6 / pictures.size()));
    }

    static List<String> scores(IntegerNetwork network, IntegerTensor expected, int picture) {
        List<String> scores = new ArrayList<>();
        for (int c = 0; c < network.classes(); c++) {
            scores.add(expected.getBig(picture * network.classes() + c).toString());
        }
        return scores;
    }

    // ---- networks that are not part of the repository

    private static Path sharedFile(String name) {
        String folder = System.getenv("TACIT_SHARED_DATA");
        assumeTrue(folder != null, "no " + name + ": set TACIT_SHARED_DATA");
        Path file = Path.of(folder).resolve(name);
        assumeTrue(Files.exists(file), "no " + file);
        return file;
    }

    static List<Path> photographs() throws IOException {
        try (var all = Files.list(sharedFile("images"))) {
            return all.sorted().toList();
        }
    }

    static IntegerNetwork shared(String name, List<Path> photographs) {
        FloatGraph read = new OnnxImporter().read(sharedFile("models/" + name + ".onnx.gz"), ImportOptions.DEFAULT);
        Pictures calibration =
                new Pictures(photographs.stream().map(PictureReader::read).toList());
        return new Quantizer(
                        new FloatGraph(name, read.nodes(), read.outputs(), read.notes()),
                        preprocessing(name),
                        calibration,
                        Provenance.NONE,
                        Workers.NONE)
                .quantize(QuantizerOptions.DEFAULT);
    }

    private static Preprocessing preprocessing(String name) {
        List<Double> one = List.of(1.0, 1.0, 1.0);
        List<Double> middle = List.of(127.5, 127.5, 127.5);
        return switch (name) {
            case "imagenet_squeezenet1.0" ->
                new Preprocessing(227, 227, 256, ChannelOrder.BGR, 1, List.of(104.0, 117.0, 123.0), one, 1, List.of());
            case "imagenet_mobilenet_v1_0.25_128" ->
                new Preprocessing(128, 128, 0, ChannelOrder.RGB, 1, middle, middle, 1, List.of());
            case "cifar10_mlperf_tiny_resnet8" -> Preprocessing.scaled(32, 32, ChannelOrder.RGB, 1);
            default ->
                new Preprocessing(
                        32, 32, 0, ChannelOrder.RGB, 1 / 255.0, IMAGENET_MEAN, IMAGENET_DEVIATION, 1, List.of());
        };
    }
}
