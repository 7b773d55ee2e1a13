package io.tacit.protocol.securenets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tacit.crypto.channel.LimitExceeded;
import io.tacit.crypto.share.PrimeField;
import io.tacit.kernel.ConvolutionGeometry;
import io.tacit.model.UnsupportedModelException;
import io.tacit.model.integer.IntegerNetwork;
import io.tacit.model.integer.Preprocessing;
import io.tacit.model.integer.Range;
import io.tacit.model.integer.Step;
import io.tacit.model.integer.TensorShape;
import io.tacit.protocol.material.MaterialStore;
import io.tacit.protocol.material.MemoryMaterialStore;
import io.tacit.protocol.plan.FieldChoice;
import java.security.SecureRandom;
import java.util.List;
import org.junit.jupiter.api.Test;

class SecureNetsPlanTest {

    /** One dense layer with one weight: the accumulator reaches input times weight. */
    private static IntegerNetwork reaching(long input, int weight) {
        ConvolutionGeometry one = ConvolutionGeometry.dense(1, 1);
        List<Step> steps = List.of(
                new Step.Input("input", TensorShape.vector(1), Range.of(0, input)),
                new Step.Linear("last", 0, one, new int[] {weight}, new long[1], Range.of(0, 0)));
        Preprocessing none =
                new Preprocessing(1, 1, 0, Preprocessing.ChannelOrder.NUMBERS, 1, List.of(), List.of(), 1.0, List.of());
        return new IntegerNetwork("one weight", none, steps, 1.0).withProvenRanges();
    }

    @Test
    void theFieldFollowsTheProvenRanges() {
        assertThat(FieldChoice.smallestFor(reaching((1L << 30) - 1, 1))).isEqualTo(PrimeField.M31);
        assertThat(FieldChoice.smallestFor(reaching((1L << 30) - 1, -1))).isEqualTo(PrimeField.M31);
        assertThat(FieldChoice.smallestFor(reaching(1L << 30, 1))).isEqualTo(PrimeField.M61);
        assertThat(FieldChoice.smallestFor(reaching((1 << 30) - 1, -(1 << 30) - 1)))
                .isEqualTo(PrimeField.M61);
        assertThatThrownBy(() -> FieldChoice.smallestFor(reaching(1 << 30, 1 << 30)))
                .isInstanceOf(UnsupportedModelException.class)
                .hasMessageContaining("last")
                .hasMessageContaining(Long.toString(1L << 60));
    }

    @Test
    void checksCannotBeWeakened() {
        IntegerNetwork network = NetworkMaker.perceptron(1, 6);
        for (Mode mode : Mode.values()) {
            assertThat(new SecureNetsPlan(network, Settings.of(mode)).checks()).isEqualTo(2);
            if (mode.isBlinded()) {
                assertThatThrownBy(() -> new SecureNetsPlan(network, new Settings(mode, 1, 0, 0)))
                        .isInstanceOf(IllegalArgumentException.class);
                assertThatThrownBy(() -> new Settings(mode, 2, 10, 0)).isInstanceOf(IllegalArgumentException.class);
            }
        }
        assertThat(new SecureNetsPlan(network, Settings.asPublished(10)).checks())
                .isZero();
    }

    @Test
    void priceOfAPerceptron() {
        IntegerNetwork network = NetworkMaker.perceptron(1, 6); // 37-29-17-10
        int inputs = 37 + 29 + 17;
        int outputs = 29 + 17 + 10;
        int products = 37 * 29 + 29 * 17 + 17 * 10;
        SecureNetsPlan one = new SecureNetsPlan(network, Settings.of(Mode.BLINDED_ONE));
        SecureNetsPlan three = new SecureNetsPlan(network, Settings.of(Mode.BLINDED_THREE));
        assertThat(one.cloudMultiplications()).isEqualTo(products);
        assertThat(one.offlineMultiplications()).isEqualTo(products);
        assertThat(one.onlineMultiplications()).isEqualTo(2 * (inputs + outputs));
        assertThat(three.cloudMultiplications()).isEqualTo(2 * products);
        assertThat(three.offlineMultiplications()).isZero();
        assertThat(three.onlineMultiplications()).isEqualTo(3 * 2 * (2 * inputs + outputs));
        assertThat(one.predictTraffic(0, 1).bytesSent()).isEqualTo(32 + 4 * inputs);
        assertThat(one.predictTraffic(0, 1).bytesReceived()).isEqualTo(4 * outputs);
        assertThat(one.predictTraffic(0, 1).roundTrips()).isEqualTo(3);
        assertThat(three.predictTraffic(0, 1).bytesSent()).isEqualTo(32 + 2 * 32);
        assertThat(one.padBytes(1)).isEqualTo(32 + 4 * outputs);
        assertThat(one.cloudShareBytes(0)).isEqualTo(4 * products);
        assertThat(three.cloudShareBytes(0)).isEqualTo(8 * products);
    }

    @Test
    void prepareRefusesBeyondTheBudgetBeforeItStarts() {
        IntegerNetwork network = NetworkMaker.perceptron(1, 6);
        SecureNetsPlan plan = new SecureNetsPlan(network, new Settings(Mode.BLINDED_ONE, -1, 0, 10));
        long budget = 3 * plan.padBytes(10) - 1;
        try (Parties parties = new Parties(1, 1);
                MaterialStore store = new MemoryMaterialStore(budget, new SecureRandom());
                User user = new User(network, plan, parties.random, parties.userWorkers)) {
            assertThatThrownBy(() -> user.prepare(store, 30)).isInstanceOf(LimitExceeded.class);
            assertThat(store.roomBytes()).isEqualTo(budget);
            user.prepare(store, 20);
            assertThat(user.missingPads(store, 30)).isEqualTo(1);
            user.deploy(parties.first());
            assertThatThrownBy(() -> user.predict(parties.lanes, store, NetworkMaker.inputs(network, 30, 1)))
                    .isInstanceOf(LimitExceeded.class);
        }
    }
}
