package io.tacit.crypto.lattice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.tacit.crypto.channel.AbortReason;
import io.tacit.crypto.channel.ProtocolAbort;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.function.Consumer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Encodings of BGV: for fixed seeds, and such as no honest party sends. */
class BgvBytesTest {
    private static final int FLIPS = 50;
    private static final int HEADER = RnsRing.FINGERPRINT_BYTES;

    private final BgvParty party = new BgvParty(5);
    private final BgvParameters parameters = party.parameters;
    private final BgvLevel level = parameters.level(2, 0);

    private SwitchedCiphertext result() {
        ProductSums sums = new ProductSums(level, 1);
        sums.add(0, party.constant(level, 12345).expand());
        sums.compute(1);
        CoefficientCiphertext sum = sums.take(0);
        sum.switchTo(parameters.level(1, 0));
        return sum.toSend();
    }

    private RelinearizationKey key(byte[] bytes) {
        return RelinearizationKey.decode(parameters, 3, bytes, "peer");
    }

    private SwitchedCiphertext switched(byte[] bytes) {
        return SwitchedCiphertext.decode(parameters.level(1, 0), bytes, "peer");
    }

    private static void refused(AbortReason reason, ThrowingCallable decode) {
        assertThatThrownBy(decode)
                .isInstanceOfSatisfying(
                        ProtocolAbort.class, abort -> assertThat(abort.reason()).isEqualTo(reason));
    }

    /** A change here is a change of the wire format. */
    @Test
    void encodingsForFixedSeeds() throws GeneralSecurityException {
        assertThat(digest(party.open.encode()))
                .isEqualTo("05f93cbb04b2d4ebb3979e6ff1b803106caba38bc5f0cf0aac4f5e982a0811e8");
        assertThat(digest(party.relinearization.encode()))
                .isEqualTo("722a56207b71ff807547a3937691d4ccc3ca96fee660c05074ef05b6decc503d");
        assertThat(digest(party.constant(level, -5).encode()))
                .isEqualTo("c60de40d72ea6629e17ef780f9a9c748355e8b9bade605bac0f5e96c8537ae2f");
        assertThat(digest(result().encode()))
                .isEqualTo("d6bccb04b4037b456a4c32a5ba47dad9a375e44e0697cb1cb8cfcd98651e842e");
    }

    private static String digest(byte[] bytes) throws GeneralSecurityException {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }

    @Test
    void decodersUndoEncoders() {
        byte[] key = party.relinearization.encode();
        assertThat(key).hasSize(RelinearizationKey.bytes(parameters, 3));
        assertThat(key(key).encode()).isEqualTo(key);
        byte[] sent = result().encode();
        assertThat(sent).hasSize(SwitchedCiphertext.bytes(parameters.level(1, 0)));
        assertThat(switched(sent).encode()).isEqualTo(sent);
    }

    @Test
    void otherLengthsAndParametersAreRefused() {
        byte[] key = party.relinearization.encode();
        byte[] sent = result().encode();
        for (int change : new int[] {-100, -1, 1}) {
            refused(AbortReason.UNEXPECTED_LENGTH, () -> key(Arrays.copyOf(key, key.length + change)));
            refused(AbortReason.UNEXPECTED_LENGTH, () -> switched(Arrays.copyOf(sent, sent.length + change)));
        }
        refused(AbortReason.UNEXPECTED_LENGTH, () -> RelinearizationKey.decode(parameters, 2, key, "peer"));
        // The other plaintext prime has ciphertexts of the same size.
        refused(AbortReason.MALFORMED, () -> SwitchedCiphertext.decode(parameters.level(1, 1), sent, "peer"));
        byte[] constant = party.constant(level, 1).encode();
        refused(
                AbortReason.MALFORMED,
                () -> SeededCiphertext.decode(parameters.level(2, 1), constant, 0, constant.length, "peer"));
    }

    @Test
    void valuesThatAreNoResiduesAreRefused() {
        byte[] sent = result().encode();
        int half = (sent.length - HEADER) / 2;
        for (int at : new int[] {HEADER, HEADER + half - 6, HEADER + half, sent.length - 6}) {
            byte[] bad = sent.clone();
            Arrays.fill(bad, at, at + 6, (byte) -1);
            refused(AbortReason.OUT_OF_RANGE, () -> switched(bad));
        }
        byte[] zero = sent.clone();
        Arrays.fill(zero, HEADER + half, zero.length, (byte) 0);
        refused(AbortReason.MALFORMED, () -> switched(zero));
        byte[] key = party.relinearization.encode();
        Arrays.fill(key, key.length - 6, key.length, (byte) -1);
        refused(AbortReason.OUT_OF_RANGE, () -> key(key));
    }

    @Test
    void flippedBytesAreRefusedOrReadAsTheyStand() {
        flips(party.relinearization.encode(), bytes -> key(bytes).encode());
        flips(result().encode(), bytes -> switched(bytes).encode());
    }

    private static void flips(byte[] honest, Consumer<byte[]> decode) {
        Random random = new Random(3);
        for (int i = 0; i < FLIPS; i++) {
            byte[] bytes = honest.clone();
            bytes[random.nextInt(bytes.length)] ^= (byte) (1 + random.nextInt(255));
            Throwable thrown = catchThrowable(() -> decode.accept(bytes));
            if (thrown != null) {
                assertThat(thrown).isInstanceOf(ProtocolAbort.class);
            }
        }
    }
}
