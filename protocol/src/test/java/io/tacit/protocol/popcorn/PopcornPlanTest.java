package io.tacit.protocol.popcorn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tacit.crypto.channel.LimitExceeded;
import io.tacit.crypto.paillier.KeyLength;
import io.tacit.kernel.ConvolutionGeometry;
import io.tacit.model.UnsupportedModelException;
import io.tacit.model.integer.IntegerNetwork;
import io.tacit.model.integer.PublicNetwork;
import io.tacit.model.integer.Range;
import io.tacit.model.integer.Step;
import io.tacit.model.integer.TensorShape;
import io.tacit.protocol.outsourced.Networks;
import io.tacit.protocol.plan.Disclosure;
import io.tacit.protocol.popcorn.PopcornPlan.Round;
import org.junit.jupiter.api.Test;

class PopcornPlanTest {
    private static Networks small() {
        Networks n = new Networks(5, new TensorShape(1, 4, 4), Range.of(0, 255));
        n.activation(n.linear(0, ConvolutionGeometry.dense(16, 100)), Step.Nonlinearity.RELU, new int[] {5}, 8, 255);
        n.dense(n.last(), 10);
        return n;
    }

    private static Settings settings(Disclosure disclosure, int images) {
        return Settings.of(Mode.HARDENED, KeyLength.BITS_2048, disclosure, images);
    }

    @Test
    void masksAreLongerThanWhatTheyHideByFortyBitsAQuery() {
        IntegerNetwork network = small().build("small");
        PopcornPlan plan = new PopcornPlan(PublicNetwork.of(network), settings(Disclosure.LABEL, 1));
        // 100 values to the first circuit, 100 results, 10 values to the second: below 2^8
        assertThat(plan.hidingBits()).isEqualTo(48);
        Round first = plan.rounds().get(0);
        int k = network.steps().get(1).range().signedBits();
        assertThat(first.maskBits()).isEqualTo(k + 48);
        assertThat(first.downlink().slotBits()).isEqualTo(k + 49);
        assertThat(first.downlink().slots()).isEqualTo(2046 / (k + 49));
        assertThat(first.resultBits()).isEqualTo(8);
        assertThat(first.resultMaskBits()).isEqualTo(56);
        assertThat(first.block().outputBits()).isEqualTo(57);
        assertThat(plan.rounds().get(1).block().isAnswer()).isTrue();
        assertThat(plan.ciphertextsUp()).isEqualTo(16 + 100);
        int slots = first.downlink().slots();
        int last = plan.rounds().get(1).downlink().slots();
        assertThat(plan.ciphertextsDown()).isEqualTo((100 + slots - 1) / slots + (10 + last - 1) / last);
    }

    @Test
    void imagesShareCiphertextsAsFarAsTheirSlotsGo() {
        PublicNetwork network = PublicNetwork.of(small().build("small"));
        PopcornPlan single = new PopcornPlan(network, settings(Disclosure.SCORES, 1));
        PopcornPlan fitting = PopcornPlan.fitting(network, settings(Disclosure.SCORES, 1000));
        int images = fitting.settings().images();
        assertThat(images).isBetween(10, single.mostImages());
        assertThat(fitting.placement(0).slotBits() * fitting.placement(0).slots())
                .isLessThanOrEqualTo(2046);
        assertThat(fitting.ciphertextsUp()).isEqualTo(single.ciphertextsUp());
        assertThatThrownBy(() -> new PopcornPlan(network, settings(Disclosure.SCORES, single.mostImages() + 1)))
                .isInstanceOf(LimitExceeded.class)
                .hasMessageContaining("do not fit a ciphertext");
        assertThat(fitting.hash()).isNotEqualTo(single.hash());
    }

    /** Tiles cover what goes to the client, fit the plaintexts, and spare ciphertexts wherever they are used. */
    @Test
    void tilesHoldEveryValueThatIsRead() {
        int tiled = 0;
        for (int seed = 0; seed < 300; seed++) {
            PublicNetwork network = PublicNetwork.of(Networks.random(seed));
            PopcornPlan plan;
            try {
                plan = new PopcornPlan(network, settings(Disclosure.SCORES, 1 + seed % 3));
            } catch (UnsupportedModelException e) {
                continue; // squares of squares
            }
            for (Round round : plan.rounds()) {
                int step = round.block().source();
                Placement placement = plan.placement(step);
                assertThat(placement.slots() == 1 ? 0 : placement.slots() * placement.slotBits())
                        .isLessThanOrEqualTo(2046);
                boolean[] held = new boolean[plan.size(step) * plan.settings().images()];
                for (int ciphertext = 0; ciphertext < placement.ciphertexts(); ciphertext++) {
                    for (int slot = 0; slot < placement.slots(); slot++) {
                        int index = placement.index(ciphertext, slot);
                        if (index >= 0) {
                            held[index * plan.settings().images() + placement.image(slot)] = true;
                        }
                    }
                }
                assertThat(held).as("network %d, step %d", seed, step).doesNotContain(false);
                assertThat(placement.ciphertexts()).isLessThanOrEqualTo(plan.size(step));
                tiled += plan.tiles(step) > 1 ? 1 : 0;
            }
        }
        assertThat(tiled).isGreaterThan(300);
    }

    @Test
    void valuesTooWideForCircuitsAreNamed() {
        Networks wide = new Networks(5, new TensorShape(1, 1, 4), Range.of(0, 255));
        for (int i = 0; i < 4; i++) {
            wide.exact(wide.dense(wide.last(), 3), Step.Nonlinearity.SQUARE);
        }
        wide.dense(wide.last(), 2);
        PublicNetwork network = PublicNetwork.of(wide.build("wide"));
        assertThatThrownBy(() -> new PopcornPlan(network, settings(Disclosure.LABEL, 1)))
                .isInstanceOf(UnsupportedModelException.class)
                .hasMessageContaining("circuits take at most 62");
    }
}
