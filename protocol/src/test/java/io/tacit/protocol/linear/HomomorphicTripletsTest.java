package io.tacit.protocol.linear;

import static org.assertj.core.api.Assertions.assertThat;

import io.tacit.crypto.channel.PeerUnavailable;
import io.tacit.crypto.channel.Traffic;
import io.tacit.crypto.share.RingVector;
import io.tacit.kernel.ConvolutionGeometry;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Both servers' shares against the kernel's convolution, and the channel's counters against the plan. */
class HomomorphicTripletsTest {

    private static void assertExact(TwoServers both, List<TwoServers.Shares> layers) {
        List<List<RingVector[]>> shares = both.products(layers);
        for (int i = 0; i < layers.size(); i++) {
            RingVector[] expected = TwoServers.expected(layers.get(i));
            for (int query = 0; query < expected.length; query++) {
                RingVector sum = TwoServers.sum(
                        shares.get(0).get(i)[query], shares.get(1).get(i)[query]);
                assertThat(TwoServers.residues(sum))
                        .as("%s, query %d", layers.get(i).shape(), query)
                        .isEqualTo(TwoServers.residues(expected[query]));
            }
        }
    }

    private static List<LinearShape> variety(int ringBits) {
        return List.of(
                new LinearShape(ConvolutionGeometry.square(3, 9, 5, 3, 1, 1), ringBits),
                new LinearShape(ConvolutionGeometry.square(4, 11, 6, 3, 2, 1), ringBits),
                new LinearShape(ConvolutionGeometry.square(8, 8, 4, 1, 1, 0), ringBits),
                new LinearShape(LayerShapes.depthwise(6, 10, 1, 1, 1), ringBits),
                new LinearShape(new ConvolutionGeometry(4, 7, 9, 6, 2, 3, 1, 2, 0, 1, 1, 2, 2, 1, 2), ringBits),
                new LinearShape(ConvolutionGeometry.dense(100, 17), ringBits));
    }

    @ParameterizedTest
    @ValueSource(ints = {8, 13, 20, 22, 31, 32, 33, 37, 40})
    void sharesSumToTheProductInEveryRing(int ringBits) {
        List<LinearShape> shapes = variety(ringBits);
        try (TwoServers both = new TwoServers(shapes, PackingGoal.BALANCED, Pipeline.ON, 2)) {
            List<TwoServers.Shares> layers =
                    shapes.stream().map(shape -> both.draw(shape, 2)).toList();
            assertExact(both, layers);
        }
    }

    @ParameterizedTest
    @CsvSource({"1, ON", "3, OFF", "17, ON", "17, OFF"})
    void batchesAreExactWithThePipelineOnAndOff(int queries, Pipeline pipeline) {
        List<LinearShape> shapes = variety(20);
        try (TwoServers both = new TwoServers(shapes, PackingGoal.FEWEST_BYTES, pipeline, 1)) {
            List<TwoServers.Shares> layers =
                    shapes.stream().map(shape -> both.draw(shape, queries)).toList();
            assertExact(both, layers);
        }
    }

    /** Layers of different widths under one key, and the edges of the ring: all ones, and the most negative weight. */
    @Test
    void layersOfDifferentRingsShareOneKey() {
        List<LinearShape> shapes = new ArrayList<>();
        for (int bits : new int[] {8, 17, 24, 32, 36}) {
            shapes.add(new LinearShape(ConvolutionGeometry.square(5, 8, 7, 3, 1, 1), bits));
        }
        try (TwoServers both = new TwoServers(shapes, PackingGoal.LEAST_TIME, Pipeline.ON, 2)) {
            List<TwoServers.Shares> layers = new ArrayList<>();
            for (LinearShape shape : shapes) {
                TwoServers.Shares shares = both.draw(shape, 1);
                for (int server = 0; server < 2; server++) {
                    shares.weights()[server].fill(0, shares.weights()[server].length(), 1L << shape.ringBits() - 1);
                    shares.masks()[server][0].fill(0, shares.masks()[server][0].length(), -1);
                }
                layers.add(shares);
            }
            assertExact(both, layers);
        }
    }

    @ParameterizedTest
    @EnumSource(Pipeline.class)
    void thePlanCountsWhatTheChannelCounts(Pipeline pipeline) {
        List<LinearShape> shapes = variety(22);
        try (TwoServers both = new TwoServers(shapes, PackingGoal.BALANCED, pipeline, 2)) {
            List<TwoServers.Shares> layers =
                    shapes.stream().map(shape -> both.draw(shape, 3)).toList();
            both.products(layers);
            Traffic.Count sum = Traffic.Count.NOTHING;
            for (LinearShape shape : shapes) {
                sum = sum.plus(both.plan.layer(shape, 3).traffic());
            }
            for (int server = 0; server < 2; server++) {
                Traffic.Count counted = both.traffic(server);
                assertThat(counted.bytesSent()).isEqualTo(sum.bytesSent());
                assertThat(counted.bytesReceived()).isEqualTo(sum.bytesReceived());
                assertThat(counted.messagesSent()).isEqualTo(sum.messagesSent());
                assertThat(counted.messagesReceived()).isEqualTo(sum.messagesReceived());
            }
        }
    }

    /** Whenever it is: the call fails as with a peer that has gone, and uses nothing that has been wiped. */
    @ParameterizedTest
    @EnumSource(Pipeline.class)
    void aCallEndsWhenClosed(Pipeline pipeline) throws Exception {
        List<LinearShape> shapes = variety(20);
        int early = 0;
        for (int i = 0; i < 30; i++) {
            try (TwoServers both = new TwoServers(shapes, PackingGoal.BALANCED, pipeline, 2)) {
                List<TwoServers.Shares> layers =
                        shapes.stream().map(shape -> both.draw(shape, 1)).toList();
                Future<?> call = both.threads.submit(() -> both.products(layers));
                Thread.sleep(3L * i);
                both.servers[i % 2].close();
                try {
                    call.get(60, TimeUnit.SECONDS);
                } catch (ExecutionException e) {
                    early++;
                    assertThat(e).cause().isInstanceOf(PeerUnavailable.class);
                    assertThat(e)
                            .cause()
                            .satisfies(cause -> assertThat(cause.getSuppressed())
                                    .allSatisfy(other -> assertThat(other).isInstanceOf(PeerUnavailable.class)));
                }
            }
        }
        assertThat(early).isPositive();
    }
}
