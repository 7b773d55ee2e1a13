package io.tacit.server.outsourced;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tacit.client.deployment.Deployment;
import io.tacit.client.outsourced.OutsourcedOwner;
import io.tacit.client.outsourced.OutsourcedSession;
import io.tacit.client.wire.LocalParty;
import io.tacit.crypto.channel.AbortReason;
import io.tacit.crypto.channel.PeerUnavailable;
import io.tacit.crypto.channel.Phase;
import io.tacit.crypto.channel.ProtocolAbort;
import io.tacit.crypto.channel.Traffic;
import io.tacit.kernel.Workers;
import io.tacit.model.integer.IntegerNetwork;
import io.tacit.model.integer.IntegerTensor;
import io.tacit.model.reference.IntegerEvaluator;
import io.tacit.protocol.outsourced.Answer;
import io.tacit.server.SmallNetwork;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Owner, two servers and clients that talk TLS, with shares and material in files. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class OutsourcedOverTlsTest {
    private static final Deployment.Disclosure SCORES = new Deployment.Disclosure(Deployment.Policy.SCORES, 0);

    @TempDir
    Path folder;

    private final IntegerNetwork network = SmallNetwork.make();
    private LoopbackServers servers;

    @BeforeEach
    void start() throws IOException {
        servers = new LoopbackServers(folder, network, SCORES);
        servers.startGarbler();
        servers.startEvaluator(0);
    }

    @AfterEach
    void stop() throws Exception {
        servers.close();
    }

    private void deploy() {
        try (LocalParty owner = servers.party("owner")) {
            new OutsourcedOwner(owner, servers.random).deploy(network);
        }
    }

    private long prepare(int queries) {
        try (LocalParty owner = servers.party("owner")) {
            return new OutsourcedOwner(owner, servers.random).prepare(queries, done -> {});
        }
    }

    private IntegerTensor input(long seed) {
        return SmallNetwork.inputs(network, 1, seed);
    }

    private List<Long> expected(IntegerTensor input) {
        IntegerTensor scores = new IntegerEvaluator(network, Workers.NONE).evaluate(input);
        return LongStream.range(0, network.classes())
                .map(c -> scores.getBig((int) c).longValueExact())
                .boxed()
                .toList();
    }

    private void askAndCheck(long seed) {
        try (LocalParty client = servers.party("client");
                OutsourcedSession session = servers.ask(client, 1)) {
            assertThat(session.predict(0, input(seed)).scores()).isEqualTo(expected(input(seed)));
        }
    }

    @Test
    void answersAreTheReferencesWithAndWithoutPreparation() {
        deploy();
        askAndCheck(1); // nothing is prepared
        assertThat(prepare(2)).isEqualTo(2);
        askAndCheck(2);
        assertThat(servers.ready()).isEqualTo(1);
    }

    @Test
    void theClientSendsOneMessageToEachServerAndReceivesOne() {
        deploy();
        prepare(1);
        try (LocalParty client = servers.party("client");
                OutsourcedSession session = servers.ask(client, 1)) {
            session.predict(0, input(3));
            assertThat(session.traffic()).containsOnlyKeys("garbler", "evaluator");
            for (Traffic ofServer : session.traffic().values()) {
                Traffic.Count count = ofServer.in(Phase.PREDICT);
                assertThat(List.of(count.messagesSent(), count.messagesReceived()))
                        .containsExactly(1L, 1L);
            }
        }
    }

    @Test
    void severalLanesAndClientsAtATimeAreAllExact() throws Exception {
        deploy();
        prepare(8);
        List<Future<List<Answer>>> clients = new ArrayList<>();
        try (LocalParty client = servers.party("client")) {
            for (int c = 0; c < 4; c++) {
                int first = 100 * c;
                clients.add(servers.threads.submit(() -> {
                    List<Answer> answers = new ArrayList<>();
                    try (OutsourcedSession session = servers.ask(client, 2)) {
                        Future<Answer> other = servers.threads.submit(() -> session.predict(1, input(first + 1)));
                        answers.add(session.predict(0, input(first)));
                        answers.add(other.get());
                        answers.add(session.predict(0, input(first + 2)));
                    }
                    return answers;
                }));
            }
            for (int c = 0; c < 4; c++) {
                for (int i = 0; i < 3; i++) {
                    assertThat(clients.get(c).get().get(i).scores()).isEqualTo(expected(input(100 * c + i)));
                }
            }
        }
    }

    @Test
    void sharesAndMaterialOutliveTheServers() throws Exception {
        deploy();
        prepare(2);
        servers.stopEvaluator();
        servers.stopGarbler();
        servers.startGarbler();
        servers.startEvaluator(0);
        assertThat(servers.ready()).isEqualTo(2);
        askAndCheck(4);
        assertThat(servers.ready()).isEqualTo(1);
    }

    @Test
    void aQueryBeforeDeploymentIsRefusedByName() {
        try (LocalParty client = servers.party("client");
                OutsourcedSession session = servers.ask(client, 1)) {
            assertThat(catchThrowableOfType(ProtocolAbort.class, () -> session.predict(0, input(5)))
                            .reason())
                    .isEqualTo(AbortReason.NOT_DEPLOYED);
        }
    }

    @Test
    void anotherSharingReplacesTheFirst() {
        deploy();
        prepare(1);
        deploy();
        assertThat(servers.ready()).as("material of the first sharing").isZero();
        askAndCheck(6);
    }

    @Test
    void withoutTheGarblerTheClientIsToldAndTheNextQuerySucceeds() throws Exception {
        deploy();
        prepare(3);
        askAndCheck(7); // the evaluator holds a connection now
        servers.stopGarbler();
        try (LocalParty client = servers.party("client")) {
            assertThatThrownBy(() -> servers.ask(client, 1)).isInstanceOf(PeerUnavailable.class);
        }
        servers.startGarbler();
        int failures = 0;
        for (int attempt = 0; attempt < 3; attempt++) {
            try {
                askAndCheck(8);
            } catch (ProtocolAbort | PeerUnavailable e) {
                failures++; // the evaluator's old connection: found dead when it is used
                assertThat(e).hasMessageStartingWith("garbler: ");
            }
        }
        assertThat(failures).isLessThanOrEqualTo(1);
    }

    @Test
    void aServerRestoredFromACopyIsCaughtByTheOther() throws Exception {
        deploy();
        prepare(2);
        servers.stopEvaluator();
        copy(servers.state("evaluator"), folder.resolve("backup"));
        servers.startEvaluator(0);
        askAndCheck(9);
        askAndCheck(10);
        servers.stopEvaluator();
        delete(servers.state("evaluator"));
        copy(folder.resolve("backup"), servers.state("evaluator"));
        servers.startEvaluator(0);
        assertThat(servers.ready()).as("what the copy believes").isEqualTo(2);
        try (LocalParty client = servers.party("client");
                OutsourcedSession session = servers.ask(client, 1)) {
            assertThatThrownBy(() -> session.predict(0, input(11))).isInstanceOf(ProtocolAbort.class);
        }
        prepare(1); // both compare what they have: the rest of the copy goes
        assertThat(servers.ready()).isEqualTo(1);
        askAndCheck(12);
    }

    /** The other direction: what a restored garbler believes to be ready was spent by the evaluator, and goes when they compare. */
    @Test
    void aGarblerRestoredFromACopyIsCaughtByTheEvaluator() throws Exception {
        deploy();
        prepare(2);
        servers.stopGarbler();
        copy(servers.state("garbler"), folder.resolve("backup"));
        servers.startGarbler();
        askAndCheck(13);
        askAndCheck(14);
        assertThat(readyAtTheGarbler()).isEmpty();
        servers.stopGarbler();
        delete(servers.state("garbler"));
        copy(folder.resolve("backup"), servers.state("garbler"));
        servers.startGarbler();
        List<String> restored = readyAtTheGarbler();
        assertThat(restored).as("what the copy believes").hasSize(2);
        askAndCheck(15); // the evaluator has nothing ready: none of that is asked for
        assertThat(readyAtTheGarbler()).isEqualTo(restored);
        prepare(1);
        assertThat(readyAtTheGarbler()).hasSize(1).doesNotContainAnyElementsOf(restored);
        askAndCheck(16);
    }

    /** A garbler restored to a time before the evaluator's material was made has never had it. */
    @Test
    void aGarblerRestoredToBeforeThePreparationRefusesAndBothPrepareAnew() throws Exception {
        deploy();
        servers.stopGarbler();
        copy(servers.state("garbler"), folder.resolve("backup"));
        servers.startGarbler();
        prepare(2);
        servers.stopGarbler();
        delete(servers.state("garbler"));
        copy(folder.resolve("backup"), servers.state("garbler"));
        servers.startGarbler();
        try (LocalParty client = servers.party("client");
                OutsourcedSession session = servers.ask(client, 1)) {
            assertThatThrownBy(() -> session.predict(0, input(17)))
                    .isInstanceOf(ProtocolAbort.class)
                    .hasMessageContaining(AbortReason.MATERIAL_SPENT.name());
        }
        prepare(1);
        assertThat(servers.ready()).isEqualTo(1);
        askAndCheck(18);
    }

    private List<String> readyAtTheGarbler() throws IOException {
        try (Stream<Path> files =
                Files.list(servers.state("garbler").resolve("material").resolve("ready"))) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void theDailyQuotaIsKept() {
        deploy();
        try (LocalParty client = servers.party("client")) {
            prepare(30);
            int answered = 0;
            try (OutsourcedSession session = servers.ask(client, 1)) {
                for (; answered <= LoopbackServers.QUERIES_PER_DAY; answered++) {
                    session.predict(0, input(answered));
                }
            } catch (ProtocolAbort e) {
                assertThat(e.reason()).isEqualTo(AbortReason.LIMIT_EXCEEDED);
            }
            assertThat(answered).isEqualTo(LoopbackServers.QUERIES_PER_DAY);
        }
    }

    @Test
    void moreThanTheDeploymentAllowsIsNotPrepared() {
        deploy();
        try (LocalParty owner = servers.party("owner")) {
            assertThat(catchThrowableOfType(
                                    ProtocolAbort.class,
                                    () -> new OutsourcedOwner(owner, servers.random).prepare(31, done -> {}))
                            .reason())
                    .isEqualTo(AbortReason.LIMIT_EXCEEDED);
        }
        assertThat(servers.ready()).isZero();
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path path : (Iterable<Path>) all::iterator) {
                Files.copy(path, to.resolve(from.relativize(path).toString()), StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            Path[] paths = all.toArray(Path[]::new);
            for (int i = paths.length - 1; i >= 0; i--) {
                Files.delete(paths[i]);
            }
        }
    }
}
