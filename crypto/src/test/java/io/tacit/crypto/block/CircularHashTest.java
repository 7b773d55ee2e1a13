package io.tacit.crypto.block;

import static org.assertj.core.api.Assertions.assertThat;

import io.tacit.kernel.BlockArithmetic;
import io.tacit.kernel.plain.PlainBlocks;
import io.tacit.kernel.vector.VectorBlocks;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.Random;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

class CircularHashTest {
    private static final HexFormat HEX = HexFormat.of();

    /**
     * The permutation's answer is that of FIPS 197, appendix C.1, read backwards; the hashes were computed from the formula with another
     * implementation of AES.
     */
    @Test
    void knownAnswer() {
        CircularHash hash = new CircularHash(new PlainBlocks());
        hash.rekey(HEX.parseHex("000102030405060708090a0b0c0d0e0f"), 0);
        byte[] x = HEX.parseHex("69c4e0d86a7b0430d8cdb78070b4c55a");
        byte[] permuted = new byte[16];
        hash.permute(x, 0, permuted, 0, 1);
        assertThat(HEX.formatHex(permuted)).isEqualTo("00112233445566778899aabbccddeeff");
        byte[] out = new byte[16];
        hash.hash(x, 0, 0, out, 0, 1);
        assertThat(HEX.formatHex(out)).isEqualTo("763b78864d7c7eeb674233f88b4d4427");
        hash.hash(x, 0, 0x0123456789abcdefL, out, 0, 1);
        assertThat(HEX.formatHex(out)).isEqualTo("3a3444dff6f86899d92f7194a1456802");
    }

    /** Each block against the formula, one block at a time, with a cipher of its own. */
    @Test
    void rowsAreTheFormulaBlockByBlock() throws Exception {
        for (BlockArithmetic blocks : new BlockArithmetic[] {new PlainBlocks(), new VectorBlocks()}) {
            for (int count : new int[] {1, 3, 4, 17, 4097}) {
                Random random = new Random(count);
                byte[] key = new byte[18];
                byte[] in = new byte[16 * count + 1];
                random.nextBytes(key);
                random.nextBytes(in);
                byte[] out = new byte[16 * count + 2];
                CircularHash hash = new CircularHash(blocks);
                hash.rekey(key, 2);
                long first = -2; // wraps around
                hash.hash(in, 1, first, out, 2, count);
                Cipher pi = Cipher.getInstance("AES/ECB/NoPadding");
                pi.init(Cipher.DECRYPT_MODE, new SecretKeySpec(key, 2, 16, "AES"));
                for (int j = 0; j < count; j++) {
                    byte[] permuted = pi.doFinal(in, 1 + 16 * j, 16);
                    ByteBuffer tweaked = ByteBuffer.wrap(permuted.clone()).order(ByteOrder.LITTLE_ENDIAN);
                    tweaked.putLong(0, tweaked.getLong(0) ^ (first + j));
                    byte[] twice = pi.doFinal(tweaked.array());
                    for (int i = 0; i < 16; i++) {
                        assertThat(out[2 + 16 * j + i]).isEqualTo((byte) (twice[i] ^ permuted[i]));
                    }
                }
            }
        }
    }

    @Test
    void tweakAndKeyMatter() {
        CircularHash hash = new CircularHash(new PlainBlocks());
        byte[] equal = new byte[32];
        byte[] out = new byte[32];
        hash.rekey(new byte[16], 0);
        hash.hash(equal, 0, 0, out, 0, 2);
        assertThat(java.util.Arrays.copyOf(out, 16)).isNotEqualTo(java.util.Arrays.copyOfRange(out, 16, 32));
        byte[] other = new byte[16];
        byte[] key = new byte[16];
        key[0] = 1;
        hash.rekey(key, 0);
        hash.hash(equal, 0, 0, other, 0, 1);
        assertThat(other).isNotEqualTo(java.util.Arrays.copyOf(out, 16));
    }
}
