package io.tacit.crypto.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class ChannelTest {
    private final MemoryChannel.Pair pair = MemoryChannel.connect("user", "cloud-1", 2_000);
    private final MemoryChannel user = pair.left();
    private final MemoryChannel cloud = pair.right();

    @Test
    void messagesArriveInOrderAndAreCopies() {
        byte[] message = {1, 2, 3};
        user.send(message);
        user.send(message, 1, 2);
        message[0] = 9;
        assertThat(cloud.receive(3)).containsExactly(1, 2, 3);
        assertThat(cloud.receive(2)).containsExactly(2, 3);
        assertThat(user.peer()).isEqualTo("cloud-1");
        assertThat(cloud.peer()).isEqualTo("user");
    }

    @Test
    void anotherLengthEndsTheChannelOnBothSides() {
        user.send(new byte[4]);
        user.send(new byte[5]);
        assertReason(() -> cloud.receive(5), AbortReason.UNEXPECTED_LENGTH);
        assertReason(() -> cloud.receive(4), AbortReason.UNEXPECTED_LENGTH);
        assertReason(() -> user.receive(1), AbortReason.UNEXPECTED_LENGTH);
        assertReason(() -> user.send(new byte[1]), AbortReason.UNEXPECTED_LENGTH);
    }

    @Test
    void everythingSentBeforeTheEndIsReceivedFirst() {
        for (int i = 0; i < 200; i++) {
            user.send(new byte[] {(byte) i});
        }
        user.close();
        for (int i = 0; i < 200; i++) {
            assertThat(cloud.awaitMessage(Duration.ZERO)).isTrue();
            assertThat(cloud.receive(1)).containsExactly((byte) i);
        }
        assertThat(cloud.awaitMessage(Duration.ofSeconds(1))).isFalse();
        assertThatThrownBy(() -> cloud.receive(1)).isInstanceOf(PeerUnavailable.class);
        assertThatThrownBy(() -> cloud.send(new byte[1])).isInstanceOf(PeerUnavailable.class);
    }

    @Test
    void aReasonTravelsAndStays() {
        user.send(new byte[1]);
        user.abort(AbortReason.OUT_OF_RANGE);
        user.abort(AbortReason.BUSY);
        user.close();
        assertThat(cloud.receive(1)).hasSize(1);
        assertReason(() -> cloud.receive(1), AbortReason.OUT_OF_RANGE);
        assertReason(() -> cloud.awaitMessage(Duration.ZERO), AbortReason.OUT_OF_RANGE);
        assertThatThrownBy(() -> user.send(new byte[1]))
                .isInstanceOf(PeerUnavailable.class)
                .hasMessageContaining("aborted on this side");
    }

    @Test
    void aSilentPeerEndsByTheDeadlineAndIsTold() {
        MemoryChannel.Pair hasty = MemoryChannel.connect("user", "cloud-1", 50);
        assertThatThrownBy(() -> hasty.left().receive(1))
                .isInstanceOf(PeerUnavailable.class)
                .hasMessageContaining("50 ms");
        assertReason(() -> hasty.right().receive(1), AbortReason.TIMED_OUT);
    }

    @Test
    void aPeerThatTakesNothingEndsByTheDeadline() {
        MemoryChannel.Pair hasty = MemoryChannel.connect("user", "cloud-1", 50);
        byte[] largest = new byte[Channel.MAX_MESSAGE_BYTES];
        assertThatThrownBy(() -> {
                    for (int i = 0; i <= MemoryChannel.CAPACITY_BYTES / largest.length; i++) {
                        hasty.left().send(largest);
                    }
                })
                .isInstanceOf(PeerUnavailable.class)
                .hasMessageContaining("did not take");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void closingWakesTheWaitingSide(boolean own) throws Exception {
        CompletableFuture<Void> waiting = CompletableFuture.runAsync(() -> user.receive(1));
        TimeUnit.MILLISECONDS.sleep(50);
        (own ? user : cloud).close();
        assertThatThrownBy(() -> waiting.get(10, TimeUnit.SECONDS)).hasCauseInstanceOf(PeerUnavailable.class);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void closingWakesASenderThatWaitsForRoom(boolean own) throws Exception {
        byte[] largest = new byte[Channel.MAX_MESSAGE_BYTES];
        CompletableFuture<Void> waiting = CompletableFuture.runAsync(() -> {
            for (int i = 0; i < 10; i++) {
                user.send(largest);
            }
        });
        TimeUnit.MILLISECONDS.sleep(50);
        (own ? user : cloud).close();
        assertThatThrownBy(() -> waiting.get(10, TimeUnit.SECONDS)).hasCauseInstanceOf(PeerUnavailable.class);
    }

    @Test
    void bothSidesMayEndAtOnce() throws Exception {
        for (int i = 0; i < 500; i++) {
            MemoryChannel.Pair each = MemoryChannel.connect("a", "b", 2_000);
            CompletableFuture<Void> left = CompletableFuture.runAsync(each.left()::close);
            CompletableFuture<Void> reader =
                    CompletableFuture.runAsync(() -> swallow(() -> each.left().receive(1)));
            CompletableFuture<Void> writer =
                    CompletableFuture.runAsync(() -> swallow(() -> each.right().send(new byte[1])));
            each.right().abort(AbortReason.CANCELLED);
            CompletableFuture.allOf(left, reader, writer).get(20, TimeUnit.SECONDS);
        }
    }

    @Test
    void tooLongMessagesAndWrongRangesAreTheCallersFault() {
        assertThatThrownBy(() -> user.send(new byte[Channel.MAX_MESSAGE_BYTES + 1]))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> user.receive(Channel.MAX_MESSAGE_BYTES + 1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> user.receive(-1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> user.send(new byte[3], 2, 2)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 7, 65_535, 65_536, 65_537, 200_000})
    void bulkArraysArriveAsTheyWere(int count) throws Exception {
        Random random = new Random(count);
        int[] ints = random.ints(count + 3L).toArray();
        long[] longs = random.longs(count + 3L).toArray();
        CompletableFuture<Void> sender = CompletableFuture.runAsync(() -> {
            Bulk.sendInts(user, ints, 2, count);
            Bulk.sendLongs(user, longs, 1, count);
            Bulk.sendLong(user, Long.MIN_VALUE + count);
        });
        int[] intsReceived = new int[count + 1];
        long[] longsReceived = new long[count + 1];
        Bulk.receiveInts(cloud, intsReceived, 1, count);
        Bulk.receiveLongs(cloud, longsReceived, 1, count);
        assertThat(Bulk.receiveLong(cloud)).isEqualTo(Long.MIN_VALUE + count);
        sender.get(20, TimeUnit.SECONDS);
        for (int i = 0; i < count; i++) {
            assertThat(intsReceived[i + 1]).isEqualTo(ints[i + 2]);
            assertThat(longsReceived[i + 1]).isEqualTo(longs[i + 1]);
        }
        assertThat(cloud.traffic().total().bytesReceived()).isEqualTo(12L * count + 8);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 65_535, 65_536, 65_537, 200_000})
    void bulkBytesTravelInChunks(int length) throws Exception {
        byte[] bytes = new byte[length + 5];
        new Random(length).nextBytes(bytes);
        CompletableFuture<Void> sender = CompletableFuture.runAsync(() -> Bulk.sendBytes(user, bytes, 3, length));
        byte[] received = new byte[length + 3];
        Bulk.receiveBytes(cloud, received, 2, length);
        sender.get(20, TimeUnit.SECONDS);
        assertThat(Arrays.copyOfRange(received, 2, length + 2)).isEqualTo(Arrays.copyOfRange(bytes, 3, length + 3));
        assertThat(received[0] | received[1] | received[length + 2]).isZero();
        assertThat(Bulk.messages(length))
                .isEqualTo(cloud.traffic().total().messagesReceived())
                .isEqualTo((long) Math.ceil(length / 65_536.0));
    }

    @Test
    void longsTravelWithTheLowestByteFirst() {
        byte[] bytes = new byte[10];
        Bulk.putLong(bytes, 1, 0x0807060504030201L);
        assertThat(bytes).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 0);
        assertThat(Bulk.getLong(bytes, 1)).isEqualTo(0x0807060504030201L);
    }

    @Test
    void aRecordingIsWhatIsReceivedAndTheChannelIsAsBefore() {
        ByteArrayOutputStream recorded = new ByteArrayOutputStream();
        try (RecordingChannel recording = new RecordingChannel(cloud, recorded::write)) {
            assertThat(recording.peer()).isEqualTo("user");
            recording.enter(Phase.PREDICT);
            recording.send(new byte[] {9});
            recording.flush();
            assertThat(user.receive(1)).containsExactly(9);
            user.send(new byte[] {1, 2});
            user.send(new byte[] {3});
            assertThat(recording.awaitMessage(Duration.ofSeconds(1))).isTrue();
            assertThat(recording.receive(2)).containsExactly(1, 2);
            byte[] into = new byte[3];
            recording.receive(into, 1, 1);
            assertThat(into).containsExactly(0, 3, 0);
            assertThat(recorded.toByteArray()).containsExactly(1, 2, 3);
            assertThat(recording.traffic().in(Phase.PREDICT)).isEqualTo(new Traffic.Count(1, 3, 1, 2, 1));
        }
        assertThat(user.awaitMessage(Duration.ofSeconds(1))).isFalse();
        assertThat(new RecordingChannel(cloud, recorded::write)
                        .traffic()
                        .total()
                        .messagesSent())
                .isEqualTo(1);
    }

    @Test
    void anAbortAndAnEndOfTheOtherSideAreSeenThroughARecording() {
        RecordingChannel recording = new RecordingChannel(cloud, (bytes, offset, length) -> {});
        recording.abort(AbortReason.BUSY);
        assertThatThrownBy(() -> user.receive(1)).isInstanceOfSatisfying(ProtocolAbort.class, e -> {
            assertThat(e.reason()).isEqualTo(AbortReason.BUSY);
            assertThat(e.peer()).isEqualTo("cloud-1");
            assertThat(e.step()).isEqualTo("channel");
        });
        MemoryChannel.Pair other = MemoryChannel.connect("user", "cloud-1", 2_000);
        other.right().close();
        assertThat(new RecordingChannel(other.left(), (bytes, offset, length) -> {})
                        .awaitMessage(Duration.ofSeconds(1)))
                .isFalse();
        assertThatThrownBy(() -> other.left().receive(1))
                .isInstanceOfSatisfying(
                        PeerUnavailable.class, e -> assertThat(e.peer()).isEqualTo("cloud-1"));
    }

    @Test
    void aDirectionHoldsItsCapacityAndNoMore() throws Exception {
        byte[] largest = new byte[Channel.MAX_MESSAGE_BYTES];
        for (int i = 0; i < MemoryChannel.CAPACITY_BYTES / largest.length; i++) {
            user.send(largest); // does not wait
        }
        CompletableFuture<Void> waiting = CompletableFuture.runAsync(() -> user.send(new byte[] {7}));
        assertThatThrownBy(() -> waiting.get(50, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
        cloud.receive(largest.length); // makes room
        waiting.get(10, TimeUnit.SECONDS);
        for (int i = 1; i < MemoryChannel.CAPACITY_BYTES / largest.length; i++) {
            cloud.receive(largest.length);
        }
        assertThat(cloud.receive(1)).containsExactly(7);
        for (int i = 0; i < 3 * MemoryChannel.CAPACITY_BYTES / largest.length; i++) {
            user.send(largest); // what was taken is not counted any more
            cloud.receive(largest.length);
        }
    }

    @Test
    void anInterruptEndsAWait() throws Exception {
        for (boolean sends : new boolean[] {true, false}) {
            MemoryChannel.Pair each = MemoryChannel.connect("a", "b", 5_000);
            CompletableFuture<Boolean> ended = new CompletableFuture<>();
            Thread thread = new Thread(() -> {
                try {
                    for (int i = 0; i < 10; i++) {
                        if (sends) {
                            each.left().send(new byte[Channel.MAX_MESSAGE_BYTES]);
                        } else {
                            each.left().receive(1);
                        }
                    }
                    ended.complete(false);
                } catch (PeerUnavailable e) {
                    ended.complete(String.valueOf(e.getMessage()).contains("interrupted")
                            && Thread.currentThread().isInterrupted());
                }
            });
            thread.start();
            TimeUnit.MILLISECONDS.sleep(50);
            thread.interrupt();
            assertThat(ended.get(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void trafficIsCountedByPhase() {
        user.send(new byte[10]);
        cloud.receive(10);
        user.enter(Phase.PREDICT);
        cloud.enter(Phase.PREDICT);
        for (int i = 0; i < 3; i++) {
            user.send(new byte[2]);
            user.send(new byte[3]);
            cloud.receive(2);
            cloud.receive(3);
            cloud.send(new byte[7]);
            cloud.send(new byte[1]);
            user.receive(7);
            user.receive(1);
        }
        assertThat(user.traffic().in(Phase.DEPLOY)).isEqualTo(new Traffic.Count(10, 0, 1, 0, 0));
        assertThat(user.traffic().in(Phase.PREDICT)).isEqualTo(new Traffic.Count(15, 24, 6, 6, 3));
        assertThat(cloud.traffic().in(Phase.PREDICT)).isEqualTo(new Traffic.Count(24, 15, 6, 6, 2));
        assertThat(user.traffic().in(Phase.PREPARE)).isEqualTo(Traffic.Count.NOTHING);
        assertThat(user.traffic().total()).isEqualTo(new Traffic.Count(25, 24, 7, 6, 3));
        assertThat(user.traffic().plus(cloud.traffic()).total().bytesSent()).isEqualTo(49);
    }

    @Test
    void everyReasonHasItsOwnNumberAndTexts() {
        for (AbortReason reason : AbortReason.values()) {
            assertThat(AbortReason.ofWireCode(reason.wireCode())).isEqualTo(reason);
            assertThat(reason.wireCode()).isBetween(1, 255);
            assertThat(reason.meaning()).isNotBlank();
            assertThat(reason.remedy()).isNotBlank();
        }
        assertThat(AbortReason.ofWireCode(0)).isEqualTo(AbortReason.MALFORMED);
        assertThat(AbortReason.ofWireCode(255)).isEqualTo(AbortReason.MALFORMED);
    }

    private static void swallow(Runnable call) {
        try {
            call.run();
        } catch (ProtocolAbort | PeerUnavailable e) {
            assertThat(e.getMessage()).isNotBlank();
        }
    }

    private static void assertReason(org.assertj.core.api.ThrowableAssert.ThrowingCallable call, AbortReason reason) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        ProtocolAbort.class, e -> assertThat(e.reason()).isEqualTo(reason));
    }
}
