package io.tacit.crypto.lattice;

import io.tacit.crypto.random.Prg;
import io.tacit.crypto.random.Seed;
import java.util.Arrays;

/**
 * Encrypts under a secret key. Not thread-safe: one for each thread, each with its own generator.
 *
 * <p>Security guarantee: ciphertexts are indistinguishable from uniform for whoever lacks the key, as long as the
 * generator's seed is fresh and secret: two encryptors never share a stream.
 */
public final class Encryptor implements AutoCloseable {
    private final LatticeParameters parameters;
    private final SecretKey key;
    private final Sampler sampler;
    private final double[] product;

    /**
     * @param parameters of the messages, of the key's ring
     * @param prg for seeds and errors, used by this encryptor alone
     */
    public Encryptor(LatticeParameters parameters, SecretKey key, Prg prg) {
        parameters.requireSameRing(key.parameters());
        this.parameters = parameters;
        this.key = key;
        this.sampler = new Sampler(prg, parameters.ring().kernels());
        this.product = parameters.ring().zero();
    }

    /**
     * Encrypts a polynomial: c1 uniform, c0 = round(q m / 2^l) + e - c1 s.
     *
     * @param message N values modulo 2^l: any integers, of which the low l bits count
     */
    public SeededCiphertext encrypt(long[] message) {
        RnsRing ring = parameters.ring();
        if (message.length != ring.degree()) {
            throw new IllegalArgumentException(message.length + " coefficients");
        }
        byte[] seed = sampler.bytes(Seed.BYTES);
        double[] errors = sampler.binomial(ring.degree());
        double[] rows = ring.zero();
        ring.kernels().rns().encode(parameters.scale(), message, 0, rows, 0, ring.degree(), ring.degree());
        ring.addSmall(errors, rows);
        Arrays.fill(errors, 0);
        PolynomialEvaluation body = new PolynomialCoefficients(ring, rows).toEvaluation();
        Sampler.expand(ring, seed, product);
        ring.multiply(product, key.key().rows);
        ring.subtract(body.rows, product);
        return new SeededCiphertext(parameters, seed, body);
    }

    /** Overwrites what was drawn; the key is the caller's. */
    @Override
    public void close() {
        sampler.close();
        Arrays.fill(product, 0);
    }
}
