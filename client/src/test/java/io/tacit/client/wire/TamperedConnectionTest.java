package io.tacit.client.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.tacit.client.deployment.Deployment;
import io.tacit.crypto.channel.AbortReason;
import io.tacit.crypto.channel.Channel;
import io.tacit.crypto.channel.PeerUnavailable;
import io.tacit.crypto.channel.ProtocolAbort;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Exchanger;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A network attacker between the parties: nothing that it alters is ever taken for an answer. */
@Timeout(120)
class TamperedConnectionTest {
    private static final int ROUNDS = 5;
    private static final int BYTES = 3_000;

    private final Parties parties = new Parties();
    private final AtomicInteger served = new AtomicInteger();
    private final AtomicInteger wrong = new AtomicInteger();

    @AfterEach
    void close() {
        parties.close();
    }

    private Listener listen() {
        return parties.listen(session -> {
            Channel channel = session.lane("user", "online");
            served.incrementAndGet();
            for (int i = 0; i < ROUNDS; i++) {
                byte[] message = channel.receive(BYTES);
                if (!Arrays.equals(message, message(i))) {
                    wrong.incrementAndGet();
                }
                channel.send(message);
                channel.flush();
            }
        });
    }

    private static byte[] message(int round) {
        byte[] message = new byte[BYTES];
        new Random(round).nextBytes(message);
        return message;
    }

    /** All rounds through the relay; the echo is checked. */
    private void query(Connector user) {
        try (WireChannel channel = user.dial("cloud-1", parties.session(), "online")) {
            for (int i = 0; i < ROUNDS; i++) {
                channel.send(message(i));
                if (!Arrays.equals(channel.receive(BYTES), message(i))) {
                    wrong.incrementAndGet();
                }
            }
        }
    }

    private Throwable queryThrough(TamperingRelay.Tampering towardsListener, TamperingRelay.Tampering towardsDialer) {
        try (TamperingRelay relay = new TamperingRelay(parties.cloudPort, k -> towardsListener, k -> towardsDialer)) {
            return catchThrowable(() -> query(through(relay)));
        }
    }

    private Connector through(TamperingRelay relay) {
        return at(relay.port());
    }

    private Connector at(int port) {
        return new Connector(parties.user, Map.of("cloud-1", new Deployment.Endpoint("127.0.0.1", port)));
    }

    @Test
    void theRelayAloneDoesNoHarm() {
        try (Listener listener = listen()) {
            assertThat(queryThrough(TamperingRelay.NOTHING, TamperingRelay.NOTHING))
                    .isNull();
            assertThat(wrong).hasValue(0);
            assertThat(listener.sessions()).isLessThan(8);
        }
    }

    @Test
    void flippedBitsCutsInsertionsAndRepetitions() {
        tamper(24);
    }

    @Test
    @Tag("slow")
    @Timeout(3_600)
    void flippedBitsCutsInsertionsAndRepetitionsManyTimes() {
        tamper(2_000);
    }

    private void tamper(int cases) {
        try (Listener listener = listen()) {
            for (int seed = 0; seed < cases; seed++) {
                Random random = new Random(seed);
                long at = random.nextInt(random.nextBoolean() ? 2_500 : 15_000);
                Alteration tampering = new Alteration(at, random);
                boolean towardsListener = random.nextBoolean();
                Throwable thrown = towardsListener
                        ? queryThrough(tampering, TamperingRelay.NOTHING)
                        : queryThrough(TamperingRelay.NOTHING, tampering);
                assertThat(tampering.done)
                        .as("seed %d: byte %d went by", seed, at)
                        .isTrue();
                if (thrown == null) { // RFC 8446, 5.1: the record's legacy version must be ignored for all purposes
                    assertThat(tampering.inLegacyVersion())
                            .as("seed %d: altered byte %d, unnoticed", seed, at)
                            .isTrue();
                } else {
                    assertThat(thrown)
                            .as("seed %d: altered byte %d", seed, at)
                            .isInstanceOfAny(ProtocolAbort.class, PeerUnavailable.class);
                }
                assertThat(wrong).as("seed %d", seed).hasValue(0);
            }
            assertThat(catchThrowable(() -> query(new Connector(parties.user)))).isNull();
            assertThat(listener.sessions()).isLessThan(8);
        }
    }

    /** One alteration at a place of the stream, and where in a TLS record the place lies. */
    private static final class Alteration implements TamperingRelay.Tampering {
        private static final int HEADER_BYTES = 5;

        private final long at;
        private final int kind;
        private final int bit;
        private final byte[] header = new byte[HEADER_BYTES];
        private long record; // where the record begins that is going by
        private long next; // where the one after it begins, once its header has gone by
        private volatile long placeInRecord = -1;
        private volatile boolean done;

        Alteration(long at, Random random) {
            this.at = at;
            kind = random.nextInt(4);
            bit = random.nextInt(8);
        }

        /** Whether one bit of a record's version field was changed and nothing else. */
        boolean inLegacyVersion() {
            return kind == 0 && (placeInRecord == 1 || placeInRecord == 2);
        }

        private void follow(byte[] bytes, long position) {
            for (int i = 0; i < bytes.length && position + i <= at; i++) {
                if (position + i == next) {
                    record = next;
                    next = Long.MAX_VALUE;
                }
                long place = position + i - record;
                if (place < HEADER_BYTES) {
                    header[(int) place] = bytes[i];
                }
                if (place == HEADER_BYTES - 1) {
                    next = record + HEADER_BYTES + ((header[3] & 0xff) << 8 | (header[4] & 0xff));
                }
                placeInRecord = place;
            }
        }

        @Override
        public byte[] pass(byte[] bytes, long position) throws IOException {
            if (!done) {
                follow(bytes, position);
            }
            if (at < position || at >= position + bytes.length) {
                return bytes;
            }
            done = true;
            int i = (int) (at - position);
            switch (kind) {
                case 0 -> {
                    bytes[i] ^= (byte) (1 << bit);
                    return bytes;
                }
                case 1 -> throw new IOException("cut");
                case 2 -> {
                    ByteArrayOutputStream out = new ByteArrayOutputStream();
                    out.write(bytes, 0, i);
                    out.write(new byte[] {23, 3, 3, 0, 2, 1, 2}); // a TLS record of nobody's
                    out.write(bytes, i, bytes.length - i);
                    return out.toByteArray();
                }
                default -> {
                    ByteArrayOutputStream out = new ByteArrayOutputStream();
                    out.write(bytes, 0, bytes.length);
                    out.write(bytes, i, bytes.length - i); // the rest of the piece once more
                    return out.toByteArray();
                }
            }
        }
    }

    @Test
    void stallsAndHalfOpenConnectionsEndByTheDeadline() throws Exception {
        ExecutorService threads = Executors.newCachedThreadPool();
        try (Listener listener = listen()) {
            List<CompletableFuture<Throwable>> ends = new ArrayList<>();
            for (long at : new long[] {0, 300, 1_700, 3_000, 6_100, 9_000}) {
                TamperingRelay.Tampering stall = (bytes, position) -> position + bytes.length > at ? null : bytes;
                boolean both = at % 3 == 0;
                ends.add(CompletableFuture.supplyAsync(
                        () -> queryThrough(stall, both ? stall : TamperingRelay.NOTHING), threads));
            }
            for (CompletableFuture<Throwable> end : ends) {
                assertThat(end.get(30, TimeUnit.SECONDS)).isInstanceOfAny(PeerUnavailable.class, ProtocolAbort.class);
            }
            assertThat(wrong).hasValue(0);
            assertThat(catchThrowable(() -> query(new Connector(parties.user)))).isNull();
            assertThat(listener.port()).isPositive();
        } finally {
            threads.shutdown();
        }
    }

    @Test
    void swappedConnectionsAreRefused() throws Exception {
        // the bytes of the second connection towards the listener go into the first, and the other way round
        Exchange exchange = new Exchange();
        try (Listener listener = listen();
                TamperingRelay relay = new TamperingRelay(
                        parties.cloudPort, k -> exchange.swapped(k, 1_200), k -> TamperingRelay.NOTHING)) {
            CompletableFuture<Throwable> first =
                    CompletableFuture.supplyAsync(() -> catchThrowable(() -> query(through(relay))));
            Throwable second = catchThrowable(() -> query(through(relay)));
            assertThat(first.get(60, TimeUnit.SECONDS)).isInstanceOfAny(ProtocolAbort.class, PeerUnavailable.class);
            assertThat(second).isInstanceOfAny(ProtocolAbort.class, PeerUnavailable.class);
            assertThat(wrong).hasValue(0);
            assertThat(listener.port()).isPositive();
        }
    }

    /** Exchanges one piece between two streams. */
    private static final class Exchange {
        private final Exchanger<byte[]> exchanger = new Exchanger<>();

        TamperingRelay.Tampering swapped(int connection, long from) {
            boolean[] done = new boolean[1];
            return (bytes, position) -> {
                if (done[0] || position < from || connection > 1) {
                    return bytes;
                }
                done[0] = true;
                try {
                    return exchanger.exchange(bytes, 5, TimeUnit.SECONDS);
                } catch (InterruptedException | TimeoutException e) {
                    throw new IOException(e);
                }
            };
        }
    }

    @Test
    void aReplayedConnectionIsServedToNobody() throws Exception {
        ByteArrayOutputStream recorded = new ByteArrayOutputStream();
        TamperingRelay.Tampering record = (bytes, position) -> {
            recorded.writeBytes(bytes);
            return bytes;
        };
        try (Listener listener = listen()) {
            assertThat(queryThrough(record, TamperingRelay.NOTHING)).isNull();
            int before = served.get();
            try (Socket replay = new Socket(InetAddress.getLoopbackAddress(), parties.cloudPort)) {
                replay.setSoTimeout(8_000);
                replay.getOutputStream().write(recorded.toByteArray());
                byte[] answers = replay.getInputStream().readAllBytes();
                assertThat(answers.length).isLessThan(BYTES);
            } catch (IOException e) {
                assertThat(e).hasMessageContaining("reset");
            }
            assertThat(served).hasValue(before);
            assertThat(listener.sessions()).isZero();
        }
    }

    @Test
    void aSilentListenerEndsByTheDeadline() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            long before = System.nanoTime();
            assertThat(catchThrowable(() -> query(at(silent.getLocalPort()))))
                    .isInstanceOf(PeerUnavailable.class)
                    .hasMessageContaining("no TLS and hello within");
            assertThat(System.nanoTime() - before).isLessThan(TimeUnit.SECONDS.toNanos(8));
        }
    }

    @Test
    void anEndpointThatSpeaksNoTls() throws Exception {
        try (ServerSocket web = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Thread server = new Thread(() -> {
                try (Socket socket = web.accept()) {
                    socket.getOutputStream()
                            .write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                    socket.getInputStream().readAllBytes();
                } catch (IOException e) {
                    // the dialling side has had enough
                }
            });
            server.start();
            assertThat(catchThrowable(() -> query(at(web.getLocalPort()))))
                    .isInstanceOfSatisfying(
                            ProtocolAbort.class, e -> assertThat(e.reason()).isEqualTo(AbortReason.TLS_FAILED));
            server.join(5_000);
        }
    }

    /** Such as one to a server that is being stopped: nothing was altered. */
    @Test
    void anEndpointThatClosesDuringTheHandshake() throws Exception {
        try (ServerSocket stopping = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Thread server = new Thread(() -> {
                try (Socket socket = stopping.accept()) {
                    assertThat(socket.getInputStream().read(new byte[1 << 14])).isPositive();
                } catch (IOException e) {
                    // the dialling side is gone
                }
            });
            server.start();
            assertThat(catchThrowable(() -> query(at(stopping.getLocalPort()))))
                    .isInstanceOf(PeerUnavailable.class)
                    .hasMessageContaining("lost before TLS");
            server.join(5_000);
        }
    }

    /** As when the process of a party is killed: nothing was altered. */
    @Test
    void aConnectionThatIsResetIsLostOnBothSides() throws Exception {
        CompletableFuture<Boolean> serving = new CompletableFuture<>();
        CompletableFuture<Throwable> ofListener = new CompletableFuture<>();
        try (Listener listener = parties.listen(session -> {
                    Channel channel = session.lane("user", "online");
                    serving.complete(true);
                    ofListener.complete(catchThrowable(() -> channel.awaitMessage(Duration.ofSeconds(20))));
                });
                TamperingRelay relay = new TamperingRelay(
                        parties.cloudPort, k -> TamperingRelay.NOTHING, k -> TamperingRelay.NOTHING);
                WireChannel channel = through(relay).dial("cloud-1", parties.session(), "online")) {
            assertThat(listener.port()).isPositive();
            serving.get(20, TimeUnit.SECONDS);
            relay.reset();
            assertThat(catchThrowable(() -> channel.receive(1))).isInstanceOf(PeerUnavailable.class);
            assertThat(ofListener.get(20, TimeUnit.SECONDS)).isInstanceOf(PeerUnavailable.class);
        }
    }
}
