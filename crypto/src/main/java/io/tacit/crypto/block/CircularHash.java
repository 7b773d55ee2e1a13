package io.tacit.crypto.block;

import io.tacit.kernel.BlockArithmetic;

/**
 * The tweakable hash TMMO: {@code H(x, i) = pi(pi(x) xor i) xor pi(x)} (Guo, Katz, Wang, Yu, "Efficient and secure
 * multiparty computation from fixed-key block ciphers", 2019/074), pi being the inverse cipher of AES-128 under a public
 * key. Not thread-safe.
 *
 * <p>Security: circular correlation robust for the offset in the ideal-cipher model, provided that the key is random and
 * was drawn after, or independently of, everything that is hashed under it, and that a tweak is used for one value and
 * its sum with the offset only. An adversary who evaluates the cipher p times has advantage about p q / 2^128 over q
 * hashes under one key. Keys are therefore changed: every batch starts with a new one, and {@link #MAX_GATES_PER_KEY}
 * bounds the AND gates under it (Guo, Katz, Wang, Weng, Yu, "Better concrete security for half-gates garbling", 2019/1168,
 * on the loss over many gates under one key). The cheaper {@code pi(x) xor x} (fixed-key MMO) is not offered: it takes no
 * tweak, and equal labels under two gates would give equal rows.
 */
public final class CircularHash {
    /** Length of a key. */
    public static final int KEY_BYTES = BlockPermutation.KEY_BYTES;

    /** Most AND gates, counted over all instances, under one key. */
    public static final int MAX_GATES_PER_KEY = 1 << 20;

    private final BlockPermutation permutation;
    private final BlockArithmetic blocks;
    private byte[] middle = new byte[0];

    public CircularHash(BlockArithmetic blocks) {
        this.permutation = new BlockPermutation(blocks);
        this.blocks = blocks;
    }

    /** Sets the key: {@link #KEY_BYTES} public random bytes. */
    public void rekey(byte[] key, int offset) {
        permutation.rekey(key, offset);
    }

    /** {@code out[j] = H(in[j], first + j)}; the places may not overlap. */
    public void hash(byte[] in, int inOffset, long first, byte[] out, int outOffset, int count) {
        int length = count * BlockArithmetic.BLOCK_BYTES;
        if (middle.length < 2 * length) {
            middle = new byte[2 * length];
        }
        permute(in, inOffset, middle, 0, count);
        tweak(middle, 0, first, middle, length, count);
        permute(middle, length, out, outOffset, count);
        blocks.xor(out, outOffset, middle, 0, out, outOffset, length);
    }

    /** pi of each block: the first step of the hash, and its third after {@link #tweak}. */
    public void permute(byte[] in, int inOffset, byte[] out, int outOffset, int count) {
        permutation.apply(in, inOffset, out, outOffset, count);
    }

    /** Second step: {@code out[j] = permuted[j] xor (first + j)}. The hash is pi of it, plus {@code permuted}. */
    public void tweak(byte[] permuted, int permutedOffset, long first, byte[] out, int outOffset, int count) {
        blocks.xorCounter(permuted, permutedOffset, first, 0, out, outOffset, count);
    }
}
