package io.tacit.model.onnx;

import static io.tacit.model.onnx.OnnxWriter.integer;
import static io.tacit.model.onnx.OnnxWriter.ints;
import static io.tacit.model.onnx.OnnxWriter.reals;
import static io.tacit.model.onnx.OnnxWriter.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tacit.kernel.Workers;
import io.tacit.model.UnsupportedModelException;
import io.tacit.model.graph.FloatGraph;
import io.tacit.model.graph.Operator;
import io.tacit.model.reference.FloatEvaluator;
import org.junit.jupiter.api.Test;

/** Networks as scikit-learn's converter writes them: labels beside scores, scalers before, sigmoids and maps after. */
class ClassicLibrariesTest {

    private static OnnxWriter scaled(int opset) {
        return new OnnxWriter(opset)
                .input("x", -1, 5)
                .nodeOf(
                        OperatorTable.CLASSIC,
                        "Scaler",
                        "x",
                        "scaled",
                        reals("offset", 0.1f, -0.2f, 0.3f, 0, 1),
                        reals("scale", 2, 0.5f, 1, 1, 0.25f));
    }

    @Test
    void severalClassesWithLabelAndMap() throws Exception {
        OnnxWriter w = scaled(13);
        w.node("Cast", "scaled", "c", integer("to", 1))
                .node("MatMul", "c " + w.random(5, 6), "m1")
                .node("Add", "m1 " + w.random(1, 6), "a1")
                .node("Relu", "a1", "r1")
                .node("MatMul", "r1 " + w.random(6, 3), "m2")
                .node("Add", "m2 " + w.random(1, 3), "a2")
                .node("Softmax", "a2", "p", integer("axis", 1))
                .node("ArgMax", "p", "i", integer("axis", 1))
                .longs("classes", 0, 1, 2)
                .nodeOf(OperatorTable.CLASSIC, "ArrayFeatureExtractor", "classes i", "l")
                .longs("flat", -1)
                .node("Reshape", "l flat", "label")
                .longOutput("label", -1)
                .floatOutput("p", -1, 3);
        FloatGraph graph = new OnnxImporter().read(w.build(), ImportOptions.DEFAULT);
        assertThat(graph.privacyFindings()).isEmpty();
        assertThat(graph.nodes().stream().map(n -> n.operator().title()))
                .containsExactly("Input", "Dense", "Relu", "Dense");
        assertThat(graph.notes())
                .hasSize(3)
                .anyMatch(n -> n.contains("Softmax"))
                .anyMatch(n -> n.contains("ArgMax"))
                .anyMatch(n -> n.contains("naming of classes"));
        FloatGraph kept = new OnnxImporter()
                .read(w.build(), ImportOptions.DEFAULT.withLastKept().withOutput("p"));
        Judged.assertAgrees("probabilities", kept, w.build(), new long[] {1, 5}, 3, 2, 1);
    }

    @Test
    void twoClassesFromOneSigmoid() throws Exception {
        OnnxWriter w = scaled(15);
        w.node("Gemm", "scaled " + w.random(5, 4) + " " + w.random(4), "h")
                .node("Relu", "h", "r")
                .node("MatMul", "r " + w.random(4, 1), "z")
                .node("Sigmoid", "z", "s")
                .floats("one", new float[] {1}, 1)
                .node("Sub", "one s", "t")
                .node("Concat", "t s", "p", integer("axis", 1))
                .node("ArgMax", "p", "label", integer("axis", 1))
                .longOutput("label", -1, 1)
                .floatOutput("p", -1, 2);
        FloatGraph graph = new OnnxImporter().read(w.build(), ImportOptions.DEFAULT);
        assertThat(graph.privacyFindings()).isEmpty();
        FloatEvaluator evaluator = new FloatEvaluator(graph, Workers.NONE);
        try (OnnxRuntimeJudge judge = new OnnxRuntimeJudge(w.build())) {
            for (int seed = 0; seed < 20; seed++) {
                float[] input = Judged.randomInput(graph, seed, 3);
                float[] scores = evaluator.evaluate(input);
                float[] probabilities = judge.run(new long[] {1, 5}, input, 1);
                assertThat(scores[1] > scores[0]).isEqualTo(probabilities[1] > probabilities[0]);
                assertThat(1 / (1 + Math.exp(-scores[1])))
                        .isCloseTo(probabilities[1], org.assertj.core.data.Offset.offset(1e-5));
            }
        }
    }

    @Test
    void linearModels() throws Exception {
        OnnxWriter w = scaled(13);
        w.nodeOf(
                        OperatorTable.CLASSIC,
                        "LinearClassifier",
                        "scaled",
                        "label p",
                        reals("coefficients", 1, 2, 3, 4, 5, -1, -2, 3, 0, 1, 0, 1, 0, 1, 0),
                        reals("intercepts", 0.5f, 0, -0.5f),
                        ints("classlabels_ints", 0, 1, 2),
                        text("post_transform", "SOFTMAX"))
                .nodeOf(OperatorTable.CLASSIC, "ZipMap", "p", "map", ints("classlabels_int64s", 0, 1, 2))
                .longOutput("label", -1)
                .floatOutput("p", -1, 3);
        FloatGraph graph = new OnnxImporter().read(w.build(), ImportOptions.DEFAULT);
        assertThat(graph.nodes().stream().map(n -> n.operator().title())).containsExactly("Input", "Dense");
        FloatGraph kept = new OnnxImporter()
                .read(w.build(), ImportOptions.DEFAULT.withLastKept().withOutput("p"));
        Judged.assertAgrees("classifier", kept, w.build(), new long[] {1, 5}, 3, 1, 1);
        OnnxWriter r = scaled(13);
        r.nodeOf(
                        OperatorTable.CLASSIC,
                        "LinearRegressor",
                        "scaled",
                        "y",
                        reals("coefficients", 1, 2, 3, 4, 5),
                        reals("intercepts", 0.5f),
                        integer("targets", 1))
                .floatOutput("y", -1, 1);
        Judged.assertAgrees(
                "regressor",
                new OnnxImporter().read(r.build(), ImportOptions.DEFAULT),
                r.build(),
                new long[] {1, 5},
                3,
                1,
                0);
    }

    @Test
    void severalOutputsAskForAName() {
        OnnxWriter w = new OnnxWriter(13).input("x", 1, 4);
        w.node("Gemm", "x " + w.random(4, 2), "a")
                .node("Gemm", "x " + w.random(4, 3), "b")
                .output("a")
                .output("b");
        assertThatThrownBy(() -> new OnnxImporter().read(w.build(), ImportOptions.DEFAULT))
                .isInstanceOf(UnsupportedModelException.class)
                .hasMessageContaining("several outputs");
        FloatGraph graph = new OnnxImporter().read(w.build(), ImportOptions.DEFAULT.withOutput("b"));
        assertThat(graph.node(graph.output()).shape().dims()).containsExactly(1, 3);
    }

    @Test
    void weightsInHalfAndDoublePrecision() throws Exception {
        // 1.5, -2, 0.25, 65504 (largest), 2^-24 (smallest), -0.0 as binary16.
        byte[] half = {0, 0x3e, 0, (byte) 0xc0, 0, 0x34, (byte) 0xff, 0x7b, 1, 0, 0, (byte) 0x80};
        byte[] twice = java.nio.ByteBuffer.allocate(8)
                .order(java.nio.ByteOrder.LITTLE_ENDIAN)
                .putDouble(0.1)
                .array();
        OnnxWriter w = new OnnxWriter(13)
                .input("x", 1, 3)
                .graphField(5, OnnxWriter.tensor("h", 10, half, 3, 2))
                .graphField(5, OnnxWriter.tensor("d", 11, twice, 1))
                .node("Cast", "h", "hf", integer("to", 1))
                .node("Cast", "d", "df", integer("to", 1))
                .node("MatMul", "x hf", "m")
                .node("Add", "m df", "y")
                .output("y");
        FloatGraph graph = new OnnxImporter().read(w.build(), ImportOptions.DEFAULT);
        Operator.Dense dense = (Operator.Dense) graph.node(graph.output()).operator();
        assertThat(dense.weights()).containsExactly(1.5f, 0.25f, 0x1p-24f, -2, 65504, -0f);
        assertThat(dense.bias()).containsExactly(0.1f, 0.1f);
        Judged.assertAgrees("half and double", graph, w.build(), new long[] {1, 3}, 3, 1, 0);
    }

    @Test
    void inputShapeGivenByTheCaller() {
        OnnxWriter w = new OnnxWriter(13).input("x", -1, 3, -1, -1);
        w.node("Conv", "x " + w.random(2, 3, 3, 3), "c")
                .node("GlobalAveragePool", "c", "g")
                .node("Clip", "g", "y")
                .output("y");
        assertThatThrownBy(() -> new OnnxImporter().read(w.build(), ImportOptions.DEFAULT))
                .isInstanceOf(UnsupportedModelException.class)
                .hasMessageContaining("leaves more open than the batch");
        FloatGraph graph = new OnnxImporter()
                .read(w.build(), ImportOptions.DEFAULT.withInputShape(io.tacit.model.graph.Shape.of(1, 3, 8, 9)));
        assertThat(graph.node(graph.output()).shape().dims()).containsExactly(1, 2, 1, 1);
    }
}
