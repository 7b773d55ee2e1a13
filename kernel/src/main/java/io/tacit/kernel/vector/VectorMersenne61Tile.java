package io.tacit.kernel.vector;

import io.tacit.kernel.Mersenne61;
import io.tacit.kernel.tile.LongTile;
import io.tacit.kernel.tile.Mersenne61Limits;
import java.util.Arrays;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** A cell modulo 2^61 - 1, summed exactly in double lanes as six matrix products of limbs, as {@link Mersenne61Limits} derives. */
final class VectorMersenne61Tile extends LongTile {
    private static final VectorSpecies<Long> LONGS = LongVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Double> DOUBLES = DoubleMicroKernel.SPECIES;
    private static final int LANES = LONGS.length();
    private static final int LIMB_BITS = Mersenne61Limits.LIMB_BITS;

    /** 1.5 * 2^52 and its bits: adding the bits to a small integer makes a double that holds it, and back. */
    private static final double SHIFTER = 0x1.8p52;

    private static final long SHIFTER_BITS = Double.doubleToRawLongBits(SHIFTER);

    private final double[][] leftParts;
    private final double[][] rightParts;
    private final double[][] sums;
    private final long[][] integers;
    private final long[] cell;

    VectorMersenne61Tile(int maxRows, int innerBlock, int maxColumns) {
        super(innerBlock, maxColumns);
        leftParts = new double[Mersenne61Limits.PRODUCTS][maxRows * innerBlock];
        rightParts = new double[Mersenne61Limits.PRODUCTS][innerBlock * maxColumns];
        sums = new double[Mersenne61Limits.PRODUCTS][maxRows * maxColumns];
        integers = new long[Mersenne61Limits.PRODUCTS][maxColumns];
        cell = new long[maxRows * maxColumns];
    }

    @Override
    protected void clear() {
        Arrays.fill(cell, 0, rows() * stride(), 0);
    }

    @Override
    protected void accumulate(long[] left, int offset, int leftStride, int inner) {
        for (int k = 0; k < inner; k++) {
            int at = k * stride();
            split(
                    right,
                    at,
                    rightParts,
                    at,
                    columns() + (-columns() & (LANES - 1))); // whole vectors: the rows are that long
        }
        for (int r = 0; r < rows(); r++) {
            split(left, offset + r * leftStride, leftParts, r * innerBlock(), inner);
        }
        for (int part = 0; part < sums.length; part++) {
            Arrays.fill(sums[part], 0, rows() * stride(), 0);
            DoubleMicroKernel.accumulate(
                    rows(), inner, columns(), leftParts[part], 0, innerBlock(), rightParts[part], sums[part], stride());
        }
        for (int r = 0; r < rows(); r++) {
            for (int part = 0; part < sums.length; part++) {
                toLongs(sums[part], r * stride(), integers[part], columns());
            }
            recombine(cell, r * stride(), integers, columns());
        }
    }

    private static void split(long[] values, int from, double[][] parts, int to, int count) {
        double[] p0 = parts[0];
        double[] p1 = parts[1];
        double[] p2 = parts[2];
        double[] p01 = parts[3];
        double[] p02 = parts[4];
        double[] p12 = parts[5];
        int j = 0;
        for (; j < count - (LANES - 1); j += LANES) {
            LongVector x = LongVector.fromArray(LONGS, values, from + j);
            LongVector half = LongVector.broadcast(LONGS, Mersenne61.HALF).sub(x);
            x = x.sub(half.lanewise(VectorOperators.ASHR, 63).and(Mersenne61.P));
            LongVector above = x.add(1L << (LIMB_BITS - 1)).lanewise(VectorOperators.ASHR, LIMB_BITS);
            LongVector x2 = above.add(1L << (LIMB_BITS - 1)).lanewise(VectorOperators.ASHR, LIMB_BITS);
            LongVector x0 = x.sub(above.lanewise(VectorOperators.LSHL, LIMB_BITS));
            LongVector x1 = above.sub(x2.lanewise(VectorOperators.LSHL, LIMB_BITS));
            DoubleVector d0 = x0.add(SHIFTER_BITS).reinterpretAsDoubles().sub(SHIFTER);
            DoubleVector d1 = x1.add(SHIFTER_BITS).reinterpretAsDoubles().sub(SHIFTER);
            DoubleVector d2 = x2.add(SHIFTER_BITS).reinterpretAsDoubles().sub(SHIFTER);
            d0.intoArray(p0, to + j);
            d1.intoArray(p1, to + j);
            d2.intoArray(p2, to + j);
            d0.add(d1).intoArray(p01, to + j);
            d0.add(d2).intoArray(p02, to + j);
            d1.add(d2).intoArray(p12, to + j);
        }
        for (; j < count; j++) {
            long x = Mersenne61.toSigned(values[from + j]);
            long x0 = Mersenne61Limits.limb0(x);
            long above = Mersenne61Limits.above(x);
            long x1 = Mersenne61Limits.limb0(above);
            long x2 = Mersenne61Limits.above(above);
            p0[to + j] = x0;
            p1[to + j] = x1;
            p2[to + j] = x2;
            p01[to + j] = x0 + x1;
            p02[to + j] = x0 + x2;
            p12[to + j] = x1 + x2;
        }
    }

    /** One row of one part's sums as {@code long}. */
    private static void toLongs(double[] sums, int at, long[] integers, int columns) {
        for (int j = 0; j < columns; j += LANES) {
            DoubleVector.fromArray(DOUBLES, sums, at + j)
                    .add(SHIFTER)
                    .reinterpretAsLongs()
                    .sub(SHIFTER_BITS)
                    .intoArray(integers, j);
        }
    }

    /** {@link Mersenne61Limits#recombine} in lanes. */
    private static void recombine(long[] cell, int at, long[][] integers, int columns) {
        long[] i0 = integers[0];
        long[] i1 = integers[1];
        long[] i2 = integers[2];
        long[] i01 = integers[3];
        long[] i02 = integers[4];
        long[] i12 = integers[5];
        for (int j = 0; j < columns; j += LANES) {
            LongVector s0 = LongVector.fromArray(LONGS, i0, j);
            LongVector s1 = LongVector.fromArray(LONGS, i1, j);
            LongVector s2 = LongVector.fromArray(LONGS, i2, j);
            LongVector c1 = LongVector.fromArray(LONGS, i01, j).sub(s0).sub(s1);
            LongVector c2 = LongVector.fromArray(LONGS, i02, j).sub(s0).sub(s2).add(s1);
            LongVector c3 = LongVector.fromArray(LONGS, i12, j).sub(s1).sub(s2);
            LongVector mid = c1.add(s2.lanewise(VectorOperators.LSHL, 2));
            LongVector sum = LongVector.fromArray(LONGS, cell, at + j)
                    .add(s0)
                    .add(c3.lanewise(VectorOperators.LSHL, 2))
                    .add(mid.lanewise(VectorOperators.ASHR, 40))
                    .add(c2.lanewise(VectorOperators.ASHR, 19))
                    .add(mid.and((1L << 40) - 1).lanewise(VectorOperators.LSHL, LIMB_BITS))
                    .add(c2.and((1L << 19) - 1).lanewise(VectorOperators.LSHL, 2 * LIMB_BITS));
            LongVector t = sum.and(Mersenne61.P).add(sum.lanewise(VectorOperators.ASHR, 61));
            t = t.add(t.lanewise(VectorOperators.ASHR, 63).and(Mersenne61.P)).sub(Mersenne61.P);
            t.add(t.lanewise(VectorOperators.ASHR, 63).and(Mersenne61.P)).intoArray(cell, at + j);
        }
    }

    @Override
    protected long[] row(int r) {
        return cell;
    }

    @Override
    protected int rowOffset(int r) {
        return r * stride();
    }
}
