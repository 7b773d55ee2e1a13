package io.tacit.client.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.tacit.crypto.channel.AbortReason;
import io.tacit.crypto.channel.Channel;
import io.tacit.crypto.channel.PeerUnavailable;
import io.tacit.crypto.channel.ProtocolAbort;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two parties over TLS on loopback. */
@Timeout(120)
class WireChannelTest {
    private final Parties parties = new Parties();

    @AfterEach
    void close() {
        parties.close();
    }

    @Test
    void messagesOfAllSizesArriveInOrder() {
        int[] sizes = {0, 1, 5, 16_379, 16_384, 65_531, 65_536, 200_000, Channel.MAX_MESSAGE_BYTES};
        try (Listener listener = parties.listen(session -> {
                    Channel channel = session.lane("user", "online");
                    for (int size : sizes) {
                        channel.send(channel.receive(size));
                    }
                    assertThat(channel.awaitMessage(Duration.ofSeconds(5))).isFalse();
                });
                WireChannel channel = parties.dial("online")) {
            assertThat(listener.port()).isEqualTo(parties.cloudPort);
            Random random = new Random(1);
            for (int size : sizes) {
                byte[] message = new byte[size];
                random.nextBytes(message);
                channel.send(message);
                assertThat(channel.receive(size)).isEqualTo(message);
            }
            assertThat(channel.traffic().total().roundTrips()).isEqualTo(sizes.length);
            assertThat(channel.traffic().total().messagesSent()).isEqualTo(sizes.length);
        }
    }

    @Test
    void lanesOfOneSessionMeetInOneHandler() throws Exception {
        try (Listener listener = parties.listen(session -> {
            Channel online = session.lane("user", "online");
            Channel offline = session.lane("user", "offline");
            online.send(offline.receive(3));
            online.flush();
            assertThat(online.awaitMessage(Duration.ofSeconds(5))).isFalse();
        })) {
            SessionId id = parties.session();
            Connector connector = new Connector(parties.user);
            try (WireChannel offline = connector.dial("cloud-1", id, "offline")) {
                offline.send(new byte[] {1, 2, 3});
                offline.flush();
                assertThat(listener.sessions()).isEqualTo(1);
                try (WireChannel online = connector.dial("cloud-1", id, "online")) {
                    assertThat(online.receive(3)).containsExactly(1, 2, 3);
                }
            }
        }
    }

    @Test
    void abortReasonArrives() {
        try (Listener listener = parties.listen(session -> {
                    session.lane("user", "online").abort(AbortReason.VERIFICATION_FAILED);
                });
                WireChannel channel = parties.dial("online")) {
            assertThat(listener.port()).isPositive();
            assertThatThrownBy(() -> channel.receive(1))
                    .isInstanceOfSatisfying(
                            ProtocolAbort.class,
                            e -> assertThat(e.reason()).isEqualTo(AbortReason.VERIFICATION_FAILED));
        }
    }

    @Test
    void aConnectionThatWaitsBetweenQueriesStandsUntilThePeerIsGone() throws Exception {
        CompletableFuture<Boolean> leave = new CompletableFuture<>();
        try (Listener listener = parties.listen(session -> {
                    Channel channel = session.lane("user", "online");
                    while (channel.awaitMessage(Duration.ofSeconds(20))) {
                        channel.send(channel.receive(3));
                        channel.flush();
                        leave.join();
                    }
                });
                WireChannel channel = parties.dial("online")) {
            assertThat(listener.port()).isPositive();
            for (int look = 0; look < 3; look++) {
                assertThat(channel.stillStands()).isTrue();
            }
            channel.send(new byte[] {1, 2, 3});
            assertThat(channel.receive(3)).containsExactly(1, 2, 3);
            assertThat(channel.stillStands()).isTrue();
            leave.complete(true);
            listener.close();
            assertThat(stands(channel)).isFalse();
            assertThat(channel.isEnded()).isTrue();
        }
    }

    @Test
    void whoWaitsForAListenerThatStopsIsToldSo() throws Exception {
        CompletableFuture<Boolean> serving = new CompletableFuture<>();
        try (Listener listener = parties.listen(session -> {
                    Channel channel = session.lane("user", "online");
                    serving.complete(true);
                    channel.awaitMessage(Duration.ofSeconds(20));
                });
                WireChannel channel = parties.dial("online")) {
            CompletableFuture<Throwable> waiting =
                    CompletableFuture.supplyAsync(() -> catchThrowable(() -> channel.receive(1)));
            serving.join();
            listener.close();
            assertThat(waiting.get(10, TimeUnit.SECONDS))
                    .isInstanceOfSatisfying(
                            ProtocolAbort.class, e -> assertThat(e.reason()).isEqualTo(AbortReason.STOPPED));
        }
    }

    @Test
    void aConnectionOnWhichThePeerSpeaksOutOfTurnDoesNotStand() {
        try (Listener listener = parties.listen(session -> {
                    Channel channel = session.lane("user", "online");
                    channel.send(new byte[2]);
                    assertThat(channel.awaitMessage(Duration.ofSeconds(20))).isFalse();
                });
                WireChannel channel = parties.dial("online")) {
            assertThat(listener.port()).isPositive();
            assertThat(stands(channel)).isFalse();
        }
    }

    /** What the peer did last may still be under way. */
    private static boolean stands(WireChannel channel) {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (channel.stillStands() && System.nanoTime() < until) {
            Thread.onSpinWait();
        }
        return channel.stillStands();
    }

    @Test
    void abortReasonReachesAPeerThatOnlySends() {
        try (Listener listener = parties.listen(session -> {
                    Channel channel = session.lane("user", "online");
                    channel.receive(1000);
                    channel.abort(AbortReason.OUT_OF_RANGE);
                });
                WireChannel channel = parties.dial("online")) {
            assertThat(listener.port()).isPositive();
            byte[] message = new byte[1000];
            assertThatThrownBy(() -> {
                        // The aborting side takes what is under way for as long as it lingers; then the sender must
                        // know.
                        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
                        while (System.nanoTime() < until) {
                            channel.send(message);
                        }
                    })
                    .isInstanceOfSatisfying(
                            ProtocolAbort.class, e -> assertThat(e.reason()).isEqualTo(AbortReason.OUT_OF_RANGE));
        }
    }

    @Test
    void anotherLengthThanThePlanIsRefusedOnBothSides() throws Exception {
        CompletableFuture<Throwable> seen = new CompletableFuture<>();
        try (Listener listener = parties.listen(session -> {
                    try {
                        session.lane("user", "online").receive(8);
                    } catch (RuntimeException e) {
                        seen.complete(e);
                        throw e;
                    }
                });
                WireChannel channel = parties.dial("online")) {
            assertThat(listener.port()).isPositive();
            channel.send(new byte[9]);
            assertThatThrownBy(() -> channel.receive(1))
                    .isInstanceOfSatisfying(
                            ProtocolAbort.class, e -> assertThat(e.reason()).isEqualTo(AbortReason.UNEXPECTED_LENGTH));
            assertThat(seen.get(20, TimeUnit.SECONDS))
                    .isInstanceOfSatisfying(
                            ProtocolAbort.class, e -> assertThat(e.reason()).isEqualTo(AbortReason.UNEXPECTED_LENGTH));
        }
    }

    @Test
    void heartbeatsKeepALongComputationAlive() {
        try (Listener listener = parties.listen(session -> {
                    Channel channel = session.lane("user", "online");
                    channel.receive(1);
                    sleep(4_000); // more than twice the silence that is allowed
                    channel.send(new byte[] {7});
                    channel.flush();
                    assertThat(channel.awaitMessage(Duration.ofSeconds(5))).isFalse();
                });
                WireChannel channel = parties.dial("online")) {
            assertThat(listener.port()).isPositive();
            channel.send(new byte[1]);
            assertThat(channel.receive(1)).containsExactly(7);
        }
    }

    @Test
    void closingWakesTheSideThatWaits() throws Exception {
        CompletableFuture<Throwable> seen = new CompletableFuture<>();
        try (Listener listener = parties.listen(session -> {
            try {
                session.lane("user", "online").receive(8);
            } catch (PeerUnavailable e) {
                seen.complete(e);
            }
        })) {
            assertThat(listener.port()).isPositive();
            parties.dial("online").close();
            assertThat(seen.get(20, TimeUnit.SECONDS)).hasMessageContaining("closed");
        }
    }

    @Test
    void closingWakesAWaitingThreadOfTheSameSide() throws Exception {
        try (Listener listener = parties.listen(session -> sleep(3_000));
                WireChannel channel = parties.dial("online")) {
            assertThat(listener.port()).isPositive();
            CompletableFuture<Void> waiting = CompletableFuture.runAsync(() -> channel.receive(1));
            sleep(200);
            long before = System.nanoTime();
            channel.close();
            assertThatThrownBy(() -> waiting.get(20, TimeUnit.SECONDS)).hasCauseInstanceOf(PeerUnavailable.class);
            assertThat(System.nanoTime() - before).isLessThan(TimeUnit.SECONDS.toNanos(2));
        }
    }

    static void sleep(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
