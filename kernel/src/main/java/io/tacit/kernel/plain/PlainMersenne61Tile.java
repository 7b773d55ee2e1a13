package io.tacit.kernel.plain;

import io.tacit.kernel.Mersenne61;
import io.tacit.kernel.tile.LongTile;
import io.tacit.kernel.tile.Mersenne61Limits;
import java.util.Arrays;

/** A cell modulo 2^61 - 1, summed exactly in doubles as {@link Mersenne61Limits} derives. */
final class PlainMersenne61Tile extends LongTile {
    private final double[][][] rightParts;
    private final double[][] leftParts = new double[Mersenne61Limits.PRODUCTS][Mersenne61Limits.INNER_BLOCK];
    private final double[][] partSums;
    private final long[][] cell;

    PlainMersenne61Tile(int maxRows, int innerBlock, int maxColumns) {
        super(innerBlock, maxColumns);
        rightParts = new double[Mersenne61Limits.PRODUCTS][innerBlock][maxColumns];
        partSums = new double[Mersenne61Limits.PRODUCTS][maxColumns];
        cell = new long[maxRows][maxColumns];
    }

    @Override
    protected void clear() {
        for (int r = 0; r < rows(); r++) {
            Arrays.fill(cell[r], 0, columns(), 0);
        }
    }

    @Override
    protected void accumulate(long[] left, int offset, int leftStride, int inner) {
        double[][] row = new double[Mersenne61Limits.PRODUCTS][];
        for (int k = 0; k < inner; k++) {
            for (int part = 0; part < row.length; part++) {
                row[part] = rightParts[part][k];
            }
            split(right, k * stride(), columns(), row);
        }
        for (int r = 0; r < rows(); r++) {
            split(left, offset + r * leftStride, inner, leftParts);
            for (int part = 0; part < partSums.length; part++) {
                Arrays.fill(partSums[part], 0, columns(), 0);
                addAll(partSums[part], columns(), leftParts[part], rightParts[part], inner);
            }
            recombine(cell[r], columns());
        }
    }

    private static void split(long[] values, int at, int count, double[][] parts) {
        for (int j = 0; j < count; j++) {
            long centred = Mersenne61.toSigned(values[at + j]);
            long x0 = Mersenne61Limits.limb0(centred);
            long above = Mersenne61Limits.above(centred);
            long x1 = Mersenne61Limits.limb0(above);
            long x2 = Mersenne61Limits.above(above);
            parts[0][j] = x0;
            parts[1][j] = x1;
            parts[2][j] = x2;
            parts[3][j] = x0 + x1;
            parts[4][j] = x0 + x2;
            parts[5][j] = x1 + x2;
        }
    }

    private static void addAll(double[] sum, int columns, double[] left, double[][] right, int inner) {
        int k = 0;
        for (; k < inner - 3; k += 4) {
            addFour(sum, columns, left, right, k);
        }
        for (; k < inner; k++) {
            addOne(sum, columns, left[k], right[k]);
        }
    }

    private static void addFour(double[] sum, int columns, double[] left, double[][] right, int k) {
        double w0 = left[k];
        double w1 = left[k + 1];
        double w2 = left[k + 2];
        double w3 = left[k + 3];
        double[] x0 = right[k];
        double[] x1 = right[k + 1];
        double[] x2 = right[k + 2];
        double[] x3 = right[k + 3];
        for (int j = 0; j < columns; j++) {
            sum[j] += w0 * x0[j] + w1 * x1[j] + w2 * x2[j] + w3 * x3[j];
        }
    }

    private static void addOne(double[] sum, int columns, double weight, double[] x) {
        for (int j = 0; j < columns; j++) {
            sum[j] += weight * x[j];
        }
    }

    private void recombine(long[] sums, int columns) {
        double[] s0 = partSums[0];
        double[] s1 = partSums[1];
        double[] s2 = partSums[2];
        double[] s01 = partSums[3];
        double[] s02 = partSums[4];
        double[] s12 = partSums[5];
        for (int j = 0; j < columns; j++) {
            sums[j] = Mersenne61Limits.recombine(
                    sums[j], (long) s0[j], (long) s1[j], (long) s2[j], (long) s01[j], (long) s02[j], (long) s12[j]);
        }
    }

    @Override
    protected long[] row(int r) {
        return cell[r];
    }

    @Override
    protected int rowOffset(int r) {
        return 0;
    }
}
