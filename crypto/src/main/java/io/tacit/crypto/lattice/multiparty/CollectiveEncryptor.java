package io.tacit.crypto.lattice.multiparty;

import io.tacit.crypto.lattice.LatticeParameters;
import io.tacit.crypto.lattice.PolynomialCoefficients;
import io.tacit.crypto.lattice.PolynomialEvaluation;
import io.tacit.crypto.lattice.RnsRing;
import io.tacit.crypto.lattice.Sampler;
import io.tacit.crypto.random.Prg;
import java.util.Arrays;

/**
 * Encrypts under a collective public key. Not thread-safe: one for each thread, each with its own generator.
 *
 * <p>Security guarantee: ciphertexts are indistinguishable from uniform for any n - 1 parties, as long as the generator's
 * seed is fresh and secret.
 */
public final class CollectiveEncryptor implements AutoCloseable {
    private final LatticeParameters parameters;
    private final CollectivePublicKey key;
    private final Sampler sampler;

    /**
     * @param parameters of the messages, of the key's ring
     * @param prg for what is drawn, used by this encryptor alone
     */
    public CollectiveEncryptor(LatticeParameters parameters, CollectivePublicKey key, Prg prg) {
        parameters.requireSameRing(key.parameters());
        this.parameters = parameters;
        this.key = key;
        this.sampler = new Sampler(prg, parameters.ring().kernels());
    }

    /**
     * Encrypts a polynomial: (b u + e0 + round(q m / 2^l), a u + e1) with u uniform in -1, 0, 1 and e0, e1 centred
     * binomial.
     *
     * @param message N values modulo 2^l: any integers, of which the low l bits count
     */
    public CollectiveCiphertext encrypt(long[] message) {
        RnsRing ring = parameters.ring();
        if (message.length != ring.degree()) {
            throw new IllegalArgumentException(message.length + " coefficients");
        }
        double[] rows = ring.zero();
        ring.kernels().rns().encode(parameters.scale(), message, 0, rows, 0, ring.degree(), ring.degree());
        double[] errors = sampler.binomial(ring.degree());
        ring.addSmall(errors, rows);
        PolynomialEvaluation body = new PolynomialCoefficients(ring, rows).toEvaluation();
        Arrays.fill(errors, 0);
        errors = sampler.binomial(ring.degree());
        PolynomialEvaluation mask = SecretKeyShare.evaluation(ring, errors);
        Arrays.fill(errors, 0);
        double[] ternary = sampler.ternary(ring.degree());
        try (PolynomialEvaluation factor = SecretKeyShare.evaluation(ring, ternary)) {
            Arrays.fill(ternary, 0);
            body.addProduct(key.body, factor);
            mask.addProduct(key.mask, factor);
        }
        body.reduce();
        mask.reduce();
        return new CollectiveCiphertext(parameters, 1, body, mask);
    }

    /** Overwrites what was drawn. */
    @Override
    public void close() {
        sampler.close();
    }
}
