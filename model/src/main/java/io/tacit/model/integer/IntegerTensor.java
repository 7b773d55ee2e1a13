package io.tacit.model.integer;

import java.math.BigInteger;
import java.util.Arrays;

/**
 * A batch of tensors of one shape holding exact integers in the narrowest of three forms: {@code int}, {@code long} or
 * {@link BigInteger}. The array is handed over, not copied; whoever made the tensor decides who may still write to it.
 */
public final class IntegerTensor {

    /** How values are held. */
    public enum Width {
        INT,
        LONG,
        BIG;

        /** The narrowest form that holds every value of {@code range}. */
        public static Width of(Range range) {
            return range.fitsInt() ? INT : range.fitsLong() ? LONG : BIG;
        }

        /** The wider of two. */
        public Width or(Width other) {
            return compareTo(other) >= 0 ? this : other;
        }
    }

    private static final int[] NO_INTS = {};
    private static final long[] NO_LONGS = {};
    private static final BigInteger[] NO_BIGS = {};

    private final int batch;
    private final TensorShape shape;
    private final int[] ints;
    private final long[] longs;
    private final BigInteger[] bigs;
    private final Width width;

    private IntegerTensor(int batch, TensorShape shape, int[] ints, long[] longs, BigInteger[] bigs, Width width) {
        int values = switch (width) {
            case INT -> ints.length;
            case LONG -> longs.length;
            case BIG -> bigs.length;
        };
        if (batch < 0 || values != (long) batch * shape.size()) {
            throw new IllegalArgumentException(values + " values for " + batch + " x " + shape);
        }
        this.batch = batch;
        this.shape = shape;
        this.ints = ints;
        this.longs = longs;
        this.bigs = bigs;
        this.width = width;
    }

    public static IntegerTensor ofInts(int batch, TensorShape shape, int[] values) {
        return new IntegerTensor(batch, shape, values, NO_LONGS, NO_BIGS, Width.INT);
    }

    public static IntegerTensor ofLongs(int batch, TensorShape shape, long[] values) {
        return new IntegerTensor(batch, shape, NO_INTS, values, NO_BIGS, Width.LONG);
    }

    public static IntegerTensor ofBigs(int batch, TensorShape shape, BigInteger[] values) {
        return new IntegerTensor(batch, shape, NO_INTS, NO_LONGS, values, Width.BIG);
    }

    public int batch() {
        return batch;
    }

    public TensorShape shape() {
        return shape;
    }

    /** How the values are held. */
    public Width width() {
        return width;
    }

    /** Whether the values are held wider than {@code int}. */
    public boolean isWide() {
        return width != Width.INT;
    }

    /** The values, one tensor after another. @throws IllegalStateException if they are held otherwise */
    public int[] ints() {
        held(Width.INT);
        return ints;
    }

    /** The values, one tensor after another. @throws IllegalStateException if they are held otherwise */
    public long[] longs() {
        held(Width.LONG);
        return longs;
    }

    /** The values, one tensor after another. @throws IllegalStateException if they are held otherwise */
    public BigInteger[] bigs() {
        held(Width.BIG);
        return bigs;
    }

    private void held(Width wanted) {
        if (width != wanted) {
            throw new IllegalStateException("these values are held as " + width + ", not as " + wanted);
        }
    }

    /** Value at a flat index, whatever the width. @throws ArithmeticException if it exceeds a long */
    public long get(int index) {
        return switch (width) {
            case INT -> ints[index];
            case LONG -> longs[index];
            case BIG -> bigs[index].longValueExact();
        };
    }

    /** Value at a flat index, whatever the width. */
    public BigInteger getBig(int index) {
        return width == Width.BIG ? bigs[index] : BigInteger.valueOf(get(index));
    }

    /** The same values seen with another shape of equal size. */
    public IntegerTensor reshaped(TensorShape other) {
        return new IntegerTensor(batch, other, ints, longs, bigs, width);
    }

    /** The same values in another form; this tensor itself if it has that form. @throws ArithmeticException if one does not fit */
    public IntegerTensor to(Width wanted) {
        if (width == wanted) {
            return this;
        }
        int count = batch * shape.size();
        switch (wanted) {
            case INT -> {
                int[] values = new int[count];
                for (int i = 0; i < count; i++) {
                    values[i] = Math.toIntExact(get(i));
                }
                return ofInts(batch, shape, values);
            }
            case LONG -> {
                long[] values = new long[count];
                for (int i = 0; i < count; i++) {
                    values[i] = get(i);
                }
                return ofLongs(batch, shape, values);
            }
            default -> {
                BigInteger[] values = new BigInteger[count];
                for (int i = 0; i < count; i++) {
                    values[i] = getBig(i);
                }
                return ofBigs(batch, shape, values);
            }
        }
    }

    /** Tensors {@code first .. first + count - 1} of the batch, copied. */
    public IntegerTensor slice(int first, int count) {
        int from = first * shape.size();
        int to = from + count * shape.size();
        return switch (width) {
            case INT -> ofInts(count, shape, Arrays.copyOfRange(ints, from, to));
            case LONG -> ofLongs(count, shape, Arrays.copyOfRange(longs, from, to));
            case BIG -> ofBigs(count, shape, Arrays.copyOfRange(bigs, from, to));
        };
    }

    /** Index of the largest value of one tensor of the batch, the lowest index among equals. */
    public int argMax(int index) {
        int size = shape.size();
        int offset = index * size;
        int best = 0;
        for (int i = 1; i < size; i++) {
            boolean larger = width == Width.BIG
                    ? bigs[offset + i].compareTo(bigs[offset + best]) > 0
                    : get(offset + i) > get(offset + best);
            if (larger) {
                best = i;
            }
        }
        return best;
    }
}
