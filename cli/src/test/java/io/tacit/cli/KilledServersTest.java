package io.tacit.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tacit.client.outsourced.OutsourcedLanes;
import io.tacit.client.outsourced.OutsourcedOwner;
import io.tacit.client.outsourced.OutsourcedSession;
import io.tacit.client.wire.LocalParty;
import io.tacit.crypto.channel.PeerUnavailable;
import io.tacit.crypto.channel.ProtocolAbort;
import io.tacit.kernel.Workers;
import io.tacit.model.integer.IntegerNetwork;
import io.tacit.model.integer.IntegerTensor;
import io.tacit.model.integer.PublicNetwork;
import io.tacit.model.integer.Step;
import io.tacit.model.reference.IntegerEvaluator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each role of {@code outsourced} is killed (SIGKILL) at the steps of deployment, preparation and query of M4, over TLS: those
 * that a run without a kill shows, {@link ProtocolSteps}; none is left out. Before each kill all connections are cut, so that
 * every run has all of its steps; relays hold the first record of a step back until the process is dead. The others must end
 * within {@value #END_SECONDS} s with the reason, or go on; afterwards the next query is exact, and nothing single-use has been
 * used twice: of that the stores and the garbler's recordings are the proof.
 */
class KilledServersTest {
    private static final long END_SECONDS = 30;

    private static final int SAMPLED = 256;
    /** Bytes of the masked tensors of one M4 query, and more: some forty windows. */
    private static final int MASK_BYTES = 10_000;

    private static final int MOST_REPEATED = 10;

    /** Queries that are prepared together where several kills can use them. */
    private static final int AHEAD = 3;

    private static final int MOST_TRIES = 5;
    private static final int LAST_WORDS_SECONDS = 5;
    private static final String LATE_GREETING = "no TLS and hello within";

    /** The whole of what is recorded of a process, and enough for what an M4 query and its preparation send. */
    private static final long RECORD_BYTES = 64L << 20;

    @TempDir
    private Path work;

    private final SecureRandom random = new SecureRandom();
    private final Map<String, Set<String>> spent = new HashMap<>();

    @SuppressWarnings("NullAway.Init") // JUnit fills the folder
    KilledServersTest() {}

    /** What is under way when a role dies. */
    enum Task {
        DEPLOY,
        PREPARE,
        QUERY_PREPARED,
        QUERY_UNPREPARED;

        String asks() {
            return this == DEPLOY || this == PREPARE ? OutsourcedLanes.OWNER : OutsourcedLanes.CLIENT;
        }
    }

    @Test
    @Timeout(900)
    void anEvaluatorKilledInAQuery() throws Exception {
        killAtSteps(Task.QUERY_PREPARED, "evaluator", steps -> List.of(steps.get(steps.size() / 2)));
    }

    @ParameterizedTest
    @MethodSource
    @Tag("slow")
    @Timeout(3_600)
    void killedAtEveryStep(Task task, String victim) throws Exception {
        killAtSteps(task, victim, steps -> steps);
    }

    static Stream<Arguments> killedAtEveryStep() {
        return Arrays.stream(Task.values())
                .flatMap(task -> victims(task).stream().map(victim -> Arguments.of(task, victim)));
    }

    private static List<String> victims(Task task) {
        return List.of(OutsourcedLanes.GARBLER, OutsourcedLanes.EVALUATOR, task.asks());
    }

    /** Which steps to kill at, of these. */
    @FunctionalInterface
    private interface Choice {
        List<ProtocolSteps.Step> of(List<ProtocolSteps.Step> steps);
    }

    private @Nullable Running running;

    private Running running() throws Exception {
        if (running == null) {
            RecordRelay.assumeTwoLoopbackAddresses();
            running = new Running();
        }
        return running;
    }

    @AfterEach
    void end() throws Exception {
        Running ran = running;
        if (ran != null) {
            ran.parties.close();
            assertNothingIsSentTwice();
        }
    }

    private void killAtSteps(Task task, String victim, Choice choice) throws Exception {
        Running run = running();
        List<ProtocolSteps.Step> steps = run.steps(task, victim);
        List<ProtocolSteps.Step> chosen = choice.of(steps);
        long longest = 0;
        long start = System.nanoTime();
        for (ProtocolSteps.Step step : chosen) {
            longest = Math.max(longest, run.kill(task, victim, step));
        }
        System.out.printf(
                "%s: %d steps, the %s was killed at %d of them; all ended within %.1f s; %.0f s%n",
                task, steps.size(), victim, chosen.size(), longest / 1e3, (System.nanoTime() - start) / 1e9);
    }

    /** The parties, and what must hold of them after each kill. */
    private final class Running {
        private final IntegerNetwork network = ProcessesTest.network("mnist_m4");
        private final List<Path> pictures = ProcessesTest.samples().subList(0, 1);
        private final IntegerTensor input = ProcessesTest.inputs(network, pictures);
        private final List<String> expected =
                OutsourcedProcessesTest.scores(network, new IntegerEvaluator(network, Workers.NONE).evaluate(input), 0);
        private final OutsourcedParties parties;
        private final ProtocolSteps.Greeting greeting;
        /** A step of each stream for each of them. */
        private final int linearLayers = (int)
                network.steps().stream().filter(Step.Linear.class::isInstance).count();

        Running() throws Exception {
            parties = new OutsourcedParties(
                    work,
                    network,
                    // fresh processes all the time: what compiles fast answers first
                    List.of("-XX:+UseSerialGC", "-Xmx1g", "-XX:TieredStopAtLevel=1", "-Dtacit.kernel=plain"),
                    List.of("--record", "ROLE.record", "--record-limit", Long.toString(RECORD_BYTES)));
            parties.startBoth();
            deployAgain();
            askExactly();
            greeting = despiteABusyMachine(this::greeting);
        }

        private void deploy() {
            try (LocalParty owner = parties.party(OutsourcedLanes.OWNER)) {
                new OutsourcedOwner(owner, random).deploy(network);
            }
        }

        private void deployAgain() throws Exception {
            despiteABusyMachine(() -> {
                deploy();
                return true;
            });
        }

        private long prepare(int queries) {
            try (LocalParty owner = parties.party(OutsourcedLanes.OWNER)) {
                return new OutsourcedOwner(owner, random).prepare(queries, done -> {});
            }
        }

        private List<String> ask() {
            try (LocalParty client = parties.party(OutsourcedLanes.CLIENT);
                    OutsourcedSession session = OutsourcedSession.open(client, PublicNetwork.of(network), 1, random)) {
                return session.predict(0, input).scores().stream()
                        .map(Object::toString)
                        .toList();
            }
        }

        private void askExactly() throws Exception {
            assertThat(despiteABusyMachine(this::ask)).isEqualTo(expected);
        }

        private void run(Task task) {
            switch (task) {
                case DEPLOY -> deploy();
                case PREPARE -> prepare(1);
                default -> assertThat(ask()).isEqualTo(expected);
            }
        }

        private List<String> arguments(Task task) {
            return switch (task) {
                case DEPLOY -> List.of("deploy", "--model", "net.tacit");
                case PREPARE -> List.of("prepare", "--queries", "1");
                default -> OutsourcedParties.predict(pictures);
            };
        }

        /** Makes the state in which the task begins. */
        private void before(Task task, String victim) throws Exception {
            boolean wanted = task == Task.QUERY_PREPARED;
            while (task != Task.DEPLOY && !wanted && ready() > 0) {
                askExactly();
            }
            // an evaluator that finds material when it starts compares it with the garbler's, beside the task
            int queries = victim.equals(OutsourcedLanes.EVALUATOR) ? 1 : AHEAD;
            if (wanted && (ready() == 0 || queries == 1)) {
                despiteABusyMachine(() -> prepare(queries));
            }
        }

        private int ready() throws IOException {
            return (int) names(parties.state(OutsourcedLanes.EVALUATOR), "ready").stream()
                    .filter(name -> !spentAt(OutsourcedLanes.EVALUATOR).contains(name))
                    .count();
        }

        /** Steps of the task where nothing goes wrong, from the connections on. */
        List<ProtocolSteps.Step> steps(Task task, String victim) throws Exception {
            return despiteABusyMachine(() -> {
                before(task, victim);
                ProtocolSteps counter = follow(step -> {});
                if (OutsourcedParties.SERVERS.contains(victim)) {
                    run(task);
                } else {
                    try (PartyProcess asking = parties.command(victim, arguments(task))) {
                        asking.finish(OutsourcedParties.PATIENCE_SECONDS);
                    }
                }
                parties.disarm();
                return counter.steps(linearLayers);
            });
        }

        /** All connections are made anew, and followed. */
        private ProtocolSteps follow(Consumer<ProtocolSteps.Step> before) {
            parties.cut();
            ProtocolSteps steps = new ProtocolSteps(greeting, before);
            parties.arm(steps);
            return steps;
        }

        private ProtocolSteps.Greeting greeting() {
            parties.cut();
            ProtocolSteps counter = new ProtocolSteps(ProtocolSteps.Greeting.UNKNOWN, step -> {});
            parties.arm(counter);
            try (LocalParty client = parties.party(OutsourcedLanes.CLIENT);
                    OutsourcedSession session = OutsourcedSession.open(client, PublicNetwork.of(network), 1, random)) {
                return counter.records(OutsourcedLanes.GARBLER);
            }
        }

        /** Kills once. @return milliseconds until the asking party had ended */
        long kill(Task task, String victim, ProtocolSteps.Step step) throws Exception {
            for (int left = MOST_TRIES; left > 0; left--) {
                OptionalLong millis = tryToKill(task, victim, step);
                if (millis.isPresent()) {
                    return millis.getAsLong();
                }
                System.out.println("did not come to " + step + ": tried again");
            }
            throw new AssertionError(task + " never came to " + step);
        }

        /** Empty if the task ended, on a busy machine, before it came to the step. */
        private OptionalLong tryToKill(Task task, String victim, ProtocolSteps.Step step) throws Exception {
            before(task, victim);
            boolean ofServer = OutsourcedParties.SERVERS.contains(victim);
            CompletableFuture<ProcessHandle> process = new CompletableFuture<>();
            CompletableFuture<Long> killed = new CompletableFuture<>();
            follow(now -> {
                if (step.isAt(now) && !killed.isDone()) {
                    if (ofServer) {
                        parties.kill(victim);
                    } else {
                        process.join().destroyForcibly();
                        process.join().onExit().join();
                    }
                    killed.complete(System.nanoTime());
                }
            });
            String what = task + ", the " + victim + " killed at " + step;
            long end;
            if (ofServer) {
                end = endOf(CompletableFuture.runAsync(() -> run(task)), killed, what);
            } else {
                try (PartyProcess asking = parties.command(victim, arguments(task))) {
                    ProcessHandle handle = ProcessHandle.of(asking.pid()).orElseThrow();
                    process.complete(handle);
                    handle.onExit().get(OutsourcedParties.PATIENCE_SECONDS, TimeUnit.SECONDS);
                }
                end = System.nanoTime();
            }
            boolean reached = comesToPass(killed);
            parties.disarm();
            checkStores();
            for (String server : OutsourcedParties.SERVERS) {
                boolean dead = reached && server.equals(victim);
                assertThat(parties.isAlive(server)).as(what + ": " + server).isEqualTo(!dead);
                if (dead) {
                    parties.start(server);
                }
            }
            checkStores();
            if (task == Task.DEPLOY) {
                deployAgain(); // one server may have the new share and the other the old: no query passes until this
            }
            askExactly();
            checkStores();
            return reached
                    ? OptionalLong.of(Math.max(0, TimeUnit.NANOSECONDS.toMillis(end - killed.join())))
                    : OptionalLong.empty();
        }

        /** What is still on its way when the asking party has ended may be the step. */
        private static boolean comesToPass(CompletableFuture<Long> killed) throws Exception {
            try {
                killed.get(LAST_WORDS_SECONDS, TimeUnit.SECONDS);
                return true;
            } catch (TimeoutException e) {
                return false;
            }
        }

        /** The asking party ends in time: with what it wanted, or with a reason. */
        private long endOf(CompletableFuture<Void> asking, CompletableFuture<Long> killed, String what)
                throws Exception {
            CompletableFuture.anyOf(killed, asking.exceptionally(e -> null))
                    .get(OutsourcedParties.PATIENCE_SECONDS, TimeUnit.SECONDS);
            try {
                asking.get(END_SECONDS, TimeUnit.SECONDS);
            } catch (ExecutionException e) {
                assertThat(e.getCause())
                        .as(what)
                        .isInstanceOfAny(ProtocolAbort.class, PeerUnavailable.class)
                        .hasMessageMatching("(?s).{10,}");
            }
            return System.nanoTime();
        }

        /** What has left {@code ready} never comes back, neither at once nor when the process has started anew. */
        private void checkStores() throws IOException {
            for (String server : OutsourcedParties.SERVERS) {
                Set<String> claimed = names(parties.state(server), "claimed");
                Set<String> ready = names(parties.state(server), "ready");
                assertThat(claimed).as(server).containsAll(spentAt(server));
                spentAt(server).addAll(claimed);
                assertThat(ready).as(server).noneMatch(spentAt(server)::contains);
            }
        }

        private Set<String> spentAt(String server) {
            return spent.computeIfAbsent(server, s -> new TreeSet<>());
        }
    }

    /**
     * On a machine with much else to do two processes may not get through their greeting in its five seconds. That, and nothing
     * else, is tried again, be it the client's greeting or, as its log tells, the evaluator's of the garbler; a server that a kill
     * had left unable to greet would stay so.
     */
    private <T> T despiteABusyMachine(Callable<T> task) throws Exception {
        for (int left = MOST_TRIES - 1; ; left--) {
            int before = lateGreetings();
            try {
                return task.call();
            } catch (PeerUnavailable | ProtocolAbort e) {
                if (left == 0
                        || !(String.valueOf(e.getMessage()).contains(LATE_GREETING) || lateGreetings() > before)) {
                    throw e;
                }
                System.out.println("tried again: " + e.getMessage());
            }
        }
    }

    private int lateGreetings() {
        try {
            return Files.readString(work.resolve("evaluator.log")).split(LATE_GREETING, -1).length;
        } catch (IOException e) {
            return 0;
        }
    }

    private static Set<String> names(Path state, String part) throws IOException {
        Path folder = state.resolve("material").resolve(part);
        if (!Files.isDirectory(folder)) {
            return Set.of();
        }
        try (var files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).collect(Collectors.toCollection(TreeSet::new));
        }
    }

    // ---- nothing is used twice

    /**
     * The same picture is asked about every time: whatever masks the evaluator uses twice show as equal bytes in what the
     * garbler got from it, over all the garbler's lives. Only names repeat, of material and of the deployment: few and short,
     * but a name is said again each time a server has come back, so that different windows count and not how often each came.
     */
    private void assertNothingIsSentTwice() throws IOException {
        try (var files = Files.list(work)) {
            assertNothingIsSentTwice(
                    files.filter(path -> path.getFileName().toString().matches("garbler-\\d+\\.record\\.evaluator"))
                            .toList());
        }
    }

    @Test
    void aRepeatedMaskIsNoticed() throws IOException {
        byte[] recording = new byte[1_000_000];
        new Random(1).nextBytes(recording);
        Path one = Files.write(work.resolve("one"), recording);
        assertNothingIsSentTwice(List.of(one));
        Path other = Files.write(work.resolve("other"), Arrays.copyOfRange(recording, 4_001, 4_001 + MASK_BYTES));
        assertThatThrownBy(() -> assertNothingIsSentTwice(List.of(one, other))).isInstanceOf(AssertionError.class);
    }

    /** Of all windows of eight bytes that look random one in {@value #SAMPLED}, chosen by its content, is remembered. */
    private static void assertNothingIsSentTwice(List<Path> recordings) throws IOException {
        LongStream.Builder seen = LongStream.builder();
        for (Path recording : recordings) {
            byte[] bytes = Files.readAllBytes(recording);
            long window = 0;
            for (int i = 0; i < bytes.length; i++) {
                window = window << Byte.SIZE | (bytes[i] & 0xff);
                boolean sampled = (window * 0x9E3779B97F4A7C15L >>> 32) % SAMPLED == 0;
                if (i >= Long.BYTES - 1 && sampled && looksRandom(window)) {
                    seen.add(window);
                }
            }
        }
        Map<Long, Long> times =
                seen.build().boxed().collect(Collectors.groupingBy(window -> window, Collectors.counting()));
        assertThat(times).isNotEmpty();
        Map<Long, Long> repeated = new HashMap<>(times);
        repeated.values().removeIf(count -> count == 1);
        assertThat(repeated).as("windows that were sent twice, and how often").hasSizeLessThan(MOST_REPEATED);
    }

    private static boolean looksRandom(long window) {
        Set<Integer> values = new HashSet<>();
        for (int i = 0; i < Long.BYTES; i++) {
            values.add((int) (window >>> Byte.SIZE * i) & 0xff);
        }
        return values.size() >= 6;
    }
}
