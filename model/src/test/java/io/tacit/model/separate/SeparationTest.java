package io.tacit.model.separate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tacit.kernel.Workers;
import io.tacit.model.UnsupportedModelException;
import io.tacit.model.integer.IntegerNetwork;
import io.tacit.model.integer.IntegerNetworkFile;
import io.tacit.model.integer.IntegerTensor;
import io.tacit.model.integer.PublicNetwork;
import io.tacit.model.integer.Step;
import io.tacit.model.reference.IntegerEvaluator;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What of the separated network depends on what. */
class SeparationTest {
    private static final IntegerNetwork NETWORK = Squared.dense(1);
    private static final CoreSegment SEGMENT = CoreSegment.of(NETWORK);
    private static final CoreFilters CORE = new CoreFilters(List.of(1), List.of(0, 3));

    private static IntegerTensor boundary(IntegerNetwork network) {
        return new IntegerEvaluator(network, Workers.NONE)
                .evaluateAll(Squared.images(4, 5))
                .get(SEGMENT.boundary());
    }

    @Test
    void segmentIsFound() {
        assertThat(SEGMENT).isEqualTo(new CoreSegment(1, 2, 3, 4, 2, 5));
        CoreSegment other = CoreSegment.of(Squared.depthwise(1));
        assertThat(other.secondPool()).isEqualTo(1);
        assertThat(other.boundary()).isEqualTo(other.secondConvolution());
    }

    @Test
    void coreFiltersReadEverythingAndPlainOnesNoCoreChannel() {
        IntegerTensor original = boundary(NETWORK);
        IntegerTensor separated = boundary(Separation.separated(NETWORK, SEGMENT, CORE));
        IntegerTensor clear = boundary(Separation.clearPart(NETWORK, SEGMENT, CORE));
        int plane = original.shape().size() / Squared.SECOND;
        int changed = 0;
        for (int i = 0; i < original.batch() * original.shape().size(); i++) {
            if (CORE.second().contains(i / plane % Squared.SECOND)) {
                assertThat(separated.get(i)).isEqualTo(original.get(i));
                assertThat(clear.get(i)).isZero();
            } else {
                changed += separated.get(i) == original.get(i) ? 0 : 1;
                assertThat(clear.get(i)).isEqualTo(separated.get(i));
            }
        }
        assertThat(changed).isPositive();
    }

    /** Another network with the same plain filters and as many bits has the same clear part. */
    @Test
    void clearPartDoesNotDependOnCoreFilters() {
        List<Step> steps = new ArrayList<>(NETWORK.steps());
        Step.Linear second = SEGMENT.second(NETWORK);
        int[] weights = second.weights().clone();
        for (int filter : CORE.second()) {
            for (int tap = 0; tap < second.geometry().taps(); tap++) {
                weights[filter * second.geometry().taps() + tap] *= -1;
            }
        }
        steps.set(
                SEGMENT.secondConvolution(),
                new Step.Linear(
                        second.name(), second.source(), second.geometry(), weights, second.bias(), second.range()));
        IntegerNetwork other =
                new IntegerNetwork(NETWORK.name(), NETWORK.preprocessing(), steps, 1.0).withProvenRanges();
        assertThat(IntegerNetworkFile.encode(other)).isNotEqualTo(IntegerNetworkFile.encode(NETWORK));
        assertThat(IntegerNetworkFile.encode(Separation.clearPart(other, SEGMENT, CORE)))
                .isEqualTo(IntegerNetworkFile.encode(Separation.clearPart(NETWORK, SEGMENT, CORE)));
    }

    @Test
    void clearPartShowsWhatTheSeparatedNetworkShows() {
        IntegerNetwork clear = Separation.clearPart(NETWORK, SEGMENT, CORE);
        assertThat(PublicNetwork.of(clear)).isEqualTo(PublicNetwork.of(Separation.separated(NETWORK, SEGMENT, CORE)));
        assertThat(IntegerNetworkFile.encode(IntegerNetworkFile.decodeStated(IntegerNetworkFile.encode(clear))))
                .isEqualTo(IntegerNetworkFile.encode(clear));
    }

    @Test
    void otherShapesAreRefused() {
        List<Step> steps = new ArrayList<>(NETWORK.steps());
        Step square = steps.get(SEGMENT.square());
        steps.set(
                SEGMENT.square(),
                new Step.Deferred(
                        "relu", square.sources().get(0), Step.Nonlinearity.RELU, null, square.shape(), square.range()));
        IntegerNetwork relu = new IntegerNetwork("relu", NETWORK.preprocessing(), steps, 1.0).withProvenRanges();
        assertThatThrownBy(() -> CoreSegment.of(relu))
                .isInstanceOf(UnsupportedModelException.class)
                .hasMessageContaining("\"relu\"");
        assertThatThrownBy(() -> SEGMENT.require(NETWORK, new CoreFilters(List.of(3), List.of(0))))
                .hasMessageContaining("filters 0 to 2");
        assertThatThrownBy(() -> SEGMENT.require(NETWORK, new CoreFilters(List.of(1), List.of())))
                .hasMessageContaining("no core filter");
    }
}
