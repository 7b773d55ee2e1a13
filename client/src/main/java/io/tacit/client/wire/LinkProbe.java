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
    private static final int MAX_REQUESTS = 256;
    private static final long MAX_TOTAL_BYTES = 256L << 20;
    private static final int ECHOES = 21;
    private static final int CHUNK_BYTES = 1 << 18;
    private static final long MEASURE_NANOS = Duration.ofMillis(400).toNanos();
    private static final int MOST_CHUNKS = 100;

    private LinkProbe() {}

    /** The listening side: does what is asked, within limits, until the peer closes. */
    static void serve(Channel channel) {
        byte[] content = new byte[0];
        long total = 0;
        for (int requests = 0; channel.awaitMessage(Duration.ofSeconds(5)); requests++) {
            ByteBuffer request = ByteBuffer.wrap(channel.receive(REQUEST_BYTES));
            byte what = request.get();
            int length = request.getInt();
            if (length < 0 || length > CHUNK_BYTES || (what != TAKE && what != GIVE)) {
                channel.abort(AbortReason.OUT_OF_RANGE);
                return;
            }
            total += length;
            if (requests >= MAX_REQUESTS || total > MAX_TOTAL_BYTES) {
                channel.abort(AbortReason.LIMIT_EXCEEDED);
                return;
            }
            if (content.length < length) {
                content = new byte[length];
            }
            if (what == TAKE) {
                channel.receive(content, 0, length);
                channel.send(content, 0, 1);
            } else {
                channel.send(content, 0, length);
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
                trip / 1e3, bytesPerSecond(channel, TAKE, content), bytesPerSecond(channel, GIVE, content));
    }

    /** Keeps a few requests under way, so that long round trips do not count, and stops after a fixed time. */
    private static double bytesPerSecond(Channel channel, byte what, byte[] content) {
        int ahead = 8;
        int asked = 0;
        int answered = 0;
        long begin = System.nanoTime();
        long measuredFrom = begin;
        while (answered < asked || asked == 0 || (asked < MOST_CHUNKS && System.nanoTime() - begin < MEASURE_NANOS)) {
            boolean more = asked < MOST_CHUNKS && System.nanoTime() - begin < MEASURE_NANOS;
            if (more && asked - answered < ahead) {
                request(channel, what, CHUNK_BYTES);
                if (what == TAKE) {
                    channel.send(content, 0, CHUNK_BYTES);
                }
                asked++;
                continue;
            }
            channel.receive(content, 0, what == TAKE ? 1 : CHUNK_BYTES);
            if (answered++ == 0) {
                measuredFrom = System.nanoTime();
            }
        }
        double seconds = (System.nanoTime() - measuredFrom) / 1e9;
        return answered < 2
                ? CHUNK_BYTES / ((System.nanoTime() - begin) / 1e9)
                : (answered - 1.0) * CHUNK_BYTES / seconds;
    }

    private static void request(Channel channel, byte what, int bytes) {
        channel.send(ByteBuffer.allocate(REQUEST_BYTES).put(what).putInt(bytes).array());
    }
}
