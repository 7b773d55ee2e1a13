package io.tacit.model.onnx;

import static io.tacit.model.onnx.OnnxWriter.integer;
import static io.tacit.model.onnx.OnnxWriter.ints;
import static io.tacit.model.onnx.OnnxWriter.real;
import static io.tacit.model.onnx.OnnxWriter.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tacit.kernel.Workers;
import io.tacit.model.UnsupportedModelException;
import io.tacit.model.graph.FloatGraph;
import io.tacit.model.graph.InputScaling;
import io.tacit.model.graph.Operator;
import io.tacit.model.reference.FloatEvaluator;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * One tiny network for each oddity of exporters: the normalised graph must be private, contain the operators named, and
 * give onnxruntime's values.
 */
class OddNetworksTest {
    private final List<DynamicTest> tests = new ArrayList<>();

    /** A network of one input {@code x} and one output {@code y}; {@code operators} is what remains of it, in order. */
    private void odd(String name, int opset, long[] shape, String operators, Consumer<OnnxWriter> network) {
        tests.add(DynamicTest.dynamicTest(name + " (opset " + opset + ")", () -> {
            OnnxWriter writer = new OnnxWriter(opset);
            writer.input("x", shape);
            network.accept(writer);
            byte[] model = writer.output("y").build();
            FloatGraph graph = new OnnxImporter().read(model, ImportOptions.DEFAULT.withLastKept());
            assertThat(graph.privacyFindings()).as(graph.nodes().toString()).isEmpty();
            assertThat(titles(graph)).isEqualTo(operators);
            Judged.assertAgrees(name, graph, model, shape, 3, 2, 0);
            FloatGraph written = new OnnxImporter().readAsWritten(model, ImportOptions.DEFAULT);
            assertThat(written.outputs()).hasSize(1);
        }));
    }

    private static String titles(FloatGraph graph) {
        return graph.nodes().stream()
                .filter(n -> !(n.operator() instanceof Operator.Input || n.operator() instanceof Operator.Reshape))
                .map(n -> n.operator().title())
                .collect(Collectors.joining(" "));
    }

    private static long[] dims(long... dims) {
        return dims;
    }

    private static OnnxWriter batchNormalization(OnnxWriter w, String in, String out, long channels) {
        String parameters = w.random(channels) + " " + w.random(channels) + " " + w.random(channels) + " "
                + w.random("variance" + in, 0.5f, 2, channels);
        return w.node("BatchNormalization", in + " " + parameters, out, real("epsilon", 1e-3f));
    }

    @TestFactory
    List<DynamicTest> linear() {
        odd("batch normalisation into a convolution without bias", 9, dims(1, 2, 6, 6), "Conv", w -> {
            w.node("Conv", "x " + w.random(3, 2, 3, 3), "c", ints("kernel_shape", 3, 3));
            batchNormalization(w, "c", "y", 3);
        });
        odd("batch normalisation into Gemm", 13, dims(1, 5), "Dense", w -> {
            w.node("Gemm", "x " + w.random(5, 4) + " " + w.random(4), "c");
            batchNormalization(w, "c", "y", 4);
        });
        odd("batch normalisation alone", 15, dims(1, 3, 4, 4), "Conv Relu", w -> {
            batchNormalization(w, "x", "b", 3);
            w.node("Relu", "b", "y");
        });
        odd("batch normalisation before a convolution without pads", 15, dims(1, 3, 4, 4), "Conv", w -> {
            batchNormalization(w, "x", "b", 3);
            w.node("Conv", "b " + w.random(2, 3, 3, 3), "y");
        });
        odd("batch normalisation before a convolution with pads", 15, dims(1, 3, 4, 4), "Conv Conv", w -> {
            batchNormalization(w, "x", "b", 3);
            w.node("Conv", "b " + w.random(2, 3, 3, 3), "y", ints("pads", 1, 1, 1, 1));
        });
        odd("batch normalisation of a convolution that two read", 13, dims(1, 2, 4, 4), "Conv Conv Sum", w -> {
            w.node("Conv", "x " + w.random(3, 2, 1, 1), "c");
            batchNormalization(w, "c", "b", 3);
            w.node("Add", "b c", "y");
        });
        odd(
                "MatMul and Add",
                13,
                dims(1, 6),
                "Dense",
                w -> w.node("MatMul", "x " + w.random(6, 3), "m").node("Add", w.random(3) + " m", "y"));
        odd(
                "Gemm with everything",
                13,
                dims(1, 6),
                "Dense",
                w -> w.node("Transpose", "x", "t")
                        .node(
                                "Gemm",
                                "t " + w.random(4, 6) + " " + w.random(1, 4),
                                "y",
                                integer("transA", 1),
                                integer("transB", 1),
                                real("alpha", 0.5f),
                                real("beta", -2)));
        odd(
                "SAME_UPPER",
                11,
                dims(1, 2, 7, 8),
                "Conv",
                w -> w.node(
                        "Conv",
                        "x " + w.random(2, 2, 4, 3),
                        "y",
                        text("auto_pad", "SAME_UPPER"),
                        ints("strides", 2, 2)));
        odd(
                "SAME_LOWER",
                11,
                dims(1, 2, 7, 8),
                "Conv",
                w -> w.node(
                        "Conv",
                        "x " + w.random(2, 2, 4, 3),
                        "y",
                        text("auto_pad", "SAME_LOWER"),
                        ints("strides", 2, 2)));
        odd(
                "VALID",
                11,
                dims(1, 2, 7, 8),
                "Conv",
                w -> w.node(
                        "Conv", "x " + w.random(2, 2, 4, 3), "y", text("auto_pad", "VALID"), ints("strides", 2, 1)));
        odd(
                "asymmetric pads, dilation",
                7,
                dims(1, 2, 7, 8),
                "Conv",
                w -> w.node(
                        "Conv",
                        "x " + w.random(3, 2, 3, 2) + " " + w.random(3),
                        "y",
                        ints("pads", 0, 1, 2, 3),
                        ints("dilations", 2, 3)));
        odd(
                "groups and depthwise",
                21,
                dims(1, 4, 6, 6),
                "Conv Relu Conv",
                w -> w.node("Conv", "x " + w.random(8, 2, 3, 3), "a", integer("group", 2), ints("strides", 2, 1))
                        .node("Relu", "a", "r")
                        .node("Conv", "r " + w.random(8, 1, 3, 3), "y", integer("group", 8), ints("pads", 1, 1, 1, 1)));
        odd(
                "convolution over one dimension",
                13,
                dims(1, 3, 9),
                "Conv Relu MaxPool Dense",
                w -> w.node("Conv", "x " + w.random(4, 3, 3), "a", ints("pads", 1, 1))
                        .node("Relu", "a", "r")
                        .node("MaxPool", "r", "m", ints("kernel_shape", 2), ints("strides", 2))
                        .node("Flatten", "m", "f")
                        .node("Gemm", "f " + w.random(16, 5), "y"));
        odd(
                "a dense layer on every position",
                13,
                dims(1, 5, 6),
                "Conv Dense",
                w -> w.node("MatMul", "x " + w.random(6, 3), "m")
                        .node("Flatten", "m", "f")
                        .node("Gemm", "f " + w.random(15, 2), "y"));
        return tests;
    }

    @TestFactory
    List<DynamicTest> pads() {
        odd(
                "Pad before a convolution",
                13,
                dims(1, 2, 5, 5),
                "Conv",
                w -> w.longs("p", 0, 0, 1, 2, 0, 0, 3, 0)
                        .node("Pad", "x p", "q")
                        .node("Conv", "q " + w.random(2, 2, 3, 3), "y", ints("strides", 2, 2)));
        odd(
                "Pad before a padded convolution",
                9,
                dims(1, 2, 5, 5),
                "Conv",
                w -> w.node("Pad", "x", "q", ints("pads", 0, 0, 1, 1, 0, 0, 1, 1))
                        .node("Conv", "q " + w.random(2, 2, 3, 3), "y", ints("pads", 1, 0, 1, 0)));
        odd(
                "Pad before an average pool",
                11,
                dims(1, 2, 5, 5),
                "AveragePool",
                w -> w.longs("p", 0, 0, 1, 1, 0, 0, 0, 0)
                        .node("Pad", "x p", "q", text("mode", "constant"))
                        .node("AveragePool", "q", "y", ints("kernel_shape", 2, 2), ints("strides", 2, 2)));
        odd(
                "Pad before a maximum of non-negative numbers",
                13,
                dims(1, 2, 5, 5),
                "Relu MaxPool",
                w -> w.longs("p", 0, 0, 1, 1, 0, 0, 1, 1)
                        .node("Relu", "x", "r")
                        .node("Pad", "r p", "q")
                        .node("MaxPool", "q", "y", ints("kernel_shape", 3, 3), ints("strides", 2, 2)));
        odd(
                "Pad before a maximum of any numbers",
                13,
                dims(1, 2, 5, 5),
                "Conv MaxPool",
                w -> w.longs("p", 0, 0, 1, 1, 0, 0, 1, 1)
                        .node("Pad", "x p", "q")
                        .node("MaxPool", "q", "y", ints("kernel_shape", 3, 3)));
        odd(
                "Pad with ones",
                18,
                dims(1, 2, 5, 5),
                "Conv Conv Conv",
                w -> w.longs("p", 1, 1, 0, 2)
                        .longs("axes", 2, -1)
                        .floats("one", new float[] {1})
                        .node("Pad", "x p one axes", "y"));
        odd(
                "more channels by Pad: the short cut of the first residual networks",
                13,
                dims(1, 4, 6, 6),
                "Conv Conv",
                w -> w.longs("s", 0, 0)
                        .longs("e", Long.MAX_VALUE, Long.MAX_VALUE)
                        .longs("a", 2, 3)
                        .longs("st", 2, 2)
                        .longs("p", 0, 2, 0, 0, 0, 2, 0, 0)
                        .node("Slice", "x s e a st", "h")
                        .node("Pad", "h p", "y"));
        return tests;
    }

    @TestFactory
    List<DynamicTest> pools() {
        odd(
                "ceil_mode of a maximum",
                10,
                dims(1, 2, 6, 7),
                "MaxPool",
                w -> w.node(
                        "MaxPool",
                        "x",
                        "y",
                        ints("kernel_shape", 3, 3),
                        ints("strides", 2, 2),
                        integer("ceil_mode", 1)));
        odd(
                "ceil_mode of a mean",
                19,
                dims(1, 2, 6, 7),
                "AveragePool Conv",
                w -> w.node(
                        "AveragePool",
                        "x",
                        "y",
                        ints("kernel_shape", 3, 3),
                        ints("strides", 2, 2),
                        integer("ceil_mode", 1)));
        odd(
                "a mean that counts its pads",
                11,
                dims(1, 2, 6, 6),
                "AveragePool",
                w -> w.node(
                        "AveragePool",
                        "x",
                        "y",
                        ints("kernel_shape", 3, 3),
                        ints("pads", 1, 1, 1, 1),
                        integer("count_include_pad", 1)));
        odd(
                "a mean that does not count its pads",
                11,
                dims(1, 2, 6, 6),
                "AveragePool Conv",
                w -> w.node("AveragePool", "x", "y", ints("kernel_shape", 3, 3), ints("pads", 1, 1, 1, 1)));
        odd(
                "a mean in SAME_UPPER",
                11,
                dims(1, 2, 6, 6),
                "AveragePool Conv",
                w -> w.node(
                        "AveragePool",
                        "x",
                        "y",
                        ints("kernel_shape", 3, 3),
                        ints("strides", 2, 2),
                        text("auto_pad", "SAME_UPPER")));
        odd(
                "global mean",
                11,
                dims(1, 3, 5, 4),
                "AveragePool Dense",
                w -> w.node("GlobalAveragePool", "x", "g")
                        .node("Flatten", "g", "f")
                        .node("Gemm", "f " + w.random(3, 2), "y"));
        odd(
                "mean over height and width, dropped",
                13,
                dims(1, 3, 5, 4),
                "AveragePool",
                w -> w.node("ReduceMean", "x", "y", ints("axes", 2, 3), integer("keepdims", 0)));
        odd(
                "mean over height and width, kept",
                18,
                dims(1, 3, 5, 4),
                "AveragePool",
                w -> w.longs("a", -1, -2).node("ReduceMean", "x a", "y"));
        odd("mean over features", 13, dims(1, 8), "Dense", w -> w.node("ReduceMean", "x", "y", ints("axes", 1)));
        odd("global maximum", 13, dims(1, 3, 5, 4), "MaxPool", w -> w.node("GlobalMaxPool", "x", "y"));
        return tests;
    }

    @TestFactory
    List<DynamicTest> layouts() {
        odd(
                "channels last at the input and before Flatten",
                13,
                dims(1, 6, 5, 3),
                "Conv Relu Dense",
                w -> w.node("Transpose", "x", "t", ints("perm", 0, 3, 1, 2))
                        .node("Conv", "t " + w.random(4, 3, 3, 3), "c")
                        .node("Relu", "c", "r")
                        .node("Transpose", "r", "u", ints("perm", 0, 2, 3, 1))
                        .longs("s", -1, 48)
                        .node("Reshape", "u s", "f")
                        .node("MatMul", "f " + w.random(48, 5), "m")
                        .node("Add", "m " + w.random(5), "y"));
        odd(
                "channels last with scaling, Pad and BiasAdd before the transposition",
                13,
                dims(1, 6, 6, 3),
                "Conv Relu AveragePool Dense",
                w -> w.floats("mean", new float[] {0.1f, 0.2f, 0.3f}, 3)
                        .floats("std", new float[] {0.5f}, 1)
                        .longs("p", 0, 1, 1, 0, 0, 1, 1, 0)
                        .node("Sub", "x mean", "a")
                        .node("Div", "a std", "b")
                        .node("Transpose", "b", "t", ints("perm", 0, 3, 1, 2))
                        .node("Conv", "t " + w.random(4, 3, 3, 3), "c")
                        .node("Transpose", "c", "u", ints("perm", 0, 2, 3, 1))
                        .node("Add", "u " + w.random(4), "v")
                        .node("Relu", "v", "r")
                        .node("ReduceMean", "r", "g", ints("axes", 1, 2), integer("keepdims", 0))
                        .node("Gemm", "g " + w.random(4, 5), "y"));
        odd(
                "Pad with channels last",
                13,
                dims(1, 6, 6, 3),
                "Conv",
                w -> w.longs("p", 0, 1, 2, 0, 0, 0, 1, 0)
                        .node("Pad", "x p", "q")
                        .node("Transpose", "q", "t", ints("perm", 0, 3, 1, 2))
                        .node("Conv", "t " + w.random(4, 3, 3, 3), "y"));
        odd(
                "a picture without channels",
                13,
                dims(1, 6, 6),
                "Conv",
                w -> w.longs("a", 1).node("Unsqueeze", "x a", "u").node("Conv", "u " + w.random(2, 1, 3, 3), "y"));
        odd(
                "flattened channels last without transposition",
                13,
                dims(1, 5, 5, 1),
                "Dense",
                w -> w.node("Flatten", "x", "f").node("Gemm", "f " + w.random(25, 3), "y"));
        odd(
                "the target of a Reshape computed from shapes",
                13,
                dims(1, 3, 4, 4),
                "Relu Dense",
                w -> w.node("Relu", "x", "r")
                        .node("Shape", "r", "s")
                        .node(
                                "Constant",
                                "",
                                "zero",
                                OnnxWriter.tensorAttribute("value", OnnxWriter.longTensor("", new long[] {0})))
                        .node("Gather", "s zero", "n", integer("axis", 0))
                        .longs("axes0", 0)
                        .node("Unsqueeze", "n axes0", "n1")
                        .longs("minus", -1)
                        .node("Cast", "n1", "n2", integer("to", 7))
                        .node("Concat", "n2 minus", "target", integer("axis", 0))
                        .node("Reshape", "r target", "f")
                        .node("Gemm", "f " + w.random(48, 2), "y"));
        odd(
                "shuffled channels between grouped convolutions",
                13,
                dims(1, 4, 4, 4),
                "Conv Relu Conv Conv",
                w -> w.node("Conv", "x " + w.random(4, 2, 1, 1), "c", integer("group", 2))
                        .node("Relu", "c", "q")
                        .longs("s5", 1, 2, 2, 4, 4)
                        .longs("s4", 1, 4, 4, 4)
                        .node("Reshape", "q s5", "r")
                        .node("Transpose", "r", "t", ints("perm", 0, 2, 1, 3, 4))
                        .node("Reshape", "t s4", "u")
                        .node("Conv", "u " + w.random(4, 1, 3, 3), "y", integer("group", 4)));
        odd(
                "split channels, joined in another order",
                13,
                dims(1, 6, 4, 4),
                "Relu Concat Conv",
                w -> w.longs("parts", 2, 4)
                        .node("Split", "x parts", "a b", integer("axis", 1))
                        .node("Relu", "b", "r")
                        .node("Concat", "r a", "j", integer("axis", 1))
                        .node("Conv", "j " + w.random(2, 6, 3, 3), "y"));
        odd(
                "space to depth",
                13,
                dims(1, 2, 6, 6),
                "Dense",
                w -> w.node("SpaceToDepth", "x", "d", integer("blocksize", 2))
                        .node("Flatten", "d", "f")
                        .node("Gemm", "f " + w.random(72, 3), "y"));
        odd(
                "cut out of a picture",
                13,
                dims(1, 2, 6, 6),
                "Relu Conv",
                w -> w.longs("s", 1, 2)
                        .longs("e", 5, 6)
                        .longs("a", 2, 3)
                        .node("Slice", "x s e a", "c")
                        .node("Relu", "c", "y"));
        odd(
                "squeezed and unsqueezed",
                11,
                dims(1, 3, 1, 1),
                "Dense",
                w -> w.node("Squeeze", "x", "s", ints("axes", 2, 3))
                        .node("Unsqueeze", "s", "u", ints("axes", 2))
                        .node("Flatten", "u", "f")
                        .node("Gemm", "f " + w.random(3, 2), "y"));
        return tests;
    }

    @TestFactory
    List<DynamicTest> activations() {
        odd(
                "Clip by attributes",
                9,
                dims(1, 2, 3, 3),
                "Clip",
                w -> w.node("Clip", "x", "y", real("min", 0), real("max", 1.5f)));
        odd(
                "Clip by inputs",
                13,
                dims(1, 2, 3, 3),
                "Clip",
                w -> w.floats("z", new float[] {0})
                        .floats("six", new float[] {1.5f})
                        .node("Clip", "x z six", "y"));
        odd(
                "Relu, then at most six",
                13,
                dims(1, 2, 3, 3),
                "Clip",
                w -> w.floats("six", new float[] {1.5f}).node("Relu", "x", "r").node("Min", "r six", "y"));
        odd(
                "Clip from below zero",
                13,
                dims(1, 2, 3, 3),
                "Conv Clip Conv",
                w -> w.floats("l", new float[] {-1})
                        .floats("h", new float[] {1})
                        .node("Clip", "x l h", "y"));
        odd("x times x", 7, dims(1, 2, 3, 3), "Square", w -> w.node("Mul", "x x", "y"));
        odd(
                "x to the second power",
                12,
                dims(1, 4),
                "Square Dense",
                w -> w.floats("two", new float[] {2})
                        .node("Pow", "x two", "p")
                        .node("Gemm", "p " + w.random(4, 2), "y"));
        odd(
                "LeakyRelu",
                13,
                dims(1, 2, 3, 3),
                "Relu Conv Relu Conv Sum",
                w -> w.node("LeakyRelu", "x", "y", real("alpha", 0.1f)));
        odd(
                "PRelu",
                13,
                dims(1, 2, 3, 3),
                "Relu Conv Relu Conv Sum",
                w -> w.node("PRelu", "x " + w.random(2, 1, 1), "y"));
        odd(
                "Abs and Neg",
                13,
                dims(1, 4),
                "Relu Conv Relu Sum Dense",
                w -> w.node("Abs", "x", "a").node("Neg", "a", "n").node("Gemm", "n " + w.random(4, 2), "y"));
        odd(
                "HardSigmoid",
                13,
                dims(1, 2, 3, 3),
                "Conv Clip",
                w -> w.node("HardSigmoid", "x", "y", real("alpha", 0.3f)));
        odd(
                "the larger of two",
                13,
                dims(1, 2, 3, 3),
                "Conv Conv Sum Relu Sum",
                w -> w.node("Conv", "x " + w.random(2, 2, 1, 1), "c").node("Max", "c x", "y"));
        odd(
                "residual sum and difference",
                13,
                dims(1, 2, 3, 3),
                "Conv Sum Relu Conv Sum",
                w -> w.node("Conv", "x " + w.random(2, 2, 3, 3), "c", ints("pads", 1, 1, 1, 1))
                        .node("Add", "c x", "s")
                        .node("Relu", "s", "r")
                        .node("Sub", "r x", "y"));
        odd(
                "Dropout, Identity, and a constant under way",
                13,
                dims(1, 4),
                "Relu Dense",
                w -> w.node("Dropout", "x", "d")
                        .node("Identity", "d", "i")
                        .node("Relu", "i", "r")
                        .node("Mul", "r " + w.random(1), "m")
                        .node("Gemm", "m " + w.random(4, 2), "n")
                        .node("Add", "n " + w.random(1, 2), "y"));
        odd(
                "a picture of means taken off",
                13,
                dims(1, 2, 4, 4),
                "Conv Relu Dense",
                w -> w.node("Sub", "x " + w.random(2, 4, 4), "m")
                        .node("Relu", "m", "r")
                        .node("Flatten", "r", "f")
                        .node("Gemm", "f " + w.random(32, 3), "y"));
        return tests;
    }

    @TestFactory
    List<DynamicTest> notesOfWhatIsLeftOut() {
        Map<String, String> last = Map.of(
                "Softmax", "Softmax",
                "LogSoftmax", "LogSoftmax",
                "Sigmoid", "Sigmoid");
        List<DynamicTest> stripped = new ArrayList<>();
        last.forEach((type, title) -> stripped.add(DynamicTest.dynamicTest(type, () -> {
            OnnxWriter w = new OnnxWriter(13).input("x", -1, 4);
            w.node("Gemm", "x " + w.random(4, 3), "g").node(type, "g", "y").output("y");
            FloatGraph graph = new OnnxImporter().read(w.build(), ImportOptions.DEFAULT);
            assertThat(titles(graph)).isEqualTo("Dense");
            assertThat(graph.notes()).singleElement().asString().contains(title);
            FloatGraph kept = new OnnxImporter().read(w.build(), ImportOptions.DEFAULT.withLastKept());
            assertThat(kept.privacyFindings()).singleElement().asString().contains(title);
        })));
        return stripped;
    }

    @Test
    void newerAndQuantisedFilesAreRefusedWithTheRemedy() {
        byte[] newer = new OnnxWriter(22)
                .input("x", 1, 4)
                .node("Relu", "x", "y")
                .output("y")
                .build();
        assertThatThrownBy(() -> new OnnxImporter().read(newer, ImportOptions.DEFAULT))
                .isInstanceOf(UnsupportedModelException.class)
                .hasMessageContaining("opset_version=21");
        OnnxWriter w = new OnnxWriter(13).input("x", 1, 4);
        byte[] quantised = w.node("QuantizeLinear", "x " + w.random(1), "q")
                .node("DequantizeLinear", "q " + w.random(1), "y")
                .output("y")
                .build();
        assertThatThrownBy(() -> new OnnxImporter().read(quantised, ImportOptions.DEFAULT))
                .isInstanceOf(UnsupportedModelException.class)
                .hasMessageContaining("QuantizeLinear")
                .hasMessageContaining("bring the float network");
    }

    @Test
    void scalingOfTheInputCanBeTakenOff() {
        OnnxWriter w = new OnnxWriter(13).input("x", -1, 3, 4, 4);
        w.floats("f", new float[] {255}, 1)
                .floats("mean", new float[] {0.5f, 0.25f, 0.125f}, 3, 1, 1)
                .floats("std", new float[] {0.5f, 2, 4}, 3, 1, 1)
                .node("Div", "x f", "a")
                .node("Sub", "a mean", "b")
                .node("Div", "b std", "c")
                .node("Conv", "c " + w.random(2, 3, 3, 3), "y", ints("pads", 1, 1, 1, 1))
                .output("y");
        FloatGraph whole = new OnnxImporter().read(w.build(), ImportOptions.DEFAULT);
        assertThat(titles(whole)).isEqualTo("Conv Conv");
        InputScaling scaling = InputScaling.of(whole);
        assertThat(titles(scaling.graph())).isEqualTo("Conv");
        float[] x = Judged.randomInput(whole, 1, 255);
        float[] scaled = new float[x.length];
        for (int i = 0; i < x.length; i++) {
            scaled[i] = scaling.scale().get(i / 16) * x[i] + scaling.shift().get(i / 16);
        }
        Judged.assertClose(
                "scaled input",
                new FloatEvaluator(scaling.graph(), Workers.NONE).evaluate(scaled),
                new FloatEvaluator(whole, Workers.NONE).evaluate(x));
        assertThat(InputScaling.of(scaling.graph()).scale()).containsExactly(1f, 1f, 1f);
    }
}
