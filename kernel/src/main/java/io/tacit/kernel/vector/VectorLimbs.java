package io.tacit.kernel.vector;

import io.tacit.kernel.tile.MontgomeryLimbs;
import java.math.BigInteger;
import java.util.Arrays;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.Vector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The loops of Montgomery products in limbs of 51 bits, one product a lane. Limb j of all lanes lies side by side, so that no operation
 * crosses lanes. A limb is kept as the bits of the double that holds it.
 *
 * <p><b>Product of limbs.</b> For limbs 0 &lt;= x, y &lt; 2^51 and H = 1.5 * 2^103, S = 1.5 * 2^52:
 *
 * <pre>
 *   high = fma(x, y, H)            = H + h 2^51,       h an integer, 0 &lt;= h &lt;= 2^51
 *   low  = fma(x, y, (H + S) - high) = S + (x y - h 2^51)
 * </pre>
 *
 * H + x y lies in [2^103, 2^104), because x y &lt;= 2^102 - 2^52 + 1, and so does its rounding: the unit in the last place
 * there is 2^51, which makes h an integer with |x y - h 2^51| &lt;= 2^50 (round to nearest). H + S is H + 3 * 2^51, exact;
 * (H + S) - high = (3 - h) 2^51 is exact, being a multiple of 2^51 below 2^102; and low is an integer in
 * [S - 2^50, S + 2^50], inside [2^52, 2^53) and so exact. In both binades the bits of a double, read as an integer, grow by
 * one with each unit in the last place: bits(high) = bits(H) + h and bits(low) = bits(S) + (x y - h 2^51). So sums of limb
 * products are sums of these bits in 64-bit integers that wrap; the known multiples of bits(H) and bits(S) are in each
 * column from the beginning, negated. The low 51 bits of bits(H) and bits(S) are zero.
 *
 * <p><b>Columns.</b> A column gets at most 2 L low and 2 L high parts and a carry, in absolute value below
 * 2 L (2^50 + 2^51) + 2^13 &lt; 2^61 for L &lt;= 162 limbs, which is what {@link #MAX_BITS} bits take: no column wraps in truth.
 *
 * <p><b>Quotients.</b> Instead of m its multiple M = m k with M = -1 mod 2^51 is used (Orup, "Simplifying quotient
 * determination in high-radix modular multiplication", ARITH 1995): the quotient digit q is the lowest limb itself, and
 * (T + q M) / 2^51 = floor(T / 2^51) + q U with U = (M + 1) / 2^51, which is at most m and has a limb less than M.
 *
 * <p>All limbs but those of columns are exact and below 2^51.
 */
abstract class VectorLimbs extends MontgomeryLimbs {
    private static final VectorSpecies<Double> DOUBLES = DoubleVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Long> LONGS = LongVector.SPECIES_PREFERRED;
    static final int LANES = LONGS.length();
    private static final Class<? extends Vector<Long>> SHAPE = LONGS.vectorType();

    private static final int LIMB_BITS = 51;
    private static final long LIMB = (1L << LIMB_BITS) - 1;

    /** H of the class comment. */
    private static final double HIGH = 0x1.8p103;

    /** S of the class comment. */
    private static final double LOW = 0x1.8p52;

    private static final double BOTH = HIGH + LOW;

    /** 2^52: its bits and a limb make the double 2^52 + limb. */
    private static final double UNIT = 0x1p52;

    private static final long UNIT_BITS = Double.doubleToRawLongBits(UNIT);

    /** U, a limb in each lane. */
    private final long[] cofactor;

    VectorLimbs(BigInteger root, int parts) {
        super(root, parts, LIMB_BITS, LANES);
        cofactor = new long[limbs() * LANES];
        for (int j = 0; j < limbs() - 1; j++) {
            long bits = encode(limbOf(quotientFactor(), j));
            Arrays.fill(cofactor, j * LANES, (j + 1) * LANES, bits);
        }
    }

    /** Minus the bits of H and S that some products of two numbers, all added, and one reduction add to a column. */
    static long offset(int column, int products, int limbs) {
        return -(parts(column, products, limbs) * Double.doubleToRawLongBits(LOW)
                + parts(column - 1, products, limbs) * Double.doubleToRawLongBits(HIGH));
    }

    /** The bits of H and S that the product of a number and a limb, taken away, takes from a column. */
    static long offsetOfLimb(int column, int limbs) {
        return (column < limbs ? Double.doubleToRawLongBits(LOW) : 0)
                + (0 < column && column <= limbs ? Double.doubleToRawLongBits(HIGH) : 0);
    }

    /** Products of limbs whose low half a column gets. */
    private static int parts(int column, int products, int limbs) {
        return column < 0 ? 0 : products * pairs(column, limbs) + pairsOfReduction(column, limbs);
    }

    /** Pairs (i, j) of 0 .. limbs - 1 with i + j = column. */
    private static int pairs(int column, int limbs) {
        return Math.max(0, Math.min(column + 1, 2 * limbs - 1 - column));
    }

    /** Pairs (i, j), i of 0 .. limbs - 1 and j of 0 .. limbs - 2, with i + j + 1 = column. */
    private static int pairsOfReduction(int column, int limbs) {
        return Math.max(0, Math.min(Math.min(column, limbs - 1), 2 * limbs - 1 - column));
    }

    @Override
    protected final long encode(long limb) {
        return Double.doubleToRawLongBits((double) limb);
    }

    @Override
    protected final long decode(long word) {
        return (long) Double.longBitsToDouble(word);
    }

    @Override
    protected final void toLane(long[] residue, int at, long[] block, int lane) {
        for (int j = 0; j < longs(); j++) {
            block[j * LANES + lane] = residue[at + j];
        }
    }

    @Override
    protected final void fromLane(long[] block, int lane, long[] residue, int at) {
        for (int j = 0; j < longs(); j++) {
            residue[at + j] = block[j * LANES + lane];
        }
    }

    final long[] cofactor() {
        return cofactor;
    }

    /** Two columns for each limb, two more, and a quotient digit for each limb. */
    static int areaLongs(int limbs) {
        return (3 * limbs + 2) * LANES;
    }

    /** Where the quotient digits begin that follow the columns from {@code at}. */
    static int digits(int end, int at) {
        return at + 2 * end + 2 * LANES;
    }

    /**
     * Adds the product of two numbers to the columns from {@code at} and reduces: the upper half of the columns is the result.
     *
     * @param end limbs of a number, times the lanes
     */
    static void multiply(int end, long[] a, int aAt, long[] b, int bAt, long[] u, long[] columns, int at) {
        int q = digits(end, at);
        head(a, aAt, b, bAt, u, columns, at, q);
        for (int i = 0; i < end; i += 2 * LANES) {
            // The next two digits as soon as their columns are complete: their latency hides behind the rest of the
            // rows.
            rows(2 * LANES, 4 * LANES, a, aAt + i, b, bAt, u, columns, at + i, q + i);
            if (i + 2 * LANES < end) {
                head(a, aAt + i + 2 * LANES, b, bAt, u, columns, at + i + 2 * LANES, q + i + 2 * LANES);
            }
            rows(4 * LANES, end, a, aAt + i, b, bAt, u, columns, at + i, q + i);
        }
    }

    /** Makes the columns from {@code at} those of the square of a number and reduces, as {@link #multiply}. */
    static void square(int end, long[] a, int aAt, long[] u, long[] offsets, long[] columns, int at) {
        int q = digits(end, at);
        Arrays.fill(columns, at, q, 0);
        for (int i = 0; i < end; i += 2 * LANES) {
            unlike(a, aAt + i, columns, at + 2 * i + LANES);
            pair(i + 2 * LANES, end, a, aAt + i, a, aAt, columns, at + i);
        }
        like(end, a, aAt, offsets, columns, at);
        reductionHead(u, columns, at, q);
        for (int i = 0; i < end; i += 2 * LANES) {
            pair(LANES, 3 * LANES, columns, q + i, u, 0, columns, at + i + LANES);
            if (i + 2 * LANES < end) {
                reductionHead(u, columns, at + i + 2 * LANES, q + i + 2 * LANES);
            }
            pair(3 * LANES, end - LANES, columns, q + i, u, 0, columns, at + i + LANES);
        }
    }

    /** Adds the product of two numbers to the columns from {@code at}. */
    static void add(int end, long[] a, int aAt, long[] b, int bAt, long[] columns, int at) {
        for (int i = 0; i < end; i += 2 * LANES) {
            pair(0, end, a, aAt + i, b, bAt, columns, at + i);
        }
    }

    /**
     * The first two columns of rows i and i + 1: limbs i and i + 1 of a times limbs 0 and 1 of b, which completes the columns
     * from {@code at}; the quotient digits, which are what these then hold, written to {@code q}; the digits times as many limbs
     * of U; and the carry of the two columns into the third.
     */
    private static void head(long[] a, int aAt, long[] b, int bAt, long[] u, long[] columns, int at, int q) {
        DoubleVector high = DoubleVector.broadcast(DOUBLES, HIGH);
        DoubleVector both = DoubleVector.broadcast(DOUBLES, BOTH);
        DoubleVector a0 = LongVector.fromArray(LONGS, a, aAt).reinterpretAsDoubles();
        DoubleVector a1 = LongVector.fromArray(LONGS, a, aAt + LANES).reinterpretAsDoubles();
        DoubleVector b0 = LongVector.fromArray(LONGS, b, bAt).reinterpretAsDoubles();
        DoubleVector b1 = LongVector.fromArray(LONGS, b, bAt + LANES).reinterpretAsDoubles();
        DoubleVector u0 = LongVector.fromArray(LONGS, u, 0).reinterpretAsDoubles();
        DoubleVector p00 = a0.fma(b0, high);
        DoubleVector p01 = a0.fma(b1, high);
        DoubleVector p10 = a1.fma(b0, high);
        DoubleVector p11 = a1.fma(b1, high);
        LongVector first = LongVector.fromArray(LONGS, columns, at)
                .add(a0.fma(b0, both.sub(p00)).reinterpretAsLongs());
        DoubleVector q0 = first.and(LIMB).or(UNIT_BITS).reinterpretAsDoubles().sub(UNIT);
        q0.reinterpretAsLongs().intoArray(columns, q);
        DoubleVector r0 = q0.fma(u0, high);
        LongVector second = LongVector.fromArray(LONGS, columns, at + LANES)
                .add(p00.reinterpretAsLongs())
                .add(a0.fma(b1, both.sub(p01)).reinterpretAsLongs())
                .add(a1.fma(b0, both.sub(p10)).reinterpretAsLongs())
                .add(first.lanewise(VectorOperators.ASHR, LIMB_BITS))
                .add(q0.fma(u0, both.sub(r0)).reinterpretAsLongs());
        DoubleVector q1 = second.and(LIMB).or(UNIT_BITS).reinterpretAsDoubles().sub(UNIT);
        q1.reinterpretAsLongs().intoArray(columns, q + LANES);
        DoubleVector r1 = q1.fma(u0, high);
        LongVector.fromArray(LONGS, columns, at + 2 * LANES)
                .add(p01.reinterpretAsLongs())
                .add(p10.reinterpretAsLongs())
                .add(a1.fma(b1, both.sub(p11)).reinterpretAsLongs())
                .add(r0.reinterpretAsLongs())
                .add(q1.fma(u0, both.sub(r1)).reinterpretAsLongs())
                .add(second.lanewise(VectorOperators.ASHR, LIMB_BITS))
                .intoArray(columns, at + 2 * LANES);
        LongVector.fromArray(LONGS, columns, at + 3 * LANES)
                .add(p11.reinterpretAsLongs())
                .add(r1.reinterpretAsLongs())
                .intoArray(columns, at + 3 * LANES);
    }

    /** Limbs {@code from} to {@code to} of b times two limbs of a, and as many of U, one lower, times two quotient digits. */
    private static void rows(
            int from, int to, long[] a, int aAt, long[] b, int bAt, long[] u, long[] columns, int at, int q) {
        DoubleVector high = DoubleVector.broadcast(DOUBLES, HIGH);
        DoubleVector both = DoubleVector.broadcast(DOUBLES, BOTH);
        DoubleVector a0 = LongVector.fromArray(LONGS, a, aAt).reinterpretAsDoubles();
        DoubleVector a1 = LongVector.fromArray(LONGS, a, aAt + LANES).reinterpretAsDoubles();
        DoubleVector q0 = LongVector.fromArray(LONGS, columns, q).reinterpretAsDoubles();
        DoubleVector q1 = LongVector.fromArray(LONGS, columns, q + LANES).reinterpretAsDoubles();
        LongVector w0 = LongVector.fromArray(LONGS, columns, at + from);
        LongVector w1 = LongVector.fromArray(LONGS, columns, at + from + LANES);
        for (int j = from; j < to; j += LANES) {
            DoubleVector x = LongVector.fromArray(LONGS, b, bAt + j).reinterpretAsDoubles();
            DoubleVector y = LongVector.fromArray(LONGS, u, j - LANES).reinterpretAsDoubles();
            DoubleVector p0 = a0.fma(x, high);
            DoubleVector p1 = q0.fma(y, high);
            DoubleVector p2 = a1.fma(x, high);
            DoubleVector p3 = q1.fma(y, high);
            ((LongVector) SHAPE.cast(w0))
                    .add(a0.fma(x, both.sub(p0)).reinterpretAsLongs())
                    .add(q0.fma(y, both.sub(p1)).reinterpretAsLongs())
                    .intoArray(columns, at + j);
            w0 = ((LongVector) SHAPE.cast(w1))
                    .add(p0.reinterpretAsLongs())
                    .add(p1.reinterpretAsLongs())
                    .add(a1.fma(x, both.sub(p2)).reinterpretAsLongs())
                    .add(q1.fma(y, both.sub(p3)).reinterpretAsLongs());
            w1 = LongVector.fromArray(LONGS, columns, at + j + 2 * LANES)
                    .add(p2.reinterpretAsLongs())
                    .add(p3.reinterpretAsLongs());
        }
        ((LongVector) SHAPE.cast(w0)).intoArray(columns, at + to);
        ((LongVector) SHAPE.cast(w1)).intoArray(columns, at + to + LANES);
    }

    /** Two limbs {@code x} side by side times limbs {@code from} to {@code to} of y, added to the columns from {@code at}. */
    private static void pair(int from, int to, long[] x, int xAt, long[] y, int yAt, long[] columns, int at) {
        DoubleVector high = DoubleVector.broadcast(DOUBLES, HIGH);
        DoubleVector both = DoubleVector.broadcast(DOUBLES, BOTH);
        DoubleVector x0 = LongVector.fromArray(LONGS, x, xAt).reinterpretAsDoubles();
        DoubleVector x1 = LongVector.fromArray(LONGS, x, xAt + LANES).reinterpretAsDoubles();
        LongVector w0 = LongVector.fromArray(LONGS, columns, at + from);
        LongVector w1 = LongVector.fromArray(LONGS, columns, at + from + LANES);
        for (int j = from; j < to; j += LANES) {
            DoubleVector z = LongVector.fromArray(LONGS, y, yAt + j).reinterpretAsDoubles();
            DoubleVector p0 = x0.fma(z, high);
            DoubleVector p1 = x1.fma(z, high);
            ((LongVector) SHAPE.cast(w0))
                    .add(x0.fma(z, both.sub(p0)).reinterpretAsLongs())
                    .intoArray(columns, at + j);
            w0 = ((LongVector) SHAPE.cast(w1))
                    .add(p0.reinterpretAsLongs())
                    .add(x1.fma(z, both.sub(p1)).reinterpretAsLongs());
            w1 = LongVector.fromArray(LONGS, columns, at + j + 2 * LANES).add(p1.reinterpretAsLongs());
        }
        ((LongVector) SHAPE.cast(w0)).intoArray(columns, at + to);
        ((LongVector) SHAPE.cast(w1)).intoArray(columns, at + to + LANES);
    }

    /** The product of two neighbouring limbs. */
    private static void unlike(long[] a, int aAt, long[] columns, int at) {
        DoubleVector high = DoubleVector.broadcast(DOUBLES, HIGH);
        DoubleVector both = DoubleVector.broadcast(DOUBLES, BOTH);
        DoubleVector a0 = LongVector.fromArray(LONGS, a, aAt).reinterpretAsDoubles();
        DoubleVector a1 = LongVector.fromArray(LONGS, a, aAt + LANES).reinterpretAsDoubles();
        DoubleVector p = a0.fma(a1, high);
        LongVector.fromArray(LONGS, columns, at)
                .add(a0.fma(a1, both.sub(p)).reinterpretAsLongs())
                .intoArray(columns, at);
        LongVector.fromArray(LONGS, columns, at + LANES)
                .add(p.reinterpretAsLongs())
                .intoArray(columns, at + LANES);
    }

    /** Doubles the columns, adds the squares of the limbs, and takes away the bits of H and S. */
    private static void like(int end, long[] a, int aAt, long[] offsets, long[] columns, int at) {
        DoubleVector high = DoubleVector.broadcast(DOUBLES, HIGH);
        DoubleVector both = DoubleVector.broadcast(DOUBLES, BOTH);
        for (int j = 0; j < end; j += LANES) {
            DoubleVector x = LongVector.fromArray(LONGS, a, aAt + j).reinterpretAsDoubles();
            DoubleVector p = x.fma(x, high);
            LongVector low = LongVector.fromArray(LONGS, columns, at + 2 * j);
            low.add(low)
                    .add(x.fma(x, both.sub(p)).reinterpretAsLongs())
                    .add(LongVector.fromArray(LONGS, offsets, 2 * j))
                    .intoArray(columns, at + 2 * j);
            LongVector next = LongVector.fromArray(LONGS, columns, at + 2 * j + LANES);
            next.add(next)
                    .add(p.reinterpretAsLongs())
                    .add(LongVector.fromArray(LONGS, offsets, 2 * j + LANES))
                    .intoArray(columns, at + 2 * j + LANES);
        }
    }

    /** Two quotient digits from the two columns at {@code at}, their products with the lowest limb of U, and the carry. */
    private static void reductionHead(long[] u, long[] columns, int at, int q) {
        DoubleVector high = DoubleVector.broadcast(DOUBLES, HIGH);
        DoubleVector both = DoubleVector.broadcast(DOUBLES, BOTH);
        DoubleVector u0 = LongVector.fromArray(LONGS, u, 0).reinterpretAsDoubles();
        LongVector first = LongVector.fromArray(LONGS, columns, at);
        DoubleVector q0 = first.and(LIMB).or(UNIT_BITS).reinterpretAsDoubles().sub(UNIT);
        q0.reinterpretAsLongs().intoArray(columns, q);
        DoubleVector r0 = q0.fma(u0, high);
        LongVector second = LongVector.fromArray(LONGS, columns, at + LANES)
                .add(first.lanewise(VectorOperators.ASHR, LIMB_BITS))
                .add(q0.fma(u0, both.sub(r0)).reinterpretAsLongs());
        DoubleVector q1 = second.and(LIMB).or(UNIT_BITS).reinterpretAsDoubles().sub(UNIT);
        q1.reinterpretAsLongs().intoArray(columns, q + LANES);
        DoubleVector r1 = q1.fma(u0, high);
        LongVector.fromArray(LONGS, columns, at + 2 * LANES)
                .add(second.lanewise(VectorOperators.ASHR, LIMB_BITS))
                .add(r0.reinterpretAsLongs())
                .add(q1.fma(u0, both.sub(r1)).reinterpretAsLongs())
                .intoArray(columns, at + 2 * LANES);
        LongVector.fromArray(LONGS, columns, at + 3 * LANES)
                .add(r1.reinterpretAsLongs())
                .intoArray(columns, at + 3 * LANES);
    }

    /** Carries the columns from {@code at} upwards and writes them as limbs. */
    static void normalise(int end, long[] columns, int at, long[] c, int cAt) {
        LongVector carry = LongVector.zero(LONGS);
        for (int j = 0; j < end; j += LANES) {
            LongVector sum = LongVector.fromArray(LONGS, columns, at + j).add((LongVector) SHAPE.cast(carry));
            carry = sum.lanewise(VectorOperators.ASHR, LIMB_BITS);
            sum.and(LIMB)
                    .or(UNIT_BITS)
                    .reinterpretAsDoubles()
                    .sub(UNIT)
                    .reinterpretAsLongs()
                    .intoArray(c, cAt + j);
        }
    }

    /** Twice a number, below R. */
    static void twice(int end, long[] a, int aAt, long[] c, int cAt) {
        LongVector carry = LongVector.zero(LONGS);
        for (int j = 0; j < end; j += LANES) {
            LongVector limb = LongVector.fromArray(LONGS, a, aAt + j)
                    .reinterpretAsDoubles()
                    .add(UNIT)
                    .reinterpretAsLongs()
                    .and(LIMB);
            LongVector sum = limb.add(limb).add((LongVector) SHAPE.cast(carry));
            carry = sum.lanewise(VectorOperators.ASHR, LIMB_BITS);
            sum.and(LIMB)
                    .or(UNIT_BITS)
                    .reinterpretAsDoubles()
                    .sub(UNIT)
                    .reinterpretAsLongs()
                    .intoArray(c, cAt + j);
        }
    }

    /** Takes the product of a number and a limb from the columns from {@code at}. */
    static void subtract(int end, double factor, long[] columns, int number, int at) {
        DoubleVector high = DoubleVector.broadcast(DOUBLES, HIGH);
        DoubleVector both = DoubleVector.broadcast(DOUBLES, BOTH);
        DoubleVector k = DoubleVector.broadcast(DOUBLES, factor);
        for (int j = 0; j < end; j += LANES) {
            DoubleVector x = LongVector.fromArray(LONGS, columns, number + j).reinterpretAsDoubles();
            DoubleVector p = x.fma(k, high);
            LongVector.fromArray(LONGS, columns, at + j)
                    .sub(x.fma(k, both.sub(p)).reinterpretAsLongs())
                    .intoArray(columns, at + j);
            LongVector.fromArray(LONGS, columns, at + j + LANES)
                    .sub(p.reinterpretAsLongs())
                    .intoArray(columns, at + j + LANES);
        }
    }
}
