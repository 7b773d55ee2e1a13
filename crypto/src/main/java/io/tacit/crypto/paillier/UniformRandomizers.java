package io.tacit.crypto.paillier;

import io.tacit.crypto.random.Prg;
import io.tacit.crypto.random.Seed;
import io.tacit.kernel.Workers;
import java.math.BigInteger;
import java.util.Arrays;

/**
 * rho^N for uniform rho: exactly uniform N-th residues under any key, without any assumption, at a full exponentiation each.
 */
public final class UniformRandomizers implements RandomizerSource {
    private final PublicKey key;
    private final Prg generator;
    private final Workers workers;

    /**
     * @param seed from which all randomness is derived; not kept
     * @param workers where the powers are made
     */
    public UniformRandomizers(PublicKey key, Seed seed, Workers workers) {
        this.key = key;
        this.workers = workers;
        this.generator = seed.generator("paillier", "uniform randomizers");
    }

    @Override
    public PublicKey key() {
        return key;
    }

    @Override
    public long[] next(int count) {
        BigInteger[] roots = new BigInteger[count];
        for (int i = 0; i < count; i++) {
            // Zero and other non-units come with a probability below 2^-500: whoever meets one has factored N.
            roots[i] = Draw.below(key.modulus(), generator);
        }
        int chunk = key.ring().lanes();
        int longs = key.ring().longs();
        long[] residues = new long[Math.multiplyExact(count, longs)];
        workers.forEach((count + chunk - 1) / chunk, index -> {
            int from = index * chunk;
            long[] part = powers(key, Arrays.copyOfRange(roots, from, Math.min(count, from + chunk)));
            System.arraycopy(part, 0, residues, from * longs, part.length);
            Arrays.fill(part, 0);
        });
        return residues;
    }

    /** N-th powers, in Montgomery form. */
    static long[] powers(PublicKey key, BigInteger[] roots) {
        BigInteger[] exponents = new BigInteger[roots.length];
        Arrays.fill(exponents, key.modulus());
        long[] residues = key.form().residues(roots);
        int[] all = MontgomeryForm.range(0, roots.length);
        key.ring().power(residues, all, exponents, residues, all, roots.length);
        return residues;
    }

    @Override
    public void close() {
        generator.close();
    }
}
