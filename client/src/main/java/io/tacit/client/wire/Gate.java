package io.tacit.client.wire;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Takes connections from a port and passes on those that have shown a TLS client's whole first message. Until then a
 * connection costs a small buffer and no thread, so that idle, slow and talkative strangers do not keep others out; after
 * that it costs a thread for the rest of its greeting. Both stages are limited in number and time, and when one is full the
 * oldest connection in it gives way: an honest greeting takes milliseconds.
 */
final class Gate implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Gate.class.getName());

    /** Connections that have not yet shown their first message. */
    private static final int MAX_WAITING = 4096;
    /** Connections in TLS and hello. */
    private static final int MAX_GREETED = 64;

    private static final int RECORD_HEADER_BYTES = 5;
    private static final int MAX_CLIENT_HELLO_BYTES = 4096;
    private static final int HANDSHAKE_RECORD = 22;
    private static final long POLL_MILLIS = 250;

    /** What is done with a connection that shows TLS. */
    @FunctionalInterface
    interface Greeter {
        void greet(Socket plain, InputStream consumed);
    }

    /** A connection of which the first record is being gathered. */
    private static final class Waiting {
        private final SocketChannel channel;
        private final long since;
        private final byte[] record = new byte[RECORD_HEADER_BYTES];
        private ByteBuffer gathered = ByteBuffer.wrap(record);

        Waiting(SocketChannel channel, long since) {
            this.channel = channel;
            this.since = since;
        }
    }

    private final LocalParty party;
    private final ServerSocketChannel server;
    private final Selector selector;
    private final ThreadPoolExecutor greeters;
    private final Thread thread;
    private volatile boolean closing;
    private Greeter greeter = (plain, consumed) -> {};

    // used by the gate's thread only; oldest first
    private final LinkedHashSet<Waiting> waiting = new LinkedHashSet<>();
    private final List<Waiting> ready = new ArrayList<>();
    // guarded by itself; oldest first
    private final ArrayDeque<SocketChannel> greeted = new ArrayDeque<>();

    /** Binds the port; {@link #start} begins to take connections. */
    Gate(LocalParty party, InetSocketAddress address) throws IOException {
        this.party = party;
        server = ServerSocketChannel.open();
        try {
            server.setOption(java.net.StandardSocketOptions.SO_REUSEADDR, true);
            server.bind(address, 1024);
            server.configureBlocking(false);
            selector = Selector.open();
            server.register(selector, SelectionKey.OP_ACCEPT);
        } catch (IOException | RuntimeException e) {
            server.close();
            throw e;
        }
        greeters = new ThreadPoolExecutor(
                0, 2 * MAX_GREETED, 2, TimeUnit.SECONDS, new SynchronousQueue<>(), task -> daemon(task, " greeting"));
        thread = daemon(this::run, " port " + port());
    }

    private Thread daemon(Runnable task, String name) {
        Thread result = new Thread(null, task, "tacit " + party.role() + name, 1 << 19);
        result.setDaemon(true);
        return result;
    }

    void start(Greeter how) {
        greeter = how;
        thread.start();
    }

    int port() {
        return server.socket().getLocalPort();
    }

    private void run() {
        try {
            while (!closing) {
                selector.select(POLL_MILLIS);
                for (Iterator<SelectionKey> keys = selector.selectedKeys().iterator(); keys.hasNext(); ) {
                    SelectionKey key = keys.next();
                    keys.remove();
                    if (key.isValid()) {
                        handle(key);
                    }
                }
                passOn();
                dropOld();
            }
        } catch (IOException e) {
            LOG.log(System.Logger.Level.ERROR, "port " + port() + " is served no more", e);
        } finally {
            waiting.forEach(connection -> Watchdog.closeQuietly(connection.channel));
            ready.forEach(connection -> Watchdog.closeQuietly(connection.channel));
        }
    }

    /** Whatever one connection brings about, memory that is short included, ends that connection and not the port. */
    private void handle(SelectionKey key) {
        try {
            if (key.isAcceptable()) {
                acceptAll();
            } else if (key.attachment() instanceof Waiting connection) {
                gather(connection, key);
            }
        } catch (RuntimeException | Error e) {
            LOG.log(System.Logger.Level.ERROR, "a connection to port " + port(), e);
            if (key.attachment() instanceof Waiting connection) {
                drop(connection);
            }
        }
    }

    private void acceptAll() {
        try {
            for (SocketChannel channel = server.accept(); channel != null; channel = server.accept()) {
                admit(channel);
                if (waiting.size() > MAX_WAITING) {
                    drop(waiting.iterator().next());
                }
            }
        } catch (IOException e) {
            // out of descriptors, or the stranger has gone: the oldest gives way and the next round tries again
            if (!waiting.isEmpty()) {
                drop(waiting.iterator().next());
            }
        }
    }

    private void admit(SocketChannel channel) throws IOException {
        try {
            channel.configureBlocking(false);
            Waiting connection = new Waiting(channel, System.nanoTime());
            channel.register(selector, SelectionKey.OP_READ, connection);
            waiting.add(connection);
        } catch (IOException | RuntimeException | Error e) {
            Watchdog.closeQuietly(channel);
            throw e;
        }
    }

    private void gather(Waiting connection, SelectionKey key) {
        try {
            if (connection.channel.read(connection.gathered) < 0) {
                drop(connection);
                return;
            }
        } catch (IOException e) {
            drop(connection);
            return;
        }
        if (connection.gathered.hasRemaining()) {
            return;
        }
        byte[] header = connection.record;
        int length = (header[3] & 0xff) << 8 | (header[4] & 0xff);
        if (connection.gathered.capacity() == RECORD_HEADER_BYTES) {
            if (header[0] != HANDSHAKE_RECORD || header[1] != 3 || length == 0 || length > MAX_CLIENT_HELLO_BYTES) {
                drop(connection);
                return;
            }
            connection.gathered =
                    ByteBuffer.allocate(RECORD_HEADER_BYTES + length).put(header);
            gather(connection, key);
            return;
        }
        waiting.remove(connection);
        key.cancel();
        ready.add(connection);
    }

    /** Hands complete first messages to greeting threads. */
    private void passOn() throws IOException {
        if (ready.isEmpty()) {
            return;
        }
        selector.selectNow(); // the cancelled keys leave the selector: only then a channel can block again
        for (Waiting connection : ready) {
            try {
                connection.channel.configureBlocking(true);
                makeRoom(connection.channel);
                greeters.execute(() -> greet(connection));
            } catch (IOException | RuntimeException | Error e) { // no more threads are to be had, for one
                synchronized (greeted) {
                    greeted.remove(connection.channel);
                }
                Watchdog.closeQuietly(connection.channel);
            }
        }
        ready.clear();
    }

    private void makeRoom(SocketChannel newest) {
        synchronized (greeted) {
            if (greeted.size() >= MAX_GREETED) {
                Watchdog.closeQuietly(greeted.remove());
            }
            greeted.add(newest);
        }
    }

    private void greet(Waiting connection) {
        try {
            Socket plain = connection.channel.socket();
            greeter.greet(plain, new ByteArrayInputStream(connection.gathered.array()));
        } catch (RuntimeException | Error e) {
            LOG.log(System.Logger.Level.ERROR, "a connection to port " + port(), e);
            Watchdog.closeQuietly(connection.channel);
        } finally {
            synchronized (greeted) {
                greeted.remove(connection.channel);
            }
        }
    }

    private void dropOld() {
        long limit = party.settings().hello().toNanos();
        long now = System.nanoTime();
        while (!waiting.isEmpty()) {
            Waiting oldest = waiting.iterator().next();
            if (now - oldest.since < limit) {
                return;
            }
            drop(oldest);
        }
    }

    private void drop(Waiting connection) {
        waiting.remove(connection);
        Watchdog.closeQuietly(connection.channel);
    }

    /** Frees the port and drops everybody who has not been greeted. */
    @Override
    public void close() {
        closing = true;
        Watchdog.closeQuietly(server);
        selector.wakeup();
        synchronized (greeted) {
            greeted.forEach(Watchdog::closeQuietly);
        }
        greeters.shutdown();
        try {
            thread.join(TimeUnit.SECONDS.toMillis(5));
            greeters.awaitTermination(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Watchdog.closeQuietly(selector);
    }
}
