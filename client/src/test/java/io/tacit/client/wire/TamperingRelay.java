package io.tacit.client.wire;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** Stands between two parties and alters the TCP bytes of connections: what a network attacker can do. */
final class TamperingRelay implements AutoCloseable {
    /** Alters what goes by; called for every piece with its place in the stream. */
    @FunctionalInterface
    interface Tampering {
        /** The bytes to pass on, or null to pass on nothing from here, with the connection left open. */
        byte @Nullable [] pass(byte[] bytes, long position) throws IOException;
    }

    static final Tampering NOTHING = (bytes, position) -> bytes;

    private final ServerSocket server;
    private final int target;
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final IntFunction<Tampering> towardsListener;
    private final IntFunction<Tampering> towardsDialer;
    private int connections;

    /** The functions give the tampering of the k-th connection, counted from 0. */
    TamperingRelay(int target, IntFunction<Tampering> towardsListener, IntFunction<Tampering> towardsDialer) {
        this.target = target;
        this.towardsListener = towardsListener;
        this.towardsDialer = towardsDialer;
        try {
            server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        start(this::accept);
    }

    int port() {
        return server.getLocalPort();
    }

    private void accept() {
        try {
            while (true) {
                Socket dialer = server.accept();
                Socket listener = new Socket(InetAddress.getLoopbackAddress(), target);
                sockets.add(dialer);
                sockets.add(listener);
                int k = connections++;
                start(() -> pump(dialer, listener, towardsListener.apply(k)));
                start(() -> pump(listener, dialer, towardsDialer.apply(k)));
            }
        } catch (IOException e) {
            // closed: the test is over
        }
    }

    private static void pump(Socket from, Socket to, Tampering tampering) {
        byte[] buffer = new byte[1 << 14];
        long position = 0;
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                byte[] passed = tampering.pass(java.util.Arrays.copyOf(buffer, count), position);
                if (passed == null) {
                    return;
                }
                out.write(passed);
                position += count;
            }
            to.shutdownOutput();
        } catch (IOException e) {
            Watchdog.closeQuietly(from);
            Watchdog.closeQuietly(to);
        }
    }

    /** Breaks all connections as a process that is killed does; the first that breaks makes its pump close its twin. */
    void reset() throws IOException {
        for (Socket socket : sockets) {
            socket.setSoLinger(true, 0);
        }
        sockets.forEach(Watchdog::closeQuietly);
    }

    private static void start(Runnable task) {
        Thread thread = new Thread(task, "relay");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() {
        Watchdog.closeQuietly(server);
        sockets.forEach(Watchdog::closeQuietly);
    }
}
