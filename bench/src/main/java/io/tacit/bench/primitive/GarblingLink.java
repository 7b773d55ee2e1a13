package io.tacit.bench.primitive;

import io.tacit.kernel.provider.Kernels;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.List;
import java.util.Locale;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.TrustManagerFactory;

/**
 * Garbling in one process and evaluation in another, tables streamed over loopback, plain or under TLS 1.3. Prints AND
 * gates a second by the clock and CPU time of each side. Arguments: {@code plain|tls}, seconds.
 */
public final class GarblingLink {
    private static final int BUFFER_BYTES = 1 << 18;
    private static final int END = 0;
    private static final int MORE = 1;
    private static final double NANOS = 1e9;
    private static final char[] PASSWORD = "benchmark".toCharArray();

    private GarblingLink() {}

    /** One direction of a link. */
    private interface Out {
        void write(byte[] bytes, int offset, int length) throws IOException;
    }

    private interface In {
        void read(byte[] into, int offset, int length) throws IOException;
    }

    public static void main(String[] arguments) throws Exception {
        boolean tls = arguments[0].equals("tls");
        double seconds = Double.parseDouble(arguments[1]);
        if (arguments.length > 2) {
            evaluate(tls, Integer.parseInt(arguments[2]), Path.of(arguments[3]));
            return;
        }
        Path keys = Files.createTempDirectory("garbling-link").resolve("keys.p12");
        if (tls) {
            makeKeys(keys);
        }
        garble(tls, seconds, keys);
    }

    private static void garble(boolean tls, double seconds, Path keys) throws Exception {
        InetAddress here = InetAddress.getLoopbackAddress();
        if (tls) {
            try (SSLServerSocket server =
                    (SSLServerSocket) context(keys).getServerSocketFactory().createServerSocket(0, 1, here)) {
                server.setEnabledProtocols(new String[] {"TLSv1.3"});
                Process peer = startPeer("tls", seconds, server.getLocalPort(), keys);
                try (Socket socket = server.accept()) {
                    OutputStream out = socket.getOutputStream();
                    stream(out::write, seconds, "TLS 1.3");
                }
                peer.waitFor();
            }
        } else {
            try (ServerSocketChannel server = ServerSocketChannel.open().bind(new InetSocketAddress(here, 0))) {
                Process peer = startPeer("plain", seconds, server.socket().getLocalPort(), keys);
                try (SocketChannel channel = server.accept()) {
                    ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
                    stream((bytes, offset, length) -> write(channel, buffer, bytes, offset, length), seconds, "plain");
                }
                peer.waitFor();
            }
        }
    }

    private static void write(SocketChannel channel, ByteBuffer buffer, byte[] bytes, int offset, int length)
            throws IOException {
        for (int done = 0; done < length; ) {
            int part = Math.min(BUFFER_BYTES, length - done);
            buffer.clear().put(bytes, offset + done, part).flip();
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
            done += part;
        }
    }

    private static void read(SocketChannel channel, ByteBuffer buffer, byte[] into, int offset, int length)
            throws IOException {
        for (int done = 0; done < length; ) {
            buffer.clear().limit(Math.min(BUFFER_BYTES, length - done));
            int part = channel.read(buffer);
            if (part < 0) {
                throw new EOFException();
            }
            buffer.flip().get(into, offset + done, part);
            done += part;
        }
    }

    private static void stream(Out out, double seconds, String name) throws IOException {
        Activation activation = new Activation(Kernels.active().blocks());
        byte[] more = {MORE};
        double warmUp = seconds / 3;
        long start = System.nanoTime();
        long from = start;
        long cpuFrom = cpuNanos();
        long gates = 0;
        boolean warm = false;
        while (System.nanoTime() - start < (seconds + warmUp) * NANOS) {
            if (!warm && System.nanoTime() - start > warmUp * NANOS) {
                warm = true;
                from = System.nanoTime();
                cpuFrom = cpuNanos();
                gates = 0;
            }
            out.write(more, 0, 1);
            activation.garble((bytes, offset, length) -> {
                try {
                    out.write(bytes, offset, length);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            gates += activation.gates();
        }
        out.write(new byte[] {END}, 0, 1);
        print(name + ", by the clock", System.nanoTime() - from, gates);
        print(name + ", garbler's CPU", cpuNanos() - cpuFrom, gates);
    }

    private static void evaluate(boolean tls, int port, Path keys) throws Exception {
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        if (tls) {
            try (Socket socket = context(keys).getSocketFactory().createSocket(address.getAddress(), port)) {
                InputStream in = socket.getInputStream();
                consume((into, offset, length) -> {
                    if (in.readNBytes(into, offset, length) < length) {
                        throw new EOFException();
                    }
                });
            }
        } else {
            try (SocketChannel channel = SocketChannel.open(address)) {
                ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
                consume((into, offset, length) -> read(channel, buffer, into, offset, length));
            }
        }
    }

    private static void consume(In in) throws IOException {
        Activation activation = new Activation(Kernels.active().blocks());
        byte[] more = new byte[1];
        long gates = 0;
        long cpuFrom = cpuNanos();
        long batches = 0;
        for (in.read(more, 0, 1); more[0] == MORE; in.read(more, 0, 1)) {
            activation.evaluate((into, offset, length) -> {
                try {
                    in.read(into, offset, length);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            gates += activation.gates();
            batches++;
            if (Long.bitCount(batches) == 1 && batches <= 1 << 10) { // until compiled
                gates = 0;
                cpuFrom = cpuNanos();
            }
        }
        print("evaluator's CPU", cpuNanos() - cpuFrom, gates);
    }

    private static long cpuNanos() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    private static void print(String what, long nanos, long gates) {
        // One write, for two processes share the terminal.
        System.out.println(String.format(
                Locale.ROOT,
                "%-28s %7.1f M AND/s  (%.2f ns a gate)",
                what,
                1e3 * gates / nanos,
                (double) nanos / gates));
    }

    private static Process startPeer(String kind, double seconds, int port, Path keys) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--add-modules=jdk.incubator.vector",
                        "-Xmx512m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        GarblingLink.class.getName(),
                        kind,
                        Double.toString(seconds),
                        Integer.toString(port),
                        keys.toString())
                .redirectOutput(ProcessBuilder.Redirect.INHERIT)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    /** A key pair for one run, trusted by both sides; the JDK's own tool makes it. */
    private static void makeKeys(Path file) throws IOException, InterruptedException {
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "link",
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-dname",
                "CN=localhost",
                "-storetype",
                "PKCS12",
                "-keystore",
                file.toString(),
                "-storepass",
                new String(PASSWORD));
        int status = new ProcessBuilder(command).inheritIO().start().waitFor();
        if (status != 0) {
            throw new IOException("keytool ended with " + status);
        }
    }

    private static SSLContext context(Path file) throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance(file.toFile(), PASSWORD);
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, PASSWORD);
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, PASSWORD);
        trusted.setCertificateEntry("link", store.getCertificate("link"));
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLSv1.3");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }
}
