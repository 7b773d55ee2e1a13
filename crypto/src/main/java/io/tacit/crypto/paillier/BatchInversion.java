package io.tacit.crypto.paillier;

import io.tacit.kernel.Montgomery;
import java.math.BigInteger;
import java.util.stream.IntStream;

/**
 * Inverses of many residues by one inversion and about three products each (Montgomery's trick), in as many chains side by
 * side as the kernel has lanes. Ciphertexts are known to both parties: the inversion is variable-time.
 */
final class BatchInversion {
    private BatchInversion() {}

    /** Products that {@link #invert} makes. */
    static long products(int count, int lanes) {
        if (count <= 1) {
            return 2L * count;
        }
        int chains = chains(count, lanes);
        return 3L * (count - chains) + products(chains, lanes);
    }

    private static int chains(int count, int lanes) {
        return count >= 4 * lanes ? lanes : 1;
    }

    /** Inverses, in Montgomery form, of units in Montgomery form. */
    static long[] invert(PublicKey key, long[] residues, int count) {
        Montgomery ring = key.ring();
        long[] inverses = new long[count * ring.longs()];
        if (count == 0) {
            return inverses;
        }
        if (count == 1) {
            BigInteger scaled = ring.store(residues, 0); // x R, whose inverse times R^2 is (1 / x) R
            ring.load(scaled.modInverse(key.modulusSquared()), inverses, 0);
            key.form().enter(inverses, 1);
            key.form().enter(inverses, 1);
            return inverses;
        }
        int chains = chains(count, ring.lanes());
        int links = (count + chains - 1) / chains; // chain k holds residues k, k + chains, ...
        long[] prefixes = residues.clone();
        for (int link = 1; link < links; link++) {
            int[] at = link(link, chains, count);
            int[] before = IntStream.of(at).map(i -> i - chains).toArray();
            ring.multiply(prefixes, at, prefixes, before, prefixes, at, at.length);
        }
        long[] ends = new long[chains * ring.longs()];
        for (int chain = 0; chain < chains; chain++) {
            int last = chain + (count - 1 - chain) / chains * chains;
            System.arraycopy(prefixes, last * ring.longs(), ends, chain * ring.longs(), ring.longs());
        }
        long[] suffixes = invert(key, ends, chains); // of each chain: the inverse of the product up to the link
        for (int link = links - 1; link > 0; link--) {
            int[] at = link(link, chains, count);
            int[] before = IntStream.of(at).map(i -> i - chains).toArray();
            int[] chain = MontgomeryForm.range(0, at.length);
            ring.multiply(suffixes, chain, prefixes, before, inverses, at, at.length);
            ring.multiply(suffixes, chain, residues, at, suffixes, chain, at.length);
        }
        System.arraycopy(suffixes, 0, inverses, 0, chains * ring.longs());
        return inverses;
    }

    private static int[] link(int link, int chains, int count) {
        return MontgomeryForm.range(link * chains, Math.min(count, (link + 1) * chains));
    }
}
