package io.tacit.kernel.vector;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.Vector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Products of matrices of doubles that hold integers; exact where the caller bounds the sums by 2^53. Eight rows by two vectors of sums, or four ({@link RegisterFile}), stay in registers while the inner dimension runs: ten loads for
 * sixteen multiplications, and as many independent sums as hide the latency.
 */
final class DoubleMicroKernel {
    static final VectorSpecies<Double> SPECIES = DoubleVector.SPECIES_PREFERRED;

    private static final int LANES = SPECIES.length();

    /** The one class of vectors here. Sums that a loop carries are cast to it, so that C2 needs no profile to know their shape. */
    private static final Class<? extends Vector<Double>> SHAPE = SPECIES.vectorType();

    /** Columns computed at once: every array of a tile is a multiple of this wide. */
    static final int COLUMNS = 2 * LANES;

    private DoubleMicroKernel() {}

    /**
     * {@code sums[r][j] += sum over k of left[r][k] * right[k][j]} for the columns below {@code columns}, rounded up to a
     * multiple of {@link #COLUMNS}. Row r of left begins at {@code at + r * leftStride}, those of right and sums at
     * multiples of {@code stride}.
     */
    static void accumulate(
            int rows,
            int inner,
            int columns,
            double[] left,
            int at,
            int leftStride,
            double[] right,
            double[] sums,
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
            int inner,
            double[] left,
            int at,
            int leftStride,
            double[] right,
            int from,
            double[] sums,
            int to,
            int stride) {
        DoubleVector a0 = DoubleVector.fromArray(SPECIES, sums, to);
        DoubleVector b0 = DoubleVector.fromArray(SPECIES, sums, to + LANES);
        DoubleVector a1 = DoubleVector.fromArray(SPECIES, sums, to + stride);
        DoubleVector b1 = DoubleVector.fromArray(SPECIES, sums, to + stride + LANES);
        DoubleVector a2 = DoubleVector.fromArray(SPECIES, sums, to + 2 * stride);
        DoubleVector b2 = DoubleVector.fromArray(SPECIES, sums, to + 2 * stride + LANES);
        DoubleVector a3 = DoubleVector.fromArray(SPECIES, sums, to + 3 * stride);
        DoubleVector b3 = DoubleVector.fromArray(SPECIES, sums, to + 3 * stride + LANES);
        DoubleVector a4 = DoubleVector.fromArray(SPECIES, sums, to + 4 * stride);
        DoubleVector b4 = DoubleVector.fromArray(SPECIES, sums, to + 4 * stride + LANES);
        DoubleVector a5 = DoubleVector.fromArray(SPECIES, sums, to + 5 * stride);
        DoubleVector b5 = DoubleVector.fromArray(SPECIES, sums, to + 5 * stride + LANES);
        DoubleVector a6 = DoubleVector.fromArray(SPECIES, sums, to + 6 * stride);
        DoubleVector b6 = DoubleVector.fromArray(SPECIES, sums, to + 6 * stride + LANES);
        DoubleVector a7 = DoubleVector.fromArray(SPECIES, sums, to + 7 * stride);
        DoubleVector b7 = DoubleVector.fromArray(SPECIES, sums, to + 7 * stride + LANES);
        for (int k = 0; k < inner; k++) {
            DoubleVector a = DoubleVector.fromArray(SPECIES, right, from + k * stride);
            DoubleVector b = DoubleVector.fromArray(SPECIES, right, from + k * stride + LANES);
            DoubleVector w0 = DoubleVector.broadcast(SPECIES, left[at + k]);
            a0 = w0.fma(a, (DoubleVector) SHAPE.cast(a0));
            b0 = w0.fma(b, (DoubleVector) SHAPE.cast(b0));
            DoubleVector w1 = DoubleVector.broadcast(SPECIES, left[at + leftStride + k]);
            a1 = w1.fma(a, (DoubleVector) SHAPE.cast(a1));
            b1 = w1.fma(b, (DoubleVector) SHAPE.cast(b1));
            DoubleVector w2 = DoubleVector.broadcast(SPECIES, left[at + 2 * leftStride + k]);
            a2 = w2.fma(a, (DoubleVector) SHAPE.cast(a2));
            b2 = w2.fma(b, (DoubleVector) SHAPE.cast(b2));
            DoubleVector w3 = DoubleVector.broadcast(SPECIES, left[at + 3 * leftStride + k]);
            a3 = w3.fma(a, (DoubleVector) SHAPE.cast(a3));
            b3 = w3.fma(b, (DoubleVector) SHAPE.cast(b3));
            DoubleVector w4 = DoubleVector.broadcast(SPECIES, left[at + 4 * leftStride + k]);
            a4 = w4.fma(a, (DoubleVector) SHAPE.cast(a4));
            b4 = w4.fma(b, (DoubleVector) SHAPE.cast(b4));
            DoubleVector w5 = DoubleVector.broadcast(SPECIES, left[at + 5 * leftStride + k]);
            a5 = w5.fma(a, (DoubleVector) SHAPE.cast(a5));
            b5 = w5.fma(b, (DoubleVector) SHAPE.cast(b5));
            DoubleVector w6 = DoubleVector.broadcast(SPECIES, left[at + 6 * leftStride + k]);
            a6 = w6.fma(a, (DoubleVector) SHAPE.cast(a6));
            b6 = w6.fma(b, (DoubleVector) SHAPE.cast(b6));
            DoubleVector w7 = DoubleVector.broadcast(SPECIES, left[at + 7 * leftStride + k]);
            a7 = w7.fma(a, (DoubleVector) SHAPE.cast(a7));
            b7 = w7.fma(b, (DoubleVector) SHAPE.cast(b7));
        }
        ((DoubleVector) SHAPE.cast(a0)).intoArray(sums, to);
        ((DoubleVector) SHAPE.cast(b0)).intoArray(sums, to + LANES);
        ((DoubleVector) SHAPE.cast(a1)).intoArray(sums, to + stride);
        ((DoubleVector) SHAPE.cast(b1)).intoArray(sums, to + stride + LANES);
        ((DoubleVector) SHAPE.cast(a2)).intoArray(sums, to + 2 * stride);
        ((DoubleVector) SHAPE.cast(b2)).intoArray(sums, to + 2 * stride + LANES);
        ((DoubleVector) SHAPE.cast(a3)).intoArray(sums, to + 3 * stride);
        ((DoubleVector) SHAPE.cast(b3)).intoArray(sums, to + 3 * stride + LANES);
        ((DoubleVector) SHAPE.cast(a4)).intoArray(sums, to + 4 * stride);
        ((DoubleVector) SHAPE.cast(b4)).intoArray(sums, to + 4 * stride + LANES);
        ((DoubleVector) SHAPE.cast(a5)).intoArray(sums, to + 5 * stride);
        ((DoubleVector) SHAPE.cast(b5)).intoArray(sums, to + 5 * stride + LANES);
        ((DoubleVector) SHAPE.cast(a6)).intoArray(sums, to + 6 * stride);
        ((DoubleVector) SHAPE.cast(b6)).intoArray(sums, to + 6 * stride + LANES);
        ((DoubleVector) SHAPE.cast(a7)).intoArray(sums, to + 7 * stride);
        ((DoubleVector) SHAPE.cast(b7)).intoArray(sums, to + 7 * stride + LANES);
    }

    private static void four(
            int inner,
            double[] left,
            int at,
            int leftStride,
            double[] right,
            int from,
            double[] sums,
            int to,
            int stride) {
        DoubleVector a0 = DoubleVector.fromArray(SPECIES, sums, to);
        DoubleVector b0 = DoubleVector.fromArray(SPECIES, sums, to + LANES);
        DoubleVector a1 = DoubleVector.fromArray(SPECIES, sums, to + stride);
        DoubleVector b1 = DoubleVector.fromArray(SPECIES, sums, to + stride + LANES);
        DoubleVector a2 = DoubleVector.fromArray(SPECIES, sums, to + 2 * stride);
        DoubleVector b2 = DoubleVector.fromArray(SPECIES, sums, to + 2 * stride + LANES);
        DoubleVector a3 = DoubleVector.fromArray(SPECIES, sums, to + 3 * stride);
        DoubleVector b3 = DoubleVector.fromArray(SPECIES, sums, to + 3 * stride + LANES);
        for (int k = 0; k < inner; k++) {
            DoubleVector a = DoubleVector.fromArray(SPECIES, right, from + k * stride);
            DoubleVector b = DoubleVector.fromArray(SPECIES, right, from + k * stride + LANES);
            DoubleVector w0 = DoubleVector.broadcast(SPECIES, left[at + k]);
            a0 = w0.fma(a, (DoubleVector) SHAPE.cast(a0));
            b0 = w0.fma(b, (DoubleVector) SHAPE.cast(b0));
            DoubleVector w1 = DoubleVector.broadcast(SPECIES, left[at + leftStride + k]);
            a1 = w1.fma(a, (DoubleVector) SHAPE.cast(a1));
            b1 = w1.fma(b, (DoubleVector) SHAPE.cast(b1));
            DoubleVector w2 = DoubleVector.broadcast(SPECIES, left[at + 2 * leftStride + k]);
            a2 = w2.fma(a, (DoubleVector) SHAPE.cast(a2));
            b2 = w2.fma(b, (DoubleVector) SHAPE.cast(b2));
            DoubleVector w3 = DoubleVector.broadcast(SPECIES, left[at + 3 * leftStride + k]);
            a3 = w3.fma(a, (DoubleVector) SHAPE.cast(a3));
            b3 = w3.fma(b, (DoubleVector) SHAPE.cast(b3));
        }
        ((DoubleVector) SHAPE.cast(a0)).intoArray(sums, to);
        ((DoubleVector) SHAPE.cast(b0)).intoArray(sums, to + LANES);
        ((DoubleVector) SHAPE.cast(a1)).intoArray(sums, to + stride);
        ((DoubleVector) SHAPE.cast(b1)).intoArray(sums, to + stride + LANES);
        ((DoubleVector) SHAPE.cast(a2)).intoArray(sums, to + 2 * stride);
        ((DoubleVector) SHAPE.cast(b2)).intoArray(sums, to + 2 * stride + LANES);
        ((DoubleVector) SHAPE.cast(a3)).intoArray(sums, to + 3 * stride);
        ((DoubleVector) SHAPE.cast(b3)).intoArray(sums, to + 3 * stride + LANES);
    }

    private static void one(
            int inner, double[] left, int at, double[] right, int from, double[] sums, int to, int stride) {
        DoubleVector a0 = DoubleVector.fromArray(SPECIES, sums, to);
        DoubleVector b0 = DoubleVector.fromArray(SPECIES, sums, to + LANES);
        for (int k = 0; k < inner; k++) {
            DoubleVector a = DoubleVector.fromArray(SPECIES, right, from + k * stride);
            DoubleVector b = DoubleVector.fromArray(SPECIES, right, from + k * stride + LANES);
            DoubleVector w0 = DoubleVector.broadcast(SPECIES, left[at + k]);
            a0 = w0.fma(a, (DoubleVector) SHAPE.cast(a0));
            b0 = w0.fma(b, (DoubleVector) SHAPE.cast(b0));
        }
        ((DoubleVector) SHAPE.cast(a0)).intoArray(sums, to);
        ((DoubleVector) SHAPE.cast(b0)).intoArray(sums, to + LANES);
    }
}
