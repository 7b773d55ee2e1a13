package io.tacit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.tacit.client.seco.SecoLanes;
import io.tacit.client.seco.SecoSession;
import io.tacit.client.seco.UserFile;
import io.tacit.client.wire.LocalParty;
import io.tacit.kernel.Workers;
import io.tacit.model.integer.IntegerNetwork;
import io.tacit.model.integer.IntegerTensor;
import io.tacit.model.integer.Step;
import io.tacit.model.reference.IntegerEvaluator;
import io.tacit.protocol.material.MemoryMaterialStore;
import io.tacit.protocol.seco.UserPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The user, the gateway and each other server of {@code seco} are killed (SIGKILL) at the steps of preparation and query, over
 * TLS: those that a run without a kill shows; none is left out. What must hold then is in {@link KillTrials}; besides, the user
 * is told which server it was, and no masks have been used twice: of that the stores and the gateway's recordings are the proof.
 */
@Tag("slow")
class KilledSecoServersTest {
    /** Its circuits are evaluated by this one where a party is killed: what the servers send depends on who it is. */
    private static final int EVALUATOR = 1;

    private static final int NOBODY = -1;

    /** The whole of what is recorded of a process, and enough for some queries of LeNet and their preparation. */
    private static final long RECORD_BYTES = 1L << 30;

    @TempDir
    private Path work;

    private final SecureRandom random = new SecureRandom();
    private @Nullable Running running;

    @SuppressWarnings("NullAway.Init") // JUnit fills the folder
    KilledSecoServersTest() {}

    /** What is under way when a role dies. */
    enum Task {
        PREPARE,
        QUERY_PREPARED,
        QUERY_UNPREPARED
    }

    @ParameterizedTest
    @MethodSource
    @Timeout(14_400)
    void killedAtEveryStep(String network, Task task, String victim) throws Exception {
        running(network).killAtSteps(task, victim, steps -> steps);
    }

    /** The small network, in which every kind of step occurs, and then LeNet. */
    static Stream<Arguments> killedAtEveryStep() {
        List<String> victims = Stream.concat(SecoParties.SERVERS.stream(), Stream.of(SecoLanes.USER))
                .toList();
        return Stream.of("mnist_m1_relu", "mnist_lenet")
                .flatMap(network -> Arrays.stream(Task.values())
                        .flatMap(task -> victims.stream().map(victim -> Arguments.of(network, task, victim))));
    }

    private Running running(String name) throws Exception {
        if (running == null) {
            RecordRelay.assumeTwoLoopbackAddresses();
            IntegerNetwork network = ProcessesTest.network(name);
            List<String> recording = List.of("--record", "ROLE.record", "--record-limit", Long.toString(RECORD_BYTES));
            running = new Running(network, new SecoParties(work, network, KillTrials.options("1g"), recording));
            running.begin();
        }
        return running;
    }

    @AfterEach
    void end() throws Exception {
        if (running != null) {
            running.close();
            assertNothingIsSentTwice();
        }
    }

    /**
     * The same picture is asked about every time: were the material of a query used twice, the gateway would get the same masked
     * results of layers from the others again.
     */
    private void assertNothingIsSentTwice() throws IOException {
        try (var files = Files.list(work)) {
            RepeatedWindows.assertNone(files.filter(
                            path -> path.getFileName().toString().matches("gateway-\\d+\\.record\\.server-\\d"))
                    .toList());
        }
    }

    private final class Running extends KillTrials<Task> {
        private final SecoParties parties;
        private final UserPlan plan;
        private final List<Path> pictures;
        private final IntegerTensor input;
        private final List<Long> expected;
        private final Set<String> prepared = new HashSet<>();
        private int evaluator = NOBODY;

        Running(IntegerNetwork network, SecoParties parties) throws Exception {
            super(
                    parties,
                    (int) network.steps().stream()
                            .filter(Step.Linear.class::isInstance)
                            .count());
            this.parties = parties;
            plan = UserFile.read(work.resolve("net.user.tacit"));
            pictures = ProcessesTest.samples().subList(0, 1);
            input = ProcessesTest.inputs(network, pictures);
            IntegerTensor scores = new IntegerEvaluator(network, Workers.NONE).evaluate(input);
            expected = OutsourcedProcessesTest.scores(network, scores, 0).stream()
                    .map(Long::valueOf)
                    .toList();
        }

        void begin() throws Exception {
            parties.startAll();
            greet();
        }

        private void prepare() {
            try (LocalParty user = parties.party(SecoLanes.USER)) {
                SecoSession.prepareAtServers(user, random, 1, done -> {});
            }
        }

        @Override
        void ask() {
            try (LocalParty user = parties.party(SecoLanes.USER);
                    SecoSession session = session(user)) {
                assertThat(session.predict(input).scores()).isEqualTo(expected);
            }
        }

        private SecoSession session(LocalParty user) {
            return SecoSession.open(user, plan, new MemoryMaterialStore(0, random), random, Workers.NONE, Runnable::run);
        }

        @Override
        void run(Task task) {
            if (task == Task.PREPARE) {
                prepare();
            } else {
                ask();
            }
        }

        @Override
        List<String> arguments(Task task) {
            return task == Task.PREPARE
                    ? List.of("prepare", "--queries", "1", "--model", "net.user.tacit")
                    : SecoProcessesTest.predict(pictures);
        }

        /** Servers evaluate in turn: what is prepared for others is used up until it is {@code server-1}'s. */
        @Override
        void before(Task task, String victim) throws Exception {
            boolean wanted = task == Task.QUERY_PREPARED;
            while (true) {
                boolean isReady = ready(SecoLanes.GATEWAY).stream().anyMatch(Running::isOfQuery);
                notePrepared();
                if (wanted == isReady && (wanted ? evaluator : next(evaluator)) == EVALUATOR) {
                    return;
                }
                if (wanted && !isReady) {
                    despiteABusyMachine(() -> {
                        prepare();
                        return true;
                    });
                } else {
                    askExactly();
                }
            }
        }

        private static int next(int server) {
            return server == NOBODY ? NOBODY : (server + 1) % SecoParties.SERVERS.size();
        }

        private static boolean isOfQuery(String material) {
            return material.contains("-s.");
        }

        /** Finds out who evaluates what was prepared last: who has tables of that name. */
        private void notePrepared() throws IOException {
            for (String material : finished(SecoLanes.GATEWAY)) {
                if (isOfQuery(material) && prepared.add(material)) {
                    String tables = "-t" + material.substring(material.lastIndexOf('.'));
                    for (int server = 0; server < SecoParties.SERVERS.size(); server++) {
                        if (finished(SecoParties.SERVERS.get(server)).stream().anyMatch(name -> name.endsWith(tables))) {
                            evaluator = server;
                        }
                    }
                }
            }
        }

        /** Turns may have begun anew. */
        @Override
        void mend(Task task) throws IOException {
            notePrepared();
            evaluator = NOBODY;
        }

        @Override
        boolean namesTheFailed(Task task) {
            return true;
        }

        @Override
        ProtocolSteps.Greeting greet(ProtocolSteps counter) {
            try (LocalParty user = parties.party(SecoLanes.USER);
                    SecoSession session = session(user)) {
                return counter.records(SecoLanes.GATEWAY);
            }
        }
    }
}
