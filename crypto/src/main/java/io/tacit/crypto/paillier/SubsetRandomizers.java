package io.tacit.crypto.paillier;

import io.tacit.crypto.random.Prg;
import io.tacit.crypto.random.Seed;
import io.tacit.kernel.Montgomery;
import io.tacit.kernel.Workers;
import java.math.BigInteger;
import java.util.Arrays;

/**
 * Products of random subsets of t uniform N-th residues h_1 .. h_t, made once for a key: statistically uniform over all N-th
 * residues under <em>every</em> key, whatever its primes, at a fraction of an exponentiation each.
 *
 * <p>Why: for bits e different from e', the quotient of the two products has a factor h_i or its inverse that is uniform and
 * independent of the rest, so the products are equal with probability exactly 1 / |G|, G being the group of N-th
 * residues: the family is universal. By the leftover hash lemma (Impagliazzo, Levin, Luby, STOC 1989) the product is, for an
 * observer who knows all h_i, within sqrt(|G| / 2^t) / 2 of uniform; |G| = phi(N) &lt; 2^|N| and t = |N| + 256 make that less than
 * 2^-128 each, and s of them together within s 2^-128.
 *
 * <p>Cost: t exponentiations and 32 t products once, t / 8 products each (288 at 2048 bits; an exponentiation takes about 2,500).
 * Table addresses depend on the secret bits, each of which is used once.
 */
public final class SubsetRandomizers implements RandomizerSource {
    /** t - |N|: twice the distance from uniform, in bits. */
    private static final int EXCESS_BITS = 256;

    private static final int WINDOW_BITS = 8;

    private final PublicKey key;
    private final Prg generator;
    private final Workers workers;
    private final int windows;
    private final long[] table;

    /**
     * Makes the h_i.
     *
     * @param seed from which all randomness is derived; not kept
     * @param workers where all products are made, here and later
     */
    public SubsetRandomizers(PublicKey key, Seed seed, Workers workers) {
        this.key = key;
        this.workers = workers;
        this.generator = seed.generator("paillier", "subset randomizers");
        this.windows = windows(key.modulusBits());
        int digits = 1 << WINDOW_BITS;
        int longs = key.ring().longs();
        table = key.form().ones(Math.multiplyExact(windows, digits));
        BigInteger[] roots = new BigInteger[windows * WINDOW_BITS];
        for (int i = 0; i < roots.length; i++) {
            roots[i] = Draw.below(key.modulus(), generator);
        }
        workers.forEach(windows, window -> {
            BigInteger[] own = Arrays.copyOfRange(roots, window * WINDOW_BITS, (window + 1) * WINDOW_BITS);
            long[] residues = UniformRandomizers.powers(key, own);
            for (int bit = 0; bit < WINDOW_BITS; bit++) {
                System.arraycopy(residues, bit * longs, table, (window * digits + (1 << bit)) * longs, longs);
                // entries 2^bit + 1 .. 2^(bit + 1) - 1: this one times those below
                int count = (1 << bit) - 1;
                int first = window * digits;
                int[] below = MontgomeryForm.range(first + 1, first + 1 + count);
                int[] single = new int[count];
                Arrays.fill(single, first + (1 << bit));
                int[] to = MontgomeryForm.range(first + (1 << bit) + 1, first + (1 << bit) + 1 + count);
                key.ring().multiply(table, below, table, single, table, to, count);
            }
            Arrays.fill(residues, 0);
        });
        Arrays.fill(roots, BigInteger.ZERO);
    }

    private static int windows(int modulusBits) {
        return (modulusBits + EXCESS_BITS + WINDOW_BITS - 1) / WINDOW_BITS;
    }

    /** Residues from which on this is faster than {@link UniformRandomizers}, the making of the h_i included. */
    public static int worthwhileFrom(int modulusBits) {
        return modulusBits + EXCESS_BITS + (modulusBits + EXCESS_BITS) / 4;
    }

    /** For tests: entry d of window w is residue {@code 256 w + d}. */
    long[] table() {
        return table;
    }

    @Override
    public PublicKey key() {
        return key;
    }

    @Override
    public long[] next(int count) {
        Montgomery ring = key.ring();
        int longs = ring.longs();
        long[] residues = key.form().ones(count);
        byte[] choices = new byte[Math.multiplyExact(count, windows)];
        generator.fill(choices, 0, choices.length);
        int chunk = ring.lanes();
        workers.forEach((count + chunk - 1) / chunk, index -> {
            int from = index * chunk;
            int size = Math.min(chunk, count - from);
            long[] products = Arrays.copyOfRange(residues, from * longs, (from + size) * longs);
            int[] all = MontgomeryForm.range(0, size);
            int[] entries = new int[size];
            for (int window = 0; window < windows; window++) {
                for (int i = 0; i < size; i++) {
                    int digit = choices[(from + i) * windows + window] & (1 << WINDOW_BITS) - 1;
                    entries[i] = (window << WINDOW_BITS) + digit;
                }
                ring.multiply(products, all, table, entries, products, all, size);
            }
            Arrays.fill(entries, 0);
            System.arraycopy(products, 0, residues, from * longs, size * longs);
            Arrays.fill(products, 0);
        });
        Arrays.fill(choices, (byte) 0);
        return residues;
    }

    @Override
    public void close() {
        Arrays.fill(table, 0);
        generator.close();
    }
}
