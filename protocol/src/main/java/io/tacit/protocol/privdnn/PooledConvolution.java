package io.tacit.protocol.privdnn;

import io.tacit.kernel.ConvolutionGeometry;

/**
 * A convolution and the sums of windows of its output, as one convolution of larger step over sums of its input: the window
 * of weight (ky, kx) and output (oy, ox) is the same sum for all that have the same first row and column in the input.
 *
 * @param geometry one group
 * @param pool side and step of the windows; 1 for none
 */
record PooledConvolution(ConvolutionGeometry geometry, int pool) {

    PooledConvolution {
        if (geometry.groups() != 1) {
            throw new IllegalArgumentException("a convolution of " + geometry.groups() + " groups");
        }
        if (pool < 1 || pool > Math.min(geometry.outHeight(), geometry.outWidth())) {
            throw new IllegalArgumentException("windows of " + pool + " x " + pool);
        }
    }

    int rows() {
        return geometry.outHeight() / pool;
    }

    int columns() {
        return geometry.outWidth() / pool;
    }

    /** First input row, perhaps of the padding, of the sum that a row of weights meets for a row of outputs. */
    int windowRow(int row, int kernelRow) {
        return row * pool * geometry.strideY() + kernelRow * geometry.dilationY() - geometry.padTop();
    }

    int windowColumn(int column, int kernelColumn) {
        return column * pool * geometry.strideX() + kernelColumn * geometry.dilationX() - geometry.padLeft();
    }

    /** Columns of the input at which sums begin: from {@link #firstColumn} so many. */
    int windowColumns() {
        return windowColumn(columns() - 1, geometry.kernelWidth() - 1) - firstColumn() + 1;
    }

    int firstColumn() {
        return -geometry.padLeft();
    }

    /** Whether the sum that begins there reads any row of the input. */
    boolean readsRow(int windowRow) {
        return reads(windowRow, geometry.strideY(), geometry.inHeight());
    }

    boolean readsColumn(int windowColumn) {
        return reads(windowColumn, geometry.strideX(), geometry.inWidth());
    }

    private boolean reads(int from, int stride, int extent) {
        for (int i = 0; i < pool; i++) {
            if (from + i * stride >= 0 && from + i * stride < extent) {
                return true;
            }
        }
        return false;
    }

    /** Index of a weight in its filter. */
    int tap(int channel, int kernelRow, int kernelColumn) {
        return (channel * geometry.kernelHeight() + kernelRow) * geometry.kernelWidth() + kernelColumn;
    }
}
