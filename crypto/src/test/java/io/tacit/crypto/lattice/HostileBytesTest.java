package io.tacit.crypto.lattice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.tacit.crypto.channel.AbortReason;
import io.tacit.crypto.channel.ProtocolAbort;
import io.tacit.crypto.random.Seed;
import java.util.Arrays;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.Function;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Encodings that no honest party sends. */
class HostileBytesTest {
    private static final int FLIPS = 3_000;
    private static final int HEADER = RnsRing.FINGERPRINT_BYTES;

    private final Party party = Party.small(1);
    private final LatticeParameters parameters = party.parameters;
    private final ReturnFormat format = party.choice.returning(77);

    private SeededCiphertext ciphertext(byte[] bytes) {
        return SeededCiphertext.decode(parameters, bytes, 0, bytes.length, "peer");
    }

    private ReturnedCiphertext returned(byte[] bytes) {
        return ReturnedCiphertext.decode(format, bytes, 0, bytes.length, "peer");
    }

    private byte[] returned() {
        ProductAccumulator sum = new ProductAccumulator(parameters);
        sum.accumulate(
                party.encryptor.encrypt(party.uniform(4096)).expand(),
                PlaintextPolynomial.of(parameters, party.sparse(10)));
        int[] wanted = Arrays.copyOf(party.all(), 77);
        return sum.finish(FreshZero.draw(party.open, party.prg), format, wanted, new long[77], party.prg)
                .encode();
    }

    private static void refused(AbortReason reason, ThrowingCallable decode) {
        assertThatThrownBy(decode)
                .isInstanceOfSatisfying(
                        ProtocolAbort.class, abort -> assertThat(abort.reason()).isEqualTo(reason));
    }

    @Test
    void decodersUndoEncoders() {
        byte[] key = party.open.encode();
        assertThat(PublicKey.decode(parameters, key, "peer").encode()).isEqualTo(key);
        byte[] sent = party.encryptor.encrypt(party.uniform(4096)).encode();
        assertThat(sent).hasSize(SeededCiphertext.bytes(parameters));
        assertThat(ciphertext(sent).encode()).isEqualTo(sent);
        byte[] back = returned();
        assertThat(back).hasSize(format.bytes());
        assertThat(returned(back).encode()).isEqualTo(back);
    }

    @Test
    void otherLengthsAreRefused() {
        byte[] key = party.open.encode();
        byte[] sent = party.encryptor.encrypt(party.uniform(4096)).encode();
        byte[] back = returned();
        for (int change : new int[] {-100, -1, 1, 8}) {
            refused(
                    AbortReason.UNEXPECTED_LENGTH,
                    () -> PublicKey.decode(parameters, Arrays.copyOf(key, key.length + change), "peer"));
            refused(AbortReason.UNEXPECTED_LENGTH, () -> ciphertext(Arrays.copyOf(sent, sent.length + change)));
            refused(AbortReason.UNEXPECTED_LENGTH, () -> returned(Arrays.copyOf(back, back.length + change)));
        }
        refused(AbortReason.UNEXPECTED_LENGTH, () -> ciphertext(new byte[0]));
        refused(
                AbortReason.UNEXPECTED_LENGTH,
                () -> SeededCiphertext.decode(parameters, sent, 0, Integer.MAX_VALUE, "peer"));
        refused(AbortReason.UNEXPECTED_LENGTH, () -> ReturnedCiphertext.decode(format, back, 0, -1, "peer"));
    }

    @Test
    void otherParametersAreRefused() {
        byte[] sent = party.encryptor.encrypt(party.uniform(4096)).encode();
        LatticeParameters wider = parameters.withPlaintextBits(parameters.plaintextBits() + 1);
        assertThat(SeededCiphertext.bytes(wider)).isEqualTo(sent.length);
        refused(AbortReason.MALFORMED, () -> SeededCiphertext.decode(wider, sent, 0, sent.length, "peer"));
        byte[] key = party.open.encode();
        // The same ring is served by the same key; another of the same size is not.
        assertThat(PublicKey.decode(wider, key, "peer").encode()).isEqualTo(key);
        LatticeParameters reversed = new LatticeParameters(
                SecurityLevel.STANDARD,
                4096,
                io.tacit.kernel.NttPrime.below(parameters.primes().get(0).bits(), 4096, 3)
                        .subList(1, 3),
                10);
        if (PublicKey.bytes(reversed) == key.length) {
            refused(AbortReason.MALFORMED, () -> PublicKey.decode(reversed, key, "peer"));
        }
        byte[] back = returned();
        ReturnFormat other = new Party(
                        ParameterChoice.within(parameters.withPlaintextBits(9), 64, 58)
                                .orElseThrow(),
                        2)
                .choice.returning(77);
        byte[] fitted = Arrays.copyOf(back, other.bytes());
        refused(AbortReason.MALFORMED, () -> ReturnedCiphertext.decode(other, fitted, 0, fitted.length, "peer"));
    }

    /** Every residue of every prime, set to p and to the largest that the field holds. */
    @Test
    void residuesOutOfRangeAreRefused() {
        byte[] key = party.open.encode();
        byte[] sent = party.encryptor.encrypt(party.uniform(4096)).encode();
        int at = HEADER + Seed.BYTES;
        for (int limb = 0; limb < parameters.limbs(); limb++) {
            int bits = parameters.primes().get(limb).bits();
            long prime = parameters.primes().get(limb).value();
            for (int index : new int[] {0, 1, 4094, 4095}) {
                for (long value : new long[] {prime, (1L << bits) - 1}) {
                    byte[] badCiphertext = withField(sent, at, 4096, bits, index, value);
                    refused(AbortReason.OUT_OF_RANGE, () -> ciphertext(badCiphertext));
                    byte[] badKey = withField(key, at, 4096, bits, index, value);
                    refused(AbortReason.OUT_OF_RANGE, () -> PublicKey.decode(parameters, badKey, "peer"));
                }
                byte[] good = withField(sent, at, 4096, bits, index, prime - 1);
                assertThat(ciphertext(good).encode()).isEqualTo(good);
            }
            at += BitFields.bytes(4096, bits);
        }
    }

    private static byte[] withField(byte[] bytes, int at, int count, int bits, int index, long value) {
        long[] fields = new long[count];
        BitFields.unpack(bytes, at, count, bits, fields);
        fields[index] = value;
        byte[] changed = bytes.clone();
        BitFields.pack(fields, count, bits, changed, at);
        return changed;
    }

    @Test
    void transparentCiphertextsAndKeysAreRefused() {
        byte[] back = returned();
        Arrays.fill(back, HEADER, HEADER + BitFields.bytes(4096, format.maskBits()), (byte) 0);
        refused(AbortReason.MALFORMED, () -> returned(back));
        byte[] key = party.open.encode();
        Arrays.fill(key, HEADER + Seed.BYTES, key.length, (byte) 0);
        refused(AbortReason.MALFORMED, () -> PublicKey.decode(parameters, key, "peer"));
    }

    @Test
    void spareBitsAreRefused() {
        byte[] back = returned();
        assertThat(77 * format.valueBits() % Byte.SIZE).isNotZero();
        back[back.length - 1] |= (byte) 0x80;
        refused(AbortReason.MALFORMED, () -> returned(back));
    }

    /** A changed encoding is refused, or it is the encoding of something else; nothing else happens. */
    @Test
    void flippedBitsNeverDoMore() {
        byte[] key = party.open.encode();
        byte[] sent = party.encryptor.encrypt(party.uniform(4096)).encode();
        byte[] back = returned();
        flips(key, bytes -> PublicKey.decode(parameters, bytes, "peer").encode());
        flips(sent, bytes -> ciphertext(bytes).encode());
        flips(back, bytes -> returned(bytes).encode());
        int[] wanted = Arrays.copyOf(party.all(), 77);
        Decryptor decryptor = new Decryptor(party.secret);
        Random random = new Random(7);
        for (int i = 0; i < 200; i++) {
            byte[] noise = new byte[back.length];
            random.nextBytes(noise);
            System.arraycopy(back, 0, noise, 0, HEADER);
            noise[noise.length - 1] = 0;
            long[] values = new long[77];
            decryptor.decrypt(returned(noise), wanted, values);
            assertThat(Arrays.stream(values).allMatch(value -> value >>> parameters.plaintextBits() == 0))
                    .isTrue();
        }
    }

    private static void flips(byte[] honest, Function<byte[], byte[]> recode) {
        Random random = new Random(3);
        Consumer<byte[]> check = bytes -> {
            Throwable thrown =
                    catchThrowable(() -> assertThat(recode.apply(bytes)).isEqualTo(bytes));
            if (thrown != null) {
                assertThat(thrown).isInstanceOf(ProtocolAbort.class).hasMessageContaining("peer");
            }
        };
        for (int i = 0; i < FLIPS; i++) {
            byte[] bytes = honest.clone();
            int bit = i < HEADER * 8 ? i : random.nextInt(8 * honest.length);
            bytes[bit >>> 3] ^= (byte) (1 << (bit & 7));
            check.accept(bytes);
        }
        for (int i = 0; i < 200; i++) {
            byte[] bytes = new byte[honest.length];
            random.nextBytes(bytes);
            check.accept(bytes);
        }
    }
}
