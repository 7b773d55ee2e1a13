package io.tacit.crypto.block;

import io.tacit.kernel.BlockArithmetic;

/**
 * The inverse cipher of AES-128 under a secret key over rows of counters that the caller makes: the stream of one key among many that read the
 * same counters. Not thread-safe.
 *
 * <p>Security: the result is pseudorandom for whoever does not hold the key, as long as no counter is used twice.
 */
public final class KeyStream {
    private final BlockPermutation permutation;

    /** @param key 16 bytes from {@code offset} on */
    public KeyStream(byte[] key, int offset, BlockArithmetic blocks) {
        permutation = new BlockPermutation(key, offset, blocks);
    }

    /** Writes the stream for {@code count} counter blocks. */
    public void apply(byte[] counters, byte[] out, int count) {
        permutation.apply(counters, 0, out, 0, count);
    }
}
