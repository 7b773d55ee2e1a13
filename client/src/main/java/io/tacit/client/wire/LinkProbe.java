package io.tacit.client.wire;

import io.tacit.crypto.channel.AbortReason;
import io.tacit.crypto.channel.Channel;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;

/**
 * Measures a link on a lane of its own, {@value #LANE}, which every listening party serves. A request is five bytes: what
 * to do, and a number of bytes in a message; the number of requests and of bytes is limited.
 */
final class LinkProbe {
    /** Name of the lane. */
    static final String LANE = "doctor";

    private static final int REQUEST_BYTES = 5;
    private static final byte TAKE = 1;
    private static final byte GIVE = 2;
    private static final int MAX_REQUESTS = 64;
    private static final long MAX_TOTAL_BYTES = 256L << 20;
    private static final int ECHOES = 21;
    private static final int CHUNK_BYTES = 1 << 18;
    private static final int FEWEST_BYTES = 1 << 14;
    private static final int MOST_BYTES = 1 << 26;
    private static final long LONG_ENOUGH_NANOS = Duration.ofMillis(250).toNanos();

    private LinkProbe() {}

    /** The listening side: does what is asked, within limits, until the peer closes. */
    static void serve(Channel channel) {
        byte[] content = new byte[CHUNK_BYTES];
        long total = 0;
        for (int requests = 0; channel.awaitMessage(Duration.ofSeconds(10)); requests++) {
            ByteBuffer request = ByteBuffer.wrap(channel.receive(REQUEST_BYTES));
            byte what = request.get();
            int bytes = request.getInt();
            if (bytes < 0 || bytes > MOST_BYTES || (what != TAKE && what != GIVE)) {
                channel.abort(AbortReason.OUT_OF_RANGE);
                return;
            }
            total += bytes;
            if (requests >= MAX_REQUESTS || total > MAX_TOTAL_BYTES) {
                channel.abort(AbortReason.LIMIT_EXCEEDED);
                return;
            }
            if (what == TAKE) {
                receiveAll(channel, content, bytes);
                channel.send(content, 0, 1);
            } else {
                sendAll(channel, content, bytes);
            }
            channel.flush();
        }
    }

    /** The dialling side. */
    static LinkQuality measure(Channel channel) {
        byte[] content = new byte[CHUNK_BYTES];
        long[] trips = new long[ECHOES];
        for (int i = 0; i < ECHOES; i++) {
            long before = System.nanoTime();
            request(channel, TAKE, 1);
            channel.send(content, 0, 1);
            channel.receive(content, 0, 1);
            trips[i] = System.nanoTime() - before;
        }
        Arrays.sort(trips);
        long trip = trips[ECHOES / 2];
        return new LinkQuality(
                trip / 1e3, bytesPerSecond(channel, TAKE, content, trip), bytesPerSecond(channel, GIVE, content, trip));
    }

    /** Moves more and more bytes until it takes so long that the round trip does not matter. */
    private static double bytesPerSecond(Channel channel, byte what, byte[] content, long tripNanos) {
        long enough = Math.max(LONG_ENOUGH_NANOS, 2 * tripNanos);
        for (int bytes = FEWEST_BYTES; ; bytes *= 4) {
            long before = System.nanoTime();
            request(channel, what, bytes);
            if (what == TAKE) {
                sendAll(channel, content, bytes);
                channel.receive(content, 0, 1);
            } else {
                receiveAll(channel, content, bytes);
            }
            long nanos = System.nanoTime() - before - tripNanos;
            if (nanos > enough || bytes == MOST_BYTES) {
                return bytes / (Math.max(nanos, 1) / 1e9);
            }
        }
    }

    private static void sendAll(Channel channel, byte[] content, int bytes) {
        for (int left = bytes; left > 0; left -= CHUNK_BYTES) {
            channel.send(content, 0, Math.min(left, CHUNK_BYTES));
        }
    }

    private static void receiveAll(Channel channel, byte[] content, int bytes) {
        for (int left = bytes; left > 0; left -= CHUNK_BYTES) {
            channel.receive(content, 0, Math.min(left, CHUNK_BYTES));
        }
    }

    private static void request(Channel channel, byte what, int bytes) {
        channel.send(ByteBuffer.allocate(REQUEST_BYTES).put(what).putInt(bytes).array());
    }
}
