package io.tacit.kernel;

/** The prime p = 2^31 - 1 and arithmetic on single canonical residues 0 .. p - 1, free of branches. */
public final class Mersenne31 {

    /** The prime. */
    public static final int P = Integer.MAX_VALUE;

    /** Largest integer that a residue stands for: (p - 1) / 2. */
    public static final int HALF = (P - 1) / 2;

    private Mersenne31() {}

    /** {@code x + y} for canonical x, y. */
    public static int add(int x, int y) {
        int t = x - P + y;
        return t + (P & (t >> 31));
    }

    /** {@code x - y} for canonical x, y. */
    public static int subtract(int x, int y) {
        int t = x - y;
        return t + (P & (t >> 31));
    }

    /** {@code x * y} for canonical x, y: the product is below 2^62, so one fold leaves less than 2p. */
    public static int multiply(int x, int y) {
        return reduce((long) x * y);
    }

    /** {@code x} mod p for 0 <= x < 2^63: two folds by 2^31 = 1, then at most one p too many. */
    public static int reduce(long x) {
        long t = (x & P) + (x >>> 31); // at most 2^32 + 2^31
        t = (t & P) + (t >>> 31); // at most p + 3
        int u = (int) (t - P);
        return u + (P & (u >> 31));
    }

    /** {@code x} mod p for any int, in 0 .. p - 1. */
    public static int fromSigned(int x) {
        int t = (x & P) + (x >> 31); // the sign bit stands for -2^31 = -1; t is in -1 .. p
        t += P & (t >> 31);
        int u = t - P;
        return u + (P & (u >> 31));
    }

    /** The integer of least absolute value that a canonical residue stands for. */
    public static int toSigned(int x) {
        return x - (P & ((HALF - x) >> 31));
    }
}
