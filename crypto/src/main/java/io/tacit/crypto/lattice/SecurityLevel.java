package io.tacit.crypto.lattice;

/**
 * How large a modulus may be for a degree: the larger, the easier the lattice problem. Both levels are for ternary secrets
 * and errors of standard deviation 3.19 or more, and count the whole modulus of every key.
 */
public enum SecurityLevel {
    /**
     * 128 bits: the smaller of the quantum column of the Homomorphic Encryption Security Standard (2018) and the
     * guidelines of Bossuat et al. (2024/463).
     */
    STANDARD(25, 50, 101, 202, 409, 825),

    /** A fifth less modulus, against better lattice reduction than is known. */
    CONSERVATIVE(21, 41, 83, 165, 330, 660);

    private static final int SMALLEST_DEGREE_BITS = 10;

    private final int[] modulusBits;

    SecurityLevel(int... modulusBits) {
        this.modulusBits = modulusBits;
    }

    /**
     * Most bits of the whole modulus, that is, its logarithm to base 2 is at most this.
     *
     * @param degree a power of two, 1024 to 32768
     * @throws IllegalArgumentException for other degrees
     */
    public int maxModulusBits(int degree) {
        int row = Integer.numberOfTrailingZeros(degree) - SMALLEST_DEGREE_BITS;
        if (Integer.bitCount(degree) != 1 || row < 0 || row >= modulusBits.length) {
            throw new IllegalArgumentException("degree " + degree);
        }
        return modulusBits[row];
    }
}
