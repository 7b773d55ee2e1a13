package io.tacit.client.wire;

import io.tacit.crypto.channel.AbortReason;
import io.tacit.crypto.channel.Channel;
import io.tacit.crypto.channel.Meter;
import io.tacit.crypto.channel.PeerUnavailable;
import io.tacit.crypto.channel.Phase;
import io.tacit.crypto.channel.ProtocolAbort;
import io.tacit.crypto.channel.Traffic;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A {@link Channel} over one TLS connection. A message is one frame: a type byte, the content's length in four bytes
 * big-endian, the content. Beside messages there are signs of life, the last words of a side that stops, and the end.
 *
 * <p>Every wait is limited twice: by the peer's silence (a peer that computes for long sends signs of life all the same)
 * and by the message deadline. Whichever passes first, the {@link Watchdog} closes the socket, and the waiting call
 * throws. The first thing that goes wrong ends the channel: every later call reports the same.
 */
public final class WireChannel implements Channel {
    static final int DATA = 1;
    static final int HEARTBEAT = 2;
    static final int ABORT = 3;
    static final int CLOSE = 4;
    static final int HELLO = 5;
    static final int HEADER_BYTES = 5;

    /** Four full TLS records: fewer bytes a write cost more calls and, in the end, records that are not full. */
    private static final int OUT_BYTES = 1 << 16;

    private static final int IN_BYTES = 1 << 14;
    private static final int MAX_HEARTBEATS_IN_A_ROW = 1 << 16;
    private static final int NONE = -1;
    private static final int MAX_ROLE_BYTES = 32;
    private static final Pattern ROLE = Pattern.compile("[a-z][a-z0-9-]{0,31}");
    private static final long LAST_WORDS_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    private volatile String peer;
    private final Socket plain;
    private final WireSettings settings;
    private final Watchdog watchdog;
    private final InputStream in;
    private final OutputStream out;
    private final Meter meter = new Meter();
    private final ReentrantLock reading = new ReentrantLock();
    private final ReentrantLock writing = new ReentrantLock();

    // guarded by reading
    private final byte[] inBuffer = new byte[IN_BYTES];
    private int inPosition;
    private int inEnd;
    private int owed = NONE; // length of a message whose header has been read and whose content has not

    // guarded by writing; outCount is also read without the lock by the sending thread
    private final byte[] outBuffer = new byte[OUT_BYTES];
    private volatile int outCount;

    // for the watchdog: times of the monotonic clock
    private volatile long readCapNanos;
    private volatile long readSince;
    private volatile long writeSince;
    private volatile long heard;
    private volatile long spoke;
    private volatile int unread; // bytes that waited in the socket when the watchdog last looked
    private volatile boolean readWaiting;
    private volatile boolean writeWaiting;

    private volatile @Nullable End end;
    private boolean refusing; // guarded by this

    /**
     * How the channel ended.
     *
     * @param reason what failed; null if the peer is only gone
     * @param detail for people, if there is no reason; else the role of the third party whose fault it is, or empty
     */
    private record End(@Nullable AbortReason reason, String detail) {}

    /**
     * @param in decrypted bytes from the peer
     * @param out bytes to encrypt to the peer
     * @param plain the socket below: closing it ends every call on the streams
     */
    WireChannel(String peer, InputStream in, OutputStream out, Socket plain, WireSettings settings, Watchdog watchdog) {
        this.peer = peer;
        this.plain = plain;
        this.settings = settings;
        this.watchdog = watchdog;
        this.in = in;
        this.out = out;
        long now = System.nanoTime();
        heard = now;
        spoke = now;
        readCapNanos = settings.messageDeadline().toNanos();
        watchdog.guard(plain);
        scheduleTick(settings.heartbeat().toNanos());
    }

    @Override
    public String peer() {
        return peer;
    }

    /** The listening side learns from the hello whom it talks to. */
    void rename(String role) {
        peer = role;
    }

    @Override
    public void enter(Phase phase) {
        meter.enter(phase);
    }

    @Override
    public Traffic traffic() {
        return meter.traffic();
    }

    // ---- sending

    @Override
    public void send(byte[] bytes, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        if (length > MAX_MESSAGE_BYTES) {
            throw new IllegalArgumentException("a message of " + length + " bytes");
        }
        sendFrame(DATA, bytes, offset, length);
        meter.sent(length);
    }

    @Override
    public void flush() {
        if (outCount > 0) {
            writing.lock();
            try {
                writeOut();
            } catch (IOException e) {
                throw failed(e, "send");
            } finally {
                writing.unlock();
            }
        }
    }

    void sendHello(byte[] encoded) {
        sendFrame(HELLO, encoded, 0, encoded.length);
        flush();
    }

    private void sendFrame(int type, byte[] bytes, int offset, int length) {
        writing.lock();
        try {
            requireOpen("send");
            putHeader(type, length);
            int done = 0;
            while (done < length) {
                int part = Math.min(length - done, OUT_BYTES - outCount);
                System.arraycopy(bytes, offset + done, outBuffer, outCount, part);
                advance(part);
                done += part;
                if (outCount == OUT_BYTES) {
                    writeOut();
                }
            }
        } catch (IOException e) {
            throw failed(e, "send");
        } finally {
            writing.unlock();
        }
    }

    private void putHeader(int type, int length) throws IOException {
        if (outCount + HEADER_BYTES > OUT_BYTES) {
            writeOut();
        }
        int at = outCount;
        outBuffer[at] = (byte) type;
        outBuffer[at + 1] = (byte) (length >>> 24);
        outBuffer[at + 2] = (byte) (length >>> 16);
        outBuffer[at + 3] = (byte) (length >>> 8);
        outBuffer[at + 4] = (byte) length;
        advance(HEADER_BYTES);
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // written under the lock only
    private void advance(int count) {
        outCount += count;
    }

    private void writeOut() throws IOException {
        int count = outCount;
        if (count == 0) {
            return;
        }
        outCount = 0;
        writeSince = System.nanoTime();
        writeWaiting = true;
        try {
            out.write(outBuffer, 0, count);
        } finally {
            writeWaiting = false;
            spoke = System.nanoTime();
        }
    }

    // ---- receiving

    @Override
    public void receive(byte[] into, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, into.length);
        flush();
        reading.lock();
        try {
            beginRead(settings.messageDeadline().toNanos());
            if (owed == NONE) {
                owed = nextMessage(DATA, "receive");
            }
            if (owed == NONE) {
                throw ended("receive", new End(null, "the connection was closed"));
            }
            if (owed != length) {
                throw refused("receive", AbortReason.UNEXPECTED_LENGTH);
            }
            readFully(into, offset, length);
            owed = NONE;
        } catch (IOException e) {
            throw failed(e, "receive");
        } finally {
            readWaiting = false;
            reading.unlock();
        }
        meter.received(length);
    }

    @Override
    public boolean awaitMessage(Duration longest) {
        flush();
        reading.lock();
        try {
            beginRead(longest.toNanos());
            if (owed == NONE) {
                owed = nextMessage(DATA, "await");
            }
            return owed != NONE;
        } catch (IOException e) {
            throw failed(e, "await");
        } finally {
            readWaiting = false;
            reading.unlock();
        }
    }

    /** The content of a hello; its length is checked before anything is allocated. */
    byte[] receiveHello() {
        reading.lock();
        try {
            beginRead(settings.hello().toNanos());
            int length = nextMessage(HELLO, "hello");
            if (length == NONE) {
                throw ended("hello", new End(null, "the connection was closed"));
            }
            if (length > Hello.MAX_BYTES) {
                throw refused("hello", AbortReason.UNEXPECTED_LENGTH);
            }
            byte[] encoded = new byte[length];
            readFully(encoded, 0, length);
            return encoded;
        } catch (IOException e) {
            throw failed(e, "hello");
        } finally {
            readWaiting = false;
            reading.unlock();
        }
    }

    private void beginRead(long capNanos) {
        requireOpen("receive");
        long now = System.nanoTime();
        readCapNanos = capNanos;
        readSince = now;
        readWaiting = true;
    }

    /** Reads headers up to one of a message of type {@code wanted}: its length, or NONE if the peer has closed in order. */
    private int nextMessage(int wanted, String step) throws IOException {
        for (int heartbeats = 0; heartbeats < MAX_HEARTBEATS_IN_A_ROW; heartbeats++) {
            while (inEnd - inPosition < HEADER_BYTES) {
                fill();
            }
            int type = inBuffer[inPosition];
            int length = (inBuffer[inPosition + 1] & 0xff) << 24
                    | (inBuffer[inPosition + 2] & 0xff) << 16
                    | (inBuffer[inPosition + 3] & 0xff) << 8
                    | (inBuffer[inPosition + 4] & 0xff);
            inPosition += HEADER_BYTES;
            if (type == wanted) {
                if (length < 0 || length > MAX_MESSAGE_BYTES) {
                    throw refused(step, AbortReason.UNEXPECTED_LENGTH);
                }
                return length;
            }
            if (type == CLOSE && length == 0) {
                end = firstOf(end, new End(null, "the connection was closed"));
                watchdog.close(plain);
                return NONE;
            }
            if (type == ABORT && length >= 1 && length <= 1 + MAX_ROLE_BYTES) {
                byte[] words = new byte[length];
                readFully(words, 0, length);
                String culprit = new String(words, 1, length - 1, StandardCharsets.ISO_8859_1);
                if (!culprit.isEmpty() && !ROLE.matcher(culprit).matches()) {
                    break;
                }
                RuntimeException abort = ended(step, new End(AbortReason.ofWireCode(words[0] & 0xff), culprit));
                watchdog.close(plain);
                throw abort;
            }
            if (type != HEARTBEAT || length != 0) {
                break;
            }
        }
        throw refused(step, AbortReason.MALFORMED);
    }

    private void fill() throws IOException {
        if (inPosition > 0) {
            System.arraycopy(inBuffer, inPosition, inBuffer, 0, inEnd - inPosition);
            inEnd -= inPosition;
            inPosition = 0;
        }
        int count = in.read(inBuffer, inEnd, IN_BYTES - inEnd);
        if (count < 0) {
            throw new EOFException();
        }
        inEnd += count;
        heard = System.nanoTime();
    }

    private void readFully(byte[] into, int offset, int length) throws IOException {
        int done = Math.min(length, inEnd - inPosition);
        System.arraycopy(inBuffer, inPosition, into, offset, done);
        inPosition += done;
        while (done < length) {
            int count = in.read(into, offset + done, length - done);
            if (count < 0) {
                throw new EOFException();
            }
            done += count;
            heard = System.nanoTime();
        }
    }

    // ---- ending

    @Override
    public void abort(AbortReason reason) {
        finish(new End(null, "aborted on this side: " + reason.name()), ABORT, new byte[] {(byte) reason.wireCode()});
    }

    @Override
    public void abort(AbortReason reason, String culprit) {
        if (!ROLE.matcher(culprit).matches()) {
            abort(reason);
            return;
        }
        byte[] words = ("?" + culprit).getBytes(StandardCharsets.US_ASCII);
        words[0] = (byte) reason.wireCode();
        finish(new End(null, "aborted on this side: " + reason.name()), ABORT, words);
    }

    @Override
    public void close() {
        finish(new End(null, "the connection is closed on this side"), CLOSE, new byte[0]);
    }

    /** Whether the channel has ended, for whatever reason. */
    public boolean isEnded() {
        return end != null;
    }

    /**
     * Whether the connection still stands, between queries, when it is this side's turn to speak: looks at what has arrived,
     * for about a millisecond. A peer that has stopped or was restarted shows here, before anything is entrusted to the
     * connection; one that vanished without a word from its machine does not. False ends the channel.
     */
    public boolean stillStands() {
        reading.lock();
        try {
            requireOpen("await");
            plain.setSoTimeout(1);
            try {
                while (owed == NONE) {
                    if (inEnd - inPosition < HEADER_BYTES) {
                        fill();
                    } else if (!takeHeartbeat()) {
                        break;
                    }
                }
            } finally {
                plain.setSoTimeout(0);
            }
            close(); // it speaks out of turn, or says that it ends
            return false;
        } catch (SocketTimeoutException e) {
            return true; // nothing but signs of life
        } catch (ProtocolAbort | PeerUnavailable e) {
            return false;
        } catch (IOException e) {
            failed(e, "await");
            return false;
        } finally {
            reading.unlock();
        }
    }

    /** Takes a sign of life from what has arrived, if there is one. */
    private boolean takeHeartbeat() {
        boolean heartbeat = inEnd - inPosition >= HEADER_BYTES
                && inBuffer[inPosition] == HEARTBEAT
                && (inBuffer[inPosition + 1]
                                | inBuffer[inPosition + 2]
                                | inBuffer[inPosition + 3]
                                | inBuffer[inPosition + 4])
                        == 0;
        if (heartbeat) {
            inPosition += HEADER_BYTES;
        }
        return heartbeat;
    }

    private void finish(End how, int type, byte[] content) {
        synchronized (this) {
            if (end != null) {
                if (!refusing) { // else the refusal is still on its way to the peer, and closes the socket itself
                    watchdog.close(plain);
                }
                return;
            }
            end = how;
        }
        lastWords(type, content, 0);
    }

    /**
     * Sends what is held back and one last frame and closes, as soon as the peer has taken it: a socket that is closed
     * before discards what is under way when the peer's next sign of life meets it. Waits for this a short time here, and
     * as long as the peer lives in the background.
     *
     * @param readerNanos how long to wait for a thread of this side to leave {@link #receive}
     */
    private void lastWords(int type, byte[] content, long readerNanos) {
        Future<?> limit = watchdog.closeAfter(2 * LAST_WORDS_NANOS, plain);
        boolean underWay = false;
        try {
            if (writing.tryLock(LAST_WORDS_NANOS, TimeUnit.NANOSECONDS)) {
                try {
                    if (outCount + HEADER_BYTES + content.length > OUT_BYTES) {
                        writeOut();
                    }
                    putHeader(type, content.length);
                    for (byte value : content) {
                        outBuffer[outCount] = value;
                        advance(1);
                    }
                    writeOut();
                    plain.shutdownOutput();
                } finally {
                    writing.unlock();
                }
                limit.cancel(false);
                // a thread of this side that waits in receive must be woken: then the socket is closed at once
                if (reading.tryLock(readerNanos, TimeUnit.NANOSECONDS)) {
                    try {
                        underWay = !drained(
                                settings.linger().toNanos(), settings.linger().toNanos());
                    } finally {
                        reading.unlock();
                    }
                }
            }
        } catch (IOException e) {
            // the peer is gone: there is nobody to tell
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            limit.cancel(false);
            if (underWay) {
                watchdog.closeAfter(settings.messageDeadline().toNanos(), plain);
                watchdog.helpers().execute(this::drainInBackground);
            } else {
                watchdog.close(plain);
            }
        }
    }

    private void drainInBackground() {
        reading.lock();
        try {
            drained(settings.messageDeadline().toNanos(), settings.silence().toNanos());
        } catch (IOException e) {
            // the peer is gone
        } finally {
            reading.unlock();
            watchdog.close(plain);
        }
    }

    /** Reads and discards raw bytes until the peer closes; false if it has not in all this time, or is silent for long. */
    private boolean drained(long nanos, long silenceNanos) throws IOException {
        long until = System.nanoTime() + nanos;
        InputStream raw = plain.getInputStream();
        for (long left = nanos; left > 0; left = until - System.nanoTime()) {
            plain.setSoTimeout((int) Math.max(1, TimeUnit.NANOSECONDS.toMillis(Math.min(left, silenceNanos))));
            try {
                if (raw.read(inBuffer, 0, IN_BYTES) < 0) {
                    return true;
                }
            } catch (SocketTimeoutException e) {
                return false;
            }
        }
        return false;
    }

    /** This side refuses what the peer sent: tells the peer, ends, and gives the exception to throw. */
    private RuntimeException refused(String step, AbortReason reason) {
        synchronized (this) {
            if (end != null) {
                return ended(step, end);
            }
            end = new End(reason, "");
            refusing = true;
        }
        watchdog.closeAfter(settings.messageDeadline().toNanos(), plain);
        byte[] code = {(byte) reason.wireCode()};
        watchdog.helpers().execute(() -> lastWords(ABORT, code, LAST_WORDS_NANOS)); // the caller need not wait for it
        return new ProtocolAbort(peer, step, reason);
    }

    private RuntimeException failed(IOException e, String step) {
        End how;
        if (!Tls.isLost(e)) {
            how = new End(AbortReason.TLS_FAILED, "");
        } else if (e instanceof EOFException) {
            how = new End(null, "the connection was lost");
        } else {
            how = lastWordsOfPeer();
        }
        RuntimeException failure = ended(step, how);
        watchdog.close(plain);
        return failure;
    }

    /** The connection broke, perhaps because the peer stopped: looks for its reason in what has already arrived. */
    private End lastWordsOfPeer() {
        End lost = new End(null, "the connection was lost");
        if (end != null || reading.isHeldByCurrentThread() || !reading.tryLock()) {
            return lost;
        }
        try {
            byte[] discarded = new byte[IN_BYTES];
            beginRead(LAST_WORDS_NANOS);
            plain.setSoTimeout((int) TimeUnit.NANOSECONDS.toMillis(LAST_WORDS_NANOS));
            while (true) {
                if (owed == NONE) {
                    owed = nextMessage(DATA, "send");
                }
                if (owed == NONE) {
                    return lost;
                }
                int part = Math.min(owed, IN_BYTES);
                readFully(discarded, 0, part);
                owed = owed == part ? NONE : owed - part;
            }
        } catch (ProtocolAbort e) {
            return new End(e.reason(), e.peer().equals(peer) ? "" : e.peer());
        } catch (IOException | PeerUnavailable e) {
            return lost;
        } finally {
            readWaiting = false;
            reading.unlock();
        }
    }

    /** Ends the channel unless it has ended before, and gives the exception for how it did. */
    private RuntimeException ended(String step, End how) {
        End first;
        synchronized (this) {
            first = firstOf(end, how);
            end = first;
        }
        if (first.reason() != null && !first.detail().isEmpty()) {
            return ProtocolAbort.told(peer, first.detail(), first.reason());
        }
        return first.reason() != null
                ? new ProtocolAbort(peer, step, first.reason())
                : new PeerUnavailable(peer, first.detail());
    }

    private static End firstOf(@Nullable End earlier, End now) {
        return earlier != null ? earlier : now;
    }

    private void requireOpen(String step) {
        End how = end;
        if (how != null) {
            throw ended(step, how);
        }
    }

    // ---- the watchdog's side: never blocks

    private void scheduleTick(long nanos) {
        watchdog.after(Math.max(nanos, TimeUnit.MILLISECONDS.toNanos(1)), this::tick);
    }

    private void tick() {
        if (end != null) {
            return;
        }
        long now = System.nanoTime();
        long heartbeat = settings.heartbeat().toNanos();
        long next = heartbeat;
        if (readWaiting) {
            next = Math.min(next, left(now, readSince, readCapNanos));
        }
        if (writeWaiting) {
            noticeArrivals(now);
            next = Math.min(
                    next, left(now, writeSince, settings.messageDeadline().toNanos()));
        }
        if (next <= 0) {
            return;
        }
        long quiet = now - spoke;
        if (quiet < heartbeat) {
            next = Math.min(next, heartbeat - quiet);
        } else if (!writeWaiting) {
            watchdog.helpers().execute(this::heartbeat);
        }
        scheduleTick(next);
    }

    /** Nanoseconds until the wait must end; if it must end now, ends it and returns 0. */
    private long left(long now, long since, long capNanos) {
        long silence = settings.silence().toNanos();
        long toCap = since + capNanos - now;
        long toSilence = Math.max(since, heard) + silence - now;
        if (toCap > 0 && toSilence > 0) {
            return Math.min(toCap, toSilence);
        }
        String detail = toSilence <= 0
                ? "no sign of life for " + settings.silence().toMillis() + " ms"
                : "no message within " + TimeUnit.NANOSECONDS.toMillis(capNanos) + " ms";
        synchronized (this) {
            if (end == null) {
                end = new End(null, detail);
            }
        }
        watchdog.closeAfter(LAST_WORDS_NANOS, plain);
        watchdog.helpers().execute(this::sayTimedOut);
        return 0;
    }

    /** While this side writes nobody reads: that the peer's signs of life pile up in the socket tells that it lives. */
    private void noticeArrivals(long now) {
        try {
            int available = plain.getInputStream().available();
            if (available != unread) {
                unread = available;
                heard = now;
            }
        } catch (IOException e) {
            // the writing thread meets the same failure and reports it
        }
    }

    private void heartbeat() {
        if (!writing.tryLock()) {
            return; // the sending thread is at work: its frames are signs of life
        }
        try {
            if (end == null) {
                putHeader(HEARTBEAT, 0);
                writeOut();
            }
        } catch (IOException e) {
            failed(e, "heartbeat");
        } finally {
            writing.unlock();
        }
    }

    private void sayTimedOut() {
        if (writing.tryLock()) {
            try {
                putHeader(ABORT, 1);
                outBuffer[outCount] = (byte) AbortReason.TIMED_OUT.wireCode();
                advance(1);
                writeOut();
            } catch (IOException e) {
                // the peer is gone: there is nobody to tell
            } finally {
                writing.unlock();
            }
        }
        watchdog.close(plain);
    }
}
