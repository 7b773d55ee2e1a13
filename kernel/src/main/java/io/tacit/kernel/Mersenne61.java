package io.tacit.kernel;

/** The prime p = 2^61 - 1 and arithmetic on single canonical residues 0 .. p - 1, free of branches. */
public final class Mersenne61 {

    /** The prime. */
    public static final long P = (1L << 61) - 1;

    /** Largest integer that a residue stands for: (p - 1) / 2. */
    public static final long HALF = (P - 1) / 2;

    private Mersenne61() {}

    /** {@code x + y} for canonical x, y. */
    public static long add(long x, long y) {
        long t = x - P + y;
        return t + (P & (t >> 63));
    }

    /** {@code x - y} for canonical x, y. */
    public static long subtract(long x, long y) {
        long t = x - y;
        return t + (P & (t >> 63));
    }

    /** {@code x * y} for canonical x, y. */
    public static long multiply(long x, long y) {
        return reduce(product(x, y));
    }

    /** {@code x * y} folded once by 2^61 = 1: congruent, not negative, and below 2^62 for x, y < 2^61. */
    public static long product(long x, long y) {
        long high = Math.multiplyHigh(x, y); // below 2^58
        long low = x * y;
        return (low & P) + ((high << 3) | (low >>> 61));
    }

    /** {@code x} mod p for any long that is read as unsigned. */
    public static long reduce(long x) {
        long t = (x & P) + (x >>> 61) - P; // at most 7 above 0
        return t + (P & (t >> 63));
    }

    /** {@code x} mod p for any long, in 0 .. p - 1. */
    public static long fromSigned(long x) {
        long t = (x & P) + (x >> 61); // -4 .. p + 3
        t += P & (t >> 63);
        t -= P;
        return t + (P & (t >> 63));
    }

    /** The integer of least absolute value that a canonical residue stands for. */
    public static long toSigned(long x) {
        return x - (P & ((HALF - x) >> 63));
    }
}
