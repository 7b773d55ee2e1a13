package io.tacit.crypto.lattice;

/**
 * A ring and the plaintexts of one scheme over it: BFV modulo 2^l ({@link LatticeParameters}) or BGV modulo a prime
 * ({@link BgvLevel}). The two differ in where a message sits in c0 + c1 s, and in nothing else here: keys, encryption and
 * encodings are the same.
 */
public abstract sealed class SchemeParameters extends RingParameters permits LatticeParameters, BgvLevel {

    SchemeParameters(SecurityLevel level, RnsRing ring) {
        super(level, ring);
    }

    /** First bytes of an encoded ciphertext, so that one under other parameters is refused. */
    abstract byte[] fingerprint();

    /** Writes what c0 + c1 s is for that message without noise; any integers, read modulo the plaintext modulus. */
    abstract void encode(long[] message, double[] rows);

    /** Writes the coefficients modulo the plaintext modulus, centred, to {@code centred}. */
    abstract void centre(long[] coefficients, long[] centred);

    /** @throws IllegalArgumentException if they are not equal */
    public void requireEqual(SchemeParameters other) {
        if (!equals(other)) {
            throw new IllegalArgumentException("a polynomial under other parameters");
        }
    }
}
