package io.tacit.client.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import com.sun.management.ThreadMXBean;
import io.tacit.crypto.channel.AbortReason;
import io.tacit.crypto.channel.PeerUnavailable;
import io.tacit.crypto.channel.ProtocolAbort;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.lang.management.ManagementFactory;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What an authenticated peer can put into frames: the channel's decoder against bytes of every kind, without TLS. */
@Timeout(120)
class HostileFramesTest {
    private static final int[] PLAN = {8, 0, 100, 3_000, 1};

    private final Watchdog watchdog = new Watchdog("test");

    @AfterEach
    void close() {
        watchdog.close();
    }

    private WireChannel channel(byte[] received) {
        return new WireChannel(
                "hostile",
                new ByteArrayInputStream(received),
                new ByteArrayOutputStream(),
                new Socket(),
                Parties.QUICK,
                watchdog);
    }

    @Test
    void aLengthOfTwoGibibytesIsRefusedWithinAMillisecondAnd64Kibibytes() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        for (int length : new int[] {Integer.MAX_VALUE, -1, Integer.MIN_VALUE, (1 << 20) + 1}) {
            byte[] frame = ByteBuffer.allocate(5)
                    .put((byte) WireChannel.DATA)
                    .putInt(length)
                    .array();
            byte[] into = new byte[16];
            long bestNanos = Long.MAX_VALUE;
            long bestBytes = Long.MAX_VALUE;
            for (int run = 0; run < 20; run++) {
                WireChannel channel = channel(frame);
                long allocated = threads.getCurrentThreadAllocatedBytes();
                long before = System.nanoTime();
                try {
                    channel.receive(into, 0, 16);
                    fail("received");
                } catch (ProtocolAbort e) {
                    bestNanos = Math.min(bestNanos, System.nanoTime() - before);
                    bestBytes = Math.min(bestBytes, threads.getCurrentThreadAllocatedBytes() - allocated);
                    assertThat(e.reason()).isEqualTo(AbortReason.UNEXPECTED_LENGTH);
                }
            }
            assertThat(bestNanos).isLessThan(1_000_000);
            assertThat(bestBytes).isLessThan(64 << 10);
        }
    }

    @Test
    void aHelloOfTwoGibibytesIsRefused() {
        byte[] frame = ByteBuffer.allocate(5)
                .put((byte) WireChannel.HELLO)
                .putInt(Integer.MAX_VALUE)
                .array();
        assertReason(() -> channel(frame).receiveHello(), AbortReason.UNEXPECTED_LENGTH);
        byte[] long1 = ByteBuffer.allocate(5)
                .put((byte) WireChannel.HELLO)
                .putInt(Hello.MAX_BYTES + 1)
                .array();
        assertReason(() -> channel(long1).receiveHello(), AbortReason.UNEXPECTED_LENGTH);
    }

    @Test
    void unknownAndMisplacedTypesAreMalformed() {
        for (int type = 0; type < 256; type++) {
            byte[] frame = new byte[5];
            frame[0] = (byte) type;
            boolean known = type == WireChannel.DATA || type == WireChannel.CLOSE || type == WireChannel.HEARTBEAT;
            if (!known) {
                assertReason(() -> channel(frame).receive(0), AbortReason.MALFORMED);
            }
        }
        byte[] heartbeatWithContent = {WireChannel.HEARTBEAT, 0, 0, 0, 1, 0};
        assertReason(() -> channel(heartbeatWithContent).receive(0), AbortReason.MALFORMED);
        byte[] longAbort = {WireChannel.ABORT, 0, 0, 0, 2, 1, 1};
        assertReason(() -> channel(longAbort).receive(0), AbortReason.MALFORMED);
    }

    @Test
    void unknownReasonsAreMalformed() {
        byte[] abort = {WireChannel.ABORT, 0, 0, 0, 1, (byte) 200};
        assertReason(() -> channel(abort).receive(0), AbortReason.MALFORMED);
    }

    @Test
    void heartbeatsWithoutEndAreRefused() {
        byte[] frames = new byte[5 * 70_000];
        for (int i = 0; i < frames.length; i += 5) {
            frames[i] = WireChannel.HEARTBEAT;
        }
        assertReason(() -> channel(frames).receive(0), AbortReason.MALFORMED);
    }

    @Test
    void theFirstFailureStays() {
        byte[] frame = {WireChannel.DATA, 0, 0, 0, 2, 1, 1};
        WireChannel channel = channel(frame);
        assertReason(() -> channel.receive(3), AbortReason.UNEXPECTED_LENGTH);
        assertReason(() -> channel.receive(2), AbortReason.UNEXPECTED_LENGTH);
        assertReason(() -> channel.send(new byte[1]), AbortReason.UNEXPECTED_LENGTH);
        assertReason(() -> channel.awaitMessage(Duration.ofSeconds(1)), AbortReason.UNEXPECTED_LENGTH);
        channel.close();
        assertThat(channel.isEnded()).isTrue();
    }

    @Test
    void changedStreamsGiveNothingButTheDeclaredErrors() {
        changeStreams(20_000);
    }

    @Test
    @Tag("slow")
    void manyChangedStreamsGiveNothingButTheDeclaredErrors() {
        changeStreams(200_000);
    }

    /** Flips, truncation, insertion, duplication and reordering of frames. */
    private void changeStreams(int cases) {
        byte[][] frames = new byte[PLAN.length][];
        Random content = new Random(1);
        ByteArrayOutputStream good = new ByteArrayOutputStream();
        for (int i = 0; i < PLAN.length; i++) {
            byte[] message = new byte[PLAN[i]];
            content.nextBytes(message);
            frames[i] = ByteBuffer.allocate(5 + PLAN[i])
                    .put((byte) WireChannel.DATA)
                    .putInt(PLAN[i])
                    .put(message)
                    .array();
            good.writeBytes(frames[i]);
        }
        int finished = 0;
        for (long seed = 0; seed < cases; seed++) {
            byte[] stream = changed(good.toByteArray(), frames, new Random(seed));
            try (WireChannel channel = new WireChannel(
                    "hostile",
                    new ByteArrayInputStream(stream),
                    java.io.OutputStream.nullOutputStream(),
                    new Socket(),
                    Parties.QUICK,
                    watchdog)) {
                for (int length : PLAN) {
                    channel.receive(length);
                }
                finished++;
            } catch (ProtocolAbort | PeerUnavailable e) {
                assertThat(e.getMessage()).startsWith("hostile: ").doesNotContain("\n");
            } catch (RuntimeException | Error e) {
                fail("seed " + seed, e);
            }
        }
        // content is the protocol's to check: flips in it and complete copies after the plan's end arrive
        assertThat(finished).isBetween(cases / 100, cases * 3 / 5);
    }

    private static byte[] changed(byte[] good, byte[][] frames, Random random) {
        switch (random.nextInt(5)) {
            case 0 -> {
                byte[] flipped = good.clone();
                int at = random.nextBoolean() ? random.nextInt(20) : random.nextInt(good.length);
                flipped[at] ^= (byte) (1 << random.nextInt(8));
                return flipped;
            }
            case 1 -> {
                return Arrays.copyOf(good, random.nextInt(good.length));
            }
            case 2 -> {
                byte[] garbage = new byte[1 + random.nextInt(40)];
                random.nextBytes(garbage);
                int at = random.nextInt(good.length);
                return ByteBuffer.allocate(good.length + garbage.length)
                        .put(good, 0, at)
                        .put(garbage)
                        .put(good, at, good.length - at)
                        .array();
            }
            case 3 -> {
                int twice = random.nextInt(frames.length);
                ByteArrayOutputStream out = new ByteArrayOutputStream();
                for (int i = 0; i < frames.length; i++) {
                    out.writeBytes(frames[i]);
                    if (i == twice) {
                        out.writeBytes(frames[i]);
                    }
                }
                return out.toByteArray();
            }
            default -> {
                ByteArrayOutputStream out = new ByteArrayOutputStream();
                for (int i = 0; i < frames.length; i++) {
                    out.writeBytes(frames[random.nextInt(frames.length)]);
                }
                return out.toByteArray();
            }
        }
    }

    private static void assertReason(org.assertj.core.api.ThrowableAssert.ThrowingCallable call, AbortReason reason) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        ProtocolAbort.class, e -> assertThat(e.reason()).isEqualTo(reason));
    }
}
