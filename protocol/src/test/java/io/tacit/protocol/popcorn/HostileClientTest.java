package io.tacit.protocol.popcorn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tacit.crypto.channel.AbortReason;
import io.tacit.crypto.channel.Channel;
import io.tacit.crypto.channel.LimitExceeded;
import io.tacit.crypto.channel.PeerUnavailable;
import io.tacit.crypto.channel.ProtocolAbort;
import io.tacit.crypto.paillier.KeyLength;
import io.tacit.kernel.ConvolutionGeometry;
import io.tacit.model.integer.IntegerNetwork;
import io.tacit.model.integer.IntegerTensor;
import io.tacit.model.integer.Range;
import io.tacit.model.integer.Step;
import io.tacit.model.integer.TensorShape;
import io.tacit.protocol.outsourced.Networks;
import io.tacit.protocol.plan.Disclosure;
import io.tacit.protocol.securenets.InsecureChannel;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A client that sends what it should not: refused with a reason, before anything is computed with it. */
class HostileClientTest {
    private static final IntegerNetwork NETWORK = network();
    private static final Settings SETTINGS = Settings.of(Mode.HARDENED, KeyLength.BITS_2048, Disclosure.LABEL, 1);
    private static final int MODULUS = 1;
    private static final int PROOF = 2;

    private static IntegerNetwork network() {
        Networks small = new Networks(3, new TensorShape(1, 2, 3), Range.of(0, 255));
        small.activation(
                small.linear(0, ConvolutionGeometry.dense(6, 4)), Step.Nonlinearity.RELU, new int[] {4}, 8, 255);
        small.dense(small.last(), 3);
        return small.build("small");
    }

    private interface Change {
        /** What is sent in place of message number {@code index}. */
        byte[] apply(int index, byte[] message);
    }

    private static final class Tampering extends InsecureChannel {
        private final Change change;
        private int sent;

        Tampering(Channel inner, Change change) {
            super(inner);
            this.change = change;
        }

        @Override
        public void send(byte[] bytes, int offset, int length) {
            byte[] changed = change.apply(sent++, Arrays.copyOfRange(bytes, offset, offset + length));
            super.send(changed, 0, changed.length);
        }
    }

    /** Connects and asks; the server's failure. */
    private static Throwable failure(Change change, Allowance allowance) throws Exception {
        Parties.forget();
        Parties[] opened = new Parties[1];
        assertThatThrownBy(() -> {
                    opened[0] = new Parties(NETWORK, SETTINGS, 1, lane -> new Tampering(lane, change), allowance);
                    opened[0].client.predict(Networks.input(NETWORK, 1));
                })
                .isInstanceOfAny(ProtocolAbort.class, PeerUnavailable.class);
        Throwable thrown = Parties.lastServerFailure();
        if (opened[0] != null) {
            opened[0].close();
        }
        return thrown;
    }

    private static void requireRefused(int message, AbortReason reason, java.util.function.UnaryOperator<byte[]> with)
            throws Exception {
        AtomicInteger asked = new AtomicInteger();
        Throwable thrown = failure((index, bytes) -> index == message ? with.apply(bytes) : bytes, asked::addAndGet);
        assertThat(thrown).isInstanceOf(ProtocolAbort.class);
        assertThat(((ProtocolAbort) thrown).reason()).isEqualTo(reason);
        assertThat(asked).hasValue(0);
    }

    private static byte[] flipped(byte[] bytes, int at) {
        byte[] changed = bytes.clone();
        changed[at] ^= 1;
        return changed;
    }

    /** Times a prime, 2048 bits. */
    private static BigInteger cofactor(BigInteger factor) {
        return factor.multiply(
                BigInteger.valueOf(3).shiftLeft(2046).divide(factor).nextProbablePrime());
    }

    @Test
    void keysThatAreNotProvenAreRefused() throws Exception {
        requireRefused(MODULUS, AbortReason.VERIFICATION_FAILED, n -> flipped(n, n.length - 1)); // even
        requireRefused(MODULUS, AbortReason.VERIFICATION_FAILED, n -> flipped(n, 9)); // another number
        requireRefused(MODULUS, AbortReason.VERIFICATION_FAILED, n -> {
            byte[] shorter = n.clone();
            shorter[0] = 0;
            return shorter;
        });
        requireRefused(MODULUS, AbortReason.VERIFICATION_FAILED, n -> new byte[n.length]);
        requireRefused(MODULUS, AbortReason.VERIFICATION_FAILED, n -> {
            byte[] prime = BigInteger.probablePrime(2048, new Random(5)).toByteArray();
            return Arrays.copyOfRange(prime, prime.length - n.length, prime.length);
        });
        BigInteger p = BigInteger.valueOf(3).shiftLeft(1022).nextProbablePrime();
        BigInteger[] others = {
            p.multiply(p),
            cofactor(BigInteger.valueOf(65_519)), // a small factor
            cofactor(BigInteger.probablePrime(760, new Random(8))), // one that is too short
            cofactor(p), // another key's proof
            BigInteger.ONE.shiftLeft(2047).subtract(BigInteger.ONE), // too short
            BigInteger.ONE.shiftLeft(2048).subtract(BigInteger.ONE)
        };
        for (BigInteger other : others) {
            assertThat(other.bitLength()).isBetween(2047, 2048);
            requireRefused(MODULUS, AbortReason.VERIFICATION_FAILED, n -> {
                byte[] bytes = other.toByteArray();
                int length = Math.min(n.length, bytes.length);
                byte[] replaced = new byte[n.length];
                System.arraycopy(bytes, bytes.length - length, replaced, n.length - length, length);
                return replaced;
            });
        }
        requireRefused(PROOF, AbortReason.VERIFICATION_FAILED, proof -> flipped(proof, 100));
        requireRefused(PROOF + 1, AbortReason.VERIFICATION_FAILED, proof -> flipped(proof, proof.length - 1));
    }

    @Test
    void greetingsOfOtherPlansAreRefused() throws Exception {
        requireRefused(0, AbortReason.VERSION_MISMATCH, greeting -> flipped(greeting, 0));
        requireRefused(0, AbortReason.MALFORMED, greeting -> flipped(greeting, 4)); // 2049 bits
        requireRefused(0, AbortReason.MODEL_MISMATCH, greeting -> flipped(greeting, 20));
        requireRefused(0, AbortReason.MALFORMED, greeting -> {
            byte[] negative = greeting.clone();
            negative[11] = -1;
            return negative;
        });
        Throwable many = failure(
                (index, bytes) -> {
                    if (index == 0) {
                        bytes[11] = 0x7f; // two thousand million images
                    }
                    return bytes;
                },
                Allowance.UNLIMITED);
        assertThat(many).isInstanceOf(LimitExceeded.class);
    }

    /** The last message of the input: all of its ciphertexts. */
    @Test
    void whatIsNoCiphertextIsRefused() throws Exception {
        int ciphertext = 2 * 256;
        int input = 6 * ciphertext;
        BigInteger n = Parties.KEYS.publicKey().modulus();
        for (BigInteger bad : new BigInteger[] {BigInteger.ZERO, n, n.multiply(BigInteger.TEN), n.multiply(n)}) {
            Throwable thrown = failure(
                    (index, bytes) -> {
                        if (bytes.length == input) {
                            byte[] number = bad.toByteArray();
                            int skipped = Math.max(0, number.length - ciphertext);
                            Arrays.fill(bytes, 0, ciphertext, (byte) 0);
                            System.arraycopy(
                                    number,
                                    skipped,
                                    bytes,
                                    ciphertext - number.length + skipped,
                                    number.length - skipped);
                        }
                        return bytes;
                    },
                    Allowance.UNLIMITED);
            assertThat(thrown).isInstanceOf(ProtocolAbort.class);
            assertThat(((ProtocolAbort) thrown).reason()).isEqualTo(AbortReason.OUT_OF_RANGE);
        }
    }

    @Test
    void commandsBeyondTheSessionAreRefused() throws Exception {
        for (int[] kindAndReason :
                new int[][] {{3, AbortReason.MALFORMED.ordinal()}, {1, AbortReason.MATERIAL_SPENT.ordinal()}}) {
            Throwable thrown = failure(
                    (index, bytes) -> {
                        if (bytes.length == Command.BYTES) {
                            bytes[0] = (byte) kindAndReason[0];
                        }
                        return bytes;
                    },
                    Allowance.UNLIMITED);
            assertThat(((ProtocolAbort) thrown).reason().ordinal()).isEqualTo(kindAndReason[1]);
        }
        Throwable many = failure(
                (index, bytes) -> {
                    if (bytes.length == Command.BYTES) {
                        bytes[4] = 2; // images, where one has a slot
                    }
                    return bytes;
                },
                Allowance.UNLIMITED);
        assertThat(((ProtocolAbort) many).reason()).isEqualTo(AbortReason.MALFORMED);
    }

    /** Garbling costs the server as much as a query. */
    @Test
    void preparationIsTakenFromTheAllowance() throws Exception {
        AtomicInteger taken = new AtomicInteger();
        Allowance three = images -> {
            if (taken.addAndGet(images) > 3) {
                throw new LimitExceeded("no more today");
            }
        };
        Parties.forget();
        try (Parties parties = new Parties(NETWORK, SETTINGS, 1, lane -> lane, three)) {
            parties.client.prepare(2);
            assertThat(taken).hasValue(2);
            parties.client.predict(Networks.input(NETWORK, 1)); // has been paid for
            assertThat(taken).hasValue(2);
            parties.client.predict(Networks.input(NETWORK, 2));
            parties.client.predict(Networks.input(NETWORK, 3)); // prepared for by nobody
            assertThat(taken).hasValue(3);
            assertThatThrownBy(() -> parties.client.prepare(1)).isInstanceOf(ProtocolAbort.class);
        }
        assertThat(Parties.lastServerFailure()).isInstanceOf(LimitExceeded.class);
    }

    @Test
    void allowancesAreAskedBeforeCiphertextsAreRead() throws Exception {
        Throwable thrown = failure((index, bytes) -> bytes, images -> {
            throw new LimitExceeded("no more today");
        });
        assertThat(thrown).isInstanceOf(LimitExceeded.class);
    }

    /** Whatever bit is wrong, the server ends with an error of the protocol, or does not notice and answers. */
    @Test
    void changedBitsNeverDoWorse() throws Exception {
        changeBits(4);
    }

    @Test
    @Tag("slow")
    void manyChangedBitsNeverDoWorse() throws Exception {
        changeBits(200);
    }

    private static void changeBits(int rounds) throws Exception {
        Random random = new Random(11);
        for (int round = 0; round < rounds; round++) {
            int target = random.nextInt(14);
            int place = random.nextInt(1 << 20);
            Change change = (index, bytes) -> {
                if (index == target && bytes.length > 0) {
                    bytes[place % bytes.length] ^= (byte) (1 << place % 8);
                }
                return bytes;
            };
            Parties.forget();
            try (Parties parties =
                    new Parties(NETWORK, SETTINGS, 1, lane -> new Tampering(lane, change), Allowance.UNLIMITED)) {
                IntegerTensor input = Networks.input(NETWORK, round);
                assertThat(parties.client.predict(input)).hasSize(1);
            } catch (ProtocolAbort | PeerUnavailable e) {
                Throwable thrown = Parties.lastServerFailure();
                assertThat(thrown).isInstanceOfAny(ProtocolAbort.class, PeerUnavailable.class, LimitExceeded.class);
            }
        }
    }
}
