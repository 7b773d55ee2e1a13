package io.tacit.protocol.popcorn;

import io.tacit.crypto.paillier.WeightedRows;
import io.tacit.kernel.ConvolutionGeometry;
import io.tacit.model.integer.Step;
import io.tacit.model.integer.TensorShape;

/**
 * A linear layer on tiles as rows of weights. Inputs are the ciphertexts of its source and, after them, one constant a channel: the
 * bias, with weight 1.
 */
final class LayerRows extends TileRows {
    private final ConvolutionGeometry geometry;
    private final TensorShape in;
    private final TensorShape out;
    private final int top;
    private final int left;
    private final int[] weights;
    private final boolean[] biased;

    /**
     * @param source tiles of the layer's source
     * @param result tiles of its result, cut along the same lines
     */
    LayerRows(Step.Linear layer, Tiling source, Tiling result) {
        super(result.box());
        geometry = layer.geometry();
        // a dense layer reads its source as a vector
        in = source.isWhole()
                ? new TensorShape(geometry.inChannels(), geometry.inHeight(), geometry.inWidth())
                : source.box();
        out = result.box();
        top = result.firstRow() * geometry.strideY() - geometry.padTop() - source.firstRow();
        left = result.firstColumn() * geometry.strideX() - geometry.padLeft() - source.firstColumn();
        weights = layer.weights();
        biased = new boolean[geometry.outChannels()];
        for (int channel = 0; channel < biased.length; channel++) {
            biased[channel] = layer.bias()[channel] != 0;
        }
    }

    @Override
    public int inputs() {
        return in.size() + geometry.outChannels();
    }

    @Override
    int inputsOf(Block block) {
        if (block.equals(whole())) {
            return inputs();
        }
        ConvolutionGeometry g = geometry;
        int lines = under(block.lines(), g.strideY(), (g.kernelHeight() - 1) * g.dilationY() + 1, in.height());
        int columns = under(block.columns(), g.strideX(), (g.kernelWidth() - 1) * g.dilationX() + 1, in.width());
        return in.channels() * lines * columns + block.channels();
    }

    @Override
    public void fill(int output, Row row) {
        ConvolutionGeometry g = geometry;
        int plane = positions();
        int channel = output / plane;
        int firstRow = output % plane / out.width() * g.strideY() + top;
        int firstColumn = output % plane % out.width() * g.strideX() + left;
        int channels = g.inChannels() / g.groups();
        int firstChannel = channel / (g.outChannels() / g.groups()) * channels;
        int weight = channel * g.taps();
        for (int c = firstChannel; c < firstChannel + channels; c++) {
            for (int ky = 0; ky < g.kernelHeight(); ky++) {
                int y = firstRow + ky * g.dilationY();
                boolean inside = y >= 0 && y < in.height();
                int start = (c * in.height() + y) * in.width();
                for (int kx = 0; kx < g.kernelWidth(); kx++, weight++) {
                    int x = firstColumn + kx * g.dilationX();
                    if (inside && x >= 0 && x < in.width()) {
                        row.add(start + x, weights[weight]);
                    }
                }
            }
        }
        if (biased[channel]) {
            row.add(in.size() + channel, 1);
        }
    }

    /**
     * One row of each channel, from the middle of its plane: what is found for them holds for all but the edges.
     *
     * @return rows with as many outputs as there are channels
     */
    WeightedRows sample() {
        int plane = positions();
        int middle = out.height() / 2 * out.width() + out.width() / 2;
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
}
