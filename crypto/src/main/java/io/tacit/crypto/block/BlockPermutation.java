package io.tacit.crypto.block;

import io.tacit.kernel.BlockArithmetic;
import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;

/**
 * AES-128 (FIPS 197) under one key, applied to each block of a row. Not thread-safe.
 *
 * <p>Security: a permutation indistinguishable from a random one for whoever does not hold the key. With a public random
 * key it is modelled as an ideal cipher by those who use it so.
 */
final class BlockPermutation {
    static final int KEY_BYTES = 16;

    /** Most bytes handed to the cipher at once: longer calls run interpreted until the compiled code is entered. */
    private static final int CALL_BYTES = 1 << 15;

    private final Cipher cipher;

    BlockPermutation() {
        try {
            cipher = Cipher.getInstance("AES/ECB/NoPadding");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no AES", e);
        }
    }

    BlockPermutation(byte[] key, int offset) {
        this();
        rekey(key, offset);
    }

    void rekey(byte[] key, int offset) {
        try {
            cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, offset, KEY_BYTES, "AES"));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no AES", e);
        }
    }

    /** {@code out[j] = pi(in[j])}; the places may not overlap. */
    void apply(byte[] in, int inOffset, byte[] out, int outOffset, int blocks) {
        int length = blocks * BlockArithmetic.BLOCK_BYTES;
        try {
            for (int done = 0; done < length; done += CALL_BYTES) {
                cipher.update(in, inOffset + done, Math.min(CALL_BYTES, length - done), out, outOffset + done);
            }
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES failed", e);
        }
    }
}
