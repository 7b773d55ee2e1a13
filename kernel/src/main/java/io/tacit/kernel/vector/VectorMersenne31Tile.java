package io.tacit.kernel.vector;

import io.tacit.kernel.Mersenne31;
import io.tacit.kernel.tile.IntTile;
import io.tacit.kernel.tile.Mersenne31Limits;
import java.util.Arrays;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * A cell modulo 2^31 - 1, summed exactly in double lanes as {@link Mersenne31Limits} derives. The two pieces of a left row
 * are two rows of one matrix product.
 */
final class VectorMersenne31Tile extends IntTile {
    private static final VectorSpecies<Double> DOUBLES = DoubleMicroKernel.SPECIES;
    private static final int LANES = DOUBLES.length();

    /** As many {@code int} lanes as {@link #DOUBLES} has: half the width. */
    private static final VectorSpecies<Integer> INTS =
            VectorSpecies.of(int.class, VectorShape.forBitSize(DOUBLES.vectorBitSize() / 2));

    private static final int PIECE_STRIDE = Mersenne31Limits.INNER_BLOCK;

    private final double[] centred;
    private final double[] pieces;
    private final double[] pieceSums;
    private final double[] cell;
    private final int[] finished;

    VectorMersenne31Tile(int maxRows, int maxColumns) {
        super(Mersenne31Limits.INNER_BLOCK, maxColumns);
        centred = new double[Mersenne31Limits.INNER_BLOCK * maxColumns];
        pieces = new double[2 * maxRows * PIECE_STRIDE];
        pieceSums = new double[2 * maxRows * maxColumns];
        cell = new double[maxRows * maxColumns];
        finished = new int[maxColumns];
    }

    @Override
    protected void clear() {
        Arrays.fill(cell, 0, rows() * stride(), 0);
    }

    @Override
    protected void accumulate(int[] left, int offset, int leftStride, int inner) {
        for (int k = 0; k < inner; k++) {
            centre(right, k * stride(), centred, columns());
        }
        for (int r = 0; r < rows(); r++) {
            split(left, offset + r * leftStride, pieces, 2 * r * PIECE_STRIDE, inner);
        }
        Arrays.fill(pieceSums, 0, 2 * rows() * stride(), 0);
        DoubleMicroKernel.accumulate(
                2 * rows(), inner, columns(), pieces, 0, PIECE_STRIDE, centred, pieceSums, stride());
        for (int r = 0; r < rows(); r++) {
            recombine(cell, r * stride(), pieceSums, 2 * r * stride(), stride(), columns());
        }
    }

    /** Rounds {@code columns} up to whole vectors: both arrays are that wide. */
    private static void centre(int[] residues, int at, double[] centred, int columns) {
        for (int j = 0; j < columns; j += LANES) {
            toDouble(centred(IntVector.fromArray(INTS, residues, at + j))).intoArray(centred, at + j);
        }
    }

    private static void split(int[] left, int at, double[] pieces, int lowAt, int inner) {
        int k = 0;
        for (; k < inner - (LANES - 1); k += LANES) {
            IntVector centred = centred(IntVector.fromArray(INTS, left, at + k));
            IntVector high = centred.add(1 << (Mersenne31Limits.PIECE_BITS - 1))
                    .lanewise(VectorOperators.ASHR, Mersenne31Limits.PIECE_BITS);
            IntVector low = centred.sub(high.lanewise(VectorOperators.LSHL, Mersenne31Limits.PIECE_BITS));
            toDouble(low).intoArray(pieces, lowAt + k);
            toDouble(high).intoArray(pieces, lowAt + PIECE_STRIDE + k);
        }
        for (; k < inner; k++) {
            int centred = Mersenne31.toSigned(left[at + k]);
            pieces[lowAt + k] = Mersenne31Limits.low(centred);
            pieces[lowAt + PIECE_STRIDE + k] = Mersenne31Limits.high(centred);
        }
    }

    private static IntVector centred(IntVector residues) {
        IntVector above =
                IntVector.broadcast(INTS, Mersenne31.HALF).sub(residues).lanewise(VectorOperators.ASHR, 31);
        return residues.sub(above.and(Mersenne31.P));
    }

    private static DoubleVector toDouble(IntVector ints) {
        return (DoubleVector) ints.convertShape(VectorOperators.I2D, DOUBLES, 0);
    }

    private static void recombine(double[] cell, int at, double[] sums, int lowAt, int stride, int columns) {
        for (int j = 0; j < columns; j += LANES) {
            DoubleVector low = reduce(DoubleVector.fromArray(DOUBLES, sums, lowAt + j));
            DoubleVector high = reduce(DoubleVector.fromArray(DOUBLES, sums, lowAt + stride + j));
            DoubleVector sum = DoubleVector.fromArray(DOUBLES, cell, at + j).add(low);
            reduce(DoubleVector.broadcast(DOUBLES, Mersenne31Limits.HIGH_WEIGHT).fma(high, sum))
                    .intoArray(cell, at + j);
        }
    }

    /** Takes the nearest multiple of p away. */
    private static DoubleVector reduce(DoubleVector sum) {
        DoubleVector round = DoubleVector.broadcast(DOUBLES, Mersenne31Limits.ROUND);
        DoubleVector quotient = sum.lanewise(
                        VectorOperators.FMA, DoubleVector.broadcast(DOUBLES, Mersenne31Limits.INVERSE_P), round)
                .sub(round);
        return quotient.lanewise(VectorOperators.FMA, DoubleVector.broadcast(DOUBLES, -Mersenne31Limits.P), sum);
    }

    @Override
    protected int[] row(int r) {
        int at = r * stride();
        for (int j = 0; j < columns(); j++) {
            int value = Mersenne31Limits.toInt(cell[at + j]);
            finished[j] = value + (Mersenne31.P & (value >> 31));
        }
        return finished;
    }

    @Override
    protected int rowOffset(int r) {
        return 0;
    }
}
