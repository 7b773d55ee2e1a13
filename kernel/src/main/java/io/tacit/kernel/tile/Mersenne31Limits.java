package io.tacit.kernel.tile;

/**
 * Exact products modulo p = 2^31 - 1 in doubles, which hold integers up to 2^53. A left factor is centred, |a| < 2^30, and
 * cut as a = low + 2^16 high with |low| <= 2^15 and |high| <= 2^14; the right factor is centred and whole, |b| < 2^30. So a
 * sum of {@link #INNER_BLOCK} = 240 products stays below 240 * 2^15 * 2^30 < 0.94 * 2^53: every partial sum is an exact
 * integer, in whatever order it is formed and with or without fused multiply-add. Taking the nearest multiple of p away
 * from such a sum s subtracts at most |s| + p / 2 < 2^53, exact as well, and leaves at most (p + 1) / 2. The recombination
 * |cell| + |low| + 2^16 |high| <= 2^30 + 2^30 + 2^46 is far below 2^53.
 */
public final class Mersenne31Limits {

    /** Most terms of a block; see above. */
    public static final int INNER_BLOCK = 240;

    /** Bits of the low piece of a left factor. */
    public static final int PIECE_BITS = 16;

    /** 2^16: weight of the high piece. */
    public static final double HIGH_WEIGHT = 1 << PIECE_BITS;

    /** Adding and taking away 1.5 * 2^52 rounds a double of absolute value below 2^51 to the nearest integer. */
    public static final double ROUND = 0x1.8p52;

    /** p as a double. */
    public static final double P = Integer.MAX_VALUE;

    /** 1 / p, rounded: a quotient below 2^23 is then off by less than 2^-28. */
    public static final double INVERSE_P = 1.0 / Integer.MAX_VALUE;

    private Mersenne31Limits() {}

    /** The integer that a double below 2^31 in absolute value holds: the low bits of the rounding sum's significand. */
    public static int toInt(double integer) {
        return (int) Double.doubleToRawLongBits(integer + ROUND);
    }

    /** Low piece of a centred left factor, -2^15 .. 2^15 - 1. */
    public static int low(int centred) {
        return centred - (high(centred) << PIECE_BITS);
    }

    /** High piece of a centred left factor, -2^14 .. 2^14. */
    public static int high(int centred) {
        return (centred + (1 << (PIECE_BITS - 1))) >> PIECE_BITS;
    }
}
