package io.tacit.kernel.vector;

import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.Vector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Products of matrices of {@code long}, wrapping. Eight rows by two vectors of sums, or four ({@link RegisterFile}), stay in registers while the inner dimension runs: ten loads for
 * sixteen multiplications, and as many independent sums as hide the latency.
 */
final class LongMicroKernel {
    static final VectorSpecies<Long> SPECIES = LongVector.SPECIES_PREFERRED;

    private static final int LANES = SPECIES.length();

    /** The one class of vectors here. Sums that a loop carries are cast to it, so that C2 needs no profile to know their shape. */
    private static final Class<? extends Vector<Long>> SHAPE = SPECIES.vectorType();

    /** Columns computed at once: every array of a tile is a multiple of this wide. */
    static final int COLUMNS = 2 * LANES;

    private LongMicroKernel() {}

    /**
     * {@code sums[r][j] += sum over k of left[r][k] * right[k][j]} for the columns below {@code columns}, rounded up to a
     * multiple of {@link #COLUMNS}. Row r of left begins at {@code at + r * leftStride}, those of right and sums at
     * multiples of {@code stride}.
     */
    static void accumulate(
            int rows,
            int inner,
            int columns,
            long[] left,
            int at,
            int leftStride,
            long[] right,
            long[] sums,
            int stride) {
        for (int j = 0; j < columns; j += COLUMNS) {
            int r = 0;
            for (; RegisterFile.HOLDS_SIXTEEN_SUMS && r < rows - 7; r += 8) {
                eight(inner, left, at + r * leftStride, leftStride, right, j, sums, r * stride + j, stride);
            }
            for (; r < rows - 3; r += 4) {
                four(inner, left, at + r * leftStride, leftStride, right, j, sums, r * stride + j, stride);
            }
            for (; r < rows; r++) {
                one(inner, left, at + r * leftStride, right, j, sums, r * stride + j, stride);
            }
        }
    }

    private static void eight(
            int inner, long[] left, int at, int leftStride, long[] right, int from, long[] sums, int to, int stride) {
        LongVector a0 = LongVector.fromArray(SPECIES, sums, to);
        LongVector b0 = LongVector.fromArray(SPECIES, sums, to + LANES);
        LongVector a1 = LongVector.fromArray(SPECIES, sums, to + stride);
        LongVector b1 = LongVector.fromArray(SPECIES, sums, to + stride + LANES);
        LongVector a2 = LongVector.fromArray(SPECIES, sums, to + 2 * stride);
        LongVector b2 = LongVector.fromArray(SPECIES, sums, to + 2 * stride + LANES);
        LongVector a3 = LongVector.fromArray(SPECIES, sums, to + 3 * stride);
        LongVector b3 = LongVector.fromArray(SPECIES, sums, to + 3 * stride + LANES);
        LongVector a4 = LongVector.fromArray(SPECIES, sums, to + 4 * stride);
        LongVector b4 = LongVector.fromArray(SPECIES, sums, to + 4 * stride + LANES);
        LongVector a5 = LongVector.fromArray(SPECIES, sums, to + 5 * stride);
        LongVector b5 = LongVector.fromArray(SPECIES, sums, to + 5 * stride + LANES);
        LongVector a6 = LongVector.fromArray(SPECIES, sums, to + 6 * stride);
        LongVector b6 = LongVector.fromArray(SPECIES, sums, to + 6 * stride + LANES);
        LongVector a7 = LongVector.fromArray(SPECIES, sums, to + 7 * stride);
        LongVector b7 = LongVector.fromArray(SPECIES, sums, to + 7 * stride + LANES);
        for (int k = 0; k < inner; k++) {
            LongVector a = LongVector.fromArray(SPECIES, right, from + k * stride);
            LongVector b = LongVector.fromArray(SPECIES, right, from + k * stride + LANES);
            LongVector w0 = LongVector.broadcast(SPECIES, left[at + k]);
            a0 = ((LongVector) SHAPE.cast(a0)).add(w0.mul(a));
            b0 = ((LongVector) SHAPE.cast(b0)).add(w0.mul(b));
            LongVector w1 = LongVector.broadcast(SPECIES, left[at + leftStride + k]);
            a1 = ((LongVector) SHAPE.cast(a1)).add(w1.mul(a));
            b1 = ((LongVector) SHAPE.cast(b1)).add(w1.mul(b));
            LongVector w2 = LongVector.broadcast(SPECIES, left[at + 2 * leftStride + k]);
            a2 = ((LongVector) SHAPE.cast(a2)).add(w2.mul(a));
            b2 = ((LongVector) SHAPE.cast(b2)).add(w2.mul(b));
            LongVector w3 = LongVector.broadcast(SPECIES, left[at + 3 * leftStride + k]);
            a3 = ((LongVector) SHAPE.cast(a3)).add(w3.mul(a));
            b3 = ((LongVector) SHAPE.cast(b3)).add(w3.mul(b));
            LongVector w4 = LongVector.broadcast(SPECIES, left[at + 4 * leftStride + k]);
            a4 = ((LongVector) SHAPE.cast(a4)).add(w4.mul(a));
            b4 = ((LongVector) SHAPE.cast(b4)).add(w4.mul(b));
            LongVector w5 = LongVector.broadcast(SPECIES, left[at + 5 * leftStride + k]);
            a5 = ((LongVector) SHAPE.cast(a5)).add(w5.mul(a));
            b5 = ((LongVector) SHAPE.cast(b5)).add(w5.mul(b));
            LongVector w6 = LongVector.broadcast(SPECIES, left[at + 6 * leftStride + k]);
            a6 = ((LongVector) SHAPE.cast(a6)).add(w6.mul(a));
            b6 = ((LongVector) SHAPE.cast(b6)).add(w6.mul(b));
            LongVector w7 = LongVector.broadcast(SPECIES, left[at + 7 * leftStride + k]);
            a7 = ((LongVector) SHAPE.cast(a7)).add(w7.mul(a));
            b7 = ((LongVector) SHAPE.cast(b7)).add(w7.mul(b));
        }
        ((LongVector) SHAPE.cast(a0)).intoArray(sums, to);
        ((LongVector) SHAPE.cast(b0)).intoArray(sums, to + LANES);
        ((LongVector) SHAPE.cast(a1)).intoArray(sums, to + stride);
        ((LongVector) SHAPE.cast(b1)).intoArray(sums, to + stride + LANES);
        ((LongVector) SHAPE.cast(a2)).intoArray(sums, to + 2 * stride);
        ((LongVector) SHAPE.cast(b2)).intoArray(sums, to + 2 * stride + LANES);
        ((LongVector) SHAPE.cast(a3)).intoArray(sums, to + 3 * stride);
        ((LongVector) SHAPE.cast(b3)).intoArray(sums, to + 3 * stride + LANES);
        ((LongVector) SHAPE.cast(a4)).intoArray(sums, to + 4 * stride);
        ((LongVector) SHAPE.cast(b4)).intoArray(sums, to + 4 * stride + LANES);
        ((LongVector) SHAPE.cast(a5)).intoArray(sums, to + 5 * stride);
        ((LongVector) SHAPE.cast(b5)).intoArray(sums, to + 5 * stride + LANES);
        ((LongVector) SHAPE.cast(a6)).intoArray(sums, to + 6 * stride);
        ((LongVector) SHAPE.cast(b6)).intoArray(sums, to + 6 * stride + LANES);
        ((LongVector) SHAPE.cast(a7)).intoArray(sums, to + 7 * stride);
        ((LongVector) SHAPE.cast(b7)).intoArray(sums, to + 7 * stride + LANES);
    }

    private static void four(
            int inner, long[] left, int at, int leftStride, long[] right, int from, long[] sums, int to, int stride) {
        LongVector a0 = LongVector.fromArray(SPECIES, sums, to);
        LongVector b0 = LongVector.fromArray(SPECIES, sums, to + LANES);
        LongVector a1 = LongVector.fromArray(SPECIES, sums, to + stride);
        LongVector b1 = LongVector.fromArray(SPECIES, sums, to + stride + LANES);
        LongVector a2 = LongVector.fromArray(SPECIES, sums, to + 2 * stride);
        LongVector b2 = LongVector.fromArray(SPECIES, sums, to + 2 * stride + LANES);
        LongVector a3 = LongVector.fromArray(SPECIES, sums, to + 3 * stride);
        LongVector b3 = LongVector.fromArray(SPECIES, sums, to + 3 * stride + LANES);
        for (int k = 0; k < inner; k++) {
            LongVector a = LongVector.fromArray(SPECIES, right, from + k * stride);
            LongVector b = LongVector.fromArray(SPECIES, right, from + k * stride + LANES);
            LongVector w0 = LongVector.broadcast(SPECIES, left[at + k]);
            a0 = ((LongVector) SHAPE.cast(a0)).add(w0.mul(a));
            b0 = ((LongVector) SHAPE.cast(b0)).add(w0.mul(b));
            LongVector w1 = LongVector.broadcast(SPECIES, left[at + leftStride + k]);
            a1 = ((LongVector) SHAPE.cast(a1)).add(w1.mul(a));
            b1 = ((LongVector) SHAPE.cast(b1)).add(w1.mul(b));
            LongVector w2 = LongVector.broadcast(SPECIES, left[at + 2 * leftStride + k]);
            a2 = ((LongVector) SHAPE.cast(a2)).add(w2.mul(a));
            b2 = ((LongVector) SHAPE.cast(b2)).add(w2.mul(b));
            LongVector w3 = LongVector.broadcast(SPECIES, left[at + 3 * leftStride + k]);
            a3 = ((LongVector) SHAPE.cast(a3)).add(w3.mul(a));
            b3 = ((LongVector) SHAPE.cast(b3)).add(w3.mul(b));
        }
        ((LongVector) SHAPE.cast(a0)).intoArray(sums, to);
        ((LongVector) SHAPE.cast(b0)).intoArray(sums, to + LANES);
        ((LongVector) SHAPE.cast(a1)).intoArray(sums, to + stride);
        ((LongVector) SHAPE.cast(b1)).intoArray(sums, to + stride + LANES);
        ((LongVector) SHAPE.cast(a2)).intoArray(sums, to + 2 * stride);
        ((LongVector) SHAPE.cast(b2)).intoArray(sums, to + 2 * stride + LANES);
        ((LongVector) SHAPE.cast(a3)).intoArray(sums, to + 3 * stride);
        ((LongVector) SHAPE.cast(b3)).intoArray(sums, to + 3 * stride + LANES);
    }

    private static void one(int inner, long[] left, int at, long[] right, int from, long[] sums, int to, int stride) {
        LongVector a0 = LongVector.fromArray(SPECIES, sums, to);
        LongVector b0 = LongVector.fromArray(SPECIES, sums, to + LANES);
        for (int k = 0; k < inner; k++) {
            LongVector a = LongVector.fromArray(SPECIES, right, from + k * stride);
            LongVector b = LongVector.fromArray(SPECIES, right, from + k * stride + LANES);
            LongVector w0 = LongVector.broadcast(SPECIES, left[at + k]);
            a0 = ((LongVector) SHAPE.cast(a0)).add(w0.mul(a));
            b0 = ((LongVector) SHAPE.cast(b0)).add(w0.mul(b));
        }
        ((LongVector) SHAPE.cast(a0)).intoArray(sums, to);
        ((LongVector) SHAPE.cast(b0)).intoArray(sums, to + LANES);
    }
}
