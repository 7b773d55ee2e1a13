package io.tacit.kernel.tile;

/**
 * One cell of a product and the scratch arrays to compute it, for one thread: {@code cell = sum of left * right} over
 * blocks of the inner dimension. What a row of {@code right} holds beyond the cell's columns does not matter.
 */
public abstract class IntTile {

    /** The right factor's block, {@link #innerBlock} rows of {@link #stride} values, filled by the caller. */
    protected final int[] right;

    private final int innerBlock;
    private final int stride;

    private int rows;
    private int columns;

    /**
     * @param innerBlock most terms that {@link #accumulate} adds at once
     * @param maxColumns most columns of a cell, a multiple of what the twin computes at once
     */
    protected IntTile(int innerBlock, int maxColumns) {
        this.innerBlock = innerBlock;
        stride = maxColumns;
        right = new int[innerBlock * maxColumns];
    }

    final int[] right() {
        return right;
    }

    /** Most terms that {@link #accumulate} adds at once. */
    protected final int innerBlock() {
        return innerBlock;
    }

    /** Distance between the rows of {@link #right}: the most columns of a cell. */
    protected final int stride() {
        return stride;
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

    /** Adds {@code left[offset + r * leftStride + k]} times row k of {@link #right} over {@code k < inner}, to row r of the cell, for every r. */
    protected abstract void accumulate(int[] left, int offset, int leftStride, int inner);

    /** An array that holds the finished, canonical row r from {@link #rowOffset}, valid until the next call. */
    protected abstract int[] row(int r);

    /** Where row r begins in the array that {@link #row} returns. */
    protected abstract int rowOffset(int r);
}
