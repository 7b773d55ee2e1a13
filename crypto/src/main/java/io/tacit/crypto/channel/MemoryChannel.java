package io.tacit.crypto.channel;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Two channel ends in one process, with the same lengths, counters, aborts and deadlines as a network carrier: for
 * tests, simulations and parties that share a process. At most {@link #CAPACITY_BYTES} are under way in one direction,
 * so that a program which relies on unbounded buffers fails here as it would over a network.
 */
public final class MemoryChannel implements Channel {
    /** Bytes that the carrier holds in one direction before {@link #send} waits, about what two sockets hold. */
    public static final int CAPACITY_BYTES = 4 << 20;

    /** How one end was ended, and by whom, if that was neither of both. */
    private record End(
            @Nullable AbortReason reason,
            String detail,
            @Nullable String culprit) {
        End(@Nullable AbortReason reason, String detail) {
            this(reason, detail, null);
        }
    }

    private static final End CLOSED = new End(null, "the connection was closed");
    private static final End TIMED_OUT = new End(AbortReason.TIMED_OUT, "");

    /** One direction: a queue of messages and its end, which is seen after them. */
    private static final class Pipe {
        private final ReentrantLock lock = new ReentrantLock();
        private final Condition changed = lock.newCondition();
        private final ArrayDeque<byte[]> messages = new ArrayDeque<>();
        private long heldBytes;
        private @Nullable End endOfSender;
        private boolean receiverGone;

        void update(Runnable change) {
            lock.lock();
            try {
                change.run();
                changed.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }

    private final String peer;
    private final long timeoutMillis;
    private final Pipe in;
    private final Pipe out;
    private final Meter meter = new Meter();
    private volatile @Nullable End ended;

    private MemoryChannel(String peer, long timeoutMillis, Pipe in, Pipe out) {
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
        Pipe toRight = new Pipe();
        Pipe toLeft = new Pipe();
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
        Objects.checkFromIndexSize(offset, length, bytes.length);
        if (length > MAX_MESSAGE_BYTES) {
            throw new IllegalArgumentException("a message of " + length + " bytes");
        }
        byte[] message = Arrays.copyOfRange(bytes, offset, offset + length);
        End failure = null; // acted upon without the lock: ending takes the locks of both directions
        out.lock.lock();
        try {
            long left = TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
            while (failure == null && ended == null && !out.receiverGone && out.heldBytes + length > CAPACITY_BYTES) {
                left = out.changed.awaitNanos(left);
                if (left <= 0) {
                    failure = new End(null, "did not take a message within " + timeoutMillis + " ms");
                }
            }
            if (failure == null && ended == null && !out.receiverGone) {
                out.messages.add(message);
                out.heldBytes += length;
                out.changed.signalAll();
                meter.sent(length);
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            failure = new End(null, "interrupted while sending");
        } finally {
            out.lock.unlock();
        }
        throw end(failure != null ? failure : endOfPeer(), TIMED_OUT);
    }

    @Override
    public void receive(byte[] into, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, into.length);
        if (!await(timeoutMillis)) {
            throw end(CLOSED, CLOSED);
        }
        byte[] message;
        in.lock.lock();
        try {
            message = in.messages.element();
            if (message.length == length) {
                in.messages.remove();
                in.heldBytes -= length;
                in.changed.signalAll();
            }
        } finally {
            in.lock.unlock();
        }
        if (message.length != length) {
            End refused = new End(AbortReason.UNEXPECTED_LENGTH, "");
            throw end(refused, refused);
        }
        System.arraycopy(message, 0, into, offset, length);
        meter.received(length);
    }

    @Override
    public boolean awaitMessage(Duration longest) {
        return await(longest.toMillis());
    }

    /** True once a message is there, false once the peer has closed in order; throws for every other end. */
    private boolean await(long millis) {
        End failure = null;
        in.lock.lock();
        try {
            long left = TimeUnit.MILLISECONDS.toNanos(millis);
            while (failure == null && ended == null && in.messages.isEmpty() && in.endOfSender == null) {
                left = in.changed.awaitNanos(left);
                if (left <= 0) {
                    failure = new End(null, "no message within " + millis + " ms");
                }
            }
            if (ended == null && !in.messages.isEmpty()) {
                return true;
            }
            if (failure == null && ended == null) {
                failure = Objects.requireNonNull(in.endOfSender);
                if (failure.reason == null) {
                    return false;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            failure = new End(null, "interrupted while receiving");
        } finally {
            in.lock.unlock();
        }
        throw end(failure != null ? failure : CLOSED, TIMED_OUT);
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
        finish(new End(null, "aborted on this side: " + reason.name()), new End(reason, ""));
    }

    @Override
    public void abort(AbortReason reason, String culprit) {
        finish(new End(null, "aborted on this side: " + reason.name()), new End(reason, "", culprit));
    }

    @Override
    public void close() {
        finish(new End(null, "the connection is closed on this side"), CLOSED);
    }

    private End endOfPeer() {
        in.lock.lock();
        try {
            return in.endOfSender != null ? in.endOfSender : CLOSED;
        } finally {
            in.lock.unlock();
        }
    }

    /** Ends this side unless it has ended before, and gives the exception for how it did; the peer sees {@code there}. */
    private RuntimeException end(End here, End there) {
        finish(here, there);
        End first = Objects.requireNonNull(ended);
        if (first.reason != null && first.culprit != null) {
            return ProtocolAbort.told(peer, first.culprit, first.reason);
        }
        return first.reason != null
                ? new ProtocolAbort(peer, "channel", first.reason)
                : new PeerUnavailable(peer, first.detail);
    }

    private void finish(End here, End there) {
        synchronized (this) {
            if (ended != null) {
                return;
            }
            ended = here;
        }
        out.update(() -> out.endOfSender = there);
        in.update(() -> in.receiverGone = true);
    }
}
