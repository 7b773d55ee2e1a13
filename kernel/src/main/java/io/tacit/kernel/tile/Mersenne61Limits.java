package io.tacit.kernel.tile;

import io.tacit.kernel.Mersenne61;

/**
 * Exact products modulo p = 2^61 - 1 in doubles, which hold integers up to 2^53. Both factors are centred, |x| < 2^60, and
 * cut as x = x0 + 2^21 x1 + 2^42 x2 with |x0|, |x1| <= 2^20 and |x2| <= 2^18. Three squares of limbs and three squares of
 * limb sums (Karatsuba) give all coefficients with six products instead of nine:
 *
 * <pre>
 * c0 = x0 y0                                        weight 1
 * c1 = (x0+x1)(y0+y1) - x0 y0 - x1 y1               weight 2^21
 * c2 = (x0+x2)(y0+y2) - x0 y0 - x2 y2 + x1 y1       weight 2^42
 * c3 = (x1+x2)(y1+y2) - x1 y1 - x2 y2               weight 2^63 = 4
 * c4 = x2 y2                                        weight 2^84 = 2^23
 * </pre>
 *
 * The largest product, of x0+x1 and y0+y1, is at most 2^42: a sum of {@link #INNER_BLOCK} = 256 stays within 2^50, so all
 * partial sums are exact integers in any order, with or without fused multiply-add, and convert to {@code long} by adding
 * 1.5 * 2^52, which needs less than 2^51.
 */
public final class Mersenne61Limits {

    /** Most terms of a block; see above. */
    public static final int INNER_BLOCK = 256;

    /** Bits of a limb. */
    public static final int LIMB_BITS = 21;

    /** Products a term: x0, x1, x2, x0+x1, x0+x2, x1+x2, in this order. */
    public static final int PRODUCTS = 6;

    private static final int LOW_40_SHIFT = 40;

    private Mersenne61Limits() {}

    /** Lowest limb of a centred value, -2^20 .. 2^20 - 1. */
    public static long limb0(long centred) {
        return (centred << (64 - LIMB_BITS)) >> (64 - LIMB_BITS);
    }

    /** What remains above the lowest limb, exact. */
    public static long above(long centred) {
        return (centred + (1L << (LIMB_BITS - 1))) >> LIMB_BITS;
    }

    /**
     * The six sums recombined and added to a canonical value.
     *
     * @param cell canonical
     * @return canonical
     */
    public static long recombine(long cell, long s0, long s1, long s2, long s01, long s02, long s12) {
        long c1 = s01 - s0 - s1;
        long c2 = s02 - s0 - s2 + s1;
        long c3 = s12 - s1 - s2;
        long mid = c1 + 4 * s2; // weight 2^21; below 2^53 in absolute value
        // 2^21 mid: the part of mid above 40 bits has weight 2^61 = 1. Likewise 2^42 c2 above 19 bits.
        long midLow = (mid & ((1L << LOW_40_SHIFT) - 1)) << LIMB_BITS;
        long c2Low = (c2 & ((1L << (61 - 2 * LIMB_BITS)) - 1)) << (2 * LIMB_BITS);
        long small = s0 + 4 * c3 + (mid >> LOW_40_SHIFT) + (c2 >> (61 - 2 * LIMB_BITS)); // below 2^54
        return Mersenne61.fromSigned(midLow + c2Low + small + cell); // two below 2^61, cell below 2^61: no overflow
    }
}
