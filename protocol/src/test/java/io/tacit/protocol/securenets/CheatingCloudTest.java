package io.tacit.protocol.securenets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tacit.crypto.channel.AbortReason;
import io.tacit.crypto.channel.Channel;
import io.tacit.crypto.channel.PeerUnavailable;
import io.tacit.crypto.channel.ProtocolAbort;
import io.tacit.crypto.share.PrimeField;
import io.tacit.kernel.Workers;
import io.tacit.model.integer.IntegerNetwork;
import io.tacit.model.integer.IntegerTensor;
import io.tacit.model.reference.IntegerEvaluator;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every cheating cloud is refused and named, whichever cloud it is, in every mode that verifies. */
class CheatingCloudTest {
    private static final int IMAGES = 6;

    /** What a cloud may do instead of its work. Messages are answers; the first message of all is the deployment's receipt. */
    private enum Cheat {
        ONE_ENTRY(AbortReason.VERIFICATION_FAILED) {
            @Override
            byte[] answer(byte[] right, PrimeField field, Random random, byte[] earlier) {
                int value = random.nextInt(right.length / field.bytesPerValue());
                put(right, value, (get(right, value, field) + 1) % field.modulus(), field);
                return right;
            }
        },
        ONE_COLUMN(AbortReason.VERIFICATION_FAILED) {
            @Override
            byte[] answer(byte[] right, PrimeField field, Random random, byte[] earlier) {
                int values = right.length / field.bytesPerValue();
                for (int i = 0; i < values / IMAGES; i++) {
                    put(right, i, Math.floorMod(random.nextLong(), field.modulus()), field);
                }
                return right;
            }
        },
        ZEROS(AbortReason.VERIFICATION_FAILED) {
            @Override
            byte[] answer(byte[] right, PrimeField field, Random random, byte[] earlier) {
                return new byte[right.length];
            }
        },
        STALE_ANSWER(AbortReason.VERIFICATION_FAILED) {
            @Override
            byte[] answer(byte[] right, PrimeField field, Random random, byte[] earlier) {
                return earlier.clone();
            }
        },
        SHIFTED_BY_P(AbortReason.OUT_OF_RANGE) {
            @Override
            byte[] answer(byte[] right, PrimeField field, Random random, byte[] earlier) {
                put(right, 0, get(right, 0, field) + field.modulus(), field);
                return right;
            }
        },
        TOO_LONG(AbortReason.UNEXPECTED_LENGTH) {
            @Override
            byte[] answer(byte[] right, PrimeField field, Random random, byte[] earlier) {
                return Arrays.copyOf(right, right.length + field.bytesPerValue());
            }
        },
        TOO_SHORT(AbortReason.UNEXPECTED_LENGTH) {
            @Override
            byte[] answer(byte[] right, PrimeField field, Random random, byte[] earlier) {
                return Arrays.copyOf(right, right.length - field.bytesPerValue());
            }
        };

        final AbortReason reason;

        Cheat(AbortReason reason) {
            this.reason = reason;
        }

        abstract byte[] answer(byte[] right, PrimeField field, Random random, byte[] earlier);

        static long get(byte[] bytes, int value, PrimeField field) {
            ByteBuffer view = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
            return field == PrimeField.M31 ? Integer.toUnsignedLong(view.getInt(4 * value)) : view.getLong(8 * value);
        }

        static void put(byte[] bytes, int value, long residue, PrimeField field) {
            ByteBuffer view = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
            if (field == PrimeField.M31) {
                view.putInt(4 * value, (int) residue);
            } else {
                view.putLong(8 * value, residue);
            }
        }
    }

    /** Cheats at one layer of the second batch; the first batch is answered honestly. */
    private static final class Cheater extends InsecureChannel {
        private final Cheat cheat;
        private final PrimeField field;
        private final int layers;
        private final int layer;
        private final Random random = new Random(99);
        private int answers = -1;
        private byte[] earlier = {};

        Cheater(Channel inner, Cheat cheat, PrimeField field, int layers, int layer) {
            super(inner);
            this.cheat = cheat;
            this.field = field;
            this.layers = layers;
            this.layer = layer;
        }

        @Override
        public void send(byte[] bytes, int offset, int length) {
            byte[] message = Arrays.copyOfRange(bytes, offset, offset + length);
            if (answers == layer) {
                earlier = message.clone();
            }
            byte[] told = answers == layers + layer ? cheat.answer(message, field, random, earlier) : message;
            answers++;
            inner.send(told, 0, told.length);
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void everyCheatIsRefusedAndNamed(Mode mode) {
        for (int weightBits : new int[] {6, 24}) {
            IntegerNetwork network = NetworkMaker.perceptron(5, weightBits);
            SecureNetsPlan plan = new SecureNetsPlan(network, Settings.of(mode));
            int layers = plan.products().size();
            for (Cheat cheat : Cheat.values()) {
                for (int liar = 0; liar < mode.clouds(); liar++) {
                    refused(network, plan, cheat, liar, cheat.ordinal() % layers);
                }
            }
        }
    }

    private static void refused(IntegerNetwork network, SecureNetsPlan plan, Cheat cheat, int liar, int layer) {
        try (Parties parties = new Parties(
                        plan.mode().clouds(),
                        1,
                        CloudLimits.usual(),
                        (cloud, channel) -> cloud == liar
                                ? new Cheater(
                                        channel,
                                        cheat,
                                        plan.field(),
                                        plan.products().size(),
                                        layer)
                                : channel);
                User user = new User(network, plan, parties.random, parties.userWorkers)) {
            user.deploy(parties.first());
            user.prepare(parties.store, IMAGES);
            user.prepare(parties.store, IMAGES);
            IntegerTensor inputs = NetworkMaker.inputs(network, IMAGES, 3);
            assertThat(NetworkMaker.values(user.predict(parties.lanes, parties.store, inputs)))
                    .isEqualTo(NetworkMaker.values(new IntegerEvaluator(network, Workers.NONE).evaluate(inputs)));
            ProtocolAbort abort =
                    catchThrowableOfType(ProtocolAbort.class, () -> user.predict(parties.lanes, parties.store, inputs));
            assertThat(abort)
                    .as("%s by cloud %d in %s", cheat, liar + 1, plan.mode())
                    .isNotNull();
            assertThat(abort.reason()).as("%s", cheat).isEqualTo(cheat.reason);
            assertThat(abort.peer()).isEqualTo("cloud-" + (liar + 1));
            if (cheat.reason == AbortReason.VERIFICATION_FAILED) {
                assertThat(abort.step())
                        .isEqualTo("layer " + plan.layers().get(layer).name());
            }
            // the first failure is final, and the pad is burnt
            assertThat(parties.store.roomBytes()).isEqualTo(1L << 30);
            assertThatThrownBy(() -> user.predict(parties.lanes, parties.store, inputs))
                    .isInstanceOf(IllegalStateException.class);
        }
    }

    /** A cloud that was given other weights than the user believes: a smaller model. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void aSmallerModelIsRefused(Mode mode) {
        IntegerNetwork network = NetworkMaker.convolutional(6, 6);
        SecureNetsPlan plan = new SecureNetsPlan(network, Settings.of(mode));
        int liar = mode.clouds() - 1;
        int weightBytes = plan.products().get(0).geometry().weightCount() * Integer.BYTES;
        try (Parties parties = new Parties(
                        mode.clouds(),
                        1,
                        CloudLimits.usual(),
                        (cloud, channel) -> cloud != liar
                                ? channel
                                : new InsecureChannel(channel) {
                                    @Override
                                    public void receive(byte[] into, int offset, int length) {
                                        super.receive(into, offset, length);
                                        if (length == weightBytes) { // the last quarter of the filters is left out
                                            Arrays.fill(into, offset + length * 3 / 4, offset + length, (byte) 0);
                                        }
                                    }
                                });
                User user = new User(network, plan, parties.random, parties.userWorkers)) {
            user.deploy(parties.first());
            user.prepare(parties.store, 1);
            ProtocolAbort abort = catchThrowableOfType(
                    ProtocolAbort.class,
                    () -> user.predict(parties.lanes, parties.store, NetworkMaker.inputs(network, 1, 3)));
            assertThat(abort.reason()).isEqualTo(AbortReason.VERIFICATION_FAILED);
            assertThat(abort.peer()).isEqualTo("cloud-" + (liar + 1));
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void earlyCloseIsNamed(Mode mode) {
        IntegerNetwork network = NetworkMaker.perceptron(7, 6);
        SecureNetsPlan plan = new SecureNetsPlan(network, Settings.of(mode));
        int liar = mode.clouds() - 1;
        try (Parties parties = new Parties(
                        mode.clouds(),
                        1,
                        CloudLimits.usual(),
                        (cloud, channel) -> cloud != liar
                                ? channel
                                : new InsecureChannel(channel) {
                                    private int sent;

                                    @Override
                                    public void send(byte[] bytes, int offset, int length) {
                                        if (sent++ == 2) {
                                            close();
                                        }
                                        super.send(bytes, offset, length);
                                    }
                                });
                User user = new User(network, plan, parties.random, parties.userWorkers)) {
            user.deploy(parties.first());
            user.prepare(parties.store, 1);
            PeerUnavailable gone = catchThrowableOfType(
                    PeerUnavailable.class,
                    () -> user.predict(parties.lanes, parties.store, NetworkMaker.inputs(network, 1, 3)));
            assertThat(gone.peer()).isEqualTo("cloud-" + (liar + 1));
        }
    }

    /** The paper's check, alone, lets most single wrong entries pass: its claimed error of 2^-c does not hold. */
    @Test
    void spotChecksMissSingleEntries() {
        IntegerNetwork network = NetworkMaker.perceptron(8, 6);
        SecureNetsPlan plan = new SecureNetsPlan(network, Settings.asPublished(10));
        int accepted = 0;
        int runs = 40;
        for (int run = 0; run < runs; run++) {
            try (Parties parties = new Parties(
                            1,
                            1,
                            CloudLimits.usual(),
                            (cloud, channel) -> new Cheater(channel, Cheat.ONE_ENTRY, plan.field(), 0, 0));
                    User user = new User(network, plan, parties.random, parties.userWorkers)) {
                user.deploy(parties.first());
                user.predict(parties.lanes, parties.store, NetworkMaker.inputs(network, IMAGES, run));
                accepted++;
            } catch (ProtocolAbort e) {
                assertThat(e.reason()).isEqualTo(AbortReason.VERIFICATION_FAILED);
            }
        }
        // 10 of 29 x 6 entries are looked at: about 94 % pass, where 2^-10 would be 0.1 %
        assertThat(accepted).isGreaterThan(runs * 3 / 4);
    }

    @Test
    void twoLiarsAreBothCheckedForThemselves() {
        IntegerNetwork network = NetworkMaker.perceptron(9, 6);
        SecureNetsPlan plan = new SecureNetsPlan(network, Settings.of(Mode.BLINDED_TWO));
        Set<String> named = new TreeSet<>();
        for (Cheat cheat : EnumSet.of(Cheat.ONE_ENTRY, Cheat.ZEROS)) {
            try (Parties parties = new Parties(
                            2,
                            1,
                            CloudLimits.usual(),
                            (cloud, channel) -> new Cheater(channel, cheat, plan.field(), 0, 0));
                    User user = new User(network, plan, parties.random, parties.userWorkers)) {
                user.deploy(parties.first());
                user.prepare(parties.store, 1);
                ProtocolAbort abort = catchThrowableOfType(
                        ProtocolAbort.class,
                        () -> user.predict(parties.lanes, parties.store, NetworkMaker.inputs(network, 1, 3)));
                named.add(abort.peer());
            }
        }
        assertThat(named).containsExactly("cloud-1");
    }
}
