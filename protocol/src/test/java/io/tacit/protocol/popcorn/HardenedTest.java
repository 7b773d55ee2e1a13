package io.tacit.protocol.popcorn;

import static org.assertj.core.api.Assertions.assertThat;

import io.tacit.crypto.channel.RecordingChannel;
import io.tacit.crypto.paillier.CiphertextBatch;
import io.tacit.crypto.paillier.KeyLength;
import io.tacit.crypto.paillier.SlotLayout;
import io.tacit.kernel.ConvolutionGeometry;
import io.tacit.kernel.Workers;
import io.tacit.model.UnsupportedModelException;
import io.tacit.model.integer.IntegerNetwork;
import io.tacit.model.integer.IntegerTensor;
import io.tacit.model.integer.Range;
import io.tacit.model.integer.Step;
import io.tacit.model.integer.TensorShape;
import io.tacit.model.integer.Window;
import io.tacit.protocol.outsourced.Networks;
import io.tacit.protocol.plan.Disclosure;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Small random networks with every kind of step: exactly the reference's integers. */
class HardenedTest {
    /** Of each disclosure, of one image and of several. */
    private static final int NETWORKS = 4;

    private static Disclosure disclosure(IntegerNetwork network, int seed) {
        return List.of(Disclosure.SCORES, Disclosure.LABEL, Disclosure.topK(Math.min(2, network.classes())))
                .get(seed % 3);
    }

    private static IntegerTensor inputs(IntegerNetwork network, int count, int seed) {
        int[] values = IntStream.range(0, count)
                .flatMap(i ->
                        IntStream.of(Networks.input(network, seed * 100L + i).ints()))
                .toArray();
        return IntegerTensor.ofInts(count, network.input().shape(), values);
    }

    /** Layers and pools that do not fit in memory, results of every kind of step in files: the same integers. */
    @Test
    void whatDoesNotFitInMemoryIsComputedBlockByBlock() throws Exception {
        IntegerNetwork network = tiled();
        Settings settings = Settings.of(Mode.HARDENED, KeyLength.BITS_2048, Disclosure.SCORES, 2);
        IntegerTensor input = inputs(network, 2, 6);
        PopcornPlan plan = new PopcornPlan(settings.disclosure().known(network), settings);
        long fewest = fewest(network, settings);
        LinearWork work = LinearWork.of(network, plan, fewest);
        assertThat(IntStream.range(0, network.steps().size())
                        .filter(i -> network.steps().get(i) instanceof Step.Linear && work.blocks(i) > 1))
                .hasSizeGreaterThan(4);
        assertThat(IntStream.range(0, network.steps().size())
                        .filter(i -> network.steps().get(i) instanceof Step.SumPool && work.blocks(i) > 1))
                .isNotEmpty();
        assertThat(plan.ciphertextSteps()
                        .filter(i -> work.isSpilled(plan.ciphertexts(i)))
                        .mapToObj(i -> (Object) network.steps().get(i).getClass())
                        .distinct())
                .contains(
                        Step.Linear.class,
                        Step.Sum.class,
                        Step.SumPool.class,
                        Step.Concat.class,
                        Step.Activation.class);
        try (Parties parties = new Parties(network, settings, 2, Parties.limits(fewest))) {
            assertThat(parties.client.predict(input)).isEqualTo(Parties.expected(network, input, Disclosure.SCORES));
        }
    }

    private static long fewest(IntegerNetwork network, Settings settings) {
        PopcornPlan plan = new PopcornPlan(settings.disclosure().known(network), settings);
        return Parties.fewest(most -> LinearWork.of(network, plan, most));
    }

    @Test
    void answersAreTheReferencesPreparedAndNot() throws Exception {
        answersAreTheReferences(NETWORKS);
    }

    @Test
    @Tag("slow")
    void manyAnswersAreTheReferencesPreparedAndNot() throws Exception {
        answersAreTheReferences(10 * NETWORKS);
    }

    private static void answersAreTheReferences(int networks) throws Exception {
        int run = 0;
        for (int seed = 0; run < networks; seed++) {
            IntegerNetwork network = Networks.random(seed);
            Disclosure disclosure = disclosure(network, seed);
            int images = seed % 4 == 3 ? 3 : 1;
            Settings settings = Settings.of(Mode.HARDENED, KeyLength.BITS_2048, disclosure, images);
            Parties parties;
            try {
                long ciphertexts = run % 2 == 0 ? Parties.ENOUGH : fewest(network, settings);
                parties = new Parties(network, settings, 1 + seed % 2, Parties.limits(ciphertexts));
            } catch (UnsupportedModelException e) {
                continue; // squares of squares
            }
            try (parties) {
                IntegerTensor first = inputs(network, images, seed);
                assertThat(parties.client.predict(first))
                        .as("network %d, just in time", seed)
                        .isEqualTo(Parties.expected(network, first, disclosure));
                IntegerTensor second = inputs(network, Math.max(1, images - 1), seed + 1);
                parties.client.prepare(second.batch());
                assertThat(parties.client.preparedImages()).isEqualTo(second.batch());
                assertThat(parties.client.predict(second))
                        .as("network %d, prepared", seed)
                        .isEqualTo(Parties.expected(network, second, disclosure));
                assertThat(parties.client.preparedImages()).isZero();
            }
            assertThat(parties.serverFailures).isEmpty();
            run++;
        }
    }

    private static ConvolutionGeometry conv(TensorShape in, int out, int kernel, int stride, int pad) {
        return new ConvolutionGeometry(
                in.channels(),
                in.height(),
                in.width(),
                out,
                kernel,
                kernel,
                stride,
                stride,
                pad,
                pad,
                pad,
                pad,
                1,
                1,
                1);
    }

    /** What makes tiles hard: padding, strides, residuals, pools before padding, joined channels, pools that overlap. */
    private static IntegerNetwork tiled() {
        Networks n = new Networks(11, new TensorShape(3, 24, 20), Range.of(0, 255));
        int first = relu(n, n.linear(0, conv(n.shape(0), 4, 3, 1, 1)));
        int second = relu(n, n.linear(first, conv(n.shape(first), 4, 3, 1, 1)));
        int joined = n.concat(first, second);
        int residual = relu(n, n.sum(n.linear(joined, conv(n.shape(joined), 4, 3, 1, 1)), first, 0, 2));
        int wide = n.linear(residual, conv(n.shape(residual), 5, 3, 2, 1));
        int halved = relu(n, n.sum(wide, n.linear(residual, conv(n.shape(residual), 5, 1, 2, 0)), 1, 0));
        int pooled = n.sumPool(halved, Window.square(2, 2));
        int left = relu(n, n.linear(pooled, conv(n.shape(pooled), 3, 3, 1, 1)));
        int right = relu(n, n.linear(pooled, conv(n.shape(pooled), 3, 1, 1, 0)));
        int padded = n.linear(n.concat(left, right), conv(n.shape(n.last()), 4, 1, 1, 1));
        int overlapping = n.maxPool(relu(n, padded), Window.square(3, 2));
        n.dense(n.sumPool(overlapping, new Window(3, 3, 1, 1, 0, 0, 0, 0)), 3);
        return n.build("tiled");
    }

    private static int relu(Networks n, int source) {
        return n.activation(source, Step.Nonlinearity.RELU, new int[] {7}, 8, 255);
    }

    @Test
    void tilesOfTwoImagesAreExact() throws Exception {
        tilesAreExact(2);
    }

    @Test
    @Tag("slow")
    void tilesOfOneImageAreExact() throws Exception {
        tilesAreExact(1);
    }

    private static void tilesAreExact(int images) throws Exception {
        IntegerNetwork network = tiled();
        Settings settings = Settings.of(Mode.HARDENED, KeyLength.BITS_2048, Disclosure.SCORES, images);
        IntegerTensor input = inputs(network, images, 6);
        try (Parties parties = new Parties(network, settings, 2)) {
            assertThat(IntStream.range(0, network.steps().size())
                            .filter(i -> network.steps().get(i) instanceof Step.Linear)
                            .limit(5)
                            .map(parties.plan::tiles))
                    .allMatch(tiles -> tiles > 4);
            assertThat(parties.client.predict(input)).isEqualTo(Parties.expected(network, input, Disclosure.SCORES));
        }
    }

    /** A query of fewer images than fit: whoever holds the key can read the slots of the others. */
    @Test
    void scoresOfImagesThatThereAreNoneOfAreMasked() throws Exception {
        Networks n = new Networks(9, new TensorShape(1, 3, 4), Range.of(0, 255));
        relu(n, n.linear(0, ConvolutionGeometry.dense(12, 6)));
        n.dense(n.last(), 3);
        IntegerNetwork network = n.build("one of three");
        Settings settings = Settings.of(Mode.HARDENED, KeyLength.BITS_2048, Disclosure.SCORES, 3);
        IntegerTensor input = inputs(network, 1, 8);
        List<byte[]> received = new ArrayList<>();
        try (Parties parties = new Parties(
                network,
                settings,
                1,
                lane -> new RecordingChannel(
                        lane, (bytes, at, length) -> received.add(Arrays.copyOfRange(bytes, at, at + length))),
                Allowance.UNLIMITED)) {
            assertThat(parties.client.predict(input)).isEqualTo(Parties.expected(network, input, Disclosure.SCORES));
            Placement placement = parties.plan.placement(network.steps().size() - 1);
            int count = placement.ciphertexts() * placement.slots();
            SlotLayout slots = Objects.requireNonNull(parties.plan.scoreSlots());
            CiphertextBatch last = CiphertextBatch.decode(
                    Parties.KEYS.publicKey(), received.get(received.size() - 1), slots.packedSize(count));
            BigInteger[] values = slots.unpack(Parties.KEYS.decrypt(last, Workers.NONE), count);
            for (int i = 0; i < count; i++) {
                if (placement.image(i % placement.slots()) > 0) {
                    assertThat(values[i].bitLength())
                            .isGreaterThan(parties.plan.network().output().valueBits() + 8);
                }
            }
        }
    }

    /** More values than travel in one chunk, both ways. */
    @Test
    void largeTensorsTravelInChunks() throws Exception {
        Networks wide = new Networks(7, new TensorShape(1, 30, 20), Range.of(0, 255));
        wide.activation(
                wide.linear(0, ConvolutionGeometry.dense(600, 530)), Step.Nonlinearity.RELU, new int[] {6}, 8, 255);
        wide.dense(wide.last(), 4);
        IntegerNetwork network = wide.build("wide");
        Settings settings = Settings.of(Mode.HARDENED, KeyLength.BITS_2048, Disclosure.SCORES, 1);
        IntegerTensor input = inputs(network, 1, 5);
        try (Parties parties = new Parties(network, settings, 2)) {
            assertThat(parties.client.predict(input)).isEqualTo(Parties.expected(network, input, Disclosure.SCORES));
        }
    }
}
