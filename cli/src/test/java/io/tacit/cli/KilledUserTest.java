package io.tacit.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tacit.client.deployment.Deployment;
import io.tacit.client.deployment.Sha256;
import io.tacit.client.deployment.TrustSetting;
import io.tacit.kernel.Workers;
import io.tacit.model.integer.IntegerNetwork;
import io.tacit.model.integer.IntegerNetworkFile;
import io.tacit.model.integer.IntegerTensor;
import io.tacit.model.reference.IntegerEvaluator;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/**
 * {@code tacit predict} is killed (SIGKILL) before each record that it sends to its clouds or gets from them, as a process,
 * over TLS. A relay in front of the clouds holds the record back until the process is dead. Afterwards the clouds still
 * serve, the next prediction is exact, and no pad has been used twice: of that a cloud's own recording is the proof.
 */
class KilledUserTest {
    private static final long PATIENCE_SECONDS = 180;
    private static final int CLOUDS = 2;
    /** Chance makes two windows of this many random bytes equal with probability below 2^-80 here. */
    private static final int WINDOW_BYTES = 16;

    @TempDir
    private Path work;

    private final List<RecordRelay> relays = new ArrayList<>();
    private final Set<String> used = new HashSet<>();

    @SuppressWarnings("NullAway.Init") // JUnit fills the folder
    KilledUserTest() {}

    @Test
    @Timeout(600)
    void killedInAPrediction() throws Exception {
        killAtSteps(records -> List.of(2 * records / 3));
    }

    @Test
    @Tag("slow")
    @Timeout(7_200)
    void killedAtEveryStepOfAPrediction() throws Exception {
        killAtSteps(records -> {
            List<Integer> all = new ArrayList<>();
            for (int record = 0; record < records; record++) {
                all.add(record);
            }
            return all;
        });
    }

    /** Which records to kill before, of so many in one prediction. */
    @FunctionalInterface
    private interface Steps {
        List<Integer> of(int records);
    }

    private void killAtSteps(Steps steps) throws Exception {
        RecordRelay.assumeTwoLoopbackAddresses();
        IntegerNetwork network = ProcessesTest.network("mnist_m1_relu");
        List<Path> pictures = ProcessesTest.samples().subList(0, 2);
        IntegerTensor expected =
                new IntegerEvaluator(network, Workers.NONE).evaluate(ProcessesTest.inputs(network, pictures));
        deploy(network);
        List<PartyProcess> clouds = new ArrayList<>();
        try {
            for (int k = 1; k <= CLOUDS; k++) {
                clouds.add(cloud("cloud-" + k));
            }
            for (PartyProcess cloud : clouds) {
                cloud.await(": ready on ", PATIENCE_SECONDS);
            }
            predictExactly(network, pictures, expected);
            int records = relays.stream().mapToInt(RecordRelay::passed).sum();
            List<Integer> chosen = steps.of(records);
            System.out.printf("a prediction has %d records; killed before %d of them%n", records, chosen.size());
            prepare(3 * chosen.size(), pictures.size());
            int kills = 0;
            for (int step : chosen) {
                kills += kill(step, pictures) ? 1 : 0;
                System.out.printf("record %d, killed %d times so far%n", step, kills);
                predictExactly(network, pictures, expected);
                for (PartyProcess cloud : clouds) {
                    assertThat(ProcessHandle.of(cloud.pid()).map(ProcessHandle::isAlive))
                            .as("a cloud after the kill at record %d", step)
                            .contains(true);
                }
            }
            // records are cut a little differently from run to run: the last ones of one may be missing in another
            assertThat(kills).isGreaterThanOrEqualTo(Math.max(1, chosen.size() - 2));
        } finally {
            clouds.forEach(PartyProcess::close);
            relays.forEach(RecordRelay::close);
        }
        assertNothingIsSentTwice(Files.readAllBytes(work.resolve("cloud-1.record.user")));
    }

    /** The check of the recordings can fail. */
    @Test
    void aRepeatedMaskIsNoticed() {
        byte[] recording = new byte[100_000];
        new Random(1).nextBytes(recording);
        assertNothingIsSentTwice(recording);
        System.arraycopy(recording, 4_000, recording, 64_004, 2 * WINDOW_BYTES);
        assertThatThrownBy(() -> assertNothingIsSentTwice(recording)).isInstanceOf(AssertionError.class);
    }

    private void deploy(IntegerNetwork network) throws IOException {
        IntegerNetworkFile.write(network, work.resolve("net.tacit"));
        Map<String, Deployment.Endpoint> endpoints = new TreeMap<>();
        for (int k = 1; k <= CLOUDS; k++) {
            RecordRelay relay = new RecordRelay();
            relays.add(relay);
            endpoints.put("cloud-" + k, new Deployment.Endpoint("127.0.0.1", relay.port()));
        }
        new NewDeployment(
                        TrustSetting.SECURENETS,
                        "blinded",
                        CLOUDS,
                        Sha256.ofDigest(network.hash()),
                        endpoints,
                        new Deployment.Disclosure(Deployment.Policy.SCORES, 0),
                        64,
                        Duration.ofHours(4))
                .write(work);
    }

    private PartyProcess cloud(String role) throws IOException {
        return PartyProcess.start(
                work,
                role,
                List.of("tacit.kernel=plain"),
                List.of(
                        "serve",
                        "--role",
                        role,
                        "--bind",
                        RecordRelay.BEHIND,
                        "--record",
                        role + ".record",
                        "--record-limit",
                        "1000000"));
    }

    private PartyProcess user(List<String> arguments) throws IOException {
        return PartyProcess.start(work, "user", List.of("tacit.kernel=plain"), arguments);
    }

    private PartyProcess predict(List<Path> pictures) throws IOException {
        List<String> arguments =
                new ArrayList<>(List.of("predict", "--model", "net.tacit", "--pads", "pads", "--json", "answers.json"));
        pictures.forEach(picture -> arguments.add(picture.toAbsolutePath().toString()));
        return user(arguments);
    }

    /** Pads that lie ready when the process is killed: what could be used twice. */
    private void prepare(int queries, int images) throws IOException, InterruptedException {
        try (PartyProcess user = user(List.of(
                "prepare",
                "--model",
                "net.tacit",
                "--pads",
                "pads",
                "--queries",
                Integer.toString(queries),
                "--batch",
                Integer.toString(images)))) {
            user.finish(PATIENCE_SECONDS);
        }
    }

    private void predictExactly(IntegerNetwork network, List<Path> pictures, IntegerTensor expected)
            throws IOException, InterruptedException {
        relays.forEach(relay -> relay.arm((connection, toServer, bytes) -> {}));
        Files.deleteIfExists(work.resolve("answers.json"));
        predictDespiteABusyMachine(pictures);
        checkStore();
        PredictCommand.Outcome outcome =
                JsonMapper.shared().readValue(work.resolve("answers.json").toFile(), PredictCommand.Outcome.class);
        for (int i = 0; i < pictures.size(); i++) {
            List<String> scores = new ArrayList<>();
            for (int c = 0; c < network.classes(); c++) {
                scores.add(expected.getBig(i * network.classes() + c).toString());
            }
            assertThat(outcome.answers().get(i).scores()).isEqualTo(scores);
        }
    }

    /**
     * On a machine with much else to do two fresh processes may not get through their greeting in its five seconds. That, and
     * nothing else, is tried again; clouds that a killed user had left unable to greet would stay so.
     */
    private void predictDespiteABusyMachine(List<Path> pictures) throws IOException, InterruptedException {
        for (int left = 4; ; left--) {
            try (PartyProcess user = predict(pictures)) {
                user.finish(PATIENCE_SECONDS);
                return;
            } catch (BadInput e) {
                if (left == 0 || !String.valueOf(e.getMessage()).contains("no TLS and hello within")) {
                    throw e;
                }
                System.out.println("tried again: " + e.getMessage());
            }
        }
    }

    /** Starts a prediction and kills it before its record number {@code step}. @return whether it got so far */
    private boolean kill(int step, List<Path> pictures) throws Exception {
        CompletableFuture<ProcessHandle> victim = new CompletableFuture<>();
        AtomicInteger records = new AtomicInteger(); // one count over all connections to all clouds
        AtomicBoolean killed = new AtomicBoolean();
        relays.forEach(relay -> relay.arm((connection, toServer, bytes) -> {
            if (records.getAndIncrement() == step) {
                killed.set(victim.join().destroyForcibly());
                victim.join().onExit().join();
            }
        }));
        try (PartyProcess user = predict(pictures)) {
            ProcessHandle process = ProcessHandle.of(user.pid()).orElseThrow();
            victim.complete(process);
            process.onExit().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        }
        checkStore();
        return killed.get();
    }

    /** A pad that has left {@code ready} never comes back, and nothing of it is left once a process has started after it. */
    private void checkStore() throws IOException {
        Set<String> ready = names("ready");
        Set<String> claimed = names("claimed");
        assertThat(ready).doesNotContainAnyElementsOf(claimed);
        used.addAll(claimed);
        assertThat(ready).doesNotContainAnyElementsOf(used);
        assertThat(claimed).containsAll(used);
    }

    private Set<String> names(String part) throws IOException {
        Path folder = work.resolve("pads").resolve(part);
        if (!Files.isDirectory(folder)) {
            return Set.of();
        }
        try (var files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).collect(Collectors.toCollection(TreeSet::new));
        }
    }

    /**
     * The same pictures are asked about every time, so a pad used twice shows as equal masked inputs. Everything else that
     * the first cloud gets is drawn anew each time (a seed for its share), or too regular to be a mask (commands, shapes);
     * all of it comes in words of four bytes.
     */
    private static void assertNothingIsSentTwice(byte[] recording) {
        assertThat(recording.length).isGreaterThan(10_000);
        Set<ByteBuffer> seen = new HashSet<>();
        for (int at = 0; at + WINDOW_BYTES <= recording.length; at += Integer.BYTES) {
            ByteBuffer window = ByteBuffer.wrap(recording, at, WINDOW_BYTES).slice();
            if (looksRandom(window)) {
                assertThat(seen.add(window)).as("bytes at %d", at).isTrue();
            }
        }
        assertThat(seen).hasSizeGreaterThan(recording.length / 8);
    }

    private static boolean looksRandom(ByteBuffer window) {
        Set<Byte> values = new HashSet<>();
        for (int i = 0; i < WINDOW_BYTES; i++) {
            values.add(window.get(i));
        }
        return values.size() >= 12;
    }
}
