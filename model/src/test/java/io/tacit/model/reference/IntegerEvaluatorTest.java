package io.tacit.model.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tacit.kernel.Workers;
import io.tacit.model.integer.IntegerNetwork;
import io.tacit.model.integer.IntegerTensor;
import io.tacit.model.integer.Range;
import io.tacit.model.integer.RangeProof;
import io.tacit.model.integer.Step;
import java.math.BigInteger;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

class IntegerEvaluatorTest {

    @Test
    void agreesWithTheDefinitionsOnRandomNetworks() {
        Set<Class<?>> kinds = new HashSet<>();
        Set<IntegerTensor.Width> widths = EnumSet.noneOf(IntegerTensor.Width.class);
        ExecutorService executor = Executors.newFixedThreadPool(2);
        try {
            Workers workers = new Workers(executor, 2);
            for (long seed = 0; seed < 400; seed++) {
                IntegerNetwork network = RandomNetworks.network(seed);
                int batch = 1 + (int) (seed % 5);
                IntegerTensor input = RandomNetworks.input(network, batch, seed);
                List<IntegerTensor> all = new IntegerEvaluator(network, Workers.NONE).evaluateAll(input);
                for (int t = 0; t < batch; t++) {
                    List<BigInteger[]> expected = NaiveEvaluator.evaluate(network, tensor(input, t));
                    for (int i = 0; i < all.size(); i++) {
                        Step step = network.steps().get(i);
                        assertThat(tensor(all.get(i), t))
                                .as("seed %s, tensor %s, %s", seed, t, step)
                                .isEqualTo(expected.get(i));
                        assertThat(all.get(i).width()).isEqualTo(IntegerTensor.Width.of(step.range()));
                        kinds.add(step.getClass());
                        widths.add(all.get(i).width());
                    }
                }
                IntegerTensor scores = new IntegerEvaluator(network, workers).evaluate(input);
                for (int t = 0; t < batch; t++) {
                    assertThat(tensor(scores, t)).as("seed %s", seed).isEqualTo(tensor(all.get(all.size() - 1), t));
                }
            }
        } finally {
            executor.shutdownNow();
        }
        assertThat(kinds).containsExactlyInAnyOrder(Step.class.getPermittedSubclasses());
        assertThat(widths).containsExactlyInAnyOrder(IntegerTensor.Width.values());
    }

    @Test
    void everyValueLiesInItsChannelsProvenRange() {
        for (long seed = 1000; seed < 1100; seed++) {
            IntegerNetwork network = RandomNetworks.network(seed);
            RangeProof proof = RangeProof.of(network.steps());
            IntegerTensor input = RandomNetworks.input(network, 2, seed);
            List<IntegerTensor> all = new IntegerEvaluator(network, Workers.NONE).evaluateAll(input);
            for (int i = 0; i < all.size(); i++) {
                IntegerTensor result = all.get(i);
                int plane = result.shape().height() * result.shape().width();
                for (int v = 0; v < 2 * result.shape().size(); v++) {
                    Range range = proof.range(i, v / plane % result.shape().channels());
                    assertThat(result.getBig(v))
                            .as("seed %s, step %s", seed, network.steps().get(i).name())
                            .isBetween(range.low(), range.high());
                }
            }
        }
    }

    @Test
    void refusesInputsOutsideTheDeclaredRange() {
        IntegerNetwork network = RandomNetworks.network(3);
        int[] values = new int[network.input().shape().size()];
        values[values.length - 1] = network.input().range().high().intValueExact() + 1;
        IntegerTensor input = IntegerTensor.ofInts(1, network.input().shape(), values);
        IntegerEvaluator evaluator = new IntegerEvaluator(network, Workers.NONE);
        assertThatThrownBy(() -> evaluator.evaluate(input))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("outside");
    }

    private static BigInteger[] tensor(IntegerTensor batch, int index) {
        BigInteger[] values = new BigInteger[batch.shape().size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = batch.getBig(index * values.length + i);
        }
        return values;
    }
}
