package io.tacit.protocol.linear;

import static org.assertj.core.api.Assertions.assertThat;

import io.tacit.crypto.channel.MemoryChannel;
import io.tacit.crypto.lattice.PublicKey;
import io.tacit.crypto.lattice.SecurityLevel;
import io.tacit.crypto.random.Prg;
import io.tacit.crypto.random.Seed;
import io.tacit.crypto.share.RingVector;
import io.tacit.kernel.ConvolutionGeometry;
import io.tacit.kernel.Workers;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Both shares against the kernel's convolution, where one party has all weights. */
class OneWayTripletsTest {
    private static final long TIMEOUT_MILLIS = 60_000;

    @ParameterizedTest
    @CsvSource({"20, 1", "22, 3", "33, 2"})
    void sharesSumToTheProduct(int ringBits, int queries) throws Exception {
        List<LinearShape> shapes = List.of(
                new LinearShape(ConvolutionGeometry.square(3, 9, 5, 3, 1, 1), ringBits),
                new LinearShape(ConvolutionGeometry.square(4, 11, 6, 3, 2, 1), ringBits),
                new LinearShape(LayerShapes.depthwise(6, 10, 1, 1, 1), ringBits),
                new LinearShape(ConvolutionGeometry.dense(100, 17), ringBits));
        TripletPlan plan = new TripletPlan(shapes, SecurityLevel.STANDARD, PackingGoal.BALANCED);
        SecureRandom random = new SecureRandom();
        MemoryChannel.Pair pair = MemoryChannel.connect("gateway", "user", TIMEOUT_MILLIS);
        ExecutorService threads = Executors.newCachedThreadPool();
        try (Seed seed = Seed.random(random);
                Prg prg = seed.generator("test")) {
            Future<WeightOwnerTriplets> opening =
                    threads.submit(() -> WeightOwnerTriplets.open(pair.left(), plan, random, new Workers(threads, 2)));
            try (MaskOwnerTriplets user = MaskOwnerTriplets.open(pair.right(), plan, random, Workers.NONE);
                    WeightOwnerTriplets gateway = opening.get(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS)) {
                long sent = PublicKey.bytes(plan.ring());
                long received = 0;
                for (LinearShape shape : shapes) {
                    RingVector weights = uniform(shape, shape.geometry().weightCount(), prg);
                    RingVector[] gateways = new RingVector[queries];
                    RingVector[] users = new RingVector[queries];
                    for (int query = 0; query < queries; query++) {
                        gateways[query] = uniform(shape, shape.geometry().inputSize(), prg);
                        users[query] = uniform(shape, shape.geometry().inputSize(), prg);
                    }
                    Future<RingVector[]> own = threads.submit(() -> gateway.products(shape, weights, gateways));
                    RingVector[] theirs = user.products(shape, shape.ring().zeros(0), users);
                    RingVector[] ours = own.get(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
                    for (int query = 0; query < queries; query++) {
                        RingVector expected =
                                shape.ring().zeros(shape.geometry().outputSize());
                        RingVector input = TwoServers.sum(gateways[query], users[query]);
                        shape.ring().convolve(shape.geometry(), 1, weights, input, 0, expected, 0, Workers.NONE);
                        assertThat(TwoServers.residues(TwoServers.sum(ours[query], theirs[query])))
                                .as("%s, query %s", shape, query)
                                .isEqualTo(TwoServers.residues(expected));
                    }
                    sent += plan.layer(shape, queries).bytesOfInputs();
                    received += plan.layer(shape, queries).bytesOfResults();
                }
                assertThat(pair.right().traffic().total().bytesSent()).isEqualTo(sent);
                assertThat(pair.right().traffic().total().bytesReceived()).isEqualTo(received);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private static RingVector uniform(LinearShape shape, int length, Prg prg) {
        RingVector vector = shape.ring().zeros(length);
        vector.randomize(prg, 0, length);
        return vector;
    }
}
