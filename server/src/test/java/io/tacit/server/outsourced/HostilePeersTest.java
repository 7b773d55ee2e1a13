package io.tacit.server.outsourced;

import static org.assertj.core.api.Assertions.assertThat;

import io.tacit.client.deployment.Deployment;
import io.tacit.client.outsourced.OutsourcedLanes;
import io.tacit.client.outsourced.OutsourcedOwner;
import io.tacit.client.outsourced.OutsourcedSession;
import io.tacit.client.wire.Connector;
import io.tacit.client.wire.LocalParty;
import io.tacit.client.wire.SessionId;
import io.tacit.client.wire.WireChannel;
import io.tacit.crypto.channel.AbortReason;
import io.tacit.crypto.channel.Channel;
import io.tacit.crypto.channel.LimitExceeded;
import io.tacit.crypto.channel.PeerUnavailable;
import io.tacit.crypto.channel.ProtocolAbort;
import io.tacit.kernel.Workers;
import io.tacit.model.integer.IntegerNetwork;
import io.tacit.model.integer.IntegerTensor;
import io.tacit.model.reference.IntegerEvaluator;
import io.tacit.protocol.outsourced.Client;
import io.tacit.protocol.outsourced.Owner;
import io.tacit.server.SmallNetwork;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Strangers, clients, owners and each server with a valid certificate that send what they should not. Whoever gets it ends what
 * was under way with one of the declared errors, in time, and serves the next honest query exactly; no party fails inside.
 */
@Timeout(value = 2, unit = TimeUnit.HOURS)
class HostilePeersTest {
    private static final Deployment.Disclosure SCORES = new Deployment.Disclosure(Deployment.Policy.SCORES, 0);
    private static final List<String> SERVERS = List.of(OutsourcedLanes.GARBLER, OutsourcedLanes.EVALUATOR);
    private static final long SAMPLE_SEED = 20;
    private static final Duration DEADLINE = Duration.ofSeconds(15);

    private static final Duration QUERY_WAIT = Duration.ofSeconds(5);

    /** A client waits for an answer that was left out until the server that should have sent it ends the idle lane; and a busy machine. */
    private static final long PATIENCE_SECONDS =
            LoopbackServers.IDLE.plusMinutes(2).toSeconds();

    @TempDir
    Path folder;

    private final IntegerNetwork network = SmallNetwork.make();
    private final InsecureTampering evaluatorsMessages = new InsecureTampering();
    private final InsecureTampering garblersMessages = new InsecureTampering();
    private final InsecureTampering askersMessages = new InsecureTampering();
    private LoopbackServers servers;

    @BeforeEach
    void start() throws IOException {
        servers = new LoopbackServers(
                folder,
                network,
                SCORES,
                new LoopbackServers.Options(
                        1,
                        1_000_000,
                        30,
                        DEADLINE,
                        QUERY_WAIT,
                        Map.of(
                                OutsourcedLanes.EVALUATOR, evaluatorsMessages,
                                OutsourcedLanes.GARBLER, garblersMessages)));
        servers.startGarbler();
        servers.startEvaluator(0);
        deploy(channel -> channel);
    }

    @AfterEach
    void stop() throws Exception {
        servers.close();
    }

    // ---- what honest parties do

    private void deploy(java.util.function.UnaryOperator<Channel> messages) {
        try (LocalParty owner = servers.party(OutsourcedLanes.OWNER)) {
            SessionId session = SessionId.random(servers.random);
            Connector connector = new Connector(owner);
            try (WireChannel garbler = connector.dial(OutsourcedLanes.GARBLER, session, OutsourcedLanes.DEPLOY);
                    WireChannel evaluator =
                            connector.dial(OutsourcedLanes.EVALUATOR, session, OutsourcedLanes.DEPLOY)) {
                new Owner(servers.plan, servers.random)
                        .deploy(network, messages.apply(garbler), messages.apply(evaluator));
            }
        }
    }

    private void prepare() {
        try (LocalParty owner = servers.party(OutsourcedLanes.OWNER)) {
            new OutsourcedOwner(owner, servers.random).prepare(1, done -> {});
        }
    }

    private List<Long> ask(IntegerTensor input) {
        try (LocalParty client = servers.party(OutsourcedLanes.CLIENT);
                OutsourcedSession session = servers.ask(client, 1)) {
            return session.predict(0, input).scores();
        }
    }

    private void askWithTampering() {
        try (LocalParty client = servers.party(OutsourcedLanes.CLIENT)) {
            SessionId session = SessionId.random(servers.random);
            Connector connector = new Connector(client);
            String lane = OutsourcedLanes.QUERIES.get(0);
            try (WireChannel garbler = connector.dial(OutsourcedLanes.GARBLER, session, lane);
                    WireChannel evaluator = connector.dial(OutsourcedLanes.EVALUATOR, session, lane)) {
                // a client that has asked only one server may wait for long, and that is its own affair
                CompletableFuture.delayedExecutor(2 * QUERY_WAIT.toSeconds(), TimeUnit.SECONDS, servers.threads)
                        .execute(() -> {
                            garbler.close();
                            evaluator.close();
                        });
                new Client(servers.plan, servers.random)
                        .predict(askersMessages.apply(garbler), askersMessages.apply(evaluator), input(1));
            }
        }
    }

    private IntegerTensor input(long seed) {
        return SmallNetwork.inputs(network, 1, seed);
    }

    private void askAndCheck(long seed) {
        IntegerTensor scores = new IntegerEvaluator(network, Workers.NONE).evaluate(input(seed));
        assertThat(ask(input(seed)))
                .isEqualTo(LongStream.range(0, network.classes())
                        .map(c -> scores.getBig((int) c).longValueExact())
                        .boxed()
                        .toList());
    }

    // ---- messages of parties that run the protocol, changed

    /** Who is hostile, in what. */
    private enum Case {
        EVALUATOR_PREPARES,
        GARBLER_PREPARES,
        EVALUATOR_PREDICTS,
        GARBLER_PREDICTS,
        EVALUATOR_PREDICTS_NOW,
        GARBLER_PREDICTS_NOW,
        CLIENT_ASKS,
        OWNER_DEPLOYS
    }

    private InsecureTampering hostile(Case what) {
        return switch (what) {
            case EVALUATOR_PREPARES, EVALUATOR_PREDICTS, EVALUATOR_PREDICTS_NOW -> evaluatorsMessages;
            case GARBLER_PREPARES, GARBLER_PREDICTS, GARBLER_PREDICTS_NOW -> garblersMessages;
            case CLIENT_ASKS, OWNER_DEPLOYS -> askersMessages;
        };
    }

    private void before(Case what) {
        boolean prepared = what == Case.EVALUATOR_PREDICTS || what == Case.GARBLER_PREDICTS;
        if (prepared && servers.ready() == 0) {
            prepare();
        }
        while (!prepared && servers.ready() > 0) {
            useUp();
        }
    }

    private void run(Case what) {
        switch (what) {
            case EVALUATOR_PREPARES, GARBLER_PREPARES -> prepare();
            case EVALUATOR_PREDICTS, GARBLER_PREDICTS, EVALUATOR_PREDICTS_NOW, GARBLER_PREDICTS_NOW -> ask(input(1));
            case CLIENT_ASKS -> askWithTampering();
            case OWNER_DEPLOYS -> deploy(askersMessages);
        }
    }

    /** Whatever comes of it: material that a hostile server helped to prepare gives any answer. */
    private void useUp() {
        try {
            ask(input(2));
        } catch (ProtocolAbort | PeerUnavailable e) {
            requireDeclared(e);
        }
    }

    private static void requireDeclared(RuntimeException e) {
        if (e instanceof ProtocolAbort abort) {
            assertThat(abort.reason()).isNotEqualTo(AbortReason.INTERNAL_ERROR);
        }
    }

    private void tamper(Case what, int message, InsecureTampering.Change change, long seed) {
        before(what);
        String described = what + ", message " + message + " " + change + ", seed " + seed;
        hostile(what).arm(message, change, seed);
        long start = System.nanoTime();
        try {
            run(what);
        } catch (ProtocolAbort | PeerUnavailable | LimitExceeded e) {
            requireDeclared(e);
        } catch (RuntimeException | Error e) {
            throw new AssertionError(described, e);
        }
        hostile(what).disarm();
        assertThat(TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start))
                .as(described)
                .isLessThan(PATIENCE_SECONDS);
        if (what == Case.OWNER_DEPLOYS) {
            deploy(channel -> channel);
        }
        if (change == InsecureTampering.Change.TWICE || change == InsecureTampering.Change.AFTER_THE_NEXT) {
            useUp(); // a surplus message, or a late one, is found when the lane is used for the next query
        }
        while (servers.ready() > 0) {
            useUp();
        }
        try {
            askAndCheck(seed);
        } catch (RuntimeException | AssertionError e) {
            throw new AssertionError("the honest query after " + described, e);
        }
        for (InsecureTampering each : List.of(evaluatorsMessages, garblersMessages, askersMessages)) {
            assertThat(each.failures()).as(described).isEmpty();
        }
    }

    private void tamperAtRandom(long seed, int perCase) {
        SplittableRandom random = new SplittableRandom(seed);
        for (Case what : Case.values()) {
            before(what);
            hostile(what).arm(Integer.MAX_VALUE, InsecureTampering.Change.FLIPPED, 0);
            run(what);
            int messages = hostile(what).disarm();
            assertThat(messages).as(what + " sends").isPositive();
            InsecureTampering.Change[] changes = InsecureTampering.Change.values();
            for (int i = 0; i < perCase; i++) {
                // early messages are the ones with counts and ids: half of the cases are among the first ten
                int message = random.nextInt(random.nextBoolean() ? messages : Math.min(messages, 10));
                tamper(what, message, changes[random.nextInt(changes.length)], random.nextLong());
            }
        }
    }

    @Test
    void aChangedMessageEndsWhatWasUnderWayAndNothingElse() {
        tamperAtRandom(SAMPLE_SEED, 1);
    }

    @Test
    @Tag("slow")
    void manyChangedMessages() {
        tamperAtRandom(System.nanoTime(), 100);
    }

    // ---- strangers, and parties that do not run the protocol at all

    @Test
    void garbageOnEveryLaneEndsThatLaneAlone() {
        garbage(SAMPLE_SEED, 1, 3);
    }

    @Test
    @Tag("slow")
    void muchGarbageOnEveryLane() {
        garbage(System.nanoTime(), 40, 1);
    }

    /** @param parts each role talks on one in so many lanes of a server: together the roles talk on all of them */
    private void garbage(long seed, int rounds, int parts) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int round = 0; round < rounds; round++) {
            for (String server : SERVERS) {
                strangers(server, random);
                List<String> others = List.of(
                        OutsourcedLanes.CLIENT, OutsourcedLanes.OWNER, SERVERS.get(1 - SERVERS.indexOf(server)));
                for (int i = 0; i < others.size(); i++) {
                    insiders(server, others.get(i), i % parts, parts, random);
                }
            }
            askAndCheck(round);
        }
        for (InsecureTampering each : List.of(evaluatorsMessages, garblersMessages)) {
            assertThat(each.failures()).as("seed %d", seed).isEmpty();
        }
    }

    @Test
    void fiftyIdleConnectionsBesideAnHonestClient() throws Exception {
        askBesideIdleConnections(50, 3);
    }

    @Test
    @Tag("slow")
    void aThousandIdleConnectionsBesideAnHonestClient() throws Exception {
        askBesideIdleConnections(1_000, 50);
    }

    /** Half of the connections at each server; whichever the servers drop are made again. */
    private void askBesideIdleConnections(int connections, int queries) throws Exception {
        double alone = longestSeconds(queries);
        AtomicBoolean over = new AtomicBoolean();
        AtomicInteger made = new AtomicInteger();
        CompletableFuture<Void> crowd =
                CompletableFuture.runAsync(() -> crowd(connections, over, made), servers.threads);
        while (made.get() < connections) {
            assertThat(crowd).isNotDone();
            TimeUnit.MILLISECONDS.sleep(10);
        }
        double crowded = longestSeconds(queries);
        over.set(true);
        crowd.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        System.out.printf(
                "longest of %d queries: alone %.2f s, beside %d idle connections (made %d times) %.2f s%n",
                queries, alone, connections, made.get(), crowded);
        assertThat(crowded).isLessThan(Math.max(5, 4 * alone));
    }

    private double longestSeconds(int queries) {
        double longest = 0;
        for (int query = 0; query < queries; query++) {
            long start = System.nanoTime();
            askAndCheck(query);
            longest = Math.max(longest, (System.nanoTime() - start) / 1e9);
        }
        return longest;
    }

    private void crowd(int connections, AtomicBoolean over, AtomicInteger made) {
        SocketChannel[] crowd = new SocketChannel[connections];
        ByteBuffer nothing = ByteBuffer.allocate(1);
        try {
            while (!over.get()) {
                for (int i = 0; i < connections && !over.get(); i++) {
                    if (crowd[i] != null && crowd[i].read(nothing.clear()) < 0) {
                        crowd[i].close();
                        crowd[i] = null;
                    }
                    if (crowd[i] == null) {
                        crowd[i] = SocketChannel.open(servers.address(SERVERS.get(i % SERVERS.size())));
                        crowd[i].configureBlocking(false);
                        made.incrementAndGet();
                    }
                }
                TimeUnit.MILLISECONDS.sleep(100);
            }
            for (SocketChannel one : crowd) {
                if (one != null) {
                    one.close();
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Bytes instead of TLS. */
    private void strangers(String server, SplittableRandom random) {
        InetSocketAddress address = servers.address(server);
        byte[] hello = {22, 3, 1, 0, 100, 1, 0, 0, 96, 3, 3};
        for (int length : new int[] {0, 1, 5, 100, 5_000, 100_000}) {
            byte[] bytes = new byte[length];
            random.nextBytes(bytes);
            if (random.nextBoolean()) {
                System.arraycopy(hello, 0, bytes, 0, Math.min(hello.length, length));
            }
            try (Socket socket = new Socket()) {
                socket.connect(address, (int) DEADLINE.toMillis());
                socket.getOutputStream().write(bytes);
            } catch (IOException e) {
                // hung up on, as it should be
            }
        }
    }

    /** Messages of any length and content, by one role on some or all of the lanes. */
    private void insiders(String server, String role, int part, int parts, SplittableRandom random) {
        List<String> lanes = List.of(
                OutsourcedLanes.DEPLOY,
                OutsourcedLanes.CONTROL,
                OutsourcedLanes.TABLES,
                OutsourcedLanes.TRIPLETS,
                OutsourcedLanes.ONLINE,
                OutsourcedLanes.NOW,
                OutsourcedLanes.QUERIES.get(0),
                OutsourcedLanes.QUERIES.get(3),
                "no-such-lane");
        try (LocalParty party = servers.party(role)) {
            for (int i = part; i < lanes.size(); i += parts) {
                String lane = lanes.get(i);
                SessionId session = SessionId.random(servers.random);
                withLane(party, server, session, lane, channel -> {
                    if (lane.equals(OutsourcedLanes.TABLES) || lane.equals(OutsourcedLanes.NOW)) {
                        withLane(party, server, session, OutsourcedLanes.TRIPLETS, other -> {
                            talk(other, random.split());
                            talk(channel, random);
                        });
                    } else {
                        talk(channel, random);
                    }
                });
            }
        }
    }

    private void withLane(LocalParty party, String server, SessionId session, String lane, Consumer<WireChannel> talk) {
        try (WireChannel channel = new Connector(party).dial(server, session, lane)) {
            talk.accept(channel);
        } catch (ProtocolAbort | PeerUnavailable e) {
            requireDeclared(e);
        }
    }

    private static void talk(Channel channel, SplittableRandom random) {
        int[] lengths = {0, 1, 8, 16, 32, 33, 48, 53, 64, 100, 1 << 12, 1 << 16, Channel.MAX_MESSAGE_BYTES};
        for (int message = 0; message < 4; message++) {
            byte[] bytes = new byte[lengths[random.nextInt(lengths.length)]];
            if (random.nextBoolean()) {
                random.nextBytes(bytes);
            }
            if (bytes.length > 0) {
                bytes[0] = (byte) random.nextInt(5); // commands begin so
            }
            channel.send(bytes);
            channel.flush();
        }
    }
}
