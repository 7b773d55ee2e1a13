package io.tacit.protocol.privdnn;

/**
 * The two plaintext primes of the encrypted part. Values z, |z| < T / 2, stand modulo T = t1 t2, and on the wire modulo each
 * prime.
 *
 * @param first t1
 * @param second t2
 */
public record ResidueModulus(long first, long second) {

    /** @throws IllegalArgumentException unless both are odd, different, below 2^31, and their product below 2^62 */
    public ResidueModulus {
        if (first < 3
                || second < 3
                || first == second
                || first % 2 == 0
                || second % 2 == 0
                || first >= 1L << 31
                || second >= 1L << 31
                || first * second >= 1L << 62) {
            throw new IllegalArgumentException("primes " + first + " and " + second);
        }
    }

    /** T. */
    public long product() {
        return first * second;
    }

    /** One of the primes. */
    public long prime(int index) {
        return index == 0 ? first : second;
    }

    /** The residues modulo T, 0 .. T - 1, of the residues modulo the primes (Garner). */
    public long[] combine(int[] ofFirst, int[] ofSecond) {
        long inverse = inverse();
        long[] combined = new long[ofFirst.length];
        for (int i = 0; i < combined.length; i++) {
            long difference = Math.floorMod((long) ofSecond[i] - ofFirst[i], second);
            combined[i] = ofFirst[i] + first * (difference * inverse % second);
        }
        return combined;
    }

    /** 1 / t1 mod t2, by Euclid. */
    private long inverse() {
        long a = second;
        long b = first % second;
        long x = 0;
        long y = 1;
        while (b > 1) {
            long quotient = a / b;
            long rest = a - quotient * b;
            a = b;
            b = rest;
            long next = x - quotient * y;
            x = y;
            y = next;
        }
        return Math.floorMod(y, second);
    }

    /** The value in -(T - 1) / 2 .. (T - 1) / 2 of a residue modulo T. */
    public long centred(long residue) {
        return residue > product() / 2 ? residue - product() : residue;
    }

    /** -residue mod T. */
    public long negate(long residue) {
        return residue == 0 ? 0 : product() - residue;
    }
}
