package io.tacit.client.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.UnixOperatingSystemMXBean;
import io.tacit.crypto.channel.Channel;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Strangers crowd the port: idle, one byte a second, garbage, TLS without a request. Honest clients are served all the same. */
@Timeout(120)
class CrowdedPortTest {
    private final Parties parties = new Parties();

    @AfterEach
    void close() {
        parties.close();
    }

    private Listener listen() {
        return parties.listen(session -> {
            Channel channel = session.lane("user", "online");
            while (channel.awaitMessage(Duration.ofSeconds(10))) {
                channel.send(channel.receive(1_000));
                channel.flush();
            }
        });
    }

    @Test
    void twoHundredStrangersBesideOneHonestClient() throws Exception {
        double[] seconds = crowd(200, 1, 20);
        System.out.printf(
                "p99 of a query: alone %.1f ms, in a crowd of 200 %.1f ms%n", seconds[0] * 1e3, seconds[1] * 1e3);
        assertThat(seconds[1]).isLessThan(Math.max(1.0, 10 * seconds[0]));
    }

    @Test
    @Tag("slow")
    @Timeout(300)
    void aThousandStrangersBesideEightHonestClients() throws Exception {
        double[] seconds = crowd(1_000, 8, 60);
        System.out.printf(
                "p99 of a query: alone %.1f ms, in a crowd of 1000 %.1f ms%n", seconds[0] * 1e3, seconds[1] * 1e3);
        assertThat(seconds[1]).isLessThan(Math.max(0.1, 2 * seconds[0]));
    }

    /** The 99th percentile of an honest client's connection with one question and answer: alone, and in the crowd. */
    private double[] crowd(int strangers, int honest, int queries) throws Exception {
        try (Listener listener = listen()) {
            honestSeconds(honest, queries); // warm
            double alone = honestSeconds(honest, queries);
            System.gc();
            long before = used();
            AtomicBoolean over = new AtomicBoolean();
            List<CompletableFuture<Void>> crowd = new ArrayList<>();
            List<Socket> sockets = new ArrayList<>();
            byte[] clientHello = clientHello();
            for (int i = 0; i < strangers; i++) {
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), listener.port());
                sockets.add(socket);
                beginning(socket, i % 4, clientHello);
            }
            crowd.add(CompletableFuture.runAsync(() -> trickle(sockets, over, clientHello)));
            double crowded = honestSeconds(honest, queries);
            System.gc();
            assertThat(used() - before).isLessThan(256L << 20);
            over.set(true);
            CompletableFuture.allOf(crowd.toArray(CompletableFuture[]::new)).get(60, TimeUnit.SECONDS);
            for (Socket socket : sockets) {
                socket.close();
            }
            return new double[] {alone, crowded};
        }
    }

    private double honestSeconds(int clients, int queries) {
        List<CompletableFuture<long[]>> runs = new ArrayList<>();
        for (int c = 0; c < clients; c++) {
            CompletableFuture<long[]> run = new CompletableFuture<>();
            runs.add(run);
            Thread thread = new Thread(() -> {
                try {
                    long[] times = new long[queries];
                    for (int i = 0; i < queries; i++) {
                        long before = System.nanoTime();
                        try (WireChannel channel = parties.dial("online")) {
                            channel.send(new byte[1_000]);
                            channel.receive(1_000);
                        }
                        times[i] = System.nanoTime() - before;
                    }
                    run.complete(times);
                } catch (RuntimeException e) {
                    run.completeExceptionally(e);
                }
            });
            thread.start();
        }
        long[] all = runs.stream()
                .flatMapToLong(run -> Arrays.stream(run.join()))
                .sorted()
                .toArray();
        return all[(int) Math.min(all.length - 1, Math.round(0.99 * all.length))] / 1e9;
    }

    private static void beginning(Socket socket, int kind, byte[] clientHello) {
        try {
            switch (kind) {
                case 1 -> socket.getOutputStream().write(22); // one byte a second follows
                case 2 -> {
                    byte[] garbage = new byte[500];
                    new Random(socket.getLocalPort()).nextBytes(garbage);
                    socket.getOutputStream().write(garbage);
                }
                case 3 -> socket.getOutputStream().write(clientHello); // and never another word
                default -> socket.setTcpNoDelay(true);
            }
        } catch (IOException e) {
            // dropped already, as it should be
        }
    }

    private static void trickle(List<Socket> sockets, AtomicBoolean over, byte[] clientHello) {
        int next = 5;
        while (!over.get()) {
            for (int i = 1; i < sockets.size(); i += 4) {
                try {
                    sockets.get(i).getOutputStream().write(clientHello[next % clientHello.length]);
                } catch (IOException e) {
                    // dropped
                }
            }
            next++;
            WireChannelTest.sleep(1_000);
        }
    }

    /** A real first message of a TLS client, recorded. */
    private byte[] clientHello() throws Exception {
        try (var trap = new java.net.ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            CompletableFuture<byte[]> recorded = new CompletableFuture<>();
            Thread thread = new Thread(() -> {
                try (Socket socket = trap.accept()) {
                    byte[] header = socket.getInputStream().readNBytes(5);
                    int length = (header[3] & 0xff) << 8 | (header[4] & 0xff);
                    byte[] whole = Arrays.copyOf(header, 5 + length);
                    System.arraycopy(socket.getInputStream().readNBytes(length), 0, whole, 5, length);
                    recorded.complete(whole);
                } catch (IOException e) {
                    recorded.completeExceptionally(e);
                }
            });
            thread.start();
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), trap.getLocalPort())) {
                parties.user.tls().client(socket).startHandshake();
            } catch (IOException e) {
                // the trap has closed: it has what it wanted
            }
            return recorded.get(20, TimeUnit.SECONDS);
        }
    }

    private static long used() {
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }

    @Test
    void threadsAndDescriptorsReturnToTheirBaseline() throws Exception {
        var system = (UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        long descriptors = 0;
        for (int round = 0; round < 3; round++) {
            try (Parties fresh = new Parties();
                    Listener listener = fresh.listen(session -> {
                        Channel channel = session.lane("user", "online");
                        channel.send(channel.receive(1));
                    })) {
                for (int i = 0; i < 20; i++) {
                    try (WireChannel channel = fresh.dial("online")) {
                        channel.send(new byte[1]);
                        channel.receive(1);
                    }
                }
                for (int i = 0; i < 20; i++) {
                    new Socket(InetAddress.getLoopbackAddress(), listener.port()).close();
                }
                fresh.dial("online"); // left open: closing the party closes it
            }
            if (round == 0) {
                descriptors = system.getOpenFileDescriptorCount();
            }
        }
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (tacitThreads() > 2 && System.nanoTime() < until) { // two watchdogs of this class's own parties
            WireChannelTest.sleep(50);
        }
        assertThat(tacitThreads()).isLessThanOrEqualTo(2);
        assertThat(system.getOpenFileDescriptorCount()).isLessThanOrEqualTo(descriptors + 2);
    }

    private static long tacitThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("tacit "))
                .count();
    }

    @Test
    void aDoctorMeasuresTheLinkAndTakesNoSession() {
        try (Listener listener = listen()) {
            PeerReport report = new Connector(parties.user).probe("cloud-1", parties.session());
            assertThat(report.link().roundTripMicros()).isBetween(1.0, 1e6);
            assertThat(report.link().sendBytesPerSecond()).isBetween(1e6, 1e11);
            assertThat(report.link().receiveBytesPerSecond()).isBetween(1e6, 1e11);
            assertThat(report.clockAheadMillis()).isBetween(-5_000L, 5_000L);
            assertThat(report.certificate()).isEqualTo(parties.cloudIdentity.certificate());
            assertThat(listener.sessions()).isZero();
        }
    }
}
