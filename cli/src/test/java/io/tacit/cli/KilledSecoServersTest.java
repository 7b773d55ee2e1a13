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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
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
 * is told which server it was, and no masks have been used twice: of that the stores and a server's recordings are the proof.
 */
@Tag("slow")
class KilledSecoServersTest {
    /** Its circuits are evaluated by this one where a party is killed: what the servers send depends on who it is. */
    private static final int EVALUATOR = 1;

    private static final int NOBODY = -1;

    /** Queries that are prepared together where several kills can use them: one more than a multiple of the servers. */
    private static final int AHEAD = 4;

    /** The server that records what it gets from {@link #RECORDED}. */
    private static final String RECORDS = SecoParties.SERVERS.get(2);

    private static final String RECORDED = SecoParties.SERVERS.get(1);

    /** More than is recorded of a process. */
    private static final long RECORD_BYTES = 16L << 30;

    /**
     * A network, by its name.
     *
     * @param sampled one in so many windows of the recordings is looked at
     * @param options of the servers' Java virtual machines
     */
    record Network(String name, int sampled, List<String> options) {
        @Override
        public String toString() {
            return name;
        }
    }

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
    void killedAtEveryStep(Network network, Task task, String victim) throws Exception {
        start(network).killAtSteps(task, victim, steps -> steps);
    }

    /** The small network, in which every kind of step occurs, and then LeNet. */
    static Stream<Arguments> killedAtEveryStep() {
        List<String> victims = Stream.concat(SecoParties.SERVERS.stream(), Stream.of(SecoLanes.USER))
                .toList();
        return Stream.of(
                        new Network("mnist_m1_relu", 16, KillTrials.options("1g")),
                        new Network("mnist_lenet", 256, List.of("-XX:+UseSerialGC", "-Xmx2g")))
                .flatMap(network -> Arrays.stream(Task.values())
                        .flatMap(task -> victims.stream().map(victim -> Arguments.of(network, task, victim))));
    }

    private Running start(Network chosen) throws Exception {
        RecordRelay.assumeTwoLoopbackAddresses();
        IntegerNetwork network = ProcessesTest.network(chosen.name);
        List<String> recording = List.of("--record", "ROLE.record", "--record-limit", Long.toString(RECORD_BYTES));
        SecoParties parties = new SecoParties(work, network, chosen.options, Map.of(RECORDS, recording));
        Running started = new Running(network, parties, chosen.sampled);
        running = started;
        started.begin();
        return started;
    }

    /**
     * The same picture is asked about every time: were the material of a query used twice, a server would get the same masked
     * results of layers from another again, over all its lives.
     */
    @AfterEach
    void end() throws Exception {
        Running ran = running;
        if (ran != null) {
            ran.close();
            try (var files = Files.list(work)) {
                String recordings = RECORDS + "-\\d+\\.record\\." + RECORDED;
                RepeatedWindows.assertNone(
                        files.filter(path -> path.getFileName().toString().matches(recordings))
                                .toList(),
                        ran.sampled);
            }
        }
    }

    private final class Running extends KillTrials<Task> {
        private final SecoParties parties;
        private final UserPlan plan;
        private final List<Path> pictures;
        private final IntegerTensor input;
        private final List<Long> expected;
        private final int sampled;
        private final Set<String> noted = new HashSet<>();
        /** Who evaluates what lies ready, in the order in which it is used; empty if that is not known. */
        private final List<Integer> turns = new ArrayList<>();
        /** Who evaluates what was prepared last. */
        private int last = NOBODY;

        Running(IntegerNetwork network, SecoParties parties, int sampled) throws Exception {
            super(parties, (int) network.steps().stream()
                    .filter(Step.Linear.class::isInstance)
                    .count());
            this.parties = parties;
            this.sampled = sampled;
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

        private void prepare(int queries) {
            try (LocalParty user = parties.party(SecoLanes.USER)) {
                SecoSession.prepareAtServers(user, random, queries, done -> {});
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
            return SecoSession.open(
                    user, plan, new MemoryMaterialStore(0, random), random, Workers.NONE, Runnable::run);
        }

        @Override
        void run(Task task) {
            if (task == Task.PREPARE) {
                prepare(1);
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
                notePrepared();
                if (wanted ? !turns.isEmpty() && turns.get(0) == EVALUATOR : ready().isEmpty() && isNext(EVALUATOR)) {
                    return;
                }
                if (wanted && ready().isEmpty()) {
                    // a gateway that starts anew takes what lies ready in any order
                    int queries = victim.equals(SecoLanes.GATEWAY) ? 1 : AHEAD;
                    despiteABusyMachine(() -> {
                        prepare(queries);
                        return true;
                    });
                } else {
                    askExactly();
                }
            }
        }

        private boolean isNext(int server) {
            return last != NOBODY && next(last) == server;
        }

        private static int next(int server) {
            return (server + 1) % SecoParties.SERVERS.size();
        }

        private static int previous(int server) {
            return (server + SecoParties.SERVERS.size() - 1) % SecoParties.SERVERS.size();
        }

        /** Finds out who evaluates what was prepared since the last call. */
        private void notePrepared() throws IOException {
            Set<String> fresh = queries(finished(SecoLanes.GATEWAY));
            fresh.removeAll(noted);
            noted.addAll(fresh);
            List<Integer> evaluators = evaluators(fresh);
            if (!fresh.isEmpty()) {
                // one server has one more of them than the others: the first one
                int first = evaluators.stream()
                        .max(Comparator.comparing(server -> Collections.frequency(evaluators, server)))
                        .orElseThrow();
                last = previous(first);
            }
            for (int i = 0; i < fresh.size(); i++) {
                last = next(last);
                turns.add(last);
            }
            List<Integer> left = evaluators(ready());
            turns.subList(0, Math.max(0, turns.size() - left.size())).clear(); // used in the order of their turns
            if (!turns.stream().sorted().toList().equals(left)) {
                turns.clear(); // some were dropped
            }
        }

        private Set<String> ready() throws IOException {
            return queries(ready(SecoLanes.GATEWAY));
        }

        /** Names of the queries for which there are secrets. */
        private static Set<String> queries(Set<String> material) {
            return material.stream()
                    .filter(name -> name.contains("-s."))
                    .map(name -> name.substring(name.lastIndexOf('.')))
                    .collect(Collectors.toCollection(TreeSet::new));
        }

        /** Who has tables for these queries; sorted. */
        private List<Integer> evaluators(Set<String> queries) throws IOException {
            List<Integer> evaluators = new ArrayList<>();
            for (int server = 0; server < SecoParties.SERVERS.size(); server++) {
                for (String name : finished(SecoParties.SERVERS.get(server))) {
                    if (name.contains("-t.") && queries.contains(name.substring(name.lastIndexOf('.')))) {
                        evaluators.add(server);
                    }
                }
            }
            return evaluators;
        }

        /** Turns that were taken in vain show in nothing. */
        @Override
        void mend(Task task) throws IOException {
            notePrepared();
            last = NOBODY;
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
