package io.tacit.crypto.share;

import java.util.Arrays;

/**
 * What vectors of residues have in common, whatever their arithmetic: values stand in {@code int} or in {@code long} lanes,
 * and are moved about without being looked at.
 *
 * <p>Contents may be secret: no {@code toString} shows them; {@link #wipe} overwrites them.
 *
 * @param <V> the kind of vector: only vectors of one arithmetic are moved between
 */
abstract sealed class LaneVector<V extends LaneVector<V>> permits FieldVector, RingVector {
    private static final int[] NO_INTS = {};
    private static final long[] NO_LONGS = {};

    private final boolean narrow;
    private final int[] ints;
    private final long[] longs;

    /** @param narrow whether values stand in {@code int} lanes */
    LaneVector(boolean narrow, int length) {
        this.narrow = narrow;
        this.ints = narrow ? new int[length] : NO_INTS;
        this.longs = narrow ? NO_LONGS : new long[length];
    }

    /** A vector over the lanes of another one, which it shares. */
    LaneVector(LaneVector<?> shared) {
        this.narrow = shared.narrow;
        this.ints = shared.ints;
        this.longs = shared.longs;
    }

    /** @throws IllegalArgumentException if {@code other} is over another arithmetic */
    abstract void requireSame(V other);

    final boolean isNarrow() {
        return narrow;
    }

    final int[] ints() {
        return ints;
    }

    final long[] longs() {
        return longs;
    }

    /** Number of values. */
    public final int length() {
        return narrow ? ints.length : longs.length;
    }

    /** The bits in a lane. */
    final long lane(int index) {
        return narrow ? ints[index] : longs[index];
    }

    final void setLane(int index, long value) {
        if (narrow) {
            ints[index] = (int) value;
        } else {
            longs[index] = value;
        }
    }

    final void fillLanes(int at, int length, long value) {
        if (narrow) {
            Arrays.fill(ints, at, at + length, (int) value);
        } else {
            Arrays.fill(longs, at, at + length, value);
        }
    }

    /** Copies {@code length} values of {@code from} to the places from {@code at}. */
    public final void copy(V from, int fromAt, int at, int length) {
        requireSame(from);
        if (narrow) {
            System.arraycopy(from.ints(), fromAt, ints, at, length);
        } else {
            System.arraycopy(from.longs(), fromAt, longs, at, length);
        }
    }

    /** Value {@code at + i} becomes value {@code fromAt + order[i]} of {@code from}, another vector. The order is public to this machine. */
    public final void gather(V from, int fromAt, int[] order, int at) {
        requireSame(from);
        if (narrow) {
            int[] source = from.ints();
            for (int i = 0; i < order.length; i++) {
                ints[at + i] = source[fromAt + order[i]];
            }
        } else {
            long[] source = from.longs();
            for (int i = 0; i < order.length; i++) {
                longs[at + i] = source[fromAt + order[i]];
            }
        }
    }

    /** Value {@code at + order[i]} becomes value {@code fromAt + i} of {@code from}, another vector: undoes {@link #gather}. */
    public final void scatter(V from, int fromAt, int[] order, int at) {
        requireSame(from);
        if (narrow) {
            int[] source = from.ints();
            for (int i = 0; i < order.length; i++) {
                ints[at + order[i]] = source[fromAt + i];
            }
        } else {
            long[] source = from.longs();
            for (int i = 0; i < order.length; i++) {
                longs[at + order[i]] = source[fromAt + i];
            }
        }
    }

    /** Overwrites everything with zero. */
    public final void wipe() {
        fillLanes(0, length(), 0);
    }
}
