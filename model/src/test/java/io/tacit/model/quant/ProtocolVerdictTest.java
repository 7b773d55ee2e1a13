package io.tacit.model.quant;

import static org.assertj.core.api.Assertions.assertThat;

import io.tacit.kernel.ConvolutionGeometry;
import io.tacit.kernel.Workers;
import io.tacit.model.graph.FloatGraph;
import io.tacit.model.graph.GraphBuilder;
import io.tacit.model.graph.Operator;
import io.tacit.model.graph.Shape;
import io.tacit.model.integer.IntegerNetwork;
import io.tacit.model.integer.Preprocessing;
import io.tacit.model.integer.Preprocessing.ChannelOrder;
import io.tacit.model.integer.Provenance;
import io.tacit.model.integer.Range;
import io.tacit.model.integer.Step;
import io.tacit.model.integer.TensorShape;
import io.tacit.model.onnx.ImportOptions;
import io.tacit.model.onnx.OnnxImporter;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProtocolVerdictTest {
    private static final Preprocessing DIGITS = Preprocessing.scaled(28, 28, ChannelOrder.GRAY, 1 / 255.0);

    /** All verdicts on one network. */
    private record Verdicts(List<ProtocolVerdict> all) {
        ProtocolVerdict get(String protocol) {
            return all.stream()
                    .filter(verdict -> verdict.protocol().equals(protocol))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static Verdicts checked(List<ProtocolVerdict> verdicts) {
        assertThat(verdicts)
                .extracting(ProtocolVerdict::protocol)
                .containsExactly("outsourced", "securenets", "popcorn", "privdnn", "seco");
        assertThat(verdicts).allSatisfy(verdict -> {
            assertThat(verdict.reason()).isNotBlank();
            assertThat(verdict.layers().isEmpty()).isEqualTo(verdict.possible());
        });
        return new Verdicts(verdicts);
    }

    /** One dense layer whose accumulators need {@code bits} bits and a sign. */
    private static IntegerNetwork wide(int bits) {
        Step input = new Step.Input("in", TensorShape.vector(1), Range.of(0, 255));
        Step.Linear wide = new Step.Linear(
                "wide",
                0,
                ConvolutionGeometry.dense(1, 1),
                new int[] {127},
                new long[] {1L << (bits - 1)},
                Range.of(0, 0));
        return new IntegerNetwork("n", FloatNetworks.preprocessing(), List.of(input, wide), 1).withProvenRanges();
    }

    @ParameterizedTest
    @CsvSource({
        "30, true, 2^31 - 1, true",
        "31, true, 2^61 - 1, true",
        "40, true, 2^61 - 1, true",
        "41, false, 2^61 - 1, true",
        "60, false, 2^61 - 1, true",
        "61, false, 2^61 - 1, false"
    })
    void provenRangesAgainstEachProtocolsLimit(int bits, boolean shared, String field, boolean inField) {
        Verdicts verdicts = checked(ProtocolVerdict.of(wide(bits)));
        for (String protocol : List.of("outsourced", "seco")) {
            ProtocolVerdict verdict = verdicts.get(protocol);
            assertThat(verdict.possible()).as(protocol).isEqualTo(shared);
            assertThat(verdict.reason()).contains("40", bits + " bits", "wide");
        }
        assertThat(verdicts.get("securenets").possible()).isEqualTo(inField);
        assertThat(verdicts.get("securenets").reason()).contains(field, bits + " bits", "wide");
        assertThat(verdicts.get("popcorn").possible()).isTrue();
        assertThat(verdicts.get("privdnn").possible()).isFalse();
        assertThat(verdicts.get("privdnn").toString()).contains("private under privdnn", "no:", "dense");
    }

    @ParameterizedTest
    @CsvSource({
        "mnist_lenet5_square, true, two plaintext primes",
        "mnist_m4, false, (Relu)",
        "mnist_m1_relu, false, (Dense)",
        "mnist_m2_square, false, (Dense)"
    })
    void privDnnNeedsTwoConvolutionsWithoutReluBetween(String name, boolean possible, String reason) {
        FloatGraph graph = new OnnxImporter().read(TestData.example(name + ".onnx"), ImportOptions.DEFAULT);
        Verdicts verdicts = checked(ProtocolVerdict.ofTrial(graph, DIGITS, Workers.NONE));
        assertThat(verdicts.get("privdnn").possible()).isEqualTo(possible);
        assertThat(verdicts.get("privdnn").reason()).contains(reason);
        for (String protocol : List.of("outsourced", "securenets", "popcorn", "seco")) {
            assertThat(verdicts.get(protocol).possible()).as(protocol).isTrue();
        }
    }

    @Test
    void aShiftBetweenTheConvolutionsIsNamedWithItsRemedy() {
        FloatGraph graph = new OnnxImporter().read(TestData.example("mnist_lenet5_square.onnx"), ImportOptions.DEFAULT);
        Quantizer quantizer = new Quantizer(graph, DIGITS, FloatNetworks.images(8, 3), Provenance.NONE, Workers.NONE);
        assertThat(checked(ProtocolVerdict.of(quantizer.quantize(QuantizerOptions.DEFAULT)))
                        .get("privdnn")
                        .reason())
                .contains("--defer");
        List<String> convolutions = graph.nodes().stream()
                .filter(node -> node.operator() instanceof Operator.Conv)
                .map(node -> node.name())
                .toList();
        IntegerNetwork deferred = quantizer.quantize(QuantizerOptions.DEFAULT.withDeferred(
                List.of(new QuantizerOptions.Segment(convolutions.get(0), convolutions.get(1)))));
        assertThat(checked(ProtocolVerdict.of(deferred)).get("privdnn").possible())
                .isTrue();
        assertThat(checked(ProtocolVerdict.of(deferred)).get("outsourced").possible())
                .as("two layers of products without a shift between them")
                .isFalse();
    }

    /** The verdict before quantisation is the verdict after it, on every construction that the quantiser knows. */
    @Test
    void theTrialSaysWhatTheQuantisedNetworkSays() {
        for (FloatGraph graph :
                List.of(FloatNetworks.chain(1), FloatNetworks.concatenated(2), FloatNetworks.joinedEarly(3))) {
            Verdicts trial = checked(ProtocolVerdict.ofTrial(graph, FloatNetworks.preprocessing(), Workers.NONE));
            IntegerNetwork network = new Quantizer(
                            graph,
                            FloatNetworks.preprocessing(),
                            FloatNetworks.images(20, 1),
                            Provenance.NONE,
                            Workers.NONE)
                    .quantize(QuantizerOptions.DEFAULT);
            for (ProtocolVerdict verdict : checked(ProtocolVerdict.of(network)).all()) {
                assertThat(trial.get(verdict.protocol()).possible())
                        .as(graph.name() + " under " + verdict.protocol())
                        .isEqualTo(verdict.possible());
            }
        }
        Verdicts numbers = checked(ProtocolVerdict.ofTrial(
                FloatNetworks.numbers(4), Preprocessing.scaled(1, 1, ChannelOrder.NUMBERS, 1), Workers.NONE));
        assertThat(numbers.get("outsourced").possible()).isTrue();
    }

    @Test
    void anOperatorWithoutPrivateFormIsNamedForEveryProtocol() {
        GraphBuilder builder = new GraphBuilder();
        Shape shape = Shape.of(1, 4);
        int input = builder.add("in", new Operator.Input(false), List.of(), shape);
        int odd = builder.add("odd", new Operator.Unary(Operator.Unary.Function.TANH, 0, 0), List.of(input), shape);
        int relu = builder.add("relu", new Operator.Relu(), List.of(odd), shape);
        FloatGraph graph = builder.build("n", List.of(relu));
        Verdicts verdicts = checked(
                ProtocolVerdict.ofTrial(graph, Preprocessing.scaled(1, 1, ChannelOrder.NUMBERS, 1), Workers.NONE));
        assertThat(verdicts.all()).allSatisfy(verdict -> {
            assertThat(verdict.possible()).isFalse();
            assertThat(verdict.layers()).containsExactly("odd");
            assertThat(verdict.reason()).contains("Tanh \"odd\" has no private form");
        });
    }
}
