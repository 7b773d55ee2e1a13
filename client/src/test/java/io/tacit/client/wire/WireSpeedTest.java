package io.tacit.client.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.tacit.crypto.channel.Channel;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a byte, a small message, a round trip and a connection cost on loopback; prints the figures. */
@Tag("slow")
class WireSpeedTest {
    private static final long BYTES = 512L << 20;

    @Test
    void cost() throws Exception {
        var threads = ManagementFactory.getThreadMXBean();
        try (Parties parties = new Parties()) {
            CompletableFuture<double[]> receiverNanos = new CompletableFuture<>();
            int[] sizes = {16, 1_024, 65_536, 1 << 18, 1 << 20};
            double[][] received = new double[sizes.length][];
            try (Listener listener = parties.listen(session -> {
                        Channel channel = session.lane("user", "online");
                        byte[] message = new byte[1 << 20];
                        for (int k = 0; k < sizes.length; k++) {
                            for (int run = 0; run < 3; run++) {
                                long cpu = threads.getCurrentThreadCpuTime();
                                long count = count(sizes[k]);
                                for (long i = 0; i < count; i++) {
                                    channel.receive(message, 0, sizes[k]);
                                }
                                double perByte =
                                        (double) (threads.getCurrentThreadCpuTime() - cpu) / (count * sizes[k]);
                                received[k] =
                                        new double[] {received[k] == null ? perByte : Math.min(received[k][0], perByte)
                                        };
                                channel.send(new byte[1]);
                                channel.flush();
                            }
                        }
                        for (int i = 0; i < 20_000; i++) {
                            channel.send(channel.receive(16));
                        }
                        channel.flush();
                        receiverNanos.complete(new double[0]);
                        channel.awaitMessage(java.time.Duration.ofSeconds(5));
                    });
                    WireChannel channel = parties.dial("online")) {
                byte[] message = new byte[1 << 20];
                for (int k = 0; k < sizes.length; k++) {
                    double best = Double.MAX_VALUE;
                    double bestWall = Double.MAX_VALUE;
                    for (int run = 0; run < 3; run++) {
                        long cpu = threads.getCurrentThreadCpuTime();
                        long wall = System.nanoTime();
                        long count = count(sizes[k]);
                        for (long i = 0; i < count; i++) {
                            channel.send(message, 0, sizes[k]);
                        }
                        channel.receive(1);
                        double bytes = (double) count * sizes[k];
                        best = Math.min(best, (threads.getCurrentThreadCpuTime() - cpu) / bytes);
                        bestWall = Math.min(bestWall, (System.nanoTime() - wall) / bytes);
                    }
                    System.out.printf(
                            "messages of %8d bytes: send %.3f + receive %.3f ns CPU a byte, %.0f MB/s%n",
                            sizes[k], best, received[k][0], 1000 / bestWall);
                }
                long[] trips = new long[20_000];
                for (int i = 0; i < trips.length; i++) {
                    long before = System.nanoTime();
                    channel.send(message, 0, 16);
                    channel.receive(message, 0, 16);
                    trips[i] = System.nanoTime() - before;
                }
                Arrays.sort(trips);
                System.out.printf("round trip of 16 bytes: median %.1f us%n", trips[10_000] / 1e3);
                receiverNanos.get(5, TimeUnit.SECONDS);
                assertThat(listener.sessions()).isEqualTo(1);
            }
            connections(parties);
        }
    }

    private static void connections(Parties parties) {
        try (Listener listener =
                parties.listen(session -> session.lane("user", "online").close())) {
            long[] times = new long[200];
            for (int i = 0; i < times.length; i++) {
                long before = System.nanoTime();
                parties.dial("online").close();
                times[i] = System.nanoTime() - before;
            }
            Arrays.sort(times);
            System.out.printf(
                    "connection, TLS, hello and close: median %.2f ms, best %.2f ms%n",
                    times[100] / 1e6, times[0] / 1e6);
            assertThat(listener.port()).isPositive();
        }
    }

    private static long count(int size) {
        return (size < 1_024 ? BYTES / 16 : BYTES) / size;
    }
}
