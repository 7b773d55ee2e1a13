package io.tacit.crypto.channel;

import java.util.Arrays;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Two channel ends in one process, with the same lengths, counters, aborts and deadlines as a network carrier: for
 * tests, simulations and parties that share a process.
 */
public final class MemoryChannel implements Channel {
    private static final int QUEUE_MESSAGES = 64;

    /** What travels: a message, or the end of the channel with or without a reason. */
    private record Item(byte[] bytes, boolean end, @Nullable AbortReason reason) {}

    private final String peer;
    private final long timeoutMillis;
    private final BlockingQueue<Item> in;
    private final BlockingQueue<Item> out;
    private final Meter meter = new Meter();
    private volatile boolean closed;
    private @Nullable Item ended;

    private MemoryChannel(String peer, long timeoutMillis, BlockingQueue<Item> in, BlockingQueue<Item> out) {
        this.peer = peer;
        this.timeoutMillis = timeoutMillis;
        this.in = in;
        this.out = out;
    }

    /**
     * The two ends of one channel.
     *
     * @param left end held by the party {@code leftRole}; its peer is {@code rightRole}
     * @param right the other end
     */
    public record Pair(MemoryChannel left, MemoryChannel right) {}

    /** Connects two roles; every wait ends after {@code timeoutMillis}. */
    public static Pair connect(String leftRole, String rightRole, long timeoutMillis) {
        BlockingQueue<Item> toRight = new ArrayBlockingQueue<>(QUEUE_MESSAGES);
        BlockingQueue<Item> toLeft = new ArrayBlockingQueue<>(QUEUE_MESSAGES);
        return new Pair(
                new MemoryChannel(rightRole, timeoutMillis, toLeft, toRight),
                new MemoryChannel(leftRole, timeoutMillis, toRight, toLeft));
    }

    @Override
    public String peer() {
        return peer;
    }

    @Override
    public void send(byte[] bytes, int offset, int length) {
        if (length > MAX_MESSAGE_BYTES) {
            throw new IllegalArgumentException("a message of " + length + " bytes");
        }
        put(new Item(Arrays.copyOfRange(bytes, offset, offset + length), false, null));
        meter.sent(length);
    }

    @Override
    public void receive(byte[] into, int offset, int length) {
        Item item = ended != null ? ended : take();
        if (item.end) {
            ended = item;
            if (item.reason != null) {
                throw new ProtocolAbort(peer, "receive", item.reason);
            }
            throw new PeerUnavailable(peer, "the connection was closed");
        }
        if (item.bytes.length != length) {
            throw new ProtocolAbort(peer, "receive", AbortReason.UNEXPECTED_LENGTH);
        }
        System.arraycopy(item.bytes, 0, into, offset, length);
        meter.received(length);
    }

    @Override
    public void flush() {}

    @Override
    public void enter(Phase phase) {
        meter.enter(phase);
    }

    @Override
    public Traffic traffic() {
        return meter.traffic();
    }

    @Override
    public void abort(AbortReason reason) {
        end(reason);
    }

    @Override
    public void close() {
        end(null);
    }

    private void end(@Nullable AbortReason reason) {
        if (!closed) {
            closed = true;
            Item item = new Item(new byte[0], true, reason);
            while (!out.offer(item)) {
                out.poll(); // the peer has stopped reading: what it did not read gives way to the end
            }
        }
    }

    private void put(Item item) {
        if (closed) {
            throw new PeerUnavailable(peer, "the connection is closed on this side");
        }
        try {
            if (!out.offer(item, timeoutMillis, TimeUnit.MILLISECONDS)) {
                throw new PeerUnavailable(peer, "did not take a message within " + timeoutMillis + " ms");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PeerUnavailable(peer, "interrupted while sending", e);
        }
    }

    private Item take() {
        try {
            Item item = in.poll(timeoutMillis, TimeUnit.MILLISECONDS);
            if (item == null) {
                throw new PeerUnavailable(peer, "silent for " + timeoutMillis + " ms");
            }
            return item;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PeerUnavailable(peer, "interrupted while receiving", e);
        }
    }
}
