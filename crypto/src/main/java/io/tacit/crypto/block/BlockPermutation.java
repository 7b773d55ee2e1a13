package io.tacit.crypto.block;

import io.tacit.kernel.BlockArithmetic;
import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * The inverse cipher of AES-128 (FIPS 197) under one key, applied to each block of a row. Not thread-safe.
 *
 * <p>Security: a permutation indistinguishable from a random one for whoever does not hold the key. With a public random
 * key it is modelled as an ideal cipher by those who use it so; the inverse of an ideal cipher is one.
 *
 * <p>The inverse, because Java's decryption of a chain (CBC, NIST SP 800-38A) runs blocks side by side on every processor
 * that has instructions for AES, three times as fast as block by block; what the chain adds is added again.
 */
final class BlockPermutation {
    static final int KEY_BYTES = 16;

    private static final int BLOCK = BlockArithmetic.BLOCK_BYTES;

    /** Most bytes handed to the cipher at once: longer calls run interpreted until the compiled code is entered. */
    private static final int CALL_BYTES = 1 << 13;

    private static final IvParameterSpec NOTHING_BEFORE = new IvParameterSpec(new byte[BLOCK]);

    private final Cipher cipher;
    private final BlockArithmetic blocks;

    BlockPermutation(BlockArithmetic blocks) {
        this.blocks = blocks;
        try {
            cipher = Cipher.getInstance("AES/CBC/NoPadding");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no AES", e);
        }
    }

    BlockPermutation(byte[] key, int offset, BlockArithmetic blocks) {
        this(blocks);
        rekey(key, offset);
    }

    void rekey(byte[] key, int offset) {
        try {
            cipher.init(Cipher.DECRYPT_MODE, new SecretKeySpec(key, offset, KEY_BYTES, "AES"), NOTHING_BEFORE);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no AES", e);
        }
    }

    /** {@code out[j] = pi(in[j])}; the places may not overlap. */
    void apply(byte[] in, int inOffset, byte[] out, int outOffset, int count) {
        int length = count * BLOCK;
        for (int done = 0; done < length; done += CALL_BYTES) {
            int part = Math.min(CALL_BYTES, length - done);
            int from = inOffset + done;
            int to = outOffset + done;
            chain(in, from, out, to, part);
            blocks.xor(in, from, out, to + BLOCK, out, to + BLOCK, part - BLOCK);
        }
    }

    /** {@code out[j] = pi(in[j]) xor in[j - 1]}, without the second term for j = 0. */
    private void chain(byte[] in, int inOffset, byte[] out, int outOffset, int length) {
        try {
            cipher.doFinal(in, inOffset, length, out, outOffset); // and back to the beginning of a chain
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES failed", e);
        }
    }
}
