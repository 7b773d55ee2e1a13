package io.tacit.kernel.vector;

import io.tacit.kernel.Mersenne31;
import io.tacit.kernel.tile.IntTile;
import io.tacit.kernel.tile.Mersenne31Limits;
import java.util.Arrays;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * A cell modulo 2^31 - 1, summed exactly in double lanes as {@link Mersenne31Limits} derives. The two pieces of a left row
 * are two rows of one matrix product.
 *
 * <p>A vector of {@code int} becomes two of doubles: its even lanes, then its odd lanes. Columns lie in that order until
 * {@link #row} interleaves them again, and so do the terms of the inner dimension, in both factors.
 */
final class VectorMersenne31Tile extends IntTile {
    private static final VectorSpecies<Double> DOUBLES = DoubleMicroKernel.SPECIES;
    private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;
    private static final int LANES = DOUBLES.length();
    private static final int INT_LANES = INTS.length();

    /** 1.5 * 2^52 and its bits: adding the bits to a small integer makes a double that holds it, and back. */
    private static final double SHIFTER = Mersenne31Limits.ROUND;

    private static final long SHIFTER_BITS = Double.doubleToRawLongBits(SHIFTER);

    private final double[] centred;
    private final double[] pieces;
    private final double[] pieceSums;
    private final double[] cell;
    private final int[] finished;

    VectorMersenne31Tile(int maxRows, int innerBlock, int maxColumns) {
        super(innerBlock, maxColumns);
        centred = new double[innerBlock * maxColumns];
        pieces = new double[2 * maxRows * innerBlock];
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
            centre(right, k * stride(), centred, place(k, inner) * stride(), columns());
        }
        for (int r = 0; r < rows(); r++) {
            split(left, offset + r * leftStride, pieces, 2 * r * innerBlock(), innerBlock(), inner);
        }
        Arrays.fill(pieceSums, 0, 2 * rows() * stride(), 0);
        DoubleMicroKernel.accumulate(
                2 * rows(), inner, columns(), pieces, 0, innerBlock(), centred, pieceSums, stride());
        for (int r = 0; r < rows(); r++) {
            recombine(cell, r * stride(), pieceSums, 2 * r * stride(), stride(), columns());
        }
    }

    /** Where term k of the inner dimension lies: in whole vectors the even terms first. */
    private static int place(int k, int inner) {
        int lane = k % INT_LANES;
        int first = k - lane;
        return first + INT_LANES > inner ? k : first + lane / 2 + (lane % 2) * LANES;
    }

    /** Rounds {@code columns} up to whole vectors: both arrays are that wide. */
    private static void centre(int[] residues, int from, double[] centred, int to, int columns) {
        for (int j = 0; j < columns; j += INT_LANES) {
            IntVector x = IntVector.fromArray(INTS, residues, from + j);
            IntVector above = IntVector.broadcast(INTS, Mersenne31.HALF).sub(x).lanewise(VectorOperators.ASHR, 31);
            LongVector pairs = x.sub(above.and(Mersenne31.P)).reinterpretAsLongs();
            LongVector even = pairs.lanewise(VectorOperators.LSHL, 32).lanewise(VectorOperators.ASHR, 32);
            even.add(SHIFTER_BITS).reinterpretAsDoubles().sub(SHIFTER).intoArray(centred, to + j);
            LongVector odd = pairs.lanewise(VectorOperators.ASHR, 32);
            odd.add(SHIFTER_BITS).reinterpretAsDoubles().sub(SHIFTER).intoArray(centred, to + j + LANES);
        }
    }

    private static void split(int[] left, int at, double[] pieces, int lowAt, int pieceStride, int inner) {
        int highAt = lowAt + pieceStride;
        int k = 0;
        for (; k < inner - (INT_LANES - 1); k += INT_LANES) {
            IntVector x = IntVector.fromArray(INTS, left, at + k);
            IntVector above = IntVector.broadcast(INTS, Mersenne31.HALF).sub(x).lanewise(VectorOperators.ASHR, 31);
            x = x.sub(above.and(Mersenne31.P));
            IntVector high = x.add(1 << (Mersenne31Limits.PIECE_BITS - 1))
                    .lanewise(VectorOperators.ASHR, Mersenne31Limits.PIECE_BITS);
            LongVector lows = x.sub(high.lanewise(VectorOperators.LSHL, Mersenne31Limits.PIECE_BITS))
                    .reinterpretAsLongs();
            LongVector highs = high.reinterpretAsLongs();
            LongVector even = lows.lanewise(VectorOperators.LSHL, 32).lanewise(VectorOperators.ASHR, 32);
            even.add(SHIFTER_BITS).reinterpretAsDoubles().sub(SHIFTER).intoArray(pieces, lowAt + k);
            LongVector odd = lows.lanewise(VectorOperators.ASHR, 32);
            odd.add(SHIFTER_BITS).reinterpretAsDoubles().sub(SHIFTER).intoArray(pieces, lowAt + k + LANES);
            even = highs.lanewise(VectorOperators.LSHL, 32).lanewise(VectorOperators.ASHR, 32);
            even.add(SHIFTER_BITS).reinterpretAsDoubles().sub(SHIFTER).intoArray(pieces, highAt + k);
            odd = highs.lanewise(VectorOperators.ASHR, 32);
            odd.add(SHIFTER_BITS).reinterpretAsDoubles().sub(SHIFTER).intoArray(pieces, highAt + k + LANES);
        }
        for (; k < inner; k++) {
            int centred = Mersenne31.toSigned(left[at + k]);
            pieces[lowAt + k] = Mersenne31Limits.low(centred);
            pieces[highAt + k] = Mersenne31Limits.high(centred);
        }
    }

    /** Adds low + 2^16 high to the cell, less the nearest multiples of p. Rounds {@code columns} up to pairs of vectors. */
    private static void recombine(double[] cell, int at, double[] sums, int lowAt, int stride, int columns) {
        DoubleVector round = DoubleVector.broadcast(DOUBLES, Mersenne31Limits.ROUND);
        DoubleVector inverse = DoubleVector.broadcast(DOUBLES, Mersenne31Limits.INVERSE_P);
        DoubleVector minusP = DoubleVector.broadcast(DOUBLES, -Mersenne31Limits.P);
        DoubleVector weight = DoubleVector.broadcast(DOUBLES, Mersenne31Limits.HIGH_WEIGHT);
        int wide = columns + (-columns & (INT_LANES - 1));
        for (int j = 0; j < wide; j += LANES) {
            DoubleVector low = DoubleVector.fromArray(DOUBLES, sums, lowAt + j);
            low = low.fma(inverse, round).sub(round).fma(minusP, low);
            DoubleVector high = DoubleVector.fromArray(DOUBLES, sums, lowAt + stride + j);
            high = high.fma(inverse, round).sub(round).fma(minusP, high);
            DoubleVector sum = high.fma(
                    weight, DoubleVector.fromArray(DOUBLES, cell, at + j).add(low));
            sum.fma(inverse, round).sub(round).fma(minusP, sum).intoArray(cell, at + j);
        }
    }

    @Override
    protected int[] row(int r) {
        finish(cell, r * stride(), finished, columns());
        return finished;
    }

    /** Residues of absolute value at most 2^30 to canonical ones, even and odd columns interleaved. */
    private static void finish(double[] cell, int at, int[] finished, int columns) {
        for (int j = 0; j < columns; j += INT_LANES) {
            LongVector even =
                    DoubleVector.fromArray(DOUBLES, cell, at + j).add(SHIFTER).reinterpretAsLongs();
            LongVector odd = DoubleVector.fromArray(DOUBLES, cell, at + j + LANES)
                    .add(SHIFTER)
                    .reinterpretAsLongs();
            IntVector x = even.and(0xFFFF_FFFFL)
                    .or(odd.lanewise(VectorOperators.LSHL, 32))
                    .reinterpretAsInts();
            x.add(x.lanewise(VectorOperators.ASHR, 31).and(Mersenne31.P)).intoArray(finished, j);
        }
    }

    @Override
    protected int rowOffset(int r) {
        return 0;
    }
}
