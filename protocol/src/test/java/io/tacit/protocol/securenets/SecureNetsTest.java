package io.tacit.protocol.securenets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tacit.crypto.channel.Phase;
import io.tacit.crypto.channel.Traffic;
import io.tacit.crypto.share.PrimeField;
import io.tacit.kernel.Workers;
import io.tacit.model.integer.IntegerNetwork;
import io.tacit.model.integer.IntegerTensor;
import io.tacit.model.reference.IntegerEvaluator;
import io.tacit.protocol.material.MaterialStore;
import java.lang.reflect.Proxy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every mode returns the reference's integers, at the price that the plan names. */
class SecureNetsTest {

    @ParameterizedTest
    @EnumSource(Mode.class)
    void everyNetworkOverBothFields(Mode mode) {
        for (int weightBits : new int[] {6, 24}) {
            for (IntegerNetwork network : NetworkMaker.all(4711, weightBits)) {
                SecureNetsPlan plan = new SecureNetsPlan(network, Settings.of(mode));
                assertThat(plan.field()).isEqualTo(weightBits == 6 ? PrimeField.M31 : PrimeField.M61);
                check(network, plan, 20, 1);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void severalRoundsOnSeveralLanesWithARest(Mode mode) {
        IntegerNetwork network = NetworkMaker.convolutional(1, 6);
        check(network, new SecureNetsPlan(network, new Settings(mode, Settings.DEFAULT_CHECKS, 0, 4)), 23, 2);
        check(network, new SecureNetsPlan(network, new Settings(mode, 3, 0, 1)), 3, 3);
    }

    @Test
    void spotChecksAsPublished() {
        IntegerNetwork network = NetworkMaker.depthwiseAndConcat(2, 6);
        for (int spotChecks : new int[] {0, 10, 100}) {
            check(network, new SecureNetsPlan(network, Settings.asPublished(spotChecks)), 5, 1);
        }
    }

    @Test
    void aRoundSmallerThanItsPad() {
        IntegerNetwork network = NetworkMaker.residual(3, 6);
        SecureNetsPlan plan = new SecureNetsPlan(network, new Settings(Mode.BLINDED_TWO, -1, 0, 16));
        try (Parties parties = new Parties(2, 1);
                User user = new User(network, plan, parties.random, parties.userWorkers)) {
            user.deploy(parties.first());
            user.prepare(parties.store, 16);
            IntegerTensor inputs = NetworkMaker.inputs(network, 5, 9);
            assertThat(NetworkMaker.values(user.predict(parties.lanes, parties.store, inputs)))
                    .isEqualTo(reference(network, inputs));
        }
    }

    @Test
    void aValueOutsideTheInputsRangeIsRefusedAndCostsNoPad() {
        IntegerNetwork network = NetworkMaker.residual(3, 6);
        SecureNetsPlan plan = new SecureNetsPlan(network, Settings.of(Mode.BLINDED_ONE));
        try (Parties parties = new Parties(1, 1);
                User user = new User(network, plan, parties.random, parties.userWorkers)) {
            user.deploy(parties.first());
            user.prepare(parties.store, 1);
            int[] values = new int[network.input().shape().size()];
            values[1] = network.input().range().high().intValueExact() + 1;
            IntegerTensor outside = IntegerTensor.ofInts(1, network.input().shape(), values);
            assertThatThrownBy(() -> user.predict(parties.lanes, parties.store, outside))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThat(user.missingPads(parties.store, 1)).isZero();
        }
    }

    @Test
    void anErrorEndsTheSessionToo() {
        IntegerNetwork network = NetworkMaker.residual(3, 6);
        SecureNetsPlan plan = new SecureNetsPlan(network, Settings.of(Mode.BLINDED_ONE));
        try (Parties parties = new Parties(1, 1);
                User user = new User(network, plan, parties.random, parties.userWorkers)) {
            MaterialStore exhausted = (MaterialStore) Proxy.newProxyInstance(
                    getClass().getClassLoader(), new Class<?>[] {MaterialStore.class}, (proxy, method, arguments) -> {
                        throw new OutOfMemoryError("as it were");
                    });
            user.deploy(parties.first());
            IntegerTensor inputs = NetworkMaker.inputs(network, 1, 3);
            assertThatThrownBy(() -> user.predict(parties.lanes, exhausted, inputs))
                    .isInstanceOf(OutOfMemoryError.class);
            assertThatThrownBy(() -> user.predict(parties.lanes, parties.store, inputs))
                    .isInstanceOf(IllegalStateException.class);
        }
    }

    private static long[] reference(IntegerNetwork network, IntegerTensor inputs) {
        return NetworkMaker.values(new IntegerEvaluator(network, Workers.NONE).evaluate(inputs));
    }

    private static void check(IntegerNetwork network, SecureNetsPlan plan, int images, int lanes) {
        Mode mode = plan.mode();
        try (Parties parties = new Parties(mode.clouds(), lanes);
                User user = new User(network, plan, parties.random, parties.userWorkers)) {
            user.deploy(parties.first());
            user.prepare(parties.store, images);
            assertThat(user.missingPads(parties.store, images)).isZero();
            IntegerTensor inputs = NetworkMaker.inputs(network, images, 77);
            assertThat(NetworkMaker.values(user.predict(parties.lanes, parties.store, inputs)))
                    .as("%s, %s", network.name(), mode)
                    .isEqualTo(reference(network, inputs));
            for (int k = 0; k < mode.clouds(); k++) {
                Traffic traffic = parties.first().get(k).traffic();
                for (int lane = 1; lane < lanes; lane++) {
                    traffic = traffic.plus(parties.lanes.get(lane).get(k).traffic());
                }
                assertThat(traffic.in(Phase.DEPLOY)).isEqualTo(plan.deployTraffic(k));
                assertThat(traffic.in(Phase.PREPARE)).isEqualTo(Traffic.Count.NOTHING);
                assertThat(traffic.in(Phase.PREDICT)).isEqualTo(plan.predictTraffic(k, images));
            }
            assertThat(parties.store.roomBytes()).as("pads are destroyed").isEqualTo(1L << 30);
            parties.close();
            assertThat(parties.cloudFailures).isEmpty();
        }
    }
}
