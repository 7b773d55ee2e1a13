package io.tacit.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tacit.client.deployment.Deployment;
import io.tacit.client.deployment.DeploymentReader;
import io.tacit.client.seco.SecoDeployment;
import io.tacit.client.seco.UserFile;
import io.tacit.kernel.Workers;
import io.tacit.model.ModelFileException;
import io.tacit.model.integer.IntegerNetwork;
import io.tacit.model.integer.IntegerNetworkFile;
import io.tacit.model.integer.IntegerTensor;
import io.tacit.model.reference.IntegerEvaluator;
import io.tacit.protocol.seco.SecoPlan;
import io.tacit.protocol.seco.UserPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

/**
 * User, gateway and servers, each a process, over TLS: from {@code split} and {@code keygen} to an answer, which is the
 * reference's; and what is left when one of them is killed.
 */
class SecoProcessesTest {
    private static final long PATIENCE_SECONDS = 600;
    private static final long LONGEST_END_SECONDS = 30;

    @TempDir
    private Path work;

    private final List<PartyProcess> servers = new ArrayList<>();

    @SuppressWarnings("NullAway.Init") // JUnit fills the folder
    SecoProcessesTest() {}

    /** A server is killed (SIGKILL) between two queries: it is named within the time, and when it is back the next is answered. */
    @Test
    @Timeout(1_200)
    void answersAreExactAndAKilledServerCostsOneQuery() throws Exception {
        IntegerNetwork network = ProcessesTest.network("mnist_m1_relu");
        List<Path> pictures = ProcessesTest.samples().subList(0, 1);
        deploy(network, 0, 3, "label", List.of());
        try {
            startAll(3);
            run("user", List.of("prepare", "--queries", "3", "--model", "net.user.tacit"));
            ask(network, pictures, "label");
            ProcessHandle victim = ProcessHandle.of(servers.get(1).pid()).orElseThrow();
            victim.destroyForcibly();
            victim.onExit().join();
            long start = System.nanoTime();
            try (PartyProcess user = user(predict(pictures))) {
                BadInput failed = catchThrowableOfType(BadInput.class, () -> user.finish(PATIENCE_SECONDS));
                assertThat(failed).hasMessageContaining("server-1").hasMessageContaining("told by gateway");
            }
            assertThat((System.nanoTime() - start) / 1e9)
                    .as("seconds until the user's end, a process's start included")
                    .isLessThan(LONGEST_END_SECONDS);
            servers.set(1, start(1));
            ask(network, pictures, "label");
        } finally {
            servers.forEach(PartyProcess::close);
        }
    }

    /** Mode and depth are chosen when the network is split: keys are made for them, and the files of another split are refused. */
    @Test
    void modeAndDepthAreChosenWhenTheNetworkIsSplit() throws Exception {
        IntegerNetwork network = ProcessesTest.network("mnist_m1_relu");
        deploy(network, 0, 3, "label", List.of("--mode=published"));
        Path conf = work.resolve("deployment.conf");
        Deployment published = DeploymentReader.read(Files.readString(conf), conf.toString());
        assertThat(published.mode()).isEqualTo("published");
        Path other = Files.createDirectory(work.resolve("other"));
        IntegerNetworkFile.write(network, other.resolve("net.tacit"));
        assertThat(Main.run("split", other.resolve("net.tacit").toString(), "--hide-depth=1"))
                .as("too deep for that")
                .isEqualTo(2);
        assertThat(Main.run("split", other.resolve("net.tacit").toString(), "--hide-depth=60"))
                .isZero();
        UserPlan hidden = UserFile.read(other.resolve("net.user.tacit"));
        assertThat(hidden.inputRing().bits()).isEqualTo(32);
        assertThatExceptionOfType(ModelFileException.class)
                .isThrownBy(() -> SecoDeployment.require(
                        published, hidden.hash(), hidden.mode(), hidden.disclosure(), hidden.servers()));
    }

    @Tag("slow")
    @ParameterizedTest
    @CsvSource({
        "mnist_m4_avg, 0, 3, scores, ''",
        "mnist_m4_avg, 0, 3, scores, --mode=published",
        "mnist_m4_avg, 0, 2, label, ''",
        "mnist_m4_avg, 2, 3, label, --hide-depth=40",
        "mnist_m4_avg, 4, 4, scores, ''",
        "mnist_lenet, 0, 3, label, ''"
    })
    @Timeout(3_600)
    void networksOfThePaper(String name, int layers, int count, String policy, String option) throws Exception {
        IntegerNetwork network = ProcessesTest.network(name);
        deploy(network, layers, count, policy, option.isEmpty() ? List.of() : List.of(option));
        try {
            startAll(count);
            long began = System.nanoTime();
            run("user", List.of("prepare", "--queries", "2", "--model", "net.user.tacit", "--pads", "pads"));
            double prepared = (System.nanoTime() - began) / 2e9;
            PredictCommand.Outcome outcome =
                    ask(network, ProcessesTest.samples().subList(0, 2), policy);
            System.out.printf(
                    "seco %s, l = %d, n = %d, %s %s: prepare %.2f s each, predict %.3f s each%n",
                    name, layers, count, policy, option, prepared, outcome.predictSeconds() / 2);
        } finally {
            servers.forEach(PartyProcess::close);
        }
    }

    private void deploy(IntegerNetwork network, int layers, int count, String policy, List<String> options)
            throws IOException {
        Map<String, Deployment.Endpoint> endpoints = new LinkedHashMap<>();
        for (int server = 0; server < count; server++) {
            endpoints.put(SecoPlan.role(server), DemoScenario.freeEndpoint());
        }
        deploy(work, network, layers, policy, options, endpoints);
    }

    /**
     * Splits and makes keys; every server has a folder of its own for what it keeps.
     *
     * @param endpoints of all servers, the gateway first
     */
    static void deploy(
            Path work,
            IntegerNetwork network,
            int layers,
            String policy,
            List<String> options,
            Map<String, Deployment.Endpoint> endpoints)
            throws IOException {
        Path file = work.resolve("net.tacit");
        IntegerNetworkFile.write(network, file);
        List<String> keygen = new ArrayList<>(
                List.of("keygen", "--protocol=seco", "--model=" + work.resolve("net.user.tacit"), "--dir=" + work));
        endpoints.forEach((server, endpoint) -> keygen.addAll(List.of("--endpoint", server + "=" + endpoint)));
        List<String> split = new ArrayList<>(List.of(
                "split",
                file.toString(),
                "--at=" + layers,
                "--servers=" + String.join(",", endpoints.keySet()),
                "--policy=" + policy));
        split.addAll(options);
        assertThat(Main.run(split.toArray(String[]::new))).isZero();
        assertThat(Main.run(keygen.toArray(String[]::new))).isZero();
        Files.delete(file); // nobody needs it any more
    }

    private void startAll(int count) throws Exception {
        for (int server = 0; server < count; server++) {
            servers.add(start(server));
        }
    }

    private PartyProcess start(int server) throws IOException, InterruptedException {
        String role = SecoPlan.role(server);
        PartyProcess process = PartyProcess.start(
                work, role, List.of(), List.of("serve", "--role", role, "--model", "net." + role + ".tacit"));
        process.await(": ready on ", PATIENCE_SECONDS);
        return process;
    }

    /** Arguments of the user's question about pictures. */
    static List<String> predict(List<Path> pictures) {
        List<String> arguments = new ArrayList<>(
                List.of("predict", "--model", "net.user.tacit", "--pads", "pads", "--json", "answers.json"));
        pictures.forEach(picture -> arguments.add(picture.toAbsolutePath().toString()));
        return arguments;
    }

    private PartyProcess user(List<String> arguments) throws IOException {
        return PartyProcess.start(work, "user", List.of("tacit.kernel=plain"), arguments);
    }

    private void run(String name, List<String> arguments) throws IOException, InterruptedException {
        try (PartyProcess process = PartyProcess.start(work, name, List.of("tacit.kernel=plain"), arguments)) {
            process.finish(PATIENCE_SECONDS);
        }
    }

    private PredictCommand.Outcome ask(IntegerNetwork network, List<Path> pictures, String policy) throws Exception {
        Path file = work.resolve("answers.json");
        Files.deleteIfExists(file);
        run("user", predict(pictures));
        PredictCommand.Outcome outcome = JsonMapper.shared().readValue(file.toFile(), PredictCommand.Outcome.class);
        IntegerTensor expected =
                new IntegerEvaluator(network, Workers.NONE).evaluate(ProcessesTest.inputs(network, pictures));
        for (int i = 0; i < pictures.size(); i++) {
            List<String> scores = OutsourcedProcessesTest.scores(network, expected, i);
            PredictCommand.Answer answer = outcome.answers().get(i);
            assertThat(answer.label()).isEqualTo(expected.argMax(i));
            assertThat(answer.scores()).isEqualTo(policy.equals("scores") ? scores : List.of());
            if (policy.equals("scores")) {
                assertThat(answer.best()).isEqualTo(ranking(scores));
            }
        }
        return outcome;
    }

    private static List<Integer> ranking(List<String> scores) {
        return IntStream.range(0, scores.size())
                .boxed()
                .sorted(Comparator.comparing((Integer i) -> Long.parseLong(scores.get(i)))
                        .reversed())
                .toList();
    }
}
