package io.tacit.kernel.vector;

import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.Vector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Products of matrices of {@code int}, wrapping. Eight rows by two vectors of sums, or four ({@link RegisterFile}), stay in registers while the inner dimension runs: ten loads for
 * sixteen multiplications, and as many independent sums as hide the latency.
 */
final class IntMicroKernel {
    static final VectorSpecies<Integer> SPECIES = IntVector.SPECIES_PREFERRED;

    private static final int LANES = SPECIES.length();

    /** The one class of vectors here. Sums that a loop carries are cast to it, so that C2 needs no profile to know their shape. */
    private static final Class<? extends Vector<Integer>> SHAPE = SPECIES.vectorType();

    /** Columns computed at once: every array of a tile is a multiple of this wide. */
    static final int COLUMNS = 2 * LANES;

    private IntMicroKernel() {}

    /**
     * {@code sums[r][j] += sum over k of left[r][k] * right[k][j]} for the columns below {@code columns}, rounded up to a
     * multiple of {@link #COLUMNS}. Row r of left begins at {@code at + r * leftStride}, those of right and sums at
     * multiples of {@code stride}.
     */
    static void accumulate(
            int rows, int inner, int columns, int[] left, int at, int leftStride, int[] right, int[] sums, int stride) {
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
            int inner, int[] left, int at, int leftStride, int[] right, int from, int[] sums, int to, int stride) {
        IntVector a0 = IntVector.fromArray(SPECIES, sums, to);
        IntVector b0 = IntVector.fromArray(SPECIES, sums, to + LANES);
        IntVector a1 = IntVector.fromArray(SPECIES, sums, to + stride);
        IntVector b1 = IntVector.fromArray(SPECIES, sums, to + stride + LANES);
        IntVector a2 = IntVector.fromArray(SPECIES, sums, to + 2 * stride);
        IntVector b2 = IntVector.fromArray(SPECIES, sums, to + 2 * stride + LANES);
        IntVector a3 = IntVector.fromArray(SPECIES, sums, to + 3 * stride);
        IntVector b3 = IntVector.fromArray(SPECIES, sums, to + 3 * stride + LANES);
        IntVector a4 = IntVector.fromArray(SPECIES, sums, to + 4 * stride);
        IntVector b4 = IntVector.fromArray(SPECIES, sums, to + 4 * stride + LANES);
        IntVector a5 = IntVector.fromArray(SPECIES, sums, to + 5 * stride);
        IntVector b5 = IntVector.fromArray(SPECIES, sums, to + 5 * stride + LANES);
        IntVector a6 = IntVector.fromArray(SPECIES, sums, to + 6 * stride);
        IntVector b6 = IntVector.fromArray(SPECIES, sums, to + 6 * stride + LANES);
        IntVector a7 = IntVector.fromArray(SPECIES, sums, to + 7 * stride);
        IntVector b7 = IntVector.fromArray(SPECIES, sums, to + 7 * stride + LANES);
        for (int k = 0; k < inner; k++) {
            IntVector a = IntVector.fromArray(SPECIES, right, from + k * stride);
            IntVector b = IntVector.fromArray(SPECIES, right, from + k * stride + LANES);
            IntVector w0 = IntVector.broadcast(SPECIES, left[at + k]);
            a0 = ((IntVector) SHAPE.cast(a0)).add(w0.mul(a));
            b0 = ((IntVector) SHAPE.cast(b0)).add(w0.mul(b));
            IntVector w1 = IntVector.broadcast(SPECIES, left[at + leftStride + k]);
            a1 = ((IntVector) SHAPE.cast(a1)).add(w1.mul(a));
            b1 = ((IntVector) SHAPE.cast(b1)).add(w1.mul(b));
            IntVector w2 = IntVector.broadcast(SPECIES, left[at + 2 * leftStride + k]);
            a2 = ((IntVector) SHAPE.cast(a2)).add(w2.mul(a));
            b2 = ((IntVector) SHAPE.cast(b2)).add(w2.mul(b));
            IntVector w3 = IntVector.broadcast(SPECIES, left[at + 3 * leftStride + k]);
            a3 = ((IntVector) SHAPE.cast(a3)).add(w3.mul(a));
            b3 = ((IntVector) SHAPE.cast(b3)).add(w3.mul(b));
            IntVector w4 = IntVector.broadcast(SPECIES, left[at + 4 * leftStride + k]);
            a4 = ((IntVector) SHAPE.cast(a4)).add(w4.mul(a));
            b4 = ((IntVector) SHAPE.cast(b4)).add(w4.mul(b));
            IntVector w5 = IntVector.broadcast(SPECIES, left[at + 5 * leftStride + k]);
            a5 = ((IntVector) SHAPE.cast(a5)).add(w5.mul(a));
            b5 = ((IntVector) SHAPE.cast(b5)).add(w5.mul(b));
            IntVector w6 = IntVector.broadcast(SPECIES, left[at + 6 * leftStride + k]);
            a6 = ((IntVector) SHAPE.cast(a6)).add(w6.mul(a));
            b6 = ((IntVector) SHAPE.cast(b6)).add(w6.mul(b));
            IntVector w7 = IntVector.broadcast(SPECIES, left[at + 7 * leftStride + k]);
            a7 = ((IntVector) SHAPE.cast(a7)).add(w7.mul(a));
            b7 = ((IntVector) SHAPE.cast(b7)).add(w7.mul(b));
        }
        ((IntVector) SHAPE.cast(a0)).intoArray(sums, to);
        ((IntVector) SHAPE.cast(b0)).intoArray(sums, to + LANES);
        ((IntVector) SHAPE.cast(a1)).intoArray(sums, to + stride);
        ((IntVector) SHAPE.cast(b1)).intoArray(sums, to + stride + LANES);
        ((IntVector) SHAPE.cast(a2)).intoArray(sums, to + 2 * stride);
        ((IntVector) SHAPE.cast(b2)).intoArray(sums, to + 2 * stride + LANES);
        ((IntVector) SHAPE.cast(a3)).intoArray(sums, to + 3 * stride);
        ((IntVector) SHAPE.cast(b3)).intoArray(sums, to + 3 * stride + LANES);
        ((IntVector) SHAPE.cast(a4)).intoArray(sums, to + 4 * stride);
        ((IntVector) SHAPE.cast(b4)).intoArray(sums, to + 4 * stride + LANES);
        ((IntVector) SHAPE.cast(a5)).intoArray(sums, to + 5 * stride);
        ((IntVector) SHAPE.cast(b5)).intoArray(sums, to + 5 * stride + LANES);
        ((IntVector) SHAPE.cast(a6)).intoArray(sums, to + 6 * stride);
        ((IntVector) SHAPE.cast(b6)).intoArray(sums, to + 6 * stride + LANES);
        ((IntVector) SHAPE.cast(a7)).intoArray(sums, to + 7 * stride);
        ((IntVector) SHAPE.cast(b7)).intoArray(sums, to + 7 * stride + LANES);
    }

    private static void four(
            int inner, int[] left, int at, int leftStride, int[] right, int from, int[] sums, int to, int stride) {
        IntVector a0 = IntVector.fromArray(SPECIES, sums, to);
        IntVector b0 = IntVector.fromArray(SPECIES, sums, to + LANES);
        IntVector a1 = IntVector.fromArray(SPECIES, sums, to + stride);
        IntVector b1 = IntVector.fromArray(SPECIES, sums, to + stride + LANES);
        IntVector a2 = IntVector.fromArray(SPECIES, sums, to + 2 * stride);
        IntVector b2 = IntVector.fromArray(SPECIES, sums, to + 2 * stride + LANES);
        IntVector a3 = IntVector.fromArray(SPECIES, sums, to + 3 * stride);
        IntVector b3 = IntVector.fromArray(SPECIES, sums, to + 3 * stride + LANES);
        for (int k = 0; k < inner; k++) {
            IntVector a = IntVector.fromArray(SPECIES, right, from + k * stride);
            IntVector b = IntVector.fromArray(SPECIES, right, from + k * stride + LANES);
            IntVector w0 = IntVector.broadcast(SPECIES, left[at + k]);
            a0 = ((IntVector) SHAPE.cast(a0)).add(w0.mul(a));
            b0 = ((IntVector) SHAPE.cast(b0)).add(w0.mul(b));
            IntVector w1 = IntVector.broadcast(SPECIES, left[at + leftStride + k]);
            a1 = ((IntVector) SHAPE.cast(a1)).add(w1.mul(a));
            b1 = ((IntVector) SHAPE.cast(b1)).add(w1.mul(b));
            IntVector w2 = IntVector.broadcast(SPECIES, left[at + 2 * leftStride + k]);
            a2 = ((IntVector) SHAPE.cast(a2)).add(w2.mul(a));
            b2 = ((IntVector) SHAPE.cast(b2)).add(w2.mul(b));
            IntVector w3 = IntVector.broadcast(SPECIES, left[at + 3 * leftStride + k]);
            a3 = ((IntVector) SHAPE.cast(a3)).add(w3.mul(a));
            b3 = ((IntVector) SHAPE.cast(b3)).add(w3.mul(b));
        }
        ((IntVector) SHAPE.cast(a0)).intoArray(sums, to);
        ((IntVector) SHAPE.cast(b0)).intoArray(sums, to + LANES);
        ((IntVector) SHAPE.cast(a1)).intoArray(sums, to + stride);
        ((IntVector) SHAPE.cast(b1)).intoArray(sums, to + stride + LANES);
        ((IntVector) SHAPE.cast(a2)).intoArray(sums, to + 2 * stride);
        ((IntVector) SHAPE.cast(b2)).intoArray(sums, to + 2 * stride + LANES);
        ((IntVector) SHAPE.cast(a3)).intoArray(sums, to + 3 * stride);
        ((IntVector) SHAPE.cast(b3)).intoArray(sums, to + 3 * stride + LANES);
    }

    private static void one(int inner, int[] left, int at, int[] right, int from, int[] sums, int to, int stride) {
        IntVector a0 = IntVector.fromArray(SPECIES, sums, to);
        IntVector b0 = IntVector.fromArray(SPECIES, sums, to + LANES);
        for (int k = 0; k < inner; k++) {
            IntVector a = IntVector.fromArray(SPECIES, right, from + k * stride);
            IntVector b = IntVector.fromArray(SPECIES, right, from + k * stride + LANES);
            IntVector w0 = IntVector.broadcast(SPECIES, left[at + k]);
            a0 = ((IntVector) SHAPE.cast(a0)).add(w0.mul(a));
            b0 = ((IntVector) SHAPE.cast(b0)).add(w0.mul(b));
        }
        ((IntVector) SHAPE.cast(a0)).intoArray(sums, to);
        ((IntVector) SHAPE.cast(b0)).intoArray(sums, to + LANES);
    }
}
