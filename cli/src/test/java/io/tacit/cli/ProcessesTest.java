package io.tacit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.tacit.bench.ExampleNetworks;
import io.tacit.client.deployment.Deployment;
import io.tacit.client.deployment.Sha256;
import io.tacit.client.deployment.TrustSetting;
import io.tacit.kernel.Workers;
import io.tacit.model.image.PictureReader;
import io.tacit.model.image.Preprocessor;
import io.tacit.model.integer.IntegerNetwork;
import io.tacit.model.integer.IntegerNetworkFile;
import io.tacit.model.integer.IntegerTensor;
import io.tacit.model.reference.IntegerEvaluator;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

/** Every party a process of its own over TLS, started as a person would; the answers are the reference's integers. */
class ProcessesTest {
    private static final long PATIENCE_SECONDS = 120;
    private static final int PICTURES = 5;

    @TempDir
    private Path folder;

    @SuppressWarnings("NullAway.Init") // JUnit fills the folder
    ProcessesTest() {}

    @Test
    void twoCloudsAnswerAsTheReference() throws Exception {
        answersAreExact("mnist_m4", "blinded", 2);
    }

    @Tag("slow")
    @ParameterizedTest
    @CsvSource({
        "mnist_sn_mlp",
        "mnist_sn_cnn",
        "cifar_sn",
        "mnist_m1_relu",
        "mnist_m1_square",
        "mnist_m4",
        "mnist_lenet",
    })
    void everyModeAnswersAsTheReference(String network) throws Exception {
        answersAreExact(network, "published", 1);
        answersAreExact(network, "weights-public", 1);
        answersAreExact(network, "blinded", 2);
        answersAreExact(network, "blinded", 3);
    }

    @Test
    void aCloudThatIsKilledIsNamedAndTheUserEndsInOneLine() throws Exception {
        Path work = Files.createDirectories(folder.resolve("killed"));
        IntegerNetwork network = network("mnist_m4");
        deploy(work, network, "blinded", 2);
        try (PartyProcess one = serve(work, "cloud-1");
                PartyProcess two = serve(work, "cloud-2")) {
            one.await(": ready on ", PATIENCE_SECONDS);
            two.await(": ready on ", PATIENCE_SECONDS);
            ProcessHandle.of(two.pid()).ifPresent(ProcessHandle::destroyForcibly);
            try (PartyProcess user = predict(work, samples())) {
                org.assertj.core.api.Assertions.assertThatThrownBy(() -> user.finish(PATIENCE_SECONDS))
                        .isInstanceOf(BadInput.class)
                        .hasMessageContaining("cloud-2");
            }
        }
        assertThat(Files.readString(work.resolve("user.log"))).doesNotContain("\tat ");
    }

    private void answersAreExact(String name, String mode, int clouds) throws Exception {
        Path work = Files.createDirectories(folder.resolve(name + "-" + mode + "-" + clouds));
        IntegerNetwork network = network(name);
        deploy(work, network, mode, clouds);
        List<Path> pictures = samples();
        List<PartyProcess> parties = new ArrayList<>();
        try {
            for (int k = 1; k <= clouds; k++) {
                parties.add(serve(work, "cloud-" + k));
            }
            for (PartyProcess party : parties) {
                party.await(": ready on ", PATIENCE_SECONDS);
            }
            PartyProcess user = predict(work, pictures);
            parties.add(user);
            user.finish(PATIENCE_SECONDS);
        } finally {
            parties.forEach(PartyProcess::close);
        }
        PredictCommand.Outcome outcome =
                JsonMapper.shared().readValue(work.resolve("answers.json").toFile(), PredictCommand.Outcome.class);
        IntegerTensor expected = new IntegerEvaluator(network, Workers.NONE).evaluate(inputs(network, pictures));
        for (int i = 0; i < pictures.size(); i++) {
            List<String> scores = new ArrayList<>();
            for (int c = 0; c < network.classes(); c++) {
                scores.add(expected.getBig(i * network.classes() + c).toString());
            }
            assertThat(outcome.answers().get(i).scores())
                    .as("%s, %s, %d clouds, picture %d", name, mode, clouds, i)
                    .isEqualTo(scores);
        }
    }

    private static Path examples() {
        return Path.of("..", "examples");
    }

    static IntegerNetwork network(String name) {
        return new ExampleNetworks(examples().resolve("networks"), Path.of("no-data"), Workers.NONE)
                .load(name, 1)
                .network();
    }

    static List<Path> samples() throws IOException {
        try (var all = Files.list(examples().resolve("samples"))) {
            return all.filter(path -> path.toString().endsWith(".png"))
                    .sorted()
                    .skip(50)
                    .limit(PICTURES)
                    .toList();
        }
    }

    static IntegerTensor inputs(IntegerNetwork network, List<Path> pictures) {
        int size = network.input().shape().size();
        int[] values = new int[pictures.size() * size];
        Preprocessor preprocessor = new Preprocessor(network.preprocessing());
        for (int i = 0; i < pictures.size(); i++) {
            int[] one = preprocessor.integers(
                    PictureReader.read(pictures.get(i)), network.input().range());
            System.arraycopy(one, 0, values, i * size, size);
        }
        return IntegerTensor.ofInts(pictures.size(), network.input().shape(), values);
    }

    private static void deploy(Path work, IntegerNetwork network, String mode, int clouds) throws IOException {
        IntegerNetworkFile.write(network, work.resolve("net.tacit"));
        Map<String, Deployment.Endpoint> endpoints = new TreeMap<>();
        for (int k = 1; k <= clouds; k++) {
            try (ServerSocket socket = new ServerSocket(0)) {
                endpoints.put("cloud-" + k, new Deployment.Endpoint("127.0.0.1", socket.getLocalPort()));
            }
        }
        new NewDeployment(
                        TrustSetting.SECURENETS,
                        mode,
                        clouds,
                        Sha256.ofDigest(network.hash()),
                        endpoints,
                        new Deployment.Disclosure(Deployment.Policy.SCORES, 0),
                        64,
                        Duration.ofHours(1))
                .write(work);
    }

    private static PartyProcess serve(Path work, String role) throws IOException {
        return PartyProcess.start(work, role, List.of("tacit.kernel=plain"), List.of("serve", "--role", role));
    }

    private static PartyProcess predict(Path work, List<Path> pictures) throws IOException {
        List<String> arguments = new ArrayList<>(List.of("predict", "--model", "net.tacit", "--json", "answers.json"));
        pictures.forEach(picture -> arguments.add(picture.toAbsolutePath().toString()));
        return PartyProcess.start(work, "user", List.of("tacit.kernel=plain"), arguments);
    }
}
