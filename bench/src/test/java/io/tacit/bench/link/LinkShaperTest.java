package io.tacit.bench.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.tacit.client.deployment.Deployment;
import io.tacit.client.deployment.Sha256;
import io.tacit.client.deployment.TrustSetting;
import io.tacit.client.wire.Connector;
import io.tacit.client.wire.Identity;
import io.tacit.client.wire.Listener;
import io.tacit.client.wire.LocalParty;
import io.tacit.client.wire.PeerReport;
import io.tacit.client.wire.SessionId;
import io.tacit.client.wire.WireChannel;
import io.tacit.crypto.channel.Channel;
import io.tacit.server.identity.KeyGenerator;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class LinkShaperTest {

    @TempDir
    private Path folder;

    /** Sends back every byte, or swallows all but the last. */
    private static ServerSocket server(boolean echo) throws IOException {
        ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        Thread thread = new Thread(() -> {
            try (Socket socket = server.accept()) {
                socket.setTcpNoDelay(true);
                InputStream in = socket.getInputStream();
                byte[] buffer = new byte[1 << 16];
                for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                    if (echo) {
                        socket.getOutputStream().write(buffer, 0, count);
                    }
                }
                socket.getOutputStream().write(1);
            } catch (IOException e) {
                // the test has ended
            }
        });
        thread.setDaemon(true);
        thread.start();
        return server;
    }

    private static InetSocketAddress loopback(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    /** Exact, on a clock of the test's: what the line promises for every byte that is put on it. */
    @Test
    void lineHasTheBandwidthAndTheDelay() {
        for (long bitsPerSecond : new long[] {64_000, 10_000_000, 400_000_000}) {
            for (long start : new long[] {0, Long.MAX_VALUE - 5_000_000, -(1L << 60)}) { // nanoTime may begin anywhere
                long[] now = {start};
                long delay = TimeUnit.MILLISECONDS.toNanos(30);
                LinkShaper.Line line =
                        new LinkShaper.Line(new LinkShaper.Link(bitsPerSecond, Duration.ofNanos(delay)), () -> now[0]);
                long nanosPerByte = 8_000_000_000L / bitsPerSecond;
                // a hundred pieces at once: each waits for those before it, all are delayed once
                for (int piece = 1; piece <= 100; piece++) {
                    assertThat(line.arrivalNanos(1_000) - start).isEqualTo(piece * 1_000 * nanosPerByte + delay);
                }
                // put on while the line is busy: the queue goes on; from two connections alike
                now[0] += 50_000 * nanosPerByte;
                assertThat(line.arrivalNanos(500) - start).isEqualTo(100_500 * nanosPerByte + delay);
                // put on an idle line: time that has gone by is not saved up
                now[0] += 1_000_000 * nanosPerByte;
                assertThat(line.arrivalNanos(1) - now[0]).isEqualTo(nanosPerByte + delay);
                assertThat(line.arrivalNanos(0) - now[0]).isEqualTo(nanosPerByte + delay);
            }
        }
    }

    /** Over real sockets a busy machine can make the link slower than asked for; nothing may make it faster. */
    @Test
    void linkIsNeverBetterThanWhatWasAskedFor() throws Exception {
        for (long bitsPerSecond : new long[] {10_000_000, 100_000_000, 400_000_000}) {
            assertThat(share(bitsPerSecond)).isPositive().isLessThan(1.0001);
        }
        delay(Double.MAX_VALUE, 0);
    }

    /** Other work on the machine can only slow a run down: the best of several shows the link. */
    @Tag("slow")
    @Test
    void linkIsWhatWasAskedForOnAQuietMachine() throws Exception {
        for (long bitsPerSecond : new long[] {10_000_000, 100_000_000, 400_000_000}) {
            double best = 0;
            for (int run = 0; run < 10 && best < 0.95; run++) {
                best = Math.max(best, share(bitsPerSecond));
            }
            assertThat(best).isBetween(0.95, 1.0001);
        }
        delay(1.05, 1);
        partiesMeet(1);
    }

    /** Sends a second's worth. @return the rate as a share of the one asked for */
    private static double share(long bitsPerSecond) throws Exception {
        int bytes = (int) (bitsPerSecond / 8);
        try (ServerSocket server = server(false);
                LinkShaper shaper = LinkShaper.open(
                        loopback(server.getLocalPort()), new LinkShaper.Link(bitsPerSecond, Duration.ZERO));
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), shaper.port())) {
            long before = System.nanoTime();
            byte[] buffer = new byte[1 << 14];
            for (int sent = 0; sent < bytes; sent += buffer.length) {
                socket.getOutputStream().write(buffer, 0, Math.min(buffer.length, bytes - sent));
            }
            socket.shutdownOutput();
            assertThat(socket.getInputStream().read()).isEqualTo(1);
            double share = bytes * 8 / ((System.nanoTime() - before) / 1e9) / bitsPerSecond;
            System.out.printf("asked %d bit/s, got %.1f %%%n", bitsPerSecond, 100 * share);
            return share;
        }
    }

    private static void delay(double mostTimes, double mostMore) throws Exception {
        for (int millis : new int[] {1, 10, 100}) {
            try (ServerSocket server = server(true);
                    LinkShaper shaper = LinkShaper.open(
                            loopback(server.getLocalPort()),
                            new LinkShaper.Link(1_000_000_000, Duration.ofMillis(millis)));
                    Socket socket = new Socket(InetAddress.getLoopbackAddress(), shaper.port())) {
                socket.setTcpNoDelay(true);
                double best = Double.MAX_VALUE;
                for (int i = 0; i < 20; i++) {
                    long before = System.nanoTime();
                    socket.getOutputStream().write(7);
                    assertThat(socket.getInputStream().read()).isEqualTo(7);
                    best = Math.min(best, (System.nanoTime() - before) / 1e6);
                }
                System.out.printf("asked for a round trip of %d ms, got %.2f ms%n", 2 * millis, best);
                assertThat(best).isBetween(2.0 * millis, Math.min(1e6, 2.0 * millis * mostTimes + mostMore));
            }
        }
    }

    @Test
    void partiesMeetOverASlowLink() throws Exception {
        partiesMeet(50);
    }

    /** @param slower times that a busy machine may make the link slower than it is on a quiet one */
    private void partiesMeet(double slower) throws Exception {
        try (ServerSocket free = new ServerSocket(0)) {
            free.close();
            Deployment deployment = deployment(free.getLocalPort());
            try (LocalParty server = party(deployment, "server");
                    LocalParty client = party(deployment, "client");
                    Listener listener =
                            Listener.open(server, loopback(free.getLocalPort()), Set.of("online", "bulk"), session -> {
                                if (session.lanes().contains("bulk")) {
                                    session.lane("client", "bulk").send(new byte[Channel.MAX_MESSAGE_BYTES]);
                                } else {
                                    Channel channel = session.lane("client", "online");
                                    channel.send(channel.receive(20_000));
                                }
                            });
                    LinkShaper shaper = LinkShaper.open(
                            loopback(listener.port()), new LinkShaper.Link(1_000_000, Duration.ofMillis(100)))) {
                Connector connector =
                        new Connector(client, Map.of("server", new Deployment.Endpoint("127.0.0.1", shaper.port())));
                SecureRandom random = new SecureRandom();
                try (WireChannel channel = connector.dial("server", SessionId.random(random), "bulk")) {
                    // the server has closed long before this has arrived, and the client sends signs of life meanwhile
                    channel.receive(Channel.MAX_MESSAGE_BYTES);
                }
                try (WireChannel channel = connector.dial("server", SessionId.random(random), "online")) {
                    long before = System.nanoTime();
                    channel.send(new byte[20_000]);
                    channel.receive(20_000);
                    double seconds = (System.nanoTime() - before) / 1e9;
                    assertThat(seconds).isBetween(0.2 + 2 * 0.16, slower); // 20 kB take 160 ms each way
                }
                PeerReport report = connector.probe("server", SessionId.random(random));
                System.out.printf(
                        "1 Mbit/s, 200 ms: measured round trip %.1f ms, %.3f and %.3f MB/s%n",
                        report.link().roundTripMicros() / 1e3,
                        report.link().sendBytesPerSecond() / 1e6,
                        report.link().receiveBytesPerSecond() / 1e6);
                assertThat(report.link().roundTripMicros()).isBetween(200_000.0, 240_000.0 * slower);
                assertThat(report.link().sendBytesPerSecond()).isBetween(0.08e6 / slower, 0.14e6);
                assertThat(report.link().receiveBytesPerSecond()).isBetween(0.08e6 / slower, 0.14e6);
            }
        }
    }

    private LocalParty party(Deployment deployment, String role) {
        return LocalParty.open(deployment, role, Identity.load(folder.resolve(role + ".pem")));
    }

    private Deployment deployment(int port) throws IOException {
        TreeMap<String, Deployment.Role> roles = new TreeMap<>();
        var issued = new KeyGenerator(new SecureRandom())
                .generate(folder, List.of("client", "server"), Instant.now(), Duration.ofDays(1));
        for (KeyGenerator.Issued each : issued) {
            Optional<Deployment.Endpoint> endpoint = TrustSetting.POPCORN.listens(each.role())
                    ? Optional.of(new Deployment.Endpoint("127.0.0.1", port))
                    : Optional.empty();
            roles.put(each.role(), new Deployment.Role(endpoint, List.of(each.fingerprint())));
        }
        return new Deployment(
                TrustSetting.POPCORN,
                "hardened",
                Sha256.of(new byte[] {1}),
                roles,
                new Deployment.Disclosure(Deployment.Policy.LABEL, 1),
                new Deployment.Quotas(10, 10),
                new Deployment.Limits(1, 4, Duration.ofMinutes(1)),
                new Deployment.Validity(
                        Instant.now().minusSeconds(60), Instant.now().plus(Duration.ofDays(1))));
    }
}
