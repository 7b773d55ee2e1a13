package io.tacit.crypto.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.tacit.crypto.channel.AbortReason;
import io.tacit.crypto.channel.ProtocolAbort;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.bouncycastle.crypto.AsymmetricCipherKeyPair;
import org.bouncycastle.crypto.hpke.HPKE;
import org.junit.jupiter.api.Test;

class SealingTest {
    private static final byte[] CONTEXT = "a query".getBytes(StandardCharsets.US_ASCII);

    private final SecureRandom random = new SecureRandom();

    /** RFC 9180, appendix A.1.1, first encryption. */
    @Test
    void knownAnswer() {
        byte[] publicKey = hex("3948cfe0ad1ddb695d780e59077195da6c56506b027329794ab02bca80815c4d");
        byte[] secretKey = hex("4612c550263fc8ad58375df3f557aac531d26850903e55a9f23f21d8534e8ac8");
        byte[] info = hex("4f6465206f6e2061204772656369616e2055726e");
        byte[] content = hex("4265617574792069732074727574682c20747275746820626561757479");
        byte[] associated = hex("436f756e742d30");
        byte[] sealed = hex("37fda3567bdbd628e88668c3c8d7e97d1d1253b6d4ea6d44c150f741f1bf4431"
                + "f938558b5d72f1a23810b4be2ab4f84331acc02fc97babc53a52ae8218a355a96d8770ac83d07bea87e13c512a");
        HPKE suite = SealingKey.suite();
        AsymmetricCipherKeyPair ephemeral = suite.deserializePrivateKey(
                hex("52c4a758a802cd8b936eceea314432798d5baf2d7e9235dc084ab1b9cfa2f736"),
                Arrays.copyOf(sealed, SealingKey.BYTES));
        SealingKey key = SealingKey.of(publicKey, 0);
        assertThat(key.seal(suite, ephemeral, info, associated, content)).isEqualTo(sealed);
        assertThat(OpeningKey.of(secretKey, key).open(sealed, info, associated, "user"))
                .isEqualTo(content);
    }

    private static byte[] hex(String digits) {
        return HexFormat.of().parseHex(digits);
    }

    @Test
    void opensWhatWasSealedAndNothingElse() {
        try (OpeningKey key = OpeningKey.generate(random);
                OpeningKey other = OpeningKey.generate(random)) {
            byte[] content = {1, 2, 3};
            byte[] sealed = key.sealingKey().seal(content, CONTEXT, random);
            assertThat(sealed).hasSize(SealingKey.sealedBytes(3));
            assertThat(key.open(sealed, CONTEXT, "user")).isEqualTo(content);
            assertThat(OpeningKey.of(key.reveal(), key.sealingKey()).open(sealed, CONTEXT, "user"))
                    .isEqualTo(content);
            assertThat(key.sealingKey().seal(content, CONTEXT, random)).isNotEqualTo(sealed);
            for (int i = 0; i < sealed.length; i++) {
                byte[] changed = sealed.clone();
                changed[i] ^= 64;
                refused(key, changed, CONTEXT, AbortReason.MALFORMED);
            }
            refused(key, sealed, new byte[1], AbortReason.MALFORMED);
            refused(other, sealed, CONTEXT, AbortReason.MALFORMED);
            refused(key, Arrays.copyOf(sealed, sealed.length - 1), CONTEXT, AbortReason.MALFORMED);
            refused(key, new byte[SealingKey.sealedBytes(0) - 1], CONTEXT, AbortReason.UNEXPECTED_LENGTH);
            // A point of low order: the shared secret would be public.
            refused(key, new byte[sealed.length], CONTEXT, AbortReason.MALFORMED);
        }
    }

    /** Whoever sealed under such a key would fail, long after it came. */
    @Test
    void keysOfLowOrderAreRefusedWhenTheyAreRead() {
        byte[] one = new byte[32];
        one[0] = 1;
        byte[] minusOne = new byte[32]; // 2^255 - 20
        Arrays.fill(minusOne, (byte) -1);
        minusOne[0] = (byte) -20;
        minusOne[31] = 127;
        for (byte[] key : List.of(new byte[32], one, minusOne)) {
            assertThatIllegalArgumentException().isThrownBy(() -> SealingKey.of(key, 0));
            assertThatExceptionOfType(ProtocolAbort.class)
                    .isThrownBy(() -> SealingKey.decode(key, "user"))
                    .satisfies(abort -> assertThat(abort.reason()).isEqualTo(AbortReason.MALFORMED));
        }
    }

    @Test
    void keysAreTheirBytes() {
        OpeningKey key = OpeningKey.generate(random);
        byte[] framed = new byte[SealingKey.BYTES + 3];
        System.arraycopy(key.sealingKey().bytes(), 0, framed, 2, SealingKey.BYTES);
        SealingKey open = SealingKey.of(framed, 2);
        assertThat(open).isEqualTo(key.sealingKey()).hasSameHashCodeAs(key.sealingKey());
        assertThat(open)
                .isNotEqualTo(SealingKey.of(framed, 1))
                .doesNotHaveSameHashCodeAs(SealingKey.of(framed, 1))
                .isNotEqualTo("a key");
        assertThat(key.reveal()).isNotEqualTo(new byte[OpeningKey.BYTES]);
        byte[] revealed = key.reveal();
        OpeningKey again = OpeningKey.of(revealed, open);
        Arrays.fill(revealed, (byte) 0);
        assertThat(again.reveal()).isEqualTo(key.reveal());
        key.close();
        assertThat(key.reveal()).isEqualTo(new byte[OpeningKey.BYTES]);
        for (int length : new int[] {0, OpeningKey.BYTES - 1, OpeningKey.BYTES + 1}) {
            assertThatIllegalArgumentException().isThrownBy(() -> OpeningKey.of(new byte[length], open));
        }
    }

    private static void refused(OpeningKey key, byte[] sealed, byte[] context, AbortReason reason) {
        assertThatExceptionOfType(ProtocolAbort.class)
                .isThrownBy(() -> key.open(sealed, context, "user"))
                .satisfies(abort -> assertThat(abort.reason()).isEqualTo(reason));
    }
}
