package io.tacit.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tacit.client.outsourced.OutsourcedLanes;
import io.tacit.client.outsourced.OutsourcedOwner;
import io.tacit.client.outsourced.OutsourcedSession;
import io.tacit.client.wire.LocalParty;
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
import java.util.List;
import java.util.Random;
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
 * that a run without a kill shows; none is left out. What must hold then is in {@link KillTrials}; besides, nothing single-use has
 * been used twice: of that the stores and the garbler's recordings are the proof.
 */
class KilledServersTest {
    /** Bytes of the masked tensors of one M4 query, and more: some forty windows. */
    private static final int MASK_BYTES = 10_000;

    private static final int SAMPLED = 256;

    /** Queries that are prepared together where several kills can use them. */
    private static final int AHEAD = 3;

    /** The whole of what is recorded of a process, and enough for what an M4 query and its preparation send. */
    private static final long RECORD_BYTES = 64L << 20;

    @TempDir
    private Path work;

    private final SecureRandom random = new SecureRandom();
    private @Nullable Running running;

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
        start().killAtSteps(Task.QUERY_PREPARED, "evaluator", steps -> List.of(steps.get(steps.size() / 2)));
    }

    @ParameterizedTest
    @MethodSource
    @Tag("slow")
    @Timeout(3_600)
    void killedAtEveryStep(Task task, String victim) throws Exception {
        start().killAtSteps(task, victim, steps -> steps);
    }

    static Stream<Arguments> killedAtEveryStep() {
        return Arrays.stream(Task.values())
                .flatMap(task -> victims(task).stream().map(victim -> Arguments.of(task, victim)));
    }

    private static List<String> victims(Task task) {
        return List.of(OutsourcedLanes.GARBLER, OutsourcedLanes.EVALUATOR, task.asks());
    }

    private Running start() throws Exception {
        RecordRelay.assumeTwoLoopbackAddresses();
        IntegerNetwork network = ProcessesTest.network("mnist_m4");
        List<String> recording = List.of("--record", "ROLE.record", "--record-limit", Long.toString(RECORD_BYTES));
        Running started =
                new Running(network, new OutsourcedParties(work, network, KillTrials.options("1g"), recording));
        running = started;
        started.begin();
        return started;
    }

    @AfterEach
    void end() throws Exception {
        Running ran = running;
        if (ran != null) {
            ran.close();
            assertNothingIsSentTwice();
        }
    }

    private final class Running extends KillTrials<Task> {
        private final OutsourcedParties parties;
        private final IntegerNetwork network;
        private final List<Path> pictures;
        private final IntegerTensor input;
        private final List<String> expected;

        Running(IntegerNetwork network, OutsourcedParties parties) throws Exception {
            super(parties, linearLayers(network));
            this.parties = parties;
            this.network = network;
            pictures = ProcessesTest.samples().subList(0, 1);
            input = ProcessesTest.inputs(network, pictures);
            expected = OutsourcedProcessesTest.scores(
                    network, new IntegerEvaluator(network, Workers.NONE).evaluate(input), 0);
        }

        void begin() throws Exception {
            parties.startAll();
            deployAgain();
            askExactly();
            greet();
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

        @Override
        void ask() {
            try (LocalParty client = parties.party(OutsourcedLanes.CLIENT);
                    OutsourcedSession session = session(client)) {
                assertThat(session.predict(0, input).scores().stream().map(Object::toString))
                        .isEqualTo(expected);
            }
        }

        private OutsourcedSession session(LocalParty client) {
            return OutsourcedSession.open(client, PublicNetwork.of(network), 1, random);
        }

        @Override
        void run(Task task) {
            switch (task) {
                case DEPLOY -> deploy();
                case PREPARE -> prepare(1);
                default -> ask();
            }
        }

        @Override
        List<String> arguments(Task task) {
            return switch (task) {
                case DEPLOY -> List.of("deploy", "--model", "net.tacit");
                case PREPARE -> List.of("prepare", "--queries", "1");
                default -> OutsourcedParties.predict(pictures);
            };
        }

        @Override
        void before(Task task, String victim) throws Exception {
            boolean wanted = task == Task.QUERY_PREPARED;
            while (task != Task.DEPLOY && !wanted && isReady()) {
                askExactly();
            }
            // an evaluator that finds material when it starts compares it with the garbler's, beside the task
            int queries = victim.equals(OutsourcedLanes.EVALUATOR) ? 1 : AHEAD;
            if (wanted && (!isReady() || queries == 1)) {
                despiteABusyMachine(() -> prepare(queries));
            }
        }

        private boolean isReady() throws IOException {
            return !ready(OutsourcedLanes.EVALUATOR).isEmpty();
        }

        /** One server may have the new share and the other the old: no query passes until this. */
        @Override
        void mend(Task task) throws Exception {
            if (task == Task.DEPLOY) {
                deployAgain();
            }
        }

        @Override
        boolean namesTheFailed(Task task) {
            return false; // the asking party talks to both servers, and may hear first from the one that is left
        }

        @Override
        ProtocolSteps.Greeting greet(ProtocolSteps counter) {
            try (LocalParty client = parties.party(OutsourcedLanes.CLIENT);
                    OutsourcedSession session = session(client)) {
                return counter.records(OutsourcedLanes.GARBLER);
            }
        }
    }

    private static int linearLayers(IntegerNetwork network) {
        return (int)
                network.steps().stream().filter(Step.Linear.class::isInstance).count();
    }

    // ---- nothing is used twice

    /**
     * The same picture is asked about every time: whatever masks the evaluator uses twice show as equal bytes in what the
     * garbler got from it, over all the garbler's lives.
     */
    private void assertNothingIsSentTwice() throws IOException {
        try (var files = Files.list(work)) {
            RepeatedWindows.assertNone(
                    files.filter(path -> path.getFileName().toString().matches("garbler-\\d+\\.record\\.evaluator"))
                            .toList(),
                    SAMPLED);
        }
    }

    @Test
    void aRepeatedMaskIsNoticed() throws IOException {
        byte[] recording = new byte[1_000_000];
        new Random(1).nextBytes(recording);
        Path one = Files.write(work.resolve("one"), recording);
        RepeatedWindows.assertNone(List.of(one), SAMPLED);
        Path other = Files.write(work.resolve("other"), Arrays.copyOfRange(recording, 4_001, 4_001 + MASK_BYTES));
        assertThatThrownBy(() -> RepeatedWindows.assertNone(List.of(one, other), SAMPLED))
                .isInstanceOf(AssertionError.class);
    }
}
