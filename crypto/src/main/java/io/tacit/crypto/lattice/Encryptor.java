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
    private final SchemeParameters parameters;
    private final SecretKey key;
    private final Sampler sampler;
    private final double[] product;

    /**
     * @param parameters of the messages; their ring is the key's or a part of it
     * @param prg for seeds and errors, used by this encryptor alone
     */
    public Encryptor(SchemeParameters parameters, SecretKey key, Prg prg) {
        this.parameters = parameters;
        key.requirePrimesOf(parameters.ring());
        this.key = key;
        this.sampler = new Sampler(prg, parameters.ring().kernels());
        this.product = parameters.ring().zero();
    }

    /**
     * Encrypts a polynomial: c1 uniform, c0 = (the encoded message) + e - c1 s.
     *
     * @param message N values modulo the plaintext modulus: any integers
     */
    public SeededCiphertext encrypt(long[] message) {
        RnsRing ring = parameters.ring();
        if (message.length != ring.degree()) {
            throw new IllegalArgumentException(message.length + " coefficients");
        }
        byte[] seed = sampler.bytes(Seed.BYTES);
        double[] errors = sampler.binomial(ring.degree());
        double[] rows = ring.zero();
        parameters.encode(message, rows);
        ring.addSmall(errors, rows);
        Arrays.fill(errors, 0);
        PolynomialEvaluation body = new PolynomialCoefficients(ring, rows).toEvaluation();
        Sampler.expand(ring, seed, product);
        key.multiply(ring, product);
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
