package io.tacit.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.tacit.kernel.Workers;
import io.tacit.model.integer.IntegerNetwork;
import io.tacit.model.integer.IntegerTensor;
import io.tacit.model.integer.Step;
import io.tacit.model.reference.IntegerEvaluator;
import io.tacit.model.separate.CoreSegment;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class SeededNetworksTest {
    private static final int OUTSOURCED_BITS = 40;
    private static final int ENCRYPTED_BITS = 60;

    private static IntegerNetwork small(long seed) {
        return SeededNetworks.bottlenecks("small", seed, 32, 8, List.of(1, 2), 10, Workers.NONE);
    }

    private static void assertBounded(IntegerNetwork network) {
        for (Step step : network.steps()) {
            assertThat(step.range().magnitude().bitLength()).as(step.name()).isLessThanOrEqualTo(OUTSOURCED_BITS);
        }
    }

    /** Not a network that answers the same to everything: that would make figures of sparse values. */
    private static void assertAlive(IntegerNetwork network) {
        IntegerTensor inputs = SeededNetworks.inputs(network, 2, 7);
        List<IntegerTensor> results = new IntegerEvaluator(network, Workers.NONE).evaluateAll(inputs);
        for (int i = 0; i < network.steps().size(); i++) {
            if (network.steps().get(i) instanceof Step.Activation) {
                int size = results.get(i).shape().size();
                int live = 0;
                for (int v = 0; v < size; v++) {
                    live += results.get(i).getBig(v).signum() == 0 ? 0 : 1;
                }
                assertThat(live / (double) size)
                        .as(network.steps().get(i).name())
                        .isBetween(0.02, 1.0);
            }
        }
    }

    @Test
    void theSameSeedGivesTheSameNetwork() {
        IntegerNetwork network = small(3);
        assertThat(small(3).hash()).isEqualTo(network.hash());
        assertThat(small(4).hash()).isNotEqualTo(network.hash());
        assertThat(network.provenance().sourceName()).contains("random", "3");
        assertBounded(network);
        assertAlive(network);
    }

    private static CoreSegment assertEncryptable(IntegerNetwork network) {
        CoreSegment segment = CoreSegment.of(network);
        int bits = network.steps().get(segment.boundary()).range().magnitude().bitLength();
        System.out.printf("%s: outputs of the second convolution below 2^%d%n", network.name(), bits);
        assertThat(bits).isLessThanOrEqualTo(ENCRYPTED_BITS);
        assertAlive(network);
        return segment;
    }

    @Test
    void emnistCanBeEncryptedInPart() {
        IntegerNetwork network = SeededNetworks.emnist(1, Workers.NONE);
        CoreSegment segment = assertEncryptable(network);
        assertThat(segment.firstChannels(network)).isEqualTo(10);
        assertThat(segment.secondChannels(network)).isEqualTo(20);
        assertThat(network.classes()).isEqualTo(27);
    }

    @Test
    @Tag("slow")
    void networksOfPrivDnnCanBeEncryptedInPart() {
        IntegerNetwork vgg = SeededNetworks.vgg16(1, Workers.NONE);
        assertThat(assertEncryptable(vgg).secondPool()).isEqualTo(1);
        IntegerNetwork alexNet = SeededNetworks.alexNet(1, Workers.NONE);
        assertThat(assertEncryptable(alexNet).firstPool()).isEqualTo(2);
        assertThat(alexNet.linearSteps().get(5).geometry().inChannels()).isEqualTo(2304);
        IntegerNetwork resNet = SeededNetworks.resNet18(1, Workers.NONE);
        assertEncryptable(resNet);
        assertThat(resNet.linearSteps()
                        .get(resNet.linearSteps().size() - 1)
                        .geometry()
                        .inChannels())
                .isEqualTo(2048);
    }

    @Test
    @Tag("slow")
    void resNet50HasThePapersSize() {
        long start = System.nanoTime();
        IntegerNetwork network = SeededNetworks.resNet50(1, Workers.NONE);
        System.out.printf("ResNet-50 made in %.1f s%n", (System.nanoTime() - start) * 1e-9);
        assertThat(network.linearSteps()).hasSize(54);
        assertThat(network.weights()).isEqualTo(25_502_912);
        assertThat(network.multiplications()).isBetween(4_085_000_000L, 4_095_000_000L);
        assertThat(network.classes()).isEqualTo(1000);
        assertBounded(network);
        assertAlive(network);
    }
}
