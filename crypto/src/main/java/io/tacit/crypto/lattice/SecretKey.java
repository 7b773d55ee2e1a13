package io.tacit.crypto.lattice;

import io.tacit.crypto.random.Prg;
import java.util.Arrays;
import java.util.List;

/**
 * Secret key: a polynomial s with uniform coefficients in -1, 0, 1.
 *
 * <p>Security guarantee: whoever holds it decrypts everything under it. Nothing shows it; {@link #close} overwrites it,
 * after which every use throws {@link IllegalStateException}; comparison takes constant time. It serves all parameters of
 * its ring, whatever their plaintext bits. Thread-safe until closed.
 */
public final class SecretKey implements AutoCloseable {
    private final LatticeParameters parameters;
    private final PolynomialEvaluation key;
    /** s modulo one prime of the largest size, for decryption of rounded ciphertexts. */
    private final PolynomialEvaluation rounded;

    private volatile boolean closed;

    private SecretKey(LatticeParameters parameters, PolynomialEvaluation key, PolynomialEvaluation rounded) {
        this.parameters = parameters;
        this.key = key;
        this.rounded = rounded;
    }

    /** A fresh key for those parameters and all others of their ring. */
    public static SecretKey generate(LatticeParameters parameters, Prg prg) {
        try (Sampler sampler = new Sampler(prg)) {
            byte[] ternary = sampler.ternary(parameters.degree());
            SecretKey key = new SecretKey(
                    parameters,
                    evaluation(parameters.ring(), ternary),
                    evaluation(roundedRing(parameters.degree()), ternary));
            Arrays.fill(ternary, (byte) 0);
            return key;
        }
    }

    private static RnsRing roundedRing(int degree) {
        List<Long> primes = LatticeParameters.largestPrimes(degree, 1, LatticeParameters.MAX_PRIME_BITS);
        return new RnsRing(degree, new long[] {primes.get(0)}, java.math.BigInteger.valueOf(primes.get(0)));
    }

    static PolynomialEvaluation evaluation(RnsRing ring, byte[] small) {
        double[] rows = ring.zero();
        ring.addSmall(small, rows);
        return new PolynomialCoefficients(ring, rows).toEvaluation();
    }

    /** Parameters that the key was made for. */
    public LatticeParameters parameters() {
        return parameters;
    }

    /** A public key for it. Each call gives another. */
    public PublicKey publicKey(Prg prg) {
        try (Sampler sampler = new Sampler(prg)) {
            byte[] seed = sampler.bytes(io.tacit.crypto.random.Seed.BYTES);
            PolynomialEvaluation mask = Sampler.expand(parameters.ring(), seed);
            byte[] errors = sampler.binomial(parameters.degree());
            PolynomialEvaluation body = evaluation(parameters.ring(), errors);
            body.subtractProduct(mask, key());
            Arrays.fill(errors, (byte) 0);
            return new PublicKey(parameters, seed, body, mask);
        }
    }

    PolynomialEvaluation key() {
        requireOpen();
        return key;
    }

    PolynomialEvaluation rounded() {
        requireOpen();
        return rounded;
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the key has been wiped");
        }
    }

    /** Overwrites the key. Repeated calls do nothing. */
    @Override
    public void close() {
        closed = true;
        key.close();
        rounded.close();
    }

    /** Equality in constant time. */
    @Override
    public boolean equals(Object other) {
        if (!(other instanceof SecretKey that) || !parameters.ring().equals(that.parameters.ring())) {
            return false;
        }
        long difference = 0;
        for (int i = 0; i < key.rows.length; i++) {
            difference |= Double.doubleToRawLongBits(key.rows[i]) ^ Double.doubleToRawLongBits(that.key.rows[i]);
        }
        return difference == 0;
    }

    /** The same for all keys: a hash of a secret would tell about it. */
    @Override
    public int hashCode() {
        return SecretKey.class.hashCode();
    }
}
