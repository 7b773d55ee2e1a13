package io.tacit.protocol.securenets;

import static org.assertj.core.api.Assertions.assertThat;

import io.tacit.crypto.channel.Channel;
import io.tacit.crypto.channel.Phase;
import io.tacit.crypto.share.PrimeField;
import io.tacit.model.integer.IntegerNetwork;
import io.tacit.model.integer.IntegerTensor;
import io.tacit.model.integer.TensorShape;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a cloud sees: the same sizes whatever the data, uniform bytes, nothing twice. And that the published mode fails here. */
class TranscriptTest {
    private static final int IMAGES = 60;

    /** Everything that one cloud received: lengths of all messages, and the bytes of the prediction's data. */
    private static final class Recorder extends InsecureChannel {
        final List<Integer> lengths = new ArrayList<>();
        final ByteArrayOutputStream data = new ByteArrayOutputStream();
        private boolean predicting;

        Recorder(Channel inner) {
            super(inner);
        }

        @Override
        public void enter(Phase phase) {
            predicting = true;
            super.enter(phase);
        }

        @Override
        public void receive(byte[] into, int offset, int length) {
            super.receive(into, offset, length);
            lengths.add(length);
            if (predicting && length > Command.BYTES) {
                data.write(into, offset, length);
            }
        }
    }

    private static Recorder[] run(Mode mode, IntegerNetwork network, IntegerTensor inputs) {
        SecureNetsPlan plan = new SecureNetsPlan(network, Settings.of(mode));
        Recorder[] recorders = new Recorder[mode.clouds()];
        try (Parties parties = new Parties(mode.clouds(), 1, CloudLimits.usual(), (cloud, channel) -> {
                    recorders[cloud] = new Recorder(channel);
                    return recorders[cloud];
                });
                User user = new User(network, plan, parties.random, parties.userWorkers)) {
            user.deploy(parties.first());
            user.prepare(parties.store, inputs.batch());
            user.predict(parties.lanes, parties.store, inputs);
        }
        return recorders;
    }

    private static IntegerTensor constant(IntegerNetwork network, int value) {
        TensorShape shape = network.input().shape();
        int[] values = new int[IMAGES * shape.size()];
        Arrays.fill(values, value);
        return IntegerTensor.ofInts(IMAGES, shape, values);
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void sizesDoNotDependOnDataAndValuesAreUniform(Mode mode) {
        IntegerNetwork network = NetworkMaker.convolutional(11, 6);
        Recorder[] black = run(mode, network, constant(network, 0));
        Recorder[] white = run(mode, network, constant(network, 255));
        Recorder[] again = run(mode, network, constant(network, 255));
        for (int k = 0; k < mode.clouds(); k++) {
            assertThat(white[k].lengths).isEqualTo(black[k].lengths);
            if (white[k].data.size() == 0) {
                assertThat(mode).isEqualTo(Mode.BLINDED_THREE); // this cloud got nothing but seeds
                assertThat(k).isZero();
                continue;
            }
            double ofBlack = deviation(black[k].data.toByteArray());
            double ofWhite = deviation(white[k].data.toByteArray());
            if (mode.isBlinded()) {
                assertThat(ofBlack).isBetween(-5.0, 5.0);
                assertThat(ofWhite).isBetween(-5.0, 5.0);
                assertThat(common(white[k], again[k]))
                        .as("values in the same place")
                        .isLessThan(5);
            } else {
                assertThat(ofBlack)
                        .as("zeros stay zeros under the published masks")
                        .isGreaterThan(100);
            }
        }
    }

    /** Chi-square of the values' top 8 of 31 bits, as a standard normal deviate (Wilson and Hilferty). */
    private static double deviation(byte[] data) {
        int[] values = values(data);
        long[] counts = new long[256];
        for (int value : values) {
            counts[value >>> 23]++;
        }
        double expected = values.length / 256.0;
        double chi = Arrays.stream(counts)
                .mapToDouble(c -> (c - expected) * (c - expected) / expected)
                .sum();
        double spread = 2.0 / (9 * 255);
        return (Math.cbrt(chi / 255) - (1 - spread)) / Math.sqrt(spread);
    }

    private static int common(Recorder a, Recorder b) {
        int[] left = values(a.data.toByteArray());
        int[] right = values(b.data.toByteArray());
        int same = 0;
        for (int i = 0; i < left.length; i++) {
            same += left[i] == right[i] ? 1 : 0;
        }
        return same;
    }

    private static int[] values(byte[] data) {
        int[] values = new int[data.length / PrimeField.M31.bytesPerValue()];
        ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN).asIntBuffer().get(values);
        return values;
    }
}
