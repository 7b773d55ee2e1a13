package io.tacit.kernel.plain;

import io.tacit.kernel.Mersenne31;
import io.tacit.kernel.tile.IntTile;
import io.tacit.kernel.tile.Mersenne31Limits;
import java.util.Arrays;

/** A cell modulo 2^31 - 1, summed exactly in doubles as {@link Mersenne31Limits} derives. */
final class PlainMersenne31Tile extends IntTile {
    private final double[][] centred;
    private final double[][] sums;
    private final double[] low;
    private final double[] high;
    private final double[] leftLow = new double[Mersenne31Limits.INNER_BLOCK];
    private final double[] leftHigh = new double[Mersenne31Limits.INNER_BLOCK];
    private final int[] finished;

    PlainMersenne31Tile(int maxRows, int innerBlock, int maxColumns) {
        super(innerBlock, maxColumns);
        centred = new double[innerBlock][maxColumns];
        sums = new double[maxRows][maxColumns];
        low = new double[maxColumns];
        high = new double[maxColumns];
        finished = new int[maxColumns];
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
            centre(right, k * stride(), centred[k], columns());
        }
        for (int r = 0; r < rows(); r++) {
            split(left, offset + r * leftStride, leftLow, leftHigh, inner);
            Arrays.fill(low, 0, columns(), 0);
            Arrays.fill(high, 0, columns(), 0);
            for (int k = 0; k < inner; k += 4) {
                if (k + 4 <= inner) {
                    addFour(low, columns(), leftLow, centred, k);
                    addFour(high, columns(), leftHigh, centred, k);
                } else {
                    for (int last = k; last < inner; last++) {
                        addOne(low, columns(), leftLow[last], centred[last]);
                        addOne(high, columns(), leftHigh[last], centred[last]);
                    }
                }
            }
            reduce(high, columns());
            reduce(low, columns());
            recombine(sums[r], low, high, columns());
            reduce(sums[r], columns());
        }
    }

    private static void centre(int[] residues, int at, double[] centred, int columns) {
        for (int j = 0; j < columns; j++) {
            centred[j] = Mersenne31.toSigned(residues[at + j]);
        }
    }

    private static void split(int[] left, int at, double[] low, double[] high, int inner) {
        for (int k = 0; k < inner; k++) {
            int centred = Mersenne31.toSigned(left[at + k]);
            low[k] = Mersenne31Limits.low(centred);
            high[k] = Mersenne31Limits.high(centred);
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

    private static void reduce(double[] sum, int columns) {
        for (int j = 0; j < columns; j++) {
            double quotient = sum[j] * Mersenne31Limits.INVERSE_P + Mersenne31Limits.ROUND - Mersenne31Limits.ROUND;
            sum[j] -= quotient * Mersenne31Limits.P;
        }
    }

    private static void recombine(double[] sum, double[] low, double[] high, int columns) {
        for (int j = 0; j < columns; j++) {
            sum[j] += low[j] + Mersenne31Limits.HIGH_WEIGHT * high[j];
        }
    }

    @Override
    protected int[] row(int r) {
        double[] sum = sums[r];
        for (int j = 0; j < columns(); j++) {
            int value = Mersenne31Limits.toInt(sum[j]);
            finished[j] = value + (Mersenne31.P & (value >> 31));
        }
        return finished;
    }

    @Override
    protected int rowOffset(int r) {
        return 0;
    }
}
