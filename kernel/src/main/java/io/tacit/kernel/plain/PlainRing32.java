package io.tacit.kernel.plain;

import io.tacit.kernel.tile.IntProducts;
import io.tacit.kernel.tile.IntTile;
import java.util.Arrays;
import java.util.Objects;

/** Integers modulo 2^32: {@code int} arithmetic that wraps. */
public class PlainRing32 extends IntProducts {

    @Override
    protected IntTile newTile(int maxRows, int innerBlock, int maxColumns) {
        return new Tile(maxRows, innerBlock, maxColumns);
    }

    @Override
    protected int innerBlock() {
        return 256;
    }

    @Override
    protected int rowBlock() {
        return 256;
    }

    @Override
    protected int columnBlock() {
        return 128;
    }

    @Override
    protected int columnStep() {
        return 16;
    }

    @Override
    protected int narrowColumns() {
        return 6;
    }

    @Override
    protected final int sum(int x, int y) {
        return x + y;
    }

    @Override
    public int dot(int[] a, int aOffset, int[] b, int bOffset, int length) {
        Objects.checkFromIndexSize(aOffset, length, a.length);
        Objects.checkFromIndexSize(bOffset, length, b.length);
        int s0 = 0;
        int s1 = 0;
        int i = 0;
        for (; i < length - 1; i += 2) {
            s0 += a[aOffset + i] * b[bOffset + i];
            s1 += a[aOffset + i + 1] * b[bOffset + i + 1];
        }
        return i < length ? s0 + s1 + a[aOffset + i] * b[bOffset + i] : s0 + s1;
    }

    @Override
    public void add(int[] a, int aOffset, int[] b, int bOffset, int[] c, int cOffset, int length) {
        for (int i = 0; i < length; i++) {
            c[cOffset + i] = a[aOffset + i] + b[bOffset + i];
        }
    }

    @Override
    public void subtract(int[] a, int aOffset, int[] b, int bOffset, int[] c, int cOffset, int length) {
        for (int i = 0; i < length; i++) {
            c[cOffset + i] = a[aOffset + i] - b[bOffset + i];
        }
    }

    @Override
    public void scale(int factor, int[] a, int aOffset, int[] c, int cOffset, int length) {
        for (int i = 0; i < length; i++) {
            c[cOffset + i] = factor * a[aOffset + i];
        }
    }

    @Override
    public void hadamard(int[] a, int aOffset, int[] b, int bOffset, int[] c, int cOffset, int length) {
        for (int i = 0; i < length; i++) {
            c[cOffset + i] = a[aOffset + i] * b[bOffset + i];
        }
    }

    @Override
    public final void fromSigned(int[] signed, int signedOffset, int[] residues, int residuesOffset, int length) {
        System.arraycopy(signed, signedOffset, residues, residuesOffset, length);
    }

    @Override
    public final void toSigned(int[] residues, int residuesOffset, int[] signed, int signedOffset, int length) {
        System.arraycopy(residues, residuesOffset, signed, signedOffset, length);
    }

    /** Every {@code int} is. */
    @Override
    public final boolean isCanonical(int[] values, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, values.length);
        return true;
    }

    private static final class Tile extends IntTile {
        private final int[][] sums;
        private final int[][] terms;

        Tile(int maxRows, int innerBlock, int maxColumns) {
            super(innerBlock, maxColumns);
            sums = new int[maxRows][maxColumns];
            terms = new int[innerBlock()][maxColumns];
        }

        @Override
        protected void clear() {
            for (int r = 0; r < rows(); r++) {
                Arrays.fill(sums[r], 0, columns(), 0);
            }
        }

        @Override
        protected void accumulate(int[] left, int offset, int leftStride, int inner) {
            for (int k = 0; k < inner; k++) {
                System.arraycopy(right, k * stride(), terms[k], 0, columns());
            }
            for (int r = 0; r < rows(); r++) {
                int at = offset + r * leftStride;
                int k = 0;
                for (; k < inner - 3; k += 4) {
                    addFour(sums[r], columns(), left, at + k, terms[k], terms[k + 1], terms[k + 2], terms[k + 3]);
                }
                for (; k < inner; k++) {
                    addOne(sums[r], columns(), left[at + k], terms[k]);
                }
            }
        }

        // Equal indices in every array: the one form that C2 vectorises on both JDKs whatever the arrays are.
        private static void addFour(
                int[] sum, int columns, int[] left, int at, int[] x0, int[] x1, int[] x2, int[] x3) {
            int w0 = left[at];
            int w1 = left[at + 1];
            int w2 = left[at + 2];
            int w3 = left[at + 3];
            for (int j = 0; j < columns; j++) {
                sum[j] += w0 * x0[j] + w1 * x1[j] + w2 * x2[j] + w3 * x3[j];
            }
        }

        private static void addOne(int[] sum, int columns, int weight, int[] x) {
            for (int j = 0; j < columns; j++) {
                sum[j] += weight * x[j];
            }
        }

        @Override
        protected int[] row(int r) {
            return sums[r];
        }

        @Override
        protected int rowOffset(int r) {
            return 0;
        }
    }
}
