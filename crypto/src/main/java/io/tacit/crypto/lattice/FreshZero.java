package io.tacit.crypto.lattice;

import io.tacit.crypto.random.Prg;
import java.util.Arrays;

/**
 * A fresh encryption of zero under another party's public key (b, a): (b u, a u + e) with u uniform in -1, 0, 1 and e
 * centred binomial; the error that b u would need is part of the flooding. Made ahead of time, used once.
 *
 * <p>Security guarantee: added to a sum of products, its second half hides from the holder of the secret key which
 * multiplicands made the sum (ring learning with errors with secret u). Used a second time it would not: the second use
 * throws.
 */
public final class FreshZero implements AutoCloseable {
    private final PublicKey key;
    private final PolynomialEvaluation factor;
    private final double[] errors;
    private boolean spent;

    private FreshZero(PublicKey key, PolynomialEvaluation factor, double[] errors) {
        this.key = key;
        this.factor = factor;
        this.errors = errors;
    }

    /** A fresh one. */
    public static FreshZero draw(PublicKey key, Prg prg) {
        RnsRing ring = key.parameters().ring();
        try (Sampler sampler = new Sampler(prg, ring.kernels())) {
            double[] ternary = sampler.ternary(ring.degree());
            FreshZero zero = new FreshZero(key, SecretKey.evaluation(ring, ternary), sampler.binomial(ring.degree()));
            Arrays.fill(ternary, 0);
            return zero;
        }
    }

    RingParameters parameters() {
        return key.parameters();
    }

    /** Adds all of it but e, which {@link #addErrors} adds to the coefficients of the second half. */
    void addTo(PolynomialEvaluation body, PolynomialEvaluation mask) {
        if (spent) {
            throw new IllegalStateException("an encryption of zero is used once");
        }
        spent = true;
        body.addProduct(key.body, factor);
        mask.addProduct(key.mask, factor);
    }

    void addErrors(PolynomialCoefficients mask) {
        mask.ring.addSmall(errors, mask.rows);
    }

    /** Overwrites it; it is not used again. */
    @Override
    public void close() {
        spent = true;
        factor.close();
        Arrays.fill(errors, 0);
    }
}
