package io.tacit.kernel.tile;

/**
 * One cell of a product and the scratch arrays to compute it, for one thread: {@code cell = sum of left * right} over
 * blocks of the inner dimension. What a row of {@code right} holds beyond the cell's columns does not matter.
 */
public abstract class LongTile {

    /** The right factor's block, one array a row, filled by the caller. Its length bounds the inner dimension of a block. */
    protected final long[][] right;

    private int rows;
    private int columns;

    /**
     * @param innerBlock most terms that {@link #accumulate} adds at once
     * @param maxColumns most columns of a cell, a multiple of what the twin computes at once
     */
    protected LongTile(int innerBlock, int maxColumns) {
        right = new long[innerBlock][maxColumns];
    }

    final long[][] right() {
        return right;
    }

    /** Begins a cell. */
    final void begin(int cellRows, int cellColumns) {
        rows = cellRows;
        columns = cellColumns;
        clear();
    }

    protected final int rows() {
        return rows;
    }

    protected final int columns() {
        return columns;
    }

    /** Sets {@link #rows} x {@link #columns} sums to zero. */
    protected abstract void clear();

    /** Adds {@code left[offset + r * stride + k] * right[k]} over {@code k < inner} to row r of the cell, for every r. */
    protected abstract void accumulate(long[] left, int offset, int stride, int inner);

    /** The finished, canonical row r, in an array that is valid until the next call. */
    protected abstract long[] row(int r);
}
