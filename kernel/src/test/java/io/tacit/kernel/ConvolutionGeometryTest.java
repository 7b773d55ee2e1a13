package io.tacit.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ConvolutionGeometryTest {

    @Test
    void sizesFollowFromTheFields() {
        ConvolutionGeometry g = new ConvolutionGeometry(6, 9, 11, 4, 3, 2, 2, 3, 1, 0, 2, 1, 2, 1, 2);
        assertThat(g.outHeight()).isEqualTo((9 + 1 + 2 - 5) / 2 + 1);
        assertThat(g.outWidth()).isEqualTo((11 + 0 + 1 - 2) / 3 + 1);
        assertThat(g.taps()).isEqualTo(3 * 3 * 2);
        assertThat(g.weightCount()).isEqualTo(4 * 18);
        assertThat(g.inputSize()).isEqualTo(6 * 9 * 11);
        assertThat(g.outputSize()).isEqualTo(4 * g.outHeight() * g.outWidth());
        assertThat(g.multiplications()).isEqualTo((long) g.outputSize() * 18);
        assertThat(g.isDense()).isFalse();
    }

    @Test
    void denseLayersAreRecognised() {
        assertThat(ConvolutionGeometry.dense(10, 3).isDense()).isTrue();
        assertThat(ConvolutionGeometry.dense(10, 3).readsWholeInput()).isTrue();
        assertThat(ConvolutionGeometry.square(4, 6, 3, 6, 1, 0).readsWholeInput())
                .isTrue();
        assertThat(ConvolutionGeometry.square(4, 6, 3, 6, 1, 1).readsWholeInput())
                .isFalse();
        assertThat(ConvolutionGeometry.square(4, 6, 3, 5, 1, 0).readsWholeInput())
                .isFalse();
    }

    @Test
    void whatDoesNotFitIsRefusedByName() {
        assertThatThrownBy(() -> ConvolutionGeometry.dense(0, 3)).hasMessageContaining("inChannels");
        assertThatThrownBy(() -> ConvolutionGeometry.square(1, 4, 1, 5, 1, 0)).hasMessageContaining("kernel");
        assertThatThrownBy(() -> ConvolutionGeometry.square(1, 4, 1, 3, 1, -1)).hasMessageContaining("padTop");
        assertThatThrownBy(() -> new ConvolutionGeometry(4, 4, 4, 4, 3, 3, 1, 1, 0, 0, 0, 0, 1, 1, 3))
                .hasMessageContaining("groups");
        assertThatThrownBy(() -> ConvolutionGeometry.dense(1 << 20, 1 << 20)).hasMessageContaining("weights");
        assertThatThrownBy(() -> ConvolutionGeometry.square(64, 1 << 20, 1, 1, 1, 0))
                .hasMessageContaining("input");
    }
}
