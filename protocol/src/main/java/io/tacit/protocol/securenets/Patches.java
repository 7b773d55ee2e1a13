package io.tacit.protocol.securenets;

import io.tacit.crypto.share.FieldVector;
import io.tacit.crypto.share.PrimeField;
import io.tacit.kernel.ConvolutionGeometry;
import io.tacit.model.integer.IntegerTensor;
import io.tacit.model.integer.Step;

/**
 * One group of a convolution written as a plain matrix product: W has a row for each output channel with the bias as one more
 * column; Y has a column for each output position, which holds the values under the kernel and a one below them.
 */
final class Patches {
    private final ConvolutionGeometry geometry;
    private final int group;
    private final int positions;
    private final int inner;
    private final int[] places; // for each entry of Y, column after column, where in [values, 0, 1] it is found

    Patches(ConvolutionGeometry geometry, int group) {
        this.geometry = geometry;
        this.group = group;
        this.positions = geometry.outHeight() * geometry.outWidth();
        this.inner = geometry.taps() + 1;
        this.places = new int[Math.multiplyExact(positions, inner)];
        int zero = geometry.inputSize();
        int channels = geometry.inChannels() / geometry.groups();
        int at = 0;
        for (int oy = 0; oy < geometry.outHeight(); oy++) {
            for (int ox = 0; ox < geometry.outWidth(); ox++) {
                for (int c = group * channels; c < (group + 1) * channels; c++) {
                    for (int ky = 0; ky < geometry.kernelHeight(); ky++) {
                        for (int kx = 0; kx < geometry.kernelWidth(); kx++) {
                            int y = oy * geometry.strideY() - geometry.padTop() + ky * geometry.dilationY();
                            int x = ox * geometry.strideX() - geometry.padLeft() + kx * geometry.dilationX();
                            boolean inside = y >= 0 && y < geometry.inHeight() && x >= 0 && x < geometry.inWidth();
                            places[at++] = inside ? (c * geometry.inHeight() + y) * geometry.inWidth() + x : zero;
                        }
                    }
                }
                places[at++] = zero + 1;
            }
        }
    }

    /** Columns of Y for one image. */
    int positions() {
        return positions;
    }

    /** Rows of Y: values under the kernel, and the one. */
    int inner() {
        return inner;
    }

    /** W of this group: weights and, as the last column, biases. */
    FieldVector weights(PrimeField field, Step.Linear layer) {
        FieldVector weights = Residues.weights(field, layer);
        FieldVector biases = Residues.biases(field, layer);
        int rows = geometry.outChannels() / geometry.groups();
        FieldVector matrix = field.zeros(rows * inner);
        for (int row = 0; row < rows; row++) {
            int channel = group * rows + row;
            matrix.copy(weights, channel * geometry.taps(), row * inner, geometry.taps());
            matrix.set(row * inner + inner - 1, biases.get(channel));
        }
        return matrix;
    }

    /** Y of a chunk of images, column after column, image after image. */
    FieldVector columns(PrimeField field, IntegerTensor input) {
        int images = input.batch();
        int size = geometry.inputSize();
        FieldVector values = field.zeros(images * size);
        Residues.encode(input, values, 0);
        FieldVector one = field.zeros(size + 2);
        one.set(size + 1, 1);
        FieldVector y = field.zeros(images * places.length);
        for (int image = 0; image < images; image++) {
            one.copy(values, image * size, 0, size);
            y.gather(one, 0, places, image * places.length);
        }
        return y;
    }

    /**
     * Puts Z of this group where the layer's result has it.
     *
     * @param z column after column, {@code rows} values each
     * @param accumulators one output tensor an image
     */
    void place(FieldVector z, int images, FieldVector accumulators) {
        int rows = geometry.outChannels() / geometry.groups();
        for (int image = 0; image < images; image++) {
            int base = image * geometry.outputSize() + group * rows * positions;
            for (int position = 0; position < positions; position++) {
                int column = (image * positions + position) * rows;
                for (int row = 0; row < rows; row++) {
                    accumulators.set(base + row * positions + position, z.get(column + row));
                }
            }
        }
    }
}
