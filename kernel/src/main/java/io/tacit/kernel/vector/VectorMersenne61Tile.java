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
    private static final int LEFT_STRIDE = Mersenne61Limits.INNER_BLOCK;
    private static final int LIMB_BITS = Mersenne61Limits.LIMB_BITS;

    /** 1.5 * 2^52 and its bits: adding the bits to a small integer makes a double that holds it, and back. */
    private static final double SHIFTER = 0x1.8p52;

    private static final long SHIFTER_BITS = Double.doubleToRawLongBits(SHIFTER);

    private final double[][] leftParts;
    private final double[][] rightParts;
    private final double[][] sums;
    private final long[] cell;

    VectorMersenne61Tile(int maxRows, int maxColumns) {
        super(Mersenne61Limits.INNER_BLOCK, maxColumns);
        leftParts = new double[Mersenne61Limits.PRODUCTS][maxRows * LEFT_STRIDE];
        rightParts = new double[Mersenne61Limits.PRODUCTS][Mersenne61Limits.INNER_BLOCK * maxColumns];
        sums = new double[Mersenne61Limits.PRODUCTS][maxRows * maxColumns];
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
            split(left, offset + r * leftStride, leftParts, r * LEFT_STRIDE, inner);
        }
        for (int part = 0; part < sums.length; part++) {
            Arrays.fill(sums[part], 0, rows() * stride(), 0);
            DoubleMicroKernel.accumulate(
                    rows(), inner, columns(), leftParts[part], 0, LEFT_STRIDE, rightParts[part], sums[part], stride());
        }
        for (int r = 0; r < rows(); r++) {
            recombine(cell, r * stride(), sums, columns());
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
            LongVector x = centred(LongVector.fromArray(LONGS, values, from + j));
            LongVector above = above(x);
            LongVector x2 = above(above);
            DoubleVector d0 = toDouble(x.sub(above.lanewise(VectorOperators.LSHL, LIMB_BITS)));
            DoubleVector d1 = toDouble(above.sub(x2.lanewise(VectorOperators.LSHL, LIMB_BITS)));
            DoubleVector d2 = toDouble(x2);
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

    private static LongVector centred(LongVector residues) {
        LongVector above =
                LongVector.broadcast(LONGS, Mersenne61.HALF).sub(residues).lanewise(VectorOperators.ASHR, 63);
        return residues.sub(above.and(Mersenne61.P));
    }

    private static LongVector above(LongVector x) {
        return x.add(1L << (LIMB_BITS - 1)).lanewise(VectorOperators.ASHR, LIMB_BITS);
    }

    private static DoubleVector toDouble(LongVector small) {
        return small.add(SHIFTER_BITS).reinterpretAsDoubles().sub(SHIFTER);
    }

    private static LongVector toLong(double[] sums, int at) {
        return DoubleVector.fromArray(DOUBLES, sums, at)
                .add(SHIFTER)
                .reinterpretAsLongs()
                .sub(SHIFTER_BITS);
    }

    /** {@link Mersenne61Limits#recombine} in lanes. */
    private static void recombine(long[] cell, int at, double[][] sums, int columns) {
        for (int j = at; j < at + columns; j += LANES) {
            LongVector s0 = toLong(sums[0], j);
            LongVector s1 = toLong(sums[1], j);
            LongVector s2 = toLong(sums[2], j);
            LongVector s01 = s0.add(s1);
            LongVector mid = toLong(sums[3], j).sub(s01).add(s2.lanewise(VectorOperators.LSHL, 2));
            LongVector c2 = toLong(sums[4], j).sub(s0).sub(s2).add(s1);
            LongVector c3 = toLong(sums[5], j).sub(s1).sub(s2);
            LongVector small = s0.add(c3.lanewise(VectorOperators.LSHL, 2));
            weigh(LongVector.fromArray(LONGS, cell, j).add(small), mid, c2).intoArray(cell, j);
        }
    }

    private static LongVector weigh(LongVector rest, LongVector mid, LongVector c2) {
        LongVector midLow = mid.and((1L << 40) - 1).lanewise(VectorOperators.LSHL, LIMB_BITS);
        LongVector c2Low = c2.and((1L << 19) - 1).lanewise(VectorOperators.LSHL, 2 * LIMB_BITS);
        LongVector sum = rest.add(mid.lanewise(VectorOperators.ASHR, 40))
                .add(c2.lanewise(VectorOperators.ASHR, 19))
                .add(midLow)
                .add(c2Low);
        return canonical(sum);
    }

    /** As {@link Mersenne61#fromSigned}. */
    private static LongVector canonical(LongVector x) {
        LongVector t = lift(x.and(Mersenne61.P).add(x.lanewise(VectorOperators.ASHR, 61)));
        return lift(t.sub(Mersenne61.P));
    }

    private static LongVector lift(LongVector t) {
        return t.add(t.lanewise(VectorOperators.ASHR, 63).and(Mersenne61.P));
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
