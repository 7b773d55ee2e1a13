package io.tacit.protocol.popcorn;

import io.tacit.crypto.paillier.WeightedRows;
import io.tacit.kernel.ConvolutionGeometry;
import io.tacit.model.integer.Step;

/**
 * A linear layer as rows of weights. Inputs are the values of its source and, after them, one constant a channel: the bias,
 * with weight 1.
 */
final class LayerRows implements WeightedRows {
    private final ConvolutionGeometry geometry;
    private final int[] weights;
    private final boolean[] biased;

    LayerRows(Step.Linear layer) {
        geometry = layer.geometry();
        weights = layer.weights();
        biased = new boolean[geometry.outChannels()];
        for (int channel = 0; channel < biased.length; channel++) {
            biased[channel] = layer.bias()[channel] != 0;
        }
    }

    @Override
    public int inputs() {
        return geometry.inputSize() + geometry.outChannels();
    }

    @Override
    public int outputs() {
        return geometry.outputSize();
    }

    @Override
    public void fill(int output, Row row) {
        ConvolutionGeometry g = geometry;
        int plane = g.outHeight() * g.outWidth();
        int channel = output / plane;
        int top = output % plane / g.outWidth() * g.strideY() - g.padTop();
        int left = output % plane % g.outWidth() * g.strideX() - g.padLeft();
        int channels = g.inChannels() / g.groups();
        int firstChannel = channel / (g.outChannels() / g.groups()) * channels;
        int weight = channel * g.taps();
        for (int c = firstChannel; c < firstChannel + channels; c++) {
            for (int ky = 0; ky < g.kernelHeight(); ky++) {
                int y = top + ky * g.dilationY();
                boolean inside = y >= 0 && y < g.inHeight();
                int start = (c * g.inHeight() + y) * g.inWidth();
                for (int kx = 0; kx < g.kernelWidth(); kx++, weight++) {
                    int x = left + kx * g.dilationX();
                    if (inside && x >= 0 && x < g.inWidth()) {
                        row.add(start + x, weights[weight]);
                    }
                }
            }
        }
        if (biased[channel]) {
            row.add(g.inputSize() + channel, 1);
        }
    }

    /**
     * One row of each channel, from the middle of its plane: what is found for them holds for all but the edges.
     *
     * @return rows with as many outputs as there are channels
     */
    WeightedRows sample() {
        int plane = geometry.outHeight() * geometry.outWidth();
        int middle = geometry.outHeight() / 2 * geometry.outWidth() + geometry.outWidth() / 2;
        return new WeightedRows() {
            @Override
            public int inputs() {
                return LayerRows.this.inputs();
            }

            @Override
            public int outputs() {
                return geometry.outChannels();
            }

            @Override
            public void fill(int output, Row row) {
                LayerRows.this.fill(output * plane + middle, row);
            }
        };
    }

    /** Values of a channel. */
    int positions() {
        return geometry.outHeight() * geometry.outWidth();
    }
}
