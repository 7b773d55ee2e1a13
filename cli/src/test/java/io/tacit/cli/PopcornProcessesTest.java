package io.tacit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.tacit.bench.ExampleNetworks;
import io.tacit.client.deployment.Deployment;
import io.tacit.client.deployment.Sha256;
import io.tacit.client.deployment.TrustSetting;
import io.tacit.client.popcorn.PopcornSession;
import io.tacit.client.wire.Identity;
import io.tacit.crypto.channel.Phase;
import io.tacit.crypto.channel.Traffic;
import io.tacit.crypto.paillier.KeyLength;
import io.tacit.kernel.Workers;
import io.tacit.model.integer.IntegerNetwork;
import io.tacit.model.integer.IntegerNetworkFile;
import io.tacit.model.integer.IntegerTensor;
import io.tacit.model.integer.PublicNetwork;
import io.tacit.model.integer.PublicNetworkFile;
import io.tacit.model.quant.QuantizerOptions;
import io.tacit.model.reference.IntegerEvaluator;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

/**
 * Server and client, each a process, over TLS with a key made for the occasion; all scores are the reference's: in published mode
 * those of the network without any rescaling. The figures are printed.
 */
@Tag("slow")
class PopcornProcessesTest {
    private static final long PATIENCE_SECONDS = 300;

    @TempDir
    private Path work;

    @SuppressWarnings("NullAway.Init") // JUnit fills the folder
    PopcornProcessesTest() {}

    @ParameterizedTest
    @CsvSource({
        "hardened, mnist_m1_relu, 2048",
        "hardened, mnist_m2_relu, 2048",
        "hardened, mnist_m4, 2048",
        "hardened, mnist_lenet, 2048",
        "hardened, cifar_c1, 2048",
        "hardened, mnist_m4, 3072",
        "published, mnist_m1_relu, 2048",
        "published, mnist_m2_relu, 2048",
        "published, mnist_m4, 2048",
        "published, cifar_c1, 2048",
    })
    @Timeout(7_200)
    void networksOfThePapers(String mode, String name, int keyBits) throws Exception {
        IntegerNetwork network = new ExampleNetworks(
                        Path.of("..", "examples", "networks"), Path.of("no-data"), Workers.NONE)
                .load(name, 1, QuantizerOptions.DEFAULT.withUnscaled(mode.equals("published")))
                .network();
        answersAreExact(mode, network, ProcessesTest.samples().subList(0, 1), KeyLength.ofBits(keyBits));
    }

    /** Networks of others, from the folder that {@code TACIT_SHARED_DATA} names. */
    @ParameterizedTest
    @CsvSource({"cifar10_resnet20, 2048"})
    @Timeout(7_200)
    void networksOfOthers(String name, int keyBits) throws Exception {
        List<Path> photographs = OutsourcedProcessesTest.photographs();
        answersAreExact(
                "hardened",
                OutsourcedProcessesTest.shared(name, photographs),
                photographs.subList(0, 1),
                KeyLength.ofBits(keyBits));
    }

    private void answersAreExact(String mode, IntegerNetwork network, List<Path> pictures, KeyLength length)
            throws Exception {
        deploy(mode, network, length);
        double serverSeconds;
        try (PartyProcess server = PartyProcess.start(
                        work,
                        PopcornSession.SERVER,
                        List.of(),
                        List.of("serve", "--role", PopcornSession.SERVER, "--model", "net.tacit"));
                PartyProcess client = client(server, pictures)) {
            client.finish(TimeUnit.HOURS.toSeconds(2));
            serverSeconds = ProcessHandle.of(server.pid())
                    .flatMap(process -> process.info().totalCpuDuration())
                    .map(cpu -> cpu.toMillis() / 1e3)
                    .orElse(Double.NaN);
        }
        PredictCommand.Outcome outcome =
                JsonMapper.shared().readValue(work.resolve("answers.json").toFile(), PredictCommand.Outcome.class);
        IntegerTensor expected =
                new IntegerEvaluator(network, Workers.NONE).evaluate(ProcessesTest.inputs(network, pictures));
        for (int i = 0; i < pictures.size(); i++) {
            assertThat(outcome.answers().get(i).scores())
                    .as("%s, %s, picture %d", mode, network.name(), i)
                    .isEqualTo(OutsourcedProcessesTest.scores(network, expected, i));
        }
        print(mode, network, length, outcome, serverSeconds);
    }

    private PartyProcess client(PartyProcess server, List<Path> pictures) throws IOException, InterruptedException {
        server.await(": ready on ", PATIENCE_SECONDS);
        List<String> arguments =
                new ArrayList<>(List.of("predict", "--model", "net.public.tacit", "--json", "answers.json"));
        pictures.forEach(picture -> arguments.add(picture.toAbsolutePath().toString()));
        return PartyProcess.start(work, "client", List.of(), arguments);
    }

    private void deploy(String mode, IntegerNetwork network, KeyLength length) throws IOException {
        PublicNetwork known = PublicNetwork.of(network);
        IntegerNetworkFile.write(network, work.resolve("net.tacit"));
        PublicNetworkFile.write(known, work.resolve("net.public.tacit"));
        int port;
        try (ServerSocket socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        new NewDeployment(
                        TrustSetting.POPCORN,
                        mode,
                        0,
                        Sha256.ofDigest(known.hash()),
                        new TreeMap<>(Map.of(PopcornSession.SERVER, new Deployment.Endpoint("127.0.0.1", port))),
                        new Deployment.Disclosure(Deployment.Policy.SCORES, 0),
                        64,
                        Duration.ofHours(12))
                .write(work);
        Path identity = work.resolve("client.pem");
        PaillierKeyMaker.write(length, identity, Identity.load(identity).fingerprint());
    }

    private static void print(
            String mode,
            IntegerNetwork network,
            KeyLength length,
            PredictCommand.Outcome outcome,
            double serverSeconds) {
        Map<Phase, Traffic.Count> traffic = outcome.traffic().getOrDefault(PopcornSession.SERVER, Map.of());
        Traffic.Count ahead = traffic.getOrDefault(Phase.PREPARE, Traffic.Count.NOTHING);
        Traffic.Count online = traffic.getOrDefault(Phase.PREDICT, Traffic.Count.NOTHING);
        System.out.printf(
                Locale.ROOT,
                "%s, %s, %d bits: exact; ahead %.1f s, %.1f MB; online %.1f s, %.1f MB up, %.1f MB down; server, start included,"
                        + " %.1f s of processor time%n",
                network.name(),
                mode,
                length.modulusBits(),
                outcome.prepareSeconds(),
                (ahead.bytesSent() + ahead.bytesReceived()) / 1e6,
                outcome.predictSeconds(),
                online.bytesSent() / 1e6,
                online.bytesReceived() / 1e6,
                serverSeconds);
    }
}
