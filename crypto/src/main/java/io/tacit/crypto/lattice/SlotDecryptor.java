package io.tacit.crypto.lattice;

import io.tacit.kernel.NttPrime;
import io.tacit.kernel.ResidueArithmetic;
import java.math.BigInteger;
import java.util.Arrays;

/**
 * Decrypts BGV ciphertexts of the lowest level, that of one prime, to their slots. Not thread-safe.
 *
 * <p>Security guarantee: neither branches nor addresses depend on key or content. What is decrypted is not authenticated: a
 * peer that does not follow the protocol makes it anything.
 */
public final class SlotDecryptor implements AutoCloseable {
    private final SecretKey key;
    private final BgvLevel level;
    private final SlotEncoding encoding;
    private final double[] values;

    /** @param level of one prime */
    public SlotDecryptor(BgvLevel level, SecretKey key) {
        if (level.limbs() != 1) {
            throw new IllegalArgumentException("decryption at " + level);
        }
        key.requirePrimesOf(level.ring());
        this.key = key;
        this.level = level;
        this.encoding = new SlotEncoding(level);
        this.values = level.ring().zero();
    }

    /**
     * The first slots, times a factor.
     *
     * @param factor modulo t, see {@link BgvParameters#dropped}
     * @param count slots that are wanted
     * @param out at least as many places; 0 .. t - 1
     */
    public void decrypt(SwitchedCiphertext ciphertext, long factor, int count, int[] out) {
        level.requireEqual(ciphertext.level());
        RnsRing ring = level.ring();
        NttPrime t = level.plaintextPrime();
        ResidueArithmetic residues = ring.kernels().residues();
        System.arraycopy(ciphertext.mask, 0, values, 0, values.length);
        ring.toEvaluation(values);
        key.multiply(ring, values);
        ring.toCoefficients(values);
        ring.add(values, ciphertext.body);
        ring.scale(level.decodeFactors(), values);
        // The value m + t e itself: it is below half of the prime.
        residues.reduce(t, values, 0, values, 0, values.length);
        encoding.toSlots(values);
        residues.scale(t, t.centred(BigInteger.valueOf(factor)), values, 0, values, 0, values.length);
        encoding.toUnsigned(values, count, out);
    }

    /** Overwrites what was computed last; the key is the caller's. */
    @Override
    public void close() {
        Arrays.fill(values, 0);
    }
}
