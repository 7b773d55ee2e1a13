package io.tacit.kernel.tile;

import io.tacit.kernel.ConvolutionGeometry;

/**
 * Where the columns of a convolution's matrix form lie. Column j is the output position {@code j % positions} of image
 * {@code j / positions}; a range of columns is a list of segments.
 */
final class PatchLayout {
    final ConvolutionGeometry geometry;
    final int outHeight;
    private final int outWidth;
    private final int positions;

    /** Segments of the range set last, each part of one output row, or if {@link #aligned} of one image: image, output row, first and end output column, and place in the range. */
    int segments;

    final int[] image;
    final int[] y;
    final int[] xFrom;
    final int[] xTo;
    final int[] at;

    /**
     * Whether output rows are as long as input rows and lie one step apart, so that a run of output positions reads a run
     * of inputs even across rows, except at the edges.
     */
    final boolean aligned;

    /**
     * @param maxColumns most columns of a range
     * @param byRow whether every segment must lie in one output row, whatever the geometry
     */
    PatchLayout(ConvolutionGeometry geometry, int maxColumns, boolean byRow) {
        this.geometry = geometry;
        outHeight = geometry.outHeight();
        outWidth = geometry.outWidth();
        positions = outHeight * outWidth;
        aligned = !byRow && geometry.strideX() == 1 && geometry.strideY() == 1 && outWidth == geometry.inWidth();
        image = new int[maxColumns];
        y = new int[maxColumns];
        xFrom = new int[maxColumns];
        xTo = new int[maxColumns];
        at = new int[maxColumns];
    }

    void range(int firstColumn, int columns) {
        segments = 0;
        for (int done = 0; done < columns; ) {
            int column = firstColumn + done;
            int position = column % positions;
            int x = position % outWidth;
            int length = Math.min(aligned ? positions - position : outWidth - x, columns - done);
            image[segments] = column / positions;
            y[segments] = position / outWidth;
            xFrom[segments] = x;
            xTo[segments] = x + length;
            at[segments] = done;
            segments++;
            done += length;
        }
    }

    /** First output column whose tap in kernel column kx is not left padding. */
    int validFrom(int kx) {
        int left = geometry.padLeft() - kx * geometry.dilationX();
        return left <= 0 ? 0 : (left + geometry.strideX() - 1) / geometry.strideX();
    }

    /** One past the last output column whose tap in kernel column kx is not right padding. */
    int validTo(int kx) {
        int last = geometry.inWidth() - 1 + geometry.padLeft() - kx * geometry.dilationX();
        return last < 0 ? 0 : Math.min(outWidth, last / geometry.strideX() + 1);
    }

    /** Input row that kernel row ky reads for output row oy; may lie in the padding. */
    int inputRow(int oy, int ky) {
        return oy * geometry.strideY() + ky * geometry.dilationY() - geometry.padTop();
    }

    /** Input column that kernel column kx reads for output column ox; may lie in the padding. */
    int inputColumn(int ox, int kx) {
        return ox * geometry.strideX() + kx * geometry.dilationX() - geometry.padLeft();
    }
}
