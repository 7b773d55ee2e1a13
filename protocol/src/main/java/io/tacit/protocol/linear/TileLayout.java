package io.tacit.protocol.linear;

import io.tacit.kernel.ConvolutionGeometry;

/**
 * The outputs of one channel cut into equal tiles, and where the values that a tile reads stand among the coefficients of
 * a plane.
 *
 * <p>Value (y, x) of a plane stands at (y - y0) * rowStride + (x - x0), relative to its tile. A product of value (y, x) with
 * tap (u, v) falls on the place of output (i, j) exactly if (y - u - i) * rowStride + (x - v - j) = 0. The strides are the
 * least for which no other product falls there: rowStride exceeds every |x - v - j|, planeStride every absolute value of
 * the whole expression. So padding is shared by neighbouring rows and planes, and most of it costs nothing.
 */
final class TileLayout {
    private final int rows;
    private final int columns;
    private final int tilesDown;
    private final int tilesAcross;
    private final long rowStride;
    private final long planeStride;
    private final int leastRow;
    private final int leastColumn;

    TileLayout(ConvolutionGeometry g, StridePhases phases, int rows, int columns) {
        this.rows = rows;
        this.columns = columns;
        Span down = new Span(g.outHeight(), rows, phases.rows(), phases.leastTapRow(), phases.largestTapRow());
        Span across =
                new Span(g.outWidth(), columns, phases.columns(), phases.leastTapColumn(), phases.largestTapColumn());
        tilesDown = down.tiles;
        tilesAcross = across.tiles;
        leastRow = down.least;
        leastColumn = across.least;
        rowStride = across.farthest + 1;
        planeStride = down.farthest * rowStride + across.farthest + 1;
    }

    /** One direction: how far a product may fall from an output of its tile, and where the first value of a tile is. */
    private static final class Span {
        final int tiles;
        final int least;
        final long farthest;

        /** Tiles of one batch share their weights, so the values of each are held against the outputs of every other. */
        Span(int outputs, int tile, int inputs, int leastTap, int largestTap) {
            tiles = (outputs + tile - 1) / tile;
            long first = Long.MAX_VALUE;
            long last = Long.MIN_VALUE;
            for (int k = 0; k < tiles; k++) {
                int output = k * tile;
                long from = Math.max(0, (long) output + leastTap);
                long to = Math.min(inputs - 1L, Math.min(outputs, (long) output + tile) - 1 + largestTap);
                if (from <= to) {
                    first = Math.min(first, from - output);
                    last = Math.max(last, to - output);
                }
            }
            if (first > last) { // nothing but padding
                first = leastTap;
                last = leastTap;
            }
            least = (int) first;
            farthest = Math.max(tile - 1, Math.max(last - leastTap, largestTap + tile - 1 - first));
        }
    }

    /** Output rows of a full tile. */
    int rows() {
        return rows;
    }

    /** Output columns of a full tile. */
    int columns() {
        return columns;
    }

    int tilesDown() {
        return tilesDown;
    }

    int tilesAcross() {
        return tilesAcross;
    }

    /** Tiles of one output channel. */
    int tiles() {
        return tilesDown * tilesAcross;
    }

    /** Coefficients from one row of a plane to the next. */
    long rowStride() {
        return rowStride;
    }

    /** Coefficients from one plane to the next. */
    long planeStride() {
        return planeStride;
    }

    /** y0, relative to the first output row of a tile: the first row that any tile has, at most 0 or the first tap's. */
    int leastRow() {
        return leastRow;
    }

    /** x0, relative to the first output column of a tile. */
    int leastColumn() {
        return leastColumn;
    }
}
