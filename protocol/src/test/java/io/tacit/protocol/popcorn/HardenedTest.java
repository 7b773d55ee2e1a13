package io.tacit.protocol.popcorn;

import static org.assertj.core.api.Assertions.assertThat;

import io.tacit.crypto.paillier.KeyLength;
import io.tacit.kernel.ConvolutionGeometry;
import io.tacit.model.UnsupportedModelException;
import io.tacit.model.integer.IntegerNetwork;
import io.tacit.model.integer.IntegerTensor;
import io.tacit.model.integer.Range;
import io.tacit.model.integer.Step;
import io.tacit.model.integer.TensorShape;
import io.tacit.protocol.outsourced.Networks;
import io.tacit.protocol.plan.Disclosure;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Small random networks with every kind of step: exactly the reference's integers. */
class HardenedTest {
    private static final int NETWORKS = 12;

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

    @Test
    void answersAreTheReferencesPreparedAndNot() throws Exception {
        int run = 0;
        for (int seed = 0; run < NETWORKS; seed++) {
            IntegerNetwork network = Networks.random(seed);
            Disclosure disclosure = disclosure(network, seed);
            int images = seed % 4 == 3 ? 3 : 1;
            Settings settings = Settings.of(Mode.HARDENED, KeyLength.BITS_2048, disclosure, images);
            Parties parties;
            try {
                parties = new Parties(network, settings, 1 + seed % 2);
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
