package io.tacit.protocol.seco;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.tacit.kernel.ConvolutionGeometry;
import io.tacit.kernel.Workers;
import io.tacit.model.integer.IntegerNetwork;
import io.tacit.model.integer.IntegerTensor;
import io.tacit.model.integer.Range;
import io.tacit.model.integer.Step.Nonlinearity;
import io.tacit.model.integer.TensorShape;
import io.tacit.model.integer.Window;
import io.tacit.model.reference.IntegerEvaluator;
import io.tacit.protocol.outsourced.Networks;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Both parts one after the other are the network, wherever it is cut. */
class NetworkSplitTest {

    @Test
    void bothPartsAreTheNetwork() {
        int cuts = 0;
        for (long seed = 0; seed < 60; seed++) {
            IntegerNetwork network = Networks.random(seed);
            IntegerTensor input = Networks.input(network, seed);
            for (int layers : NetworkSplit.places(network)) {
                NetworkSplit split = NetworkSplit.at(network, layers);
                IntegerTensor between = input;
                if (split.gatewayPart().isPresent()) {
                    IntegerNetwork first = split.gatewayPart().get();
                    IntegerTensor result = evaluate(first, input);
                    int[] values = IntStream.range(0, first.output().shape().size())
                            .map(i -> Math.toIntExact(result.get(i)))
                            .toArray();
                    between = IntegerTensor.ofInts(1, first.output().shape(), values);
                    cuts++;
                }
                IntegerTensor scores = evaluate(split.remotePart(), between);
                IntegerTensor expected = evaluate(network, input);
                for (int i = 0; i < network.classes(); i++) {
                    assertThat(scores.getBig(i))
                            .as("seed %s, %s layers", seed, layers)
                            .isEqualTo(expected.getBig(i));
                }
            }
        }
        assertThat(cuts).isGreaterThan(40);
    }

    private static IntegerTensor evaluate(IntegerNetwork network, IntegerTensor input) {
        return new IntegerEvaluator(network, Workers.NONE).evaluate(input);
    }

    /** A residual block is not cut, and a max pool goes with the activation before it. */
    @Test
    void cutsGoThroughOneTensor() {
        Networks n = new Networks(5, new TensorShape(2, 8, 8), Range.of(0, 255));
        int a = relu(n, n.linear(0, ConvolutionGeometry.square(2, 8, 3, 3, 1, 1))); // layers 1, 2
        int b = relu(n, n.linear(a, ConvolutionGeometry.square(3, 8, 3, 3, 1, 1))); // 3, 4
        int c = n.linear(b, ConvolutionGeometry.square(3, 8, 3, 3, 1, 1)); // 5
        int d = relu(n, n.sum(c, a, 0, 1)); // 6
        int pool = n.maxPool(d, Window.square(2, 2));
        n.dense(pool, 4);
        IntegerNetwork network = n.build("residual");
        assertThat(NetworkSplit.places(network)).containsExactly(0, 2, 6);
        assertThat(NetworkSplit.at(network, 6)
                        .gatewayPart()
                        .orElseThrow()
                        .output()
                        .name())
                .isEqualTo(network.steps().get(pool).name());
        assertThat(NetworkSplit.at(network, 0).remotePart()).isEqualTo(network);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> NetworkSplit.at(network, 4))
                .withMessageContaining("[0, 2, 6]");
    }

    private static int relu(Networks n, int source) {
        return n.activation(source, Nonlinearity.RELU, new int[] {4}, 6, 63);
    }
}
