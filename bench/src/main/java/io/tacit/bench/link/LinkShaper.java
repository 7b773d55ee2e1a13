package io.tacit.bench.link;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * For benchmarks on one machine: a local port that passes TCP connections on to another, as over a link of given bandwidth
 * and delay. Each direction has the bandwidth for itself, shared by all connections through this shaper, as a full-duplex
 * line has; the delay is added to every byte and costs no bandwidth. Parties dial the shaper's port instead of the peer's
 * ({@code Connector} with detours); nothing else changes. Not for production: it copies every byte twice and knows no
 * certificates.
 */
public final class LinkShaper implements AutoCloseable {
    /** What the line's queue holds beyond the bytes that are under way, as a router does. */
    private static final int QUEUE_BYTES = 256 << 10;

    private static final int LARGEST_PIECE_BYTES = 16 << 10;
    private static final double NANOS = 1e9;

    private final ServerSocket server;
    private final InetSocketAddress target;
    private final Link link;
    private final Line towardsTarget;
    private final Line fromTarget;
    private final Set<Closeable> sockets = ConcurrentHashMap.newKeySet();

    /**
     * The link's properties.
     *
     * @param bitsPerSecond bandwidth of each direction, TCP content counted
     * @param oneWayDelay time that a byte is under way; a round trip takes twice this
     */
    public record Link(long bitsPerSecond, Duration oneWayDelay) {
        public Link {
            if (bitsPerSecond < 1_000 || oneWayDelay.isNegative()) {
                throw new IllegalArgumentException("a link of " + bitsPerSecond + " bit/s and " + oneWayDelay);
            }
        }

        private double nanosPerByte() {
            return 8 * NANOS / bitsPerSecond;
        }

        /** Pieces take at most about a millisecond of the line, so that connections share it evenly. */
        private int pieceBytes() {
            return (int) Math.max(256, Math.min(LARGEST_PIECE_BYTES, bitsPerSecond / 8_000));
        }

        private long bytesUnderWay() {
            return (long) (oneWayDelay.toNanos() / nanosPerByte()) + QUEUE_BYTES;
        }
    }

    private LinkShaper(ServerSocket server, InetSocketAddress target, Link link) {
        this.server = server;
        this.target = target;
        this.link = link;
        this.towardsTarget = new Line(link, System::nanoTime);
        this.fromTarget = new Line(link, System::nanoTime);
    }

    /** Opens a shaper on a free port of this machine. */
    public static LinkShaper open(InetSocketAddress target, Link link) throws IOException {
        return open(0, target, link);
    }

    /** Opens a shaper on the port; 0 for any that is free. */
    public static LinkShaper open(int port, InetSocketAddress target, Link link) throws IOException {
        ServerSocket server = new ServerSocket(port, 50, InetAddress.getLoopbackAddress());
        LinkShaper shaper = new LinkShaper(server, target, link);
        daemon(shaper::accept);
        return shaper;
    }

    /** Port to dial instead of the target's. */
    public int port() {
        return server.getLocalPort();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket near = server.accept();
                sockets.add(near);
                Socket far = new Socket();
                sockets.add(far);
                far.connect(target, 5_000);
                near.setTcpNoDelay(true);
                far.setTcpNoDelay(true);
                pass(near, far, towardsTarget);
                pass(far, near, fromTarget);
            } catch (IOException e) {
                // closed, or the target does not answer: then the dialling side sees its connection end
            }
        }
    }

    private void pass(Socket from, Socket to, Line line) {
        Pipe pipe = new Pipe(link.bytesUnderWay());
        daemon(() -> {
            byte[] buffer = new byte[link.pieceBytes()];
            try {
                InputStream in = from.getInputStream();
                for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                    if (!pipe.put(new Piece(Arrays.copyOf(buffer, count), line.arrivalNanos(count)))) {
                        break;
                    }
                }
                pipe.put(new Piece(new byte[0], line.arrivalNanos(0)));
            } catch (IOException e) {
                pipe.put(new Piece(new byte[0], line.arrivalNanos(0)));
            }
        });
        daemon(() -> {
            try {
                OutputStream out = to.getOutputStream();
                for (Piece piece = pipe.take(); piece.bytes.length > 0; piece = pipe.take()) {
                    out.write(piece.bytes);
                }
                to.shutdownOutput();
            } catch (IOException e) {
                close(from);
            } finally {
                pipe.end();
                if (from.isInputShutdown() || from.isClosed() || to.isClosed()) {
                    close(to);
                }
            }
        });
    }

    /** One direction of the link: when each byte put on it will arrive. */
    static final class Line {
        private final LongSupplier clock;
        private final double nanosPerByte;
        private final long delayNanos;
        private final long start;
        private double freeAt; // since the start: a double holds years of nanoseconds, not the clock's whole range

        /** @param clock nanoseconds, as {@link System#nanoTime} has them */
        Line(Link link, LongSupplier clock) {
            this.clock = clock;
            nanosPerByte = link.nanosPerByte();
            delayNanos = link.oneWayDelay().toNanos();
            start = clock.getAsLong();
        }

        /** Puts bytes on the line; when the last of them arrives, on the clock. */
        synchronized long arrivalNanos(int bytes) {
            freeAt = Math.max(freeAt, clock.getAsLong() - start) + bytes * nanosPerByte;
            return start + (long) freeAt + delayNanos;
        }
    }

    private record Piece(byte[] bytes, long arrivalNanos) {}

    /** The bytes of one connection that are under way in one direction. */
    private static final class Pipe {
        private final ArrayDeque<Piece> pieces = new ArrayDeque<>();
        private final long capacity;
        private long held;
        private boolean ended;

        Pipe(long capacity) {
            this.capacity = capacity;
        }

        synchronized boolean put(Piece piece) {
            try {
                while (held > capacity && !ended) {
                    wait();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
            pieces.add(piece);
            held += piece.bytes.length;
            notifyAll();
            return !ended;
        }

        /** The next piece, at its time of arrival; a late piece comes at once, so that delays do not add up. */
        Piece take() throws IOException {
            Piece piece = next();
            for (long left = piece.arrivalNanos - System.nanoTime();
                    left > 0;
                    left = piece.arrivalNanos - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
            synchronized (this) {
                held -= piece.bytes.length;
                notifyAll();
            }
            return piece;
        }

        private synchronized Piece next() throws IOException {
            try {
                @Nullable Piece piece = pieces.poll();
                while (piece == null) {
                    wait();
                    piece = pieces.poll();
                }
                return piece;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted", e);
            }
        }

        synchronized void end() {
            ended = true;
            notifyAll();
        }
    }

    private void close(Closeable socket) {
        sockets.remove(socket);
        try {
            socket.close();
        } catch (IOException e) {
            // closing is all that was wanted
        }
    }

    private static void daemon(Runnable task) {
        Thread thread = new Thread(task, "link shaper");
        thread.setDaemon(true);
        thread.start();
    }

    /** Ends all connections. */
    @Override
    public void close() {
        close(server);
        sockets.forEach(this::close);
    }
}
