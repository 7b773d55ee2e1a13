package io.tacit.model.integer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tacit.kernel.ConvolutionGeometry;
import io.tacit.kernel.Workers;
import io.tacit.model.reference.IntegerEvaluator;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RangeProofTest {
    private static final Range UNKNOWN = Range.of(0, 0);

    @Test
    void rangeOfALinearStepIsReached() {
        Step input = new Step.Input("in", TensorShape.vector(3), Range.of(-2, 10));
        Step dense = new Step.Linear(
                "dense", 0, ConvolutionGeometry.dense(3, 2), new int[] {3, -1, 0, 1, 1, 1}, new long[] {7, 0}, UNKNOWN);
        RangeProof proof = RangeProof.of(List.of(input, dense));
        assertThat(proof.range(1, 0)).isEqualTo(Range.of(3 * -2 - 10 + 7, 3 * 10 + 2 + 7));
        assertThat(proof.range(1, 1)).isEqualTo(Range.of(-6, 30));
        assertThat(proof.range(1)).isEqualTo(Range.of(-9, 39));
        IntegerNetwork network = new IntegerNetwork("n", preprocessing(), proof.restated(), 1);
        IntegerTensor scores = new IntegerEvaluator(network, Workers.NONE)
                .evaluate(IntegerTensor.ofInts(2, TensorShape.vector(3), new int[] {10, -2, 0, -2, 10, 0}));
        assertThat(scores.get(0)).isEqualTo(39);
        assertThat(scores.get(2)).isEqualTo(-9);
    }

    @Test
    void paddingCountsAsZeroWhereTheSourceNeverIs() {
        Step input = new Step.Input("in", new TensorShape(1, 3, 3), Range.of(5, 10));
        Step conv =
                new Step.Linear("conv", 0, ConvolutionGeometry.square(1, 3, 1, 3, 1, 1), ones(9), new long[1], UNKNOWN);
        Step pool = new Step.SumPool("pool", 0, new Window(2, 2, 1, 1, 1, 1, 0, 0), new TensorShape(1, 3, 3), UNKNOWN);
        RangeProof proof = RangeProof.of(List.of(input, conv, pool));
        assertThat(proof.range(1)).isEqualTo(Range.of(0, 90));
        assertThat(proof.range(2)).isEqualTo(Range.of(0, 40));
    }

    @Test
    void refusesAStatedRangeThatIsTooNarrowOrTooWide() {
        Step input = new Step.Input("in", TensorShape.vector(2), Range.of(0, 255));
        for (Range stated : List.of(Range.of(0, 509), Range.of(0, 511), Range.of(-1, 510))) {
            Step dense = new Step.Linear("sum", 0, ConvolutionGeometry.dense(2, 1), ones(2), new long[1], stated);
            assertThatThrownBy(() -> RangeProof.of(List.of(input, dense)).check())
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("sum states the range");
        }
    }

    @Test
    void refusesToSquareForEver() {
        List<Step> steps = new ArrayList<>();
        steps.add(new Step.Input("in", TensorShape.vector(1), Range.of(0, 255)));
        for (int i = 1; i < 40; i++) {
            steps.add(new Step.Deferred(
                    "square" + i, i - 1, Step.Nonlinearity.SQUARE, null, TensorShape.vector(1), UNKNOWN));
        }
        assertThatThrownBy(() -> RangeProof.of(steps))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("bits, more than");
    }

    static int[] ones(int count) {
        int[] values = new int[count];
        java.util.Arrays.fill(values, 1);
        return values;
    }

    static Preprocessing preprocessing() {
        return new Preprocessing(1, 1, 0, Preprocessing.ChannelOrder.NUMBERS, 1, List.of(), List.of(), 1, List.of());
    }
}
