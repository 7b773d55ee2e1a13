package io.tacit.model.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tacit.kernel.Workers;
import io.tacit.model.UnsupportedModelException;
import io.tacit.model.graph.FloatGraph;
import io.tacit.model.graph.FloatTensor;
import io.tacit.model.graph.Operator;
import io.tacit.model.graph.Shape;
import io.tacit.model.onnx.OnnxModel.ValueInfo;
import io.tacit.model.reference.FloatEvaluator;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * The ONNX project's own test data: every folder whose model uses supported operators only. Each model is evaluated as
 * it is written and normalised, with all inputs open, with all but the first held fixed, and with all held fixed
 * (constant folding); all that is accepted must agree with the expected outputs, and what is refused is listed.
 */
class ConformanceTest {
    private static final Set<String> OPERATORS = Set.of(
            ("Conv Gemm MatMul Relu Clip MaxPool AveragePool GlobalAveragePool BatchNormalization Flatten Reshape Add Sub"
                            + " Mul Div Sum Concat Pad Identity Constant Sigmoid Tanh Softmax LogSoftmax LeakyRelu PRelu"
                            + " Transpose ReduceMean Dropout Squeeze Unsqueeze")
                    .split(" "));

    private static final int MAX_OTHER_REFUSALS = 10;

    private final Map<String, String> refusals = new TreeMap<>();
    private final List<String> wrong = new ArrayList<>();
    private int evaluated;
    private int variants;
    private int normalised;
    private int foldedOnly;

    private static Path data() {
        String given = System.getProperty("TACIT_ONNX_TESTDATA", System.getenv("TACIT_ONNX_TESTDATA"));
        return Path.of(given != null ? given : "/usr/share/libonnx-testdata/data");
    }

    @Test
    void supportedOperatorsGiveTheExpectedOutputs() throws Exception {
        Path root = data();
        assumeTrue(Files.isDirectory(root), "no ONNX test data at hand: set TACIT_ONNX_TESTDATA");
        List<Path> models;
        try (Stream<Path> files = Files.walk(root)) {
            models = files.filter(f -> f.endsWith("model.onnx")).sorted().toList();
        }
        assertThat(models).hasSizeGreaterThan(100);
        int chosen = 0;
        for (Path file : models) {
            OnnxModel model = parse(file);
            if (model != null
                    && !model.nodes().isEmpty()
                    && model.nodes().stream().allMatch(n -> n.domain().isEmpty() && OPERATORS.contains(n.type()))) {
                chosen++;
                check(root.relativize(file.getParent()).toString(), file, model);
            }
        }
        long other =
                refusals.values().stream().filter(r -> r.startsWith("other")).count();
        System.out.println("ONNX conformance: " + models.size() + " folders, " + chosen + " with supported operators, "
                + evaluated + " evaluated in " + variants + " variants (" + normalised + " of them normalised; "
                + foldedOnly + " models only as constants), "
                + refusals.size() + " refused, " + other + " of them for other reasons than types and dimensions");
        refusals.forEach((name, reason) -> System.out.println("  refused " + name + ": " + reason));
        assertThat(wrong).isEmpty();
        assertThat(other).isLessThanOrEqualTo(MAX_OTHER_REFUSALS);
        assertThat(evaluated).isGreaterThan(180);
    }

    private static @Nullable OnnxModel parse(Path file) throws Exception {
        byte[] bytes = Files.readAllBytes(file);
        try {
            return OnnxParser.parse(bytes, ImportLimits.DEFAULT, ExternalData.of(bytes, null, ImportLimits.DEFAULT));
        } catch (io.tacit.model.ModelFileException e) {
            return null;
        }
    }

    private void check(String name, Path file, OnnxModel model) throws Exception {
        Path set = file.resolveSibling("test_data_set_0");
        List<ValueInfo> inputs = model.inputs().stream()
                .filter(i -> !model.initializers().containsKey(i.name()))
                .toList();
        if (inputs.stream().anyMatch(i -> i.elementType() == 0)) {
            refusals.put(name, "dynamic: an input is no tensor");
            return;
        }
        List<FloatTensor> given = new ArrayList<>();
        for (int i = 0; i < inputs.size(); i++) {
            given.add(tensor(set.resolve("input_" + i + ".pb")));
        }
        List<FloatTensor> expected = new ArrayList<>();
        for (int i = 0; i < model.outputs().size(); i++) {
            expected.add(tensor(set.resolve("output_" + i + ".pb")));
        }
        List<String> reasons = new ArrayList<>();
        boolean any = false;
        for (int open = given.size(); open >= 0; open = open > 1 ? 1 : open - 1) {
            Map<String, FloatTensor> fixed = new HashMap<>();
            for (int i = open; i < given.size(); i++) {
                fixed.put(inputs.get(i).name(), given.get(i));
            }
            ImportOptions options = ImportOptions.DEFAULT.withLastKept().withFixed(fixed);
            boolean before = any;
            any |= run(name, file, options, false, given.subList(0, open), expected, reasons);
            if (any && !before && open == 0 && !given.isEmpty()) {
                foldedOnly++;
            }
            if (open == 1) {
                ImportOptions shaped = options.withInputShape(given.get(0).shape());
                run(name + " normalised", file, shaped, true, given.subList(0, open), expected, new ArrayList<>());
            }
        }
        if (any) {
            evaluated++;
        } else {
            refusals.put(name, reason(inputs, reasons));
        }
    }

    private static String reason(List<ValueInfo> inputs, List<String> reasons) {
        String first = reasons.get(0);
        boolean integers =
                inputs.stream().anyMatch(i -> !ElementType.of(i.elementType()).isFloating());
        if (integers && first.contains("integers")) {
            return "integer types: " + first;
        }
        return (first.contains("three-dimensional") ? "3-D: " : "other: ") + first;
    }

    private boolean run(
            String name,
            Path file,
            ImportOptions options,
            boolean normalise,
            List<FloatTensor> given,
            List<FloatTensor> expected,
            List<String> reasons) {
        FloatGraph graph;
        try {
            OnnxImporter importer = new OnnxImporter();
            graph = normalise ? importer.read(file, options) : importer.readAsWritten(file, options);
        } catch (UnsupportedModelException e) {
            reasons.add(String.valueOf(e.getMessage()));
            return false;
        }
        List<FloatTensor> inputs = new ArrayList<>();
        for (int i = 0; i < given.size(); i++) {
            inputs.add(normalise ? placed(graph, given.get(i)) : given.get(i));
        }
        List<FloatTensor> outputs = new FloatEvaluator(graph, Workers.NONE).evaluate(inputs);
        if (normalise) {
            normalised++;
        }
        variants++;
        for (int i = 0; i < expected.size(); i++) {
            try {
                assertThat(outputs.get(i).shape())
                        .as(name)
                        .isEqualTo(expected.get(i).shape());
                Judged.assertClose(
                        name, outputs.get(i).values(), expected.get(i).values());
            } catch (AssertionError e) {
                wrong.add(e.getMessage() + " with " + given.size() + " open inputs");
            }
        }
        return true;
    }

    /** The tensor in the layout of the normalised graph's input. */
    private static FloatTensor placed(FloatGraph graph, FloatTensor tensor) {
        Shape shape = graph.node(graph.input()).shape();
        if (!((Operator.Input) graph.node(graph.input()).operator()).channelsLast()) {
            return tensor.reshaped(shape);
        }
        int plane = shape.dim(2) * shape.dim(3);
        float[] values = new float[shape.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = tensor.values()[i % plane * shape.dim(1) + i / plane];
        }
        return new FloatTensor(shape, values);
    }

    private static FloatTensor tensor(Path file) throws Exception {
        return OnnxParser.parseTensor(Files.readAllBytes(file), ImportLimits.DEFAULT)
                .asFloatTensor();
    }
}
