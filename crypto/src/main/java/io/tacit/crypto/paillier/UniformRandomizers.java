package io.tacit.crypto.paillier;

import io.tacit.crypto.random.Prg;
import io.tacit.crypto.random.Seed;
import io.tacit.kernel.Montgomery;
import java.math.BigInteger;
import java.util.Arrays;

/**
 * rho^N for uniform rho: exactly uniform N-th residues under any key, without any assumption, at a full exponentiation each.
 */
public final class UniformRandomizers implements RandomizerSource {
    private final PublicKey key;
    private final Prg generator;

    /** @param seed from which all randomness is derived; not kept */
    public UniformRandomizers(PublicKey key, Seed seed) {
        this.key = key;
        this.generator = seed.generator("paillier", "uniform randomizers");
    }

    @Override
    public PublicKey key() {
        return key;
    }

    @Override
    public long[] next(int count) {
        BigInteger[] roots = new BigInteger[count];
        BigInteger[] exponents = new BigInteger[count];
        for (int i = 0; i < count; i++) {
            // Zero and other non-units come with a probability below 2^-500: whoever meets one has factored N.
            roots[i] = Draw.below(key.modulus(), generator);
        }
        Arrays.fill(exponents, key.modulus());
        long[] residues = key.form().residues(roots);
        Montgomery ring = key.ring();
        int[] all = MontgomeryForm.range(0, count);
        ring.power(residues, all, exponents, residues, all, count);
        return residues;
    }

    @Override
    public void close() {
        generator.close();
    }
}
