package io.tacit.model.integer;

/**
 * A batch of tensors of one shape holding exact integers, as {@code int} where the proven range allows, else as
 * {@code long}. The array is handed over, not copied; whoever made the tensor decides who may still write to it.
 */
public final class IntegerTensor {
    private final int batch;
    private final TensorShape shape;
    private final int[] ints;
    private final long[] longs;
    private final boolean wide;

    private IntegerTensor(int batch, TensorShape shape, int[] ints, long[] longs, boolean wide) {
        int values = wide ? longs.length : ints.length;
        if (batch < 0 || values != (long) batch * shape.size()) {
            throw new IllegalArgumentException(values + " values for " + batch + " x " + shape);
        }
        this.batch = batch;
        this.shape = shape;
        this.ints = ints;
        this.longs = longs;
        this.wide = wide;
    }

    public static IntegerTensor ofInts(int batch, TensorShape shape, int[] values) {
        return new IntegerTensor(batch, shape, values, new long[0], false);
    }

    public static IntegerTensor ofLongs(int batch, TensorShape shape, long[] values) {
        return new IntegerTensor(batch, shape, new int[0], values, true);
    }

    public int batch() {
        return batch;
    }

    public TensorShape shape() {
        return shape;
    }

    /** Whether the values are held as {@code long}. */
    public boolean isWide() {
        return wide;
    }

    /** The values, one tensor after another. @throws IllegalStateException if they are wide */
    public int[] ints() {
        if (wide) {
            throw new IllegalStateException("these values are held as long");
        }
        return ints;
    }

    /** The values, one tensor after another. @throws IllegalStateException if they are not wide */
    public long[] longs() {
        if (!wide) {
            throw new IllegalStateException("these values are held as int");
        }
        return longs;
    }

    /** Value at a flat index, whatever the width. */
    public long get(int index) {
        return wide ? longs[index] : ints[index];
    }

    /** The same values seen with another shape of equal size. */
    public IntegerTensor reshaped(TensorShape other) {
        return new IntegerTensor(batch, other, ints, longs, wide);
    }
}
