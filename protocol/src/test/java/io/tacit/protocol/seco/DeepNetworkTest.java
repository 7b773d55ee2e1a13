package io.tacit.protocol.seco;

import static org.assertj.core.api.Assertions.assertThat;

import io.tacit.crypto.channel.Phase;
import io.tacit.crypto.channel.Traffic;
import io.tacit.kernel.ConvolutionGeometry;
import io.tacit.model.integer.IntegerNetwork;
import io.tacit.model.integer.IntegerTensor;
import io.tacit.model.integer.Range;
import io.tacit.model.integer.Step.Nonlinearity;
import io.tacit.model.integer.TensorShape;
import io.tacit.model.integer.Window;
import io.tacit.protocol.outsourced.Networks;
import io.tacit.protocol.plan.Disclosure;
import io.tacit.protocol.seco.Parties.BackEnd;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A residual network of 32 layers for 32x32 pictures, as Delphi's, with seeded random weights. Minutes of one core each. */
@Tag("slow")
class DeepNetworkTest {
    private static final int SIDE = 32;

    /** @param blocks residual blocks a stage: 5 make 32 layers */
    private static IntegerNetwork residual(int blocks) {
        Networks n = new Networks(32, new TensorShape(3, SIDE, SIDE), Range.of(0, 255));
        int last = relu(n, n.linear(0, ConvolutionGeometry.square(3, SIDE, 16, 3, 1, 1)));
        for (int stage = 0; stage < 3; stage++) {
            for (int block = 0; block < blocks; block++) {
                int stride = stage > 0 && block == 0 ? 2 : 1;
                TensorShape in = n.shape(last);
                int width = 16 << stage;
                int first = relu(
                        n, n.linear(last, ConvolutionGeometry.square(in.channels(), in.height(), width, 3, stride, 1)));
                int second = n.linear(
                        first, ConvolutionGeometry.square(width, n.shape(first).height(), width, 3, 1, 1));
                int shortcut = last;
                if (stride == 2) { // every second value, its channels twice
                    int sampled = n.sumPool(last, new Window(1, 1, 2, 2, 0, 0, 0, 0));
                    shortcut = n.concat(sampled, sampled);
                }
                last = relu(n, n.sum(second, shortcut, 0, 4));
            }
        }
        n.dense(n.sumPool(last, Window.square(8, 8)), 10);
        return n.build("residual network of " + (6 * blocks + 2) + " layers");
    }

    private static int relu(Networks n, int source) {
        return n.activation(source, Nonlinearity.RELU, new int[] {8}, 6, 63);
    }

    private static Parties.Asked ask(IntegerNetwork network, int layers, int servers) throws Exception {
        try (Parties parties = new Parties(network, layers, Disclosure.LABEL, servers, BackEnd.IDEAL)) {
            long start = System.nanoTime();
            parties.prepare(1);
            double prepared = (System.nanoTime() - start) / 1e9;
            parties.openOnline();
            IntegerTensor input = Networks.input(network, layers);
            start = System.nanoTime();
            Parties.Asked asked = parties.ask(input);
            double answered = (System.nanoTime() - start) / 1e9;
            SecoTest.requireAnswer(network, Disclosure.LABEL, input, asked.answer());
            assertThat(parties.failures).isEmpty();
            Traffic.Count user = asked.traffic().in(Phase.PREDICT);
            System.out.printf(
                    "%s, l = %d, n = %d, ideal circuits: products %.1f s and %.1f MB, online %.2f s, user %d bytes%n",
                    network.name(),
                    layers,
                    servers,
                    prepared,
                    parties.prepared.get() / 1e6,
                    answered,
                    user.bytesSent() + user.bytesReceived());
            return asked;
        }
    }

    @Test
    void cutsAreWhereThePaperCuts() {
        assertThat(NetworkSplit.places(residual(5))).contains(2, 10, 22, 34, 46, 58, 62);
    }

    @ParameterizedTest
    @CsvSource({"2, 3", "34, 2", "58, 3", "62, 4"})
    void labelsAreTheReferences(int layers, int servers) throws Exception {
        ask(residual(5), layers, servers);
    }

    /** However many layers follow the cut, the user sends and receives the same, and waits once after it. */
    @Test
    void theUsersTrafficDoesNotDependOnTheRemoteLayers() throws Exception {
        List<Traffic.Count> counts = new ArrayList<>();
        for (int blocks : new int[] {1, 3}) {
            counts.add(ask(residual(blocks), 2, 2).traffic().in(Phase.PREDICT));
        }
        assertThat(counts.get(1)).isEqualTo(counts.get(0));
    }
}
