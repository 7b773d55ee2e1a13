package io.tacit.server.seco;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.tacit.client.seco.SecoLanes;
import io.tacit.client.seco.SecoSession;
import io.tacit.client.wire.Connector;
import io.tacit.client.wire.LocalParty;
import io.tacit.client.wire.SessionId;
import io.tacit.client.wire.WireChannel;
import io.tacit.crypto.channel.AbortReason;
import io.tacit.crypto.channel.Channel;
import io.tacit.crypto.channel.Phase;
import io.tacit.crypto.channel.ProtocolAbort;
import io.tacit.crypto.channel.RecordingChannel;
import io.tacit.kernel.ConvolutionGeometry;
import io.tacit.kernel.Workers;
import io.tacit.model.integer.IntegerNetwork;
import io.tacit.model.integer.IntegerTensor;
import io.tacit.model.integer.Preprocessing;
import io.tacit.model.integer.Range;
import io.tacit.model.integer.Step;
import io.tacit.model.integer.TensorShape;
import io.tacit.model.reference.IntegerEvaluator;
import io.tacit.protocol.seco.Mode;
import io.tacit.server.SmallNetwork;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** User, gateway and servers over TLS, from the files of the split, with all cryptography: the very scores of the reference. */
@Timeout(240)
class SecoOverTlsTest {
    private static final long LONGEST_END_SECONDS = 30;

    private final IntegerNetwork network = network();

    @TempDir
    private Path folder;

    @SuppressWarnings("NullAway.Init") // JUnit fills the folder
    SecoOverTlsTest() {}

    /** Three dense layers with two ReLUs: cuts after none, and after two of these layers. */
    private static IntegerNetwork network() {
        Preprocessing none =
                new Preprocessing(5, 5, 0, Preprocessing.ChannelOrder.NUMBERS, 1, List.of(), List.of(), 1.0, List.of());
        return new IntegerNetwork(
                        "three layers",
                        none,
                        List.of(
                                new Step.Input("input", new TensorShape(25, 1, 1), Range.of(0, 255)),
                                dense("first", 0, 25, 12),
                                relu("first relu", 1, 12),
                                dense("second", 2, 12, 8),
                                relu("second relu", 3, 8),
                                dense("third", 4, 8, 4)),
                        1.0)
                .withProvenRanges();
    }

    private static Step dense(String name, int source, int inputs, int outputs) {
        ConvolutionGeometry geometry = ConvolutionGeometry.dense(inputs, outputs);
        int[] weights = IntStream.range(0, geometry.weightCount())
                .map(i -> i * i % 101 - 50)
                .toArray();
        return new Step.Linear(name, source, geometry, weights, new long[outputs], Range.of(0, 0));
    }

    private static Step relu(String name, int source, int size) {
        return new Step.Activation(
                name,
                source,
                Step.Nonlinearity.RELU,
                new int[] {8},
                6,
                63,
                new TensorShape(size, 1, 1),
                Range.of(0, 0));
    }

    private IntegerTensor input(long seed) {
        return SmallNetwork.inputs(network, 1, seed);
    }

    private List<Long> expected(long seed) {
        IntegerTensor scores = new IntegerEvaluator(network, Workers.NONE).evaluate(input(seed));
        return LongStream.range(0, network.classes())
                .map(c -> scores.getBig((int) c).longValueExact())
                .boxed()
                .toList();
    }

    private void askExactly(SecoSession session, long seed) {
        session.prepare(1);
        assertThat(session.predict(input(seed)).scores()).isEqualTo(expected(seed));
    }

    /** A query ends in the name of the one server that has something the matter. */
    private void requireRefused(SecoSession session, AbortReason reason) {
        assertThat(catchThrowable(() -> askExactly(session, 1))).isInstanceOfSatisfying(ProtocolAbort.class, abort -> {
            assertThat(abort.peer()).isEqualTo("server-1");
            assertThat(abort.reason()).isEqualTo(reason);
        });
    }

    /** Prepared ahead, and not; the gateway with layers of its own, and without. */
    @ParameterizedTest
    @CsvSource({"0, 3", "2, 2"})
    void answersAreTheReferences(int layers, int count) throws Exception {
        try (SecoServers servers = new SecoServers(folder, network, layers, count);
                LocalParty user = servers.user()) {
            assertThat(SecoSession.prepareAtServers(user, servers.random, 1, done -> {}))
                    .isEqualTo(1);
            try (SecoSession session = servers.ask(user)) {
                askExactly(session, 1);
                assertThat(servers.ready()).isZero();
                askExactly(session, 2);
                if (layers == 0) {
                    assertThat(session.traffic().in(Phase.PREDICT).roundTrips()).isEqualTo(2);
                    assertThat(session.traffic().in(Phase.PREPARE).messagesSent())
                            .isZero();
                }
            }
        }
    }

    /** The paper's circuits, and the depth hidden: the same answers. */
    @ParameterizedTest
    @CsvSource({"0, 3, PUBLISHED, 0", "2, 2, HARDENED, 20"})
    void publishedAndWithHiddenDepth(int layers, int count, Mode mode, int shownRounds) throws Exception {
        try (SecoServers servers = new SecoServers(folder, network, layers, count, mode, shownRounds);
                LocalParty user = servers.user();
                SecoSession session = servers.ask(user)) {
            askExactly(session, 1);
            askExactly(session, 2);
        }
    }

    /** All servers are started again, one after another: shares and material are there, connections are made anew. */
    @Test
    void serversThatAreStartedAgainGoOn() throws Exception {
        try (SecoServers servers = new SecoServers(folder, network, 0, 3);
                LocalParty user = servers.user()) {
            SecoSession.prepareAtServers(user, servers.random, 3, done -> {});
            for (int server = 0; server < 3; server++) {
                try (SecoSession session = servers.ask(user)) {
                    askExactly(session, server);
                }
                servers.stop(server);
                servers.start(server);
            }
            assertThat(servers.ready()).isZero();
        }
    }

    /** A server whose connections break in the middle of a query costs that query; the user, who knows the gateway alone, is told which. */
    @Test
    void aServerThatStopsIsNamedAndTheNextQueryIsAnswered() throws Exception {
        try (SecoServers servers = new SecoServers(folder, network, 0, 3);
                LocalParty user = servers.user()) {
            SecoSession.prepareAtServers(user, servers.random, 3, done -> {});
            CountDownLatch inTheMiddle = new CountDownLatch(1);
            CountDownLatch stopped = new CountDownLatch(1);
            AtomicReference<Thread> dying = new AtomicReference<>();
            servers.stop(2);
            servers.taps.put("server-2", channel -> atSecondMessageOfQuery(channel, inTheMiddle, stopped, dying));
            servers.start(2);
            try (SecoSession session = servers.ask(user)) {
                Future<Throwable> asking = servers.threads.submit(() -> catchThrowable(() -> askExactly(session, 1)));
                inTheMiddle.await();
                servers.taps.clear();
                servers.cut(2);
                stopped.countDown();
                Throwable failure = asking.get(LONGEST_END_SECONDS, TimeUnit.SECONDS);
                servers.stop(2);
                assertThat(failure).isInstanceOfSatisfying(ProtocolAbort.class, abort -> {
                    assertThat(abort.peer()).isEqualTo("server-2");
                    assertThat(abort.step()).isEqualTo("told by gateway");
                });
            }
            try (SecoSession session = servers.ask(user)) {
                Throwable absent = catchThrowable(() -> askExactly(session, 2));
                assertThat(absent).isInstanceOfSatisfying(ProtocolAbort.class, abort -> {
                    assertThat(abort.peer()).isEqualTo("server-2");
                    assertThat(abort.reason()).isEqualTo(AbortReason.UNREACHABLE);
                });
            }
            servers.start(2);
            try (SecoSession session = servers.ask(user)) {
                askExactly(session, 3);
            }
        }
    }

    /** Stops the role's thread in a query, in the middle of the exchange, until it has been decided that the server dies. */
    private static Channel atSecondMessageOfQuery(
            Channel channel, CountDownLatch inTheMiddle, CountDownLatch stopped, AtomicReference<Thread> dying) {
        return new RecordingChannel(channel, (bytes, offset, length) -> {
            boolean opened = channel.peer().equals("server-1")
                    && channel.traffic().in(Phase.PREDICT).messagesReceived() >= 1;
            if (opened && dying.compareAndSet(null, Thread.currentThread())) {
                inTheMiddle.countDown();
                try {
                    stopped.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
        });
    }

    /** A server that has lost its store costs one query; then all drop what it does not have, and prepare anew. */
    @Test
    void aLostStoreCostsOneQuery() throws Exception {
        try (SecoServers servers = new SecoServers(folder, network, 0, 2);
                LocalParty user = servers.user()) {
            SecoSession.prepareAtServers(user, servers.random, 4, done -> {});
            servers.stop(1);
            servers.loseMaterial(1);
            servers.start(1);
            try (SecoSession session = servers.ask(user)) {
                requireRefused(session, AbortReason.MATERIAL_SPENT);
            }
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LONGEST_END_SECONDS);
            while (servers.ready() > 0 && System.nanoTime() < end) {
                Thread.sleep(50);
            }
            assertThat(servers.ready()).isZero();
            try (SecoSession session = servers.ask(user)) {
                askExactly(session, 2);
            }
        }
    }

    /** New keys for all servers are dear: a user who has not paid for a query cannot have them made. */
    @Test
    void whatAUserClaimsBeforeItPaysDoesNotMakeTheServersCompare() throws Exception {
        try (SecoServers servers = new SecoServers(folder, network, 0, 2);
                LocalParty user = servers.user()) {
            AtomicInteger opened = new AtomicInteger();
            servers.taps.put("server-1", channel -> {
                opened.incrementAndGet();
                return channel;
            });
            SecoSession.prepareAtServers(user, servers.random, 1, done -> {});
            int before = opened.get();
            assertThat(before).isPositive();
            for (AbortReason reason : List.of(AbortReason.MATERIAL_SPENT, AbortReason.MATERIAL_DAMAGED)) {
                try (WireChannel query = new Connector(user)
                        .dial(SecoLanes.GATEWAY, SessionId.random(servers.random), SecoLanes.QUERY)) {
                    query.enter(Phase.PREDICT);
                    query.send(new byte[16]);
                    query.abort(reason);
                }
            }
            Thread.sleep(3_000); // three times what a preparer waits before it looks after its store
            assertThat(opened).hasValue(before);
            try (SecoSession session = servers.ask(user)) {
                askExactly(session, 1);
            }
        }
    }

    /** A file cut short: the query that was to use it is refused with the reason, and the next one is answered. */
    @Test
    void aTornFileCostsOneQuery() throws Exception {
        try (SecoServers servers = new SecoServers(folder, network, 0, 2);
                LocalParty user = servers.user()) {
            SecoSession.prepareAtServers(user, servers.random, 1, done -> {});
            servers.tearMaterial(1);
            try (SecoSession session = servers.ask(user)) {
                requireRefused(session, AbortReason.MATERIAL_DAMAGED);
            }
            try (SecoSession session = servers.ask(user)) {
                askExactly(session, 2);
            }
        }
    }

    /** The user's part of a day: counted when material is used up, and nothing is used up beyond it. */
    @Test
    void theQuotaIsOfMaterialThatIsUsedUp() throws Exception {
        try (SecoServers servers = new SecoServers(folder, network, 0, 2);
                LocalParty user = servers.user()) {
            int queries = SecoServers.QUERIES_PER_DAY;
            SecoSession.prepareAtServers(user, servers.random, queries + 2, done -> {});
            for (int i = 0; i <= queries; i++) {
                int number = i;
                try (SecoSession session = servers.ask(user)) {
                    if (i < queries) {
                        askExactly(session, i);
                    } else {
                        assertThat(catchThrowable(() -> askExactly(session, number)))
                                .isInstanceOfSatisfying(
                                        ProtocolAbort.class,
                                        abort -> assertThat(abort.reason()).isEqualTo(AbortReason.LIMIT_EXCEEDED));
                    }
                }
                // two are left: a query that has just ended may still count as under way, and one more be prepared for
                // it
                assertThat(servers.ready()).isEqualTo(Math.max(2, queries + 1 - i));
            }
        }
    }

    @Test
    void preparationHasTheLimitOfTheDeployment() throws Exception {
        try (SecoServers servers = new SecoServers(folder, network, 0, 2);
                LocalParty user = servers.user()) {
            assertThat(catchThrowable(() -> SecoSession.prepareAtServers(user, servers.random, 11, done -> {})))
                    .isInstanceOfSatisfying(
                            ProtocolAbort.class,
                            abort -> assertThat(abort.reason()).isEqualTo(AbortReason.LIMIT_EXCEEDED));
            assertThat(servers.ready()).isZero();
        }
    }
}
