package io.tacit.client.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.fail;

import io.tacit.client.deployment.Sha256;
import io.tacit.crypto.channel.AbortReason;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class HelloTest {
    private static final Hello HELLO = new Hello(
            "0.1.0-SNAPSHOT",
            "securenets",
            "blinded",
            Sha256.of(new byte[] {1}),
            Sha256.of(new byte[] {2}),
            "user",
            "cloud-1",
            new SessionId(3, 4),
            "online",
            Sha256.of(new byte[] {5}),
            Sha256.of(new byte[] {6}),
            1_700_000_000_000L);

    @Test
    void decodingInvertsEncoding() throws Exception {
        assertThat(Hello.decode(HELLO.encode())).isEqualTo(HELLO);
        assertThat(HELLO.encode().length).isLessThan(Hello.MAX_BYTES);
    }

    @Test
    void theLongestNamesFit() throws Exception {
        String name = "a".repeat(32);
        Hello longest = new Hello(
                name,
                name,
                name,
                HELLO.model(),
                HELLO.deployment(),
                name,
                name,
                HELLO.session(),
                name,
                HELLO.senderCertificate(),
                HELLO.receiverCertificate(),
                Long.MAX_VALUE);
        assertThat(Hello.decode(longest.encode())).isEqualTo(longest);
    }

    @Test
    void anotherVersionIsToldBeforeAnythingElseIsRead() {
        byte[] encoded = Arrays.copyOf(HELLO.encode(), 7);
        encoded[5]++;
        assertThat(reason(encoded)).isEqualTo(AbortReason.VERSION_MISMATCH);
    }

    @Test
    void everyTruncationAndExtensionIsRefused() {
        byte[] encoded = HELLO.encode();
        for (int length = 0; length < encoded.length; length++) {
            assertThat(reason(Arrays.copyOf(encoded, length))).isEqualTo(AbortReason.MALFORMED);
        }
        assertThat(reason(Arrays.copyOf(encoded, encoded.length + 1))).isEqualTo(AbortReason.MALFORMED);
        assertThat(reason(new byte[1 << 20])).isEqualTo(AbortReason.MALFORMED);
    }

    @Test
    void everyFlippedBitIsRefusedOrChangesTheHello() {
        byte[] encoded = HELLO.encode();
        for (int bit = 0; bit < 8 * encoded.length; bit++) {
            byte[] flipped = encoded.clone();
            flipped[bit / 8] ^= (byte) (1 << (bit % 8));
            try {
                assertThat(Hello.decode(flipped)).isNotEqualTo(HELLO);
            } catch (Hello.Refused e) {
                assertThat(e.reason()).isIn(AbortReason.MALFORMED, AbortReason.VERSION_MISMATCH);
            }
        }
    }

    @Test
    void randomBytesGiveNoOtherException() {
        for (long seed = 0; seed < 100_000; seed++) {
            Random random = new Random(seed);
            byte[] bytes = new byte[random.nextInt(2 * Hello.MAX_BYTES)];
            random.nextBytes(bytes);
            if (random.nextBoolean()) { // keeps a prefix that is right
                byte[] good = HELLO.encode();
                System.arraycopy(good, 0, bytes, 0, Math.min(bytes.length, random.nextInt(good.length)));
            }
            try {
                Hello.decode(bytes);
            } catch (Hello.Refused e) {
                assertThat(e.reason()).isIn(AbortReason.MALFORMED, AbortReason.VERSION_MISMATCH);
            } catch (RuntimeException e) {
                fail("seed " + seed, e);
            }
        }
    }

    @Test
    void namesAreCheckedOnBothSides() {
        assertThatThrownBy(() -> new Hello(
                        "1",
                        "x y",
                        "m",
                        HELLO.model(),
                        HELLO.deployment(),
                        "a",
                        "b",
                        HELLO.session(),
                        "l",
                        HELLO.model(),
                        HELLO.model(),
                        0))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static AbortReason reason(byte[] encoded) {
        Throwable thrown = catchThrowable(() -> Hello.decode(encoded));
        assertThat(thrown).isInstanceOf(Hello.Refused.class);
        return ((Hello.Refused) thrown).reason();
    }
}
