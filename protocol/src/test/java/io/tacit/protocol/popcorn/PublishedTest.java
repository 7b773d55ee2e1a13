package io.tacit.protocol.popcorn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tacit.crypto.channel.MemoryChannel;
import io.tacit.crypto.paillier.KeyLength;
import io.tacit.kernel.ConvolutionGeometry;
import io.tacit.kernel.Workers;
import io.tacit.model.UnsupportedModelException;
import io.tacit.model.integer.IntegerNetwork;
import io.tacit.model.integer.IntegerTensor;
import io.tacit.model.integer.PublicNetwork;
import io.tacit.model.integer.Range;
import io.tacit.model.integer.Step;
import io.tacit.model.integer.Step.Nonlinearity;
import io.tacit.model.integer.TensorShape;
import io.tacit.model.integer.Window;
import io.tacit.protocol.outsourced.Networks;
import io.tacit.protocol.plan.Disclosure;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Unscaled networks: exactly the reference's integers, in as many bits as they take. */
class PublishedTest {
    private static final Settings SETTINGS = Settings.of(Mode.PUBLISHED, KeyLength.BITS_2048, Disclosure.SCORES, 1);

    /** Every kind of step that the mode knows; wide values at the end. */
    private static IntegerNetwork network(int seed) {
        Networks n = new Networks(seed, new TensorShape(2, 7, 6), Range.of(-20, 255));
        int first = n.linear(0, conv(2, 7, 6, 3));
        int rectified = n.exact(first, Nonlinearity.RELU);
        n.maxPool(rectified, Window.square(2, 2)); // before max(0, .)
        int pooled = n.last();
        int overlapping = n.maxPool(pooled, new Window(2, 3, 1, 1, 1, 1, 0, 1));
        n.sum(pooled, n.exact(pooled, Nonlinearity.SQUARE), 3, seed % 3);
        int sum = n.last();
        n.concat(sum, overlapping);
        n.sumPool(n.last(), new Window(2, 2, 1, 1, 0, 0, 1, 1));
        n.exact(n.last(), Nonlinearity.SQUARE);
        int dense = n.dense(n.last(), 5);
        n.exact(dense, Nonlinearity.RELU);
        n.dense(n.last(), 3);
        return n.build("published " + seed);
    }

    private static ConvolutionGeometry conv(int in, int height, int width, int out) {
        return new ConvolutionGeometry(in, height, width, out, 3, 3, 1, 1, 1, 1, 1, 1, 1, 1, 1);
    }

    /** Where not every layer fits in memory. */
    @Test
    void scoresAreTheReferences() throws Exception {
        IntegerNetwork network = network(1);
        PublishedPlan plan = new PublishedPlan(PublicNetwork.of(network), SETTINGS);
        long fewest = Parties.fewest(most -> LinearWork.of(network, plan, most));
        LinearWork work = LinearWork.of(network, plan, fewest);
        assertThat(IntStream.range(0, network.steps().size())
                        .filter(i -> network.steps().get(i) instanceof Step.Linear
                                || network.steps().get(i) instanceof Step.SumPool)
                        .filter(i -> work.blocks(i) > 1))
                .hasSizeGreaterThan(1);
        scoresAreTheReferences(1, fewest);
    }

    @Test
    @Tag("slow")
    void scoresOfMoreNetworksAreTheReferences() throws Exception {
        scoresAreTheReferences(8, Parties.ENOUGH);
    }

    private static void scoresAreTheReferences(int networks, long ciphertexts) throws Exception {
        SecureRandom random = new SecureRandom();
        ExecutorService threads = Executors.newCachedThreadPool();
        for (int seed = 1; seed <= networks; seed++) {
            IntegerNetwork network = network(seed);
            PublishedPlan plan = new PublishedPlan(PublicNetwork.of(network), SETTINGS);
            MemoryChannel.Pair lane = MemoryChannel.connect("server", "client", Parties.TIMEOUT_MILLIS);
            Workers workers = new Workers(threads, 2);
            PublishedServer server = new PublishedServer(network, Parties.limits(ciphertexts), random, workers);
            Future<?> serving = threads.submit(() -> server.serve(lane.left(), Allowance.UNLIMITED));
            List<BigInteger> seen = new ArrayList<>();
            try (PublishedClient client = PublishedClient.connect(
                    plan,
                    new KeyHolder(
                            lane.right(),
                            Parties.KEYS,
                            random,
                            workers,
                            threads,
                            (step, values) -> seen.addAll(Arrays.asList(values))))) {
                for (int query = 0; query < 2; query++) {
                    IntegerTensor input = Networks.input(network, seed * 10L + query);
                    List<BigInteger> scores = Parties.scores(network, input, 0);
                    assertThat(client.predict(input)).isEqualTo(new Answer(Parties.ranking(scores), scores));
                }
            }
            serving.get();
            assertThat(seen)
                    .hasSize(2
                            * plan.exchanges().stream()
                                    .mapToInt(PublishedPlan.Exchange::values)
                                    .sum());
            assertThat(seen).anyMatch(value -> value.signum() < 0).anyMatch(value -> value.signum() > 0);
        }
        threads.shutdown();
    }

    @Test
    void whatThePaperDoesNotHaveIsRefusedByName() {
        Networks n = new Networks(1, new TensorShape(1, 1, 4), Range.of(0, 255));
        int first = n.activation(n.dense(0, 3), Nonlinearity.RELU, new int[] {4}, 8, 255);
        n.dense(first, 3);
        IntegerNetwork scaled = n.build("scaled");
        assertThatThrownBy(() -> new PublishedPlan(PublicNetwork.of(scaled), SETTINGS))
                .isInstanceOf(UnsupportedModelException.class)
                .hasMessageContaining(scaled.steps().get(first).name())
                .hasMessageContaining("--unscaled");

        Networks wide = new Networks(1, new TensorShape(1, 1, 4), Range.of(0, 255));
        for (int i = 0; i < 8; i++) {
            wide.exact(wide.dense(wide.last(), 2), Nonlinearity.SQUARE);
        }
        IntegerNetwork tooWide = wide.build("wide");
        assertThatThrownBy(() -> new PublishedPlan(PublicNetwork.of(tooWide), SETTINGS))
                .isInstanceOf(UnsupportedModelException.class)
                .hasMessageContaining("bits; the key's plaintexts have 2046");
    }
}
