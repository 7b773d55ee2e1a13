package io.tacit.protocol.linear;

import static org.assertj.core.api.Assertions.assertThat;

import io.tacit.crypto.channel.Channel;
import io.tacit.crypto.channel.MemoryChannel;
import io.tacit.crypto.channel.Traffic;
import io.tacit.crypto.lattice.SecurityLevel;
import io.tacit.crypto.lattice.multiparty.MemoryShareLedger;
import io.tacit.crypto.random.Prg;
import io.tacit.crypto.random.Seed;
import io.tacit.crypto.share.Ring;
import io.tacit.crypto.share.RingVector;
import io.tacit.kernel.ConvolutionGeometry;
import io.tacit.kernel.Workers;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** All parties' shares against the kernel's convolution, and the channels' counters against the plan. */
class CollectiveTripletsTest {
    private static final long TIMEOUT_MILLIS = 60_000;

    private static List<LinearShape> variety(int ringBits) {
        return List.of(
                new LinearShape(ConvolutionGeometry.square(3, 9, 5, 3, 1, 1), ringBits),
                new LinearShape(ConvolutionGeometry.square(4, 11, 6, 3, 2, 1), ringBits),
                new LinearShape(LayerShapes.depthwise(6, 10, 1, 1, 1), ringBits),
                new LinearShape(new ConvolutionGeometry(4, 7, 9, 6, 2, 3, 1, 2, 0, 1, 1, 2, 2, 1, 2), ringBits),
                new LinearShape(ConvolutionGeometry.dense(100, 17), ringBits));
    }

    @ParameterizedTest
    @CsvSource({"2, 22, 1", "3, 20, 3", "4, 22, 1", "5, 32, 1", "3, 40, 1"})
    void sharesSumToTheProduct(int parties, int ringBits, int queries) throws Exception {
        run(variety(ringBits), parties, queries, PackingGoal.BALANCED);
    }

    /** Layers of different widths under one key, many results and several rounds. */
    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void layersOfDifferentRingsShareOneKey(int parties) throws Exception {
        run(
                List.of(
                        new LinearShape(ConvolutionGeometry.square(16, 32, 16, 3, 1, 1), 20),
                        new LinearShape(ConvolutionGeometry.dense(64, 2000), 24),
                        new LinearShape(ConvolutionGeometry.dense(10, 3), 8)),
                parties,
                1,
                PackingGoal.LEAST_TIME);
    }

    /** As published: the same products in a smaller ring. */
    @Test
    void withoutSmudging() throws Exception {
        List<LinearShape> shapes = variety(22);
        CollectivePlan plan = CollectivePlan.unsmudged(shapes, 3, SecurityLevel.STANDARD, PackingGoal.BALANCED);
        CollectivePlan smudged = new CollectivePlan(shapes, 3, SecurityLevel.STANDARD, PackingGoal.BALANCED);
        assertThat(plan.ring().modulus().bitLength())
                .isLessThan(smudged.ring().modulus().bitLength() - 40);
        run(shapes, 3, 1, plan);
    }

    private static void run(List<LinearShape> shapes, int parties, int queries, PackingGoal goal) throws Exception {
        run(shapes, parties, queries, new CollectivePlan(shapes, parties, SecurityLevel.STANDARD, goal));
    }

    private static void run(List<LinearShape> shapes, int parties, int queries, CollectivePlan plan) throws Exception {
        List<Channel> holders = new ArrayList<>();
        List<Channel> receivers = new ArrayList<>();
        for (int j = 1; j < parties; j++) {
            MemoryChannel.Pair pair = MemoryChannel.connect("gateway", "server-" + j, TIMEOUT_MILLIS);
            holders.add(pair.left());
            receivers.add(pair.right());
        }
        SecureRandom random = new SecureRandom();
        RingVector[][] weights = new RingVector[shapes.size()][parties];
        RingVector[][][] masks = new RingVector[shapes.size()][parties][queries];
        try (Seed seed = Seed.random(random);
                Prg prg = seed.generator("test")) {
            for (int layer = 0; layer < shapes.size(); layer++) {
                for (int j = 0; j < parties; j++) {
                    weights[layer][j] = uniform(
                            shapes.get(layer).ring(),
                            shapes.get(layer).geometry().weightCount(),
                            prg);
                    for (int query = 0; query < queries; query++) {
                        masks[layer][j][query] = uniform(
                                shapes.get(layer).ring(),
                                shapes.get(layer).geometry().inputSize(),
                                prg);
                    }
                }
            }
        }
        ExecutorService threads = Executors.newCachedThreadPool();
        List<List<RingVector[]>> results = new ArrayList<>();
        try {
            List<Future<List<RingVector[]>>> futures = new ArrayList<>();
            futures.add(threads.submit(() -> {
                GroupKeys own = GroupKeys.makeAtReceiver(holders, plan.ring(), random);
                return products(
                        new ReceiverTriplets(holders, plan, own.share(), own.open(), Workers.NONE, random),
                        shapes,
                        weights,
                        masks,
                        0);
            }));
            for (int j = 1; j < parties; j++) {
                int party = j;
                Channel receiver = receivers.get(j - 1);
                futures.add(threads.submit(() -> {
                    GroupKeys own = GroupKeys.makeAtHolder(receiver, parties, plan.ring(), random);
                    Traffic.Count before = receiver.traffic().total();
                    List<RingVector[]> made = products(
                            new HolderTriplets(
                                    receiver,
                                    plan,
                                    own.share(),
                                    own.open(),
                                    new MemoryShareLedger(),
                                    new Workers(threads, 2),
                                    random),
                            shapes,
                            weights,
                            masks,
                            party);
                    Traffic.Count after = receiver.traffic().total();
                    Traffic.Count planned = Traffic.Count.NOTHING;
                    for (LinearShape shape : shapes) {
                        planned = planned.plus(plan.layer(shape, queries).holderTraffic());
                    }
                    assertThat(after.bytesSent() - before.bytesSent()).isEqualTo(planned.bytesSent());
                    assertThat(after.bytesReceived() - before.bytesReceived()).isEqualTo(planned.bytesReceived());
                    assertThat(after.messagesSent() - before.messagesSent()).isEqualTo(planned.messagesSent());
                    assertThat(after.messagesReceived() - before.messagesReceived())
                            .isEqualTo(planned.messagesReceived());
                    return made;
                }));
            }
            for (Future<List<RingVector[]>> future : futures) {
                results.add(future.get(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS));
            }
        } finally {
            threads.shutdownNow();
        }
        for (int layer = 0; layer < shapes.size(); layer++) {
            LinearShape shape = shapes.get(layer);
            Ring ring = shape.ring();
            RingVector weight = sum(weights[layer]);
            for (int query = 0; query < queries; query++) {
                RingVector[] inputs = new RingVector[parties];
                RingVector[] shares = new RingVector[parties];
                for (int j = 0; j < parties; j++) {
                    inputs[j] = masks[layer][j][query];
                    shares[j] = results.get(j).get(layer)[query];
                }
                RingVector expected = ring.zeros(shape.geometry().outputSize());
                ring.convolve(shape.geometry(), 1, weight, sum(inputs), 0, expected, 0, Workers.NONE);
                assertThat(TwoServers.residues(sum(shares)))
                        .as("%s, query %s, %s parties", shape, query, parties)
                        .isEqualTo(TwoServers.residues(expected));
            }
        }
    }

    private static List<RingVector[]> products(
            TripletSource source, List<LinearShape> shapes, RingVector[][] weights, RingVector[][][] masks, int party) {
        List<RingVector[]> results = new ArrayList<>();
        for (int layer = 0; layer < shapes.size(); layer++) {
            results.add(source.products(shapes.get(layer), weights[layer][party], masks[layer][party]));
        }
        return results;
    }

    private static RingVector uniform(Ring ring, int length, Prg prg) {
        RingVector vector = ring.zeros(length);
        vector.randomize(prg, 0, length);
        return vector;
    }

    private static RingVector sum(RingVector[] parts) {
        RingVector sum = parts[0];
        for (int j = 1; j < parts.length; j++) {
            sum = TwoServers.sum(sum, parts[j]);
        }
        return sum;
    }
}
