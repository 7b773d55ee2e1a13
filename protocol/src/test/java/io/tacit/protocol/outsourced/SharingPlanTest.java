package io.tacit.protocol.outsourced;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tacit.crypto.ot.Extension;
import io.tacit.kernel.ConvolutionGeometry;
import io.tacit.model.Finding;
import io.tacit.model.UnsupportedModelException;
import io.tacit.model.integer.IntegerNetwork;
import io.tacit.model.integer.Range;
import io.tacit.model.integer.Step.Nonlinearity;
import io.tacit.model.integer.TensorShape;
import io.tacit.model.integer.Window;
import io.tacit.protocol.plan.Disclosure;
import io.tacit.protocol.plan.SharingPlan;
import io.tacit.protocol.plan.SharingPlan.Opening;
import io.tacit.protocol.plan.SharingPlan.Stage;
import io.tacit.protocol.plan.SharingPrice;
import io.tacit.protocol.plan.SharingSettings;
import org.junit.jupiter.api.Test;

class SharingPlanTest {
    private static SharingPlan plan(IntegerNetwork network, Disclosure disclosure) {
        return new SharingPlan(disclosure.known(network), SharingSettings.of(disclosure));
    }

    /** Convolution, ReLU, pool, dense layer: a round trip a block, and one that admits the query. */
    @Test
    void aClassicNetwork() {
        Networks n = new Networks(1, new TensorShape(1, 12, 12), Range.of(0, 255));
        int conv = n.linear(0, ConvolutionGeometry.square(1, 12, 4, 3, 1, 1));
        int relu = n.activation(conv, Nonlinearity.RELU, new int[] {5}, 8, 255);
        int pool = n.maxPool(relu, Window.square(2, 2));
        n.dense(pool, 10);
        IntegerNetwork network = n.build("classic");
        SharingPlan plan = plan(network, Disclosure.LABEL);

        assertThat(plan.stages()).hasSize(3);
        Stage first = plan.stages().get(1);
        assertThat(first.openings()).extracting(Opening::fresh).containsExactly(true);
        assertThat(first.blocks()).hasSize(1);
        assertThat(first.blocks().get(0).source()).isEqualTo(conv);
        assertThat(first.blocks().get(0).target()).isEqualTo(pool); // fused
        Stage second = plan.stages().get(2);
        assertThat(second.openings()).extracting(Opening::fresh).containsExactly(false);
        assertThat(second.blocks().get(0).isAnswer()).isTrue();

        int convBits = network.steps().get(conv).range().signedBits();
        int scoreBits = network.output().range().signedBits();
        assertThat(plan.ring(conv).bits()).isEqualTo(convBits);
        assertThat(plan.ring(0).bits()).isEqualTo(convBits);
        assertThat(plan.ring(pool).bits()).isEqualTo(scoreBits);
        SharingPrice price = new SharingPrice(plan);
        assertThat(price.online().roundTrips()).isEqualTo(3);
        assertThat(price.transfers()).isEqualTo(4L * 144 * convBits + 10L * scoreBits);
        assertThat(price.multiplications()).isEqualTo(network.multiplications());
    }

    @Test
    void overlappingPoolsAreBlocksOfTheirOwnOnNarrowWords() {
        Networks n = new Networks(1, new TensorShape(1, 9, 9), Range.of(0, 255));
        int conv = n.linear(0, ConvolutionGeometry.square(1, 9, 2, 3, 1, 1));
        int relu = n.activation(conv, Nonlinearity.RELU, new int[] {3}, 6, 63);
        int pool = n.maxPool(relu, Window.square(3, 2));
        n.dense(pool, 3);
        SharingPlan plan = plan(n.build("overlapping"), Disclosure.SCORES);
        assertThat(plan.blocks()).extracting(block -> block.target()).containsExactly(relu, pool);
        assertThat(plan.blocks().get(1).input().bits()).isLessThanOrEqualTo(6);
        assertThat(plan.ring(relu).bits()).isLessThanOrEqualTo(6);
    }

    @Test
    void tooWideStepsAreRefusedByNameAllAtOnce() {
        Networks n = new Networks(1, TensorShape.vector(8), Range.of(-255, 255));
        int square = n.deferred(n.deferred(n.dense(0, 6), Nonlinearity.SQUARE), Nonlinearity.SQUARE);
        int again = n.deferred(n.dense(square, 5), Nonlinearity.SQUARE);
        n.dense(again, 4);
        IntegerNetwork network = n.build("too wide");
        assertThat(network.output().range().signedBits()).isGreaterThan(62);
        assertThatThrownBy(() -> plan(network, Disclosure.LABEL))
                .isInstanceOfSatisfying(UnsupportedModelException.class, e -> {
                    assertThat(e.findings()).hasSizeGreaterThan(1);
                    assertThat(e.findings())
                            .extracting(Finding::node)
                            .contains(network.output().name());
                    assertThat(e.getMessage()).contains("62");
                });
    }

    /** The index of the best of one class says nothing; its score must not be told in its place. */
    @Test
    void aNetworkOfOneOutputHasNoLabel() throws Exception {
        Networks n = new Networks(1, TensorShape.vector(8), Range.of(-255, 255));
        n.dense(0, 1);
        IntegerNetwork network = n.build("one output");
        assertThatThrownBy(() -> plan(network, Disclosure.LABEL)).hasMessageContaining("one output");
        assertThatThrownBy(() -> plan(network, Disclosure.topK(1))).hasMessageContaining("one output");
        OutsourcedTest.check(network, Disclosure.SCORES, 1);
    }

    @Test
    void aScaleIsToldWithScoresOnly() {
        Networks n = new Networks(1, TensorShape.vector(8), Range.of(-255, 255));
        n.dense(0, 4);
        IntegerNetwork network = n.build("scaled");
        assertThat(Disclosure.SCORES.known(network).outputScale()).isEqualTo(network.outputScale());
        assertThat(Disclosure.LABEL.known(network).outputScale()).isEqualTo(1);
    }

    @Test
    void theLimitOfLinearLayersIsNamed() {
        Networks n = new Networks(1, TensorShape.vector(8), Range.of(-255, 255));
        n.dense(0, 4);
        IntegerNetwork network = n.build("narrow");
        SharingSettings settings = new SharingSettings(Disclosure.LABEL, Extension.SOFTSPOKEN_4, 9);
        assertThatThrownBy(() -> new SharingPlan(Disclosure.LABEL.known(network), settings))
                .isInstanceOf(UnsupportedModelException.class)
                .hasMessageContaining("at most 9")
                .hasMessageContaining(network.output().name());
        assertThatThrownBy(() -> plan(network, Disclosure.topK(5))).isInstanceOf(IllegalArgumentException.class);
        assertThat(plan(network, Disclosure.LABEL).hash())
                .isNotEqualTo(plan(network, Disclosure.SCORES).hash())
                .isEqualTo(plan(network, Disclosure.LABEL).hash());
    }
}
