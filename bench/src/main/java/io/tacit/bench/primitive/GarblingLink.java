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
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.TrustManagerFactory;

/**
 * Garbling in one process and evaluation in another, tables streamed over loopback, plain or under TLS 1.3: AND gates a
 * second by the clock, and CPU time of each side. This class is also the evaluator's process.
 */
public final class GarblingLink {
    private static final int BUFFER_BYTES = 1 << 18;
    private static final int END = 0;
    private static final int MORE = 1;
    private static final int WARM = 2;

    /** CPU time of the garbler before anything counts: both processes then have compiled code, on a busy machine too. */
    private static final double WARM_UP_SECONDS = 4;

    private static final double NANOS = 1e9;
    private static final char[] PASSWORD = "benchmark".toCharArray();

    private GarblingLink() {}

    /** What carries the tables. */
    public enum Kind {
        PLAIN("plain"),
        TLS("TLS 1.3");

        private final String description;

        Kind(String description) {
            this.description = description;
        }

        public String description() {
            return description;
        }
    }

    /**
     * What was measured after warm-up.
     *
     * @param kind carrier
     * @param millionGatesASecond AND gates garbled, sent and evaluated a microsecond, by the clock
     * @param garblerNanosAGate CPU time of the garbler's thread an AND gate, sending included
     * @param evaluatorNanosAGate CPU time of the evaluator's thread an AND gate, receiving included
     */
    public record Figures(
            Kind kind, double millionGatesASecond, double garblerNanosAGate, double evaluatorNanosAGate) {}

    /** One direction of a link. */
    private interface Out {
        void write(byte[] bytes, int offset, int length) throws IOException;
    }

    private interface In {
        void read(byte[] into, int offset, int length) throws IOException;
    }

    /**
     * Measures one kind.
     *
     * @param seconds after warm-up
     */
    public static Figures measure(Kind kind, double seconds) throws IOException {
        Path folder = Files.createTempDirectory("garbling-link");
        Path keys = folder.resolve("keys.p12");
        try {
            if (kind == Kind.TLS) {
                makeKeys(keys);
            }
            return kind == Kind.TLS ? overTls(seconds, keys) : overPlain(seconds, keys);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no TLS 1.3", e);
        } finally {
            Files.deleteIfExists(keys);
            Files.delete(folder);
        }
    }

    private static Figures overTls(double seconds, Path keys) throws GeneralSecurityException, IOException {
        try (SSLServerSocket server = (SSLServerSocket)
                context(keys).getServerSocketFactory().createServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            server.setEnabledProtocols(new String[] {"TLSv1.3"});
            Process peer = startPeer(Kind.TLS, server.getLocalPort(), keys);
            try (Socket socket = server.accept()) {
                OutputStream out = socket.getOutputStream();
                return figures(Kind.TLS, stream(out::write, seconds), peer);
            } finally {
                peer.destroy();
            }
        }
    }

    private static Figures overPlain(double seconds, Path keys) throws IOException {
        try (ServerSocketChannel server =
                ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
            Process peer = startPeer(Kind.PLAIN, server.socket().getLocalPort(), keys);
            try (SocketChannel channel = server.accept()) {
                ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
                Sent sent = stream((bytes, offset, length) -> write(channel, buffer, bytes, offset, length), seconds);
                return figures(Kind.PLAIN, sent, peer);
            } finally {
                peer.destroy();
            }
        }
    }

    private static Figures figures(Kind kind, Sent sent, Process peer) throws IOException {
        String line = new String(peer.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip();
        return new Figures(
                kind, 1e3 * sent.gates / sent.nanos, (double) sent.cpuNanos / sent.gates, Double.parseDouble(line));
    }

    /** The evaluator: a {@link Kind}, a port, a key file. Prints its CPU time in nanoseconds an AND gate. */
    public static void main(String[] arguments) throws GeneralSecurityException, IOException {
        evaluate(Kind.valueOf(arguments[0]), Integer.parseInt(arguments[1]), Path.of(arguments[2]));
    }

    /** What the garbler did after warm-up. */
    private record Sent(long gates, long nanos, long cpuNanos) {}

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

    private static Sent stream(Out out, double seconds) throws IOException {
        Activation activation = new Activation(Kernels.active().blocks());
        long start = cpuNanos();
        while (cpuNanos() - start < WARM_UP_SECONDS * NANOS) {
            send(out, activation);
        }
        out.write(new byte[] {WARM}, 0, 1);
        long from = System.nanoTime();
        long cpuFrom = cpuNanos();
        long gates = 0;
        while (System.nanoTime() - from < seconds * NANOS) {
            send(out, activation);
            gates += activation.gates();
        }
        out.write(new byte[] {END}, 0, 1);
        return new Sent(gates, System.nanoTime() - from, cpuNanos() - cpuFrom);
    }

    private static void send(Out out, Activation activation) throws IOException {
        out.write(new byte[] {MORE}, 0, 1);
        activation.garble((bytes, offset, length) -> {
            try {
                out.write(bytes, offset, length);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    private static void evaluate(Kind kind, int port, Path keys) throws GeneralSecurityException, IOException {
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        if (kind == Kind.TLS) {
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
        for (in.read(more, 0, 1); more[0] != END; in.read(more, 0, 1)) {
            if (more[0] == WARM) {
                gates = 0;
                cpuFrom = cpuNanos();
                continue;
            }
            activation.evaluate((into, offset, length) -> {
                try {
                    in.read(into, offset, length);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            gates += activation.gates();
        }
        System.out.println((double) (cpuNanos() - cpuFrom) / gates);
    }

    private static long cpuNanos() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    private static Process startPeer(Kind kind, int port, Path keys) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--add-modules=jdk.incubator.vector",
                        "-Xmx512m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        GarblingLink.class.getName(),
                        kind.name(),
                        Integer.toString(port),
                        keys.toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    /** A key pair for one run, trusted by both sides; the JDK's own tool makes it. */
    private static void makeKeys(Path file) throws IOException {
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
        Process tool = new ProcessBuilder(command).redirectErrorStream(true).start();
        tool.getInputStream().readAllBytes();
        if (!Files.exists(file)) {
            throw new IOException("keytool made no keys");
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
