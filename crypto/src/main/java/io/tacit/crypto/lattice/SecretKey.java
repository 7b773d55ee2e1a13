package io.tacit.crypto.lattice;

import io.tacit.crypto.random.Prg;
import io.tacit.crypto.random.Seed;
import io.tacit.kernel.NttPrime;
import io.tacit.kernel.RnsBasis;
import java.util.Arrays;

/**
 * Secret key: a polynomial s with uniform coefficients in -1, 0, 1.
 *
 * <p>Security guarantee: whoever holds it decrypts everything under it. Nothing shows it; {@link #close} overwrites it,
 * after which every use throws {@link IllegalStateException}; comparison takes constant time. It serves all parameters of
 * its ring, whatever their plaintext bits. Thread-safe until closed.
 */
public final class SecretKey implements AutoCloseable {
    private final RingParameters parameters;
    private final PolynomialEvaluation key;
    /** s modulo one prime of the largest size, for decryption of rounded ciphertexts. */
    private final PolynomialEvaluation rounded;

    private volatile boolean closed;

    private SecretKey(RingParameters parameters, PolynomialEvaluation key, PolynomialEvaluation rounded) {
        this.parameters = parameters;
        this.key = key;
        this.rounded = rounded;
    }

    /** A fresh key for those parameters and all others of their ring. */
    public static SecretKey generate(RingParameters parameters, Prg prg) {
        RnsRing ring = parameters.ring();
        RnsRing single = new RnsRing(
                ring.degree(), new RnsBasis(NttPrime.below(NttPrime.MAX_BITS, ring.degree(), 1)), ring.kernels());
        try (Sampler sampler = new Sampler(prg, ring.kernels())) {
            double[] ternary = sampler.ternary(ring.degree());
            SecretKey key = new SecretKey(parameters, evaluation(ring, ternary), evaluation(single, ternary));
            Arrays.fill(ternary, 0);
            return key;
        }
    }

    /** The polynomial with those coefficients, which are centred residues of every prime. */
    static PolynomialEvaluation evaluation(RnsRing ring, double[] small) {
        double[] rows = ring.zero();
        ring.setSmall(small, rows);
        return new PolynomialCoefficients(ring, rows).toEvaluation();
    }

    /** Parameters that the key was made for. */
    public RingParameters parameters() {
        return parameters;
    }

    /** A public key for it. Each call gives another. */
    public PublicKey publicKey(Prg prg) {
        return publicKey(parameters, prg);
    }

    /**
     * The same for a ring that has some of the key's primes.
     *
     * @throws IllegalArgumentException if it has others
     */
    public PublicKey publicKey(RingParameters part, Prg prg) {
        RnsRing ring = part.ring();
        try (Sampler sampler = new Sampler(prg, ring.kernels())) {
            byte[] seed = sampler.bytes(Seed.BYTES);
            double[] errors = sampler.binomial(ring.degree());
            PolynomialEvaluation body = evaluation(ring, errors);
            Arrays.fill(errors, 0);
            double[] product = ring.zero();
            Sampler.expand(ring, seed, product);
            multiply(ring, product);
            ring.subtract(body.rows, product);
            return new PublicKey(part, seed, body, Sampler.expand(ring, seed));
        }
    }

    PolynomialEvaluation key() {
        requireOpen();
        return key;
    }

    /** {@code rows *= s}, modulo the primes of a ring that is a part of the key's, in evaluation form. */
    void multiply(RnsRing part, double[] rows) {
        requireOpen();
        requirePrimesOf(part);
        int degree = part.degree();
        for (int limb = 0; limb < part.limbs(); limb++) {
            NttPrime prime = part.prime(limb);
            int at = limb * degree;
            int keyAt = parameters.ring().limbOf(prime) * degree;
            part.kernels().residues().multiply(prime, rows, at, key.rows, keyAt, rows, at, degree);
        }
    }

    /** @throws IllegalArgumentException if the ring has another degree or primes that the key's has not */
    void requirePrimesOf(RnsRing part) {
        RnsRing whole = parameters.ring();
        if (part.degree() != whole.degree()
                || !whole.basis().primes().containsAll(part.basis().primes())) {
            throw new IllegalArgumentException("a key or ciphertext of another ring");
        }
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
