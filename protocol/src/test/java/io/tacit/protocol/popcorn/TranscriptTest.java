package io.tacit.protocol.popcorn;

import static org.assertj.core.api.Assertions.assertThat;

import io.tacit.crypto.channel.Channel;
import io.tacit.crypto.channel.RecordingChannel;
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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What each side receives: its shape depends on the plan alone, and no ciphertext or label comes twice. */
class TranscriptTest {
    private static final int LABEL_BYTES = 16;

    private static IntegerNetwork network() {
        Networks n = new Networks(4, new TensorShape(1, 3, 4), Range.of(0, 255));
        n.activation(n.linear(0, ConvolutionGeometry.dense(12, 6)), Step.Nonlinearity.RELU, new int[] {4}, 8, 255);
        n.dense(n.last(), 3);
        return n.build("transcript");
    }

    private static void copy(List<byte[]> to, byte[] bytes, int offset, int length) {
        to.add(Arrays.copyOfRange(bytes, offset, offset + length));
    }

    /** What both sides receive from the query on: the client's view, then the server's. */
    private static List<List<byte[]>> views(IntegerNetwork network, int value) throws Exception {
        List<byte[]> client = new ArrayList<>();
        List<byte[]> server = new ArrayList<>();
        Settings settings = Settings.of(Mode.HARDENED, KeyLength.BITS_2048, Disclosure.LABEL, 1);
        class Sending extends InsecureChannel {
            Sending(Channel inner) {
                super(inner);
            }

            @Override
            public void send(byte[] bytes, int offset, int length) {
                copy(server, bytes, offset, length);
                super.send(bytes, offset, length);
            }
        }
        try (Parties parties = new Parties(
                network,
                settings,
                1,
                lane -> new Sending(new RecordingChannel(lane, (b, offset, length) -> copy(client, b, offset, length))),
                Allowance.UNLIMITED)) {
            parties.client.prepare(1);
            client.clear();
            server.clear();
            int[] values = new int[network.input().shape().size()];
            Arrays.fill(values, value);
            parties.client.predict(IntegerTensor.ofInts(1, network.input().shape(), values));
        }
        return List.of(client, server);
    }

    private static List<Integer> lengths(List<byte[]> view) {
        return view.stream().map(message -> message.length).toList();
    }

    private static Set<String> pieces(List<byte[]> view, int bytes) {
        Set<String> pieces = new HashSet<>();
        for (byte[] message : view) {
            for (int at = 0; at + bytes <= message.length; at += bytes) {
                pieces.add(Arrays.toString(Arrays.copyOfRange(message, at, at + bytes)));
            }
        }
        return pieces;
    }

    @Test
    void viewsOfTwoQueriesHaveOneShapeAndNothingInCommon() throws Exception {
        IntegerNetwork network = network();
        List<List<byte[]>> dark = views(network, 0);
        List<List<byte[]>> bright = views(network, 255);
        List<List<byte[]>> again = views(network, 255);
        for (int side = 0; side < 2; side++) {
            assertThat(lengths(dark.get(side)))
                    .isEqualTo(lengths(bright.get(side)))
                    .isEqualTo(lengths(again.get(side)));
            for (List<List<byte[]>> other : List.of(dark, again)) {
                Set<String> common = pieces(bright.get(side), LABEL_BYTES);
                assertThat(common).hasSizeGreaterThan(100);
                common.retainAll(pieces(other.get(side), LABEL_BYTES));
                assertThat(common).isEmpty();
            }
        }
    }
}
