package io.tacit.crypto.lattice;

import io.tacit.kernel.NttPrime;
import java.math.BigInteger;
import java.util.Arrays;

/**
 * BGV (Brakerski, Gentry, Vaikuntanathan 2011/277) modulo a prime t, at one level of a chain of moduli. Immutable.
 *
 * <p>A ciphertext is kept divided by t modulo q: c0 + c1 s = t^-1 m + e, where the paper has m + t e. This is a bijection
 * that both sides can compute, so it changes neither security nor what decrypts, and it makes everything but the product
 * of two ciphertexts independent of t: the change of modulus is the rounded division by the primes that go, keys and
 * encryptions of zero are those of every other scheme, flooding in the form t e is flooding by e. Products of two
 * ciphertexts are multiplied by t once ({@link CiphertextMultiplier}).
 *
 * <p>What is bounded is the <em>value</em> m + t e, which must stay below q / 2: see {@link BgvBound}.
 */
public final class BgvLevel extends SchemeParameters {
    private final NttPrime plaintextPrime;
    private final double[] encodeFactors;
    private final double[] decodeFactors;
    private final byte[] fingerprint;

    /** @param ring a part of one that was checked; its primes are larger than t */
    BgvLevel(SecurityLevel level, RnsRing ring, NttPrime plaintextPrime) {
        super(level, ring);
        this.plaintextPrime = plaintextPrime;
        BigInteger t = BigInteger.valueOf(plaintextPrime.value());
        this.decodeFactors = ring.residues(t);
        this.encodeFactors = ring.residues(t.modInverse(ring.modulus()));
        this.fingerprint = ring.fingerprint(0, plaintextPrime.value());
    }

    /** t. */
    public NttPrime plaintextPrime() {
        return plaintextPrime;
    }

    @Override
    byte[] fingerprint() {
        return fingerprint;
    }

    @Override
    void encode(long[] message, double[] rows) {
        double[] centred = new double[degree()];
        ring().kernels().residues().fromSigned(plaintextPrime, message, 0, centred, 0, degree());
        encode(centred, rows);
        Arrays.fill(centred, 0);
    }

    /** The same for a message of centred residues of t. */
    void encode(double[] centred, double[] rows) {
        ring().setSmall(centred, rows);
        ring().scale(encodeFactors, rows);
    }

    @Override
    void centre(long[] coefficients, long[] centred) {
        double[] residues = new double[centred.length];
        ring().kernels().residues().fromSigned(plaintextPrime, coefficients, 0, residues, 0, centred.length);
        ring().kernels().residues().toSigned(residues, 0, centred, 0, centred.length);
        Arrays.fill(residues, 0);
    }

    /** t modulo each prime. */
    double[] decodeFactors() {
        return decodeFactors;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof BgvLevel that
                && level() == that.level()
                && plaintextPrime.equals(that.plaintextPrime)
                && ring().equals(that.ring());
    }

    @Override
    public int hashCode() {
        return 31 * ring().hashCode() + plaintextPrime.hashCode();
    }

    @Override
    public String toString() {
        return "degree " + degree() + ", " + limbs() + " primes, modulus of "
                + modulus().bitLength() + " bits, plaintexts modulo " + plaintextPrime;
    }
}
