package io.tacit.cli;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Assumptions;

/**
 * In front of one party: passes TLS records on whole, and says so before each. The party listens on {@link #BEHIND}, on the
 * relay's port.
 */
final class RecordRelay implements AutoCloseable {
    /** Where the parties listen; the relays are on other addresses of this machine. */
    static final String BEHIND = "127.0.0.2";

    private static final int HEADER_BYTES = 5;

    private static final int MOST_WAITING = 50;

    private final ServerSocket server;
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final AtomicLong bytes = new AtomicLong();
    private int connections;
    private int passed;
    private Watcher before = (connection, toServer, bytes) -> {};

    /** Is told of each record before it is passed on; while it thinks, the record waits. */
    @FunctionalInterface
    interface Watcher {
        /**
         * @param connection its number among those that were made since the watcher was armed, from 0
         * @param bytes the record's, without its header
         */
        void passing(int connection, boolean toServer, int bytes);
    }

    /** On 127.0.0.1, at any port that is free. */
    RecordRelay() throws IOException {
        this(InetAddress.getLoopbackAddress(), 0);
    }

    /** A further relay in front of the same party, for who dials another address: that tells its diallers apart. */
    RecordRelay at(InetAddress address) throws IOException {
        return new RecordRelay(address, port());
    }

    private RecordRelay(InetAddress address, int port) throws IOException {
        server = new ServerSocket(port, MOST_WAITING, address);
        start(this::accept);
    }

    /** Skips the test where the machine has only one loopback address. */
    static void assumeTwoLoopbackAddresses() {
        try (Socket probe = new Socket()) {
            probe.bind(new InetSocketAddress(BEHIND, 0));
        } catch (IOException e) {
            Assumptions.abort("this machine has no " + BEHIND);
        }
    }

    int port() {
        return server.getLocalPort();
    }

    synchronized int passed() {
        return passed;
    }

    /** Bytes that passed so far, both ways, with TLS's own. */
    long bytes() {
        return bytes.get();
    }

    /** Counts records and connections anew, and tells {@code watcher} of each record from now on. */
    synchronized void arm(Watcher watcher) {
        passed = 0;
        connections = 0;
        before = watcher;
    }

    /** Whether a connection stands. */
    boolean isInUse() {
        return sockets.stream().anyMatch(socket -> !socket.isClosed());
    }

    /** Cuts all connections. */
    void cut() {
        sockets.forEach(RecordRelay::close);
        sockets.clear();
    }

    private void accept() {
        try {
            while (true) {
                Socket dialler = server.accept();
                start(() -> connect(dialler));
            }
        } catch (IOException e) {
            // closed: the test is over
        }
    }

    @SuppressWarnings("AddressSelection") // a literal
    private void connect(Socket dialler) {
        sockets.add(dialler);
        try {
            Socket party = new Socket(BEHIND, server.getLocalPort());
            sockets.add(party);
            int connection;
            synchronized (this) {
                connection = connections++;
            }
            start(() -> pump(dialler, party, connection, true));
            start(() -> pump(party, dialler, connection, false));
        } catch (IOException e) {
            close(dialler); // the party is not there, and that is how its peer learns it
        }
    }

    private void pump(Socket from, Socket to, int connection, boolean toServer) {
        try (from;
                to) {
            DataInputStream in = new DataInputStream(from.getInputStream());
            OutputStream out = to.getOutputStream();
            for (int type = in.read(); type >= 0; type = in.read()) {
                byte[] header = new byte[HEADER_BYTES];
                header[0] = (byte) type;
                in.readFully(header, 1, HEADER_BYTES - 1);
                int length = (header[3] & 0xff) << 8 | (header[4] & 0xff);
                byte[] record = new byte[HEADER_BYTES + length];
                System.arraycopy(header, 0, record, 0, HEADER_BYTES);
                in.readFully(record, HEADER_BYTES, length);
                Watcher watcher;
                synchronized (this) {
                    passed++;
                    watcher = before;
                }
                watcher.passing(connection, toServer, length);
                out.write(record);
                out.flush();
                bytes.addAndGet(record.length);
            }
        } catch (IOException e) {
            // one side is gone, and with this the other side's connection ends too
        }
    }

    private static void start(Runnable task) {
        Thread thread = new Thread(task, "relay");
        thread.setDaemon(true);
        thread.start();
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        cut();
    }
}
