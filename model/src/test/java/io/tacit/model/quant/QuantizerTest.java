package io.tacit.model.quant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tacit.kernel.Workers;
import io.tacit.model.UnsupportedModelException;
import io.tacit.model.data.InputSet;
import io.tacit.model.graph.FloatGraph;
import io.tacit.model.graph.GraphBuilder;
import io.tacit.model.graph.Operator;
import io.tacit.model.graph.Shape;
import io.tacit.model.integer.IntegerNetwork;
import io.tacit.model.integer.IntegerNetworkFile;
import io.tacit.model.integer.Preprocessing;
import io.tacit.model.integer.Preprocessing.ChannelOrder;
import io.tacit.model.integer.Provenance;
import io.tacit.model.integer.RangeProof;
import io.tacit.model.integer.Step;
import java.util.List;
import java.util.Map;
import java.util.function.LongFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class QuantizerTest {
    private static final Map<String, LongFunction<FloatGraph>> NETWORKS = Map.of(
            "chain", FloatNetworks::chain,
            "averages", FloatNetworks::averages,
            "squares", FloatNetworks::squares,
            "clipped", FloatNetworks::clipped,
            "residual", FloatNetworks::residual,
            "preActivation", FloatNetworks::preActivation,
            "concatenated", FloatNetworks::concatenated,
            "joinedEarly", FloatNetworks::joinedEarly);

    /** With many bits the integer network's scores come near the float logits: every scale and fold is right. */
    @TestFactory
    Stream<DynamicTest> manyBitsComeNearTheFloatNetwork() {
        return NETWORKS.entrySet().stream()
                .map(e -> DynamicTest.dynamicTest(e.getKey(), () -> {
                    for (long seed = 0; seed < 4; seed++) {
                        check(
                                e.getValue().apply(seed),
                                seed,
                                QuantizerOptions.DEFAULT
                                        .withBits(12, 14)
                                        .withClipping(QuantizerOptions.Clipping.MAXIMUM),
                                0.01);
                    }
                }));
    }

    @TestFactory
    Stream<DynamicTest> eightBitsSuffice() {
        return NETWORKS.entrySet().stream()
                .map(e -> DynamicTest.dynamicTest(e.getKey(), () -> {
                    for (long seed = 0; seed < 4; seed++) {
                        check(e.getValue().apply(seed), seed, QuantizerOptions.DEFAULT, 0.06);
                    }
                }));
    }

    @TestFactory
    Stream<DynamicTest> unscaledNetworksRoundNothingButWeights() {
        return NETWORKS.entrySet().stream()
                .map(e -> DynamicTest.dynamicTest(e.getKey(), () -> {
                    for (long seed = 0; seed < 2; seed++) {
                        IntegerNetwork network = check(
                                e.getValue().apply(seed),
                                seed,
                                QuantizerOptions.DEFAULT.withBits(12, 8).withUnscaled(true),
                                0.02);
                        assertThat(network.steps()).noneMatch(Step.Activation.class::isInstance);
                    }
                }));
    }

    private static IntegerNetwork check(FloatGraph graph, long seed, QuantizerOptions options, double tolerance) {
        Preprocessing reads = FloatNetworks.preprocessing();
        InputSet inputs = FloatNetworks.images(48, seed);
        IntegerNetwork network = new Quantizer(graph, reads, inputs, Provenance.NONE, Workers.NONE).quantize(options);
        RangeProof.of(network.steps()).check();
        FloatScores scores = FloatScores.of(graph, reads, inputs, Workers.NONE);
        Evaluation result = Evaluation.compare(network, inputs, scores, Workers.NONE);
        assertThat(result.largestLogitError() / result.logitRange())
                .as("seed %s%n%s", seed, LayerReport.table(network))
                .isLessThan(tolerance);
        assertThat(IntegerNetworkFile.decode(IntegerNetworkFile.encode(network)).hash())
                .isEqualTo(network.hash());
        return network;
    }

    @Test
    void rowsOfNumbers() {
        FloatGraph graph = FloatNetworks.numbers(1);
        InputSet rows = FloatNetworks.rows(64, 30, 2);
        Preprocessing reads = Preprocessing.scaled(30, 1, ChannelOrder.NUMBERS, 1);
        IntegerNetwork network =
                new Quantizer(graph, reads, rows, Provenance.NONE, Workers.NONE).quantize(QuantizerOptions.DEFAULT);
        Evaluation result =
                Evaluation.compare(network, rows, FloatScores.of(graph, reads, rows, Workers.NONE), Workers.NONE);
        assertThat(result.largestLogitError() / result.logitRange()).isLessThan(0.03);
    }

    @Test
    void sameInputsSameBytes() {
        FloatGraph graph = FloatNetworks.residual(5);
        InputSet inputs = FloatNetworks.images(16, 5);
        Quantizer quantizer =
                new Quantizer(graph, FloatNetworks.preprocessing(), inputs, Provenance.NONE, Workers.NONE);
        assertThat(quantizer.quantize(QuantizerOptions.DEFAULT).hash())
                .isEqualTo(quantizer.quantize(QuantizerOptions.DEFAULT).hash());
    }

    @Test
    void weightsKeepToTheirBits() {
        FloatGraph graph = FloatNetworks.residual(6);
        InputSet inputs = FloatNetworks.images(16, 6);
        Quantizer quantizer =
                new Quantizer(graph, FloatNetworks.preprocessing(), inputs, Provenance.NONE, Workers.NONE);
        for (int bits = 2; bits <= 12; bits++) {
            int top = (1 << (bits - 1)) - 1;
            for (Step.Linear step : quantizer
                    .quantize(QuantizerOptions.DEFAULT.withBits(bits, 8))
                    .linearSteps()) {
                for (int w : step.weights()) {
                    assertThat(Math.abs(w)).as("%s bits, %s", bits, step.name()).isLessThanOrEqualTo(top);
                }
            }
        }
    }

    @Test
    void deferredSegmentsHoldNoShift() {
        FloatGraph graph = FloatNetworks.squares(7);
        InputSet inputs = FloatNetworks.images(16, 7);
        IntegerNetwork network = new Quantizer(
                        graph, FloatNetworks.preprocessing(), inputs, Provenance.NONE, Workers.NONE)
                .quantize(
                        QuantizerOptions.DEFAULT.withDeferred(List.of(new QuantizerOptions.Segment("conv1", "conv2"))));
        assertThat(network.steps().stream().map(step -> step.getClass().getSimpleName()))
                .containsExactly("Input", "Linear", "SumPool", "Deferred", "Linear", "Activation", "Linear");
    }

    @Test
    void reluGoesBeforeTheMaximumThatItFollows() {
        FloatGraph graph = FloatNetworks.chain(8);
        IntegerNetwork network = new Quantizer(
                        graph, FloatNetworks.preprocessing(), FloatNetworks.images(8, 8), Provenance.NONE, Workers.NONE)
                .quantize(QuantizerOptions.DEFAULT);
        assertThat(network.steps().stream().map(Step::name))
                .containsExactly("input", "conv1", "relu1", "max1", "conv2", "relu2", "max2", "scores");
    }

    @Test
    void pruningLeavesTheShareAsked() {
        FloatGraph graph = FloatNetworks.residual(9);
        Quantizer quantizer = new Quantizer(
                graph, FloatNetworks.preprocessing(), FloatNetworks.images(16, 9), Provenance.NONE, Workers.NONE);
        for (QuantizerOptions.PruningScope scope : QuantizerOptions.PruningScope.values()) {
            IntegerNetwork network = quantizer.quantize(QuantizerOptions.DEFAULT.withPruning(0.7, scope));
            long left = network.linearSteps().stream()
                    .mapToLong(Step.Linear::nonZeroWeights)
                    .sum();
            assertThat((double) left / network.weights()).as(scope.toString()).isBetween(0.25, 0.31);
        }
    }

    @Test
    void refusesWhatHasNoIntegerFormNamingIt() {
        GraphBuilder graph = new GraphBuilder();
        int input = graph.add("input", new Operator.Input(false), List.of(), Shape.of(1, 3, 8, 8));
        int odd = graph.add(
                "curve", new Operator.Unary(Operator.Unary.Function.TANH, 0, 0), List.of(input), Shape.of(1, 3, 8, 8));
        Quantizer quantizer = new Quantizer(
                graph.build("odd", List.of(odd)),
                FloatNetworks.preprocessing(),
                FloatNetworks.images(2, 1),
                Provenance.NONE,
                Workers.NONE);
        assertThatThrownBy(() -> quantizer.quantize(QuantizerOptions.DEFAULT))
                .isInstanceOf(UnsupportedModelException.class)
                .hasMessageContaining("curve");
    }
}
