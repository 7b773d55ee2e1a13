package io.tacit.model.onnx;

import io.tacit.model.Finding;
import io.tacit.model.ModelFileException;
import io.tacit.model.UnsupportedModelException;
import io.tacit.model.graph.FloatGraph;
import io.tacit.model.graph.FloatTensor;
import io.tacit.model.graph.GraphBuilder;
import io.tacit.model.graph.Operator;
import io.tacit.model.graph.Shape;
import io.tacit.model.onnx.OnnxModel.OnnxNode;
import io.tacit.model.onnx.OnnxModel.ValueInfo;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Turns the file's nodes into a {@link FloatGraph}, one after another, computing what is known beforehand on the way.
 * A node that cannot be read becomes a finding; what depends on it is passed over, so that all findings come at once.
 */
final class Lowering {
    private final OnnxModel model;
    private final ImportOptions options;
    private final boolean batchOfOne;
    private final ReadBudget budget;
    private final GraphBuilder builder = new GraphBuilder();
    private final Map<String, Value> values = new HashMap<>();
    private final Set<String> lost = new HashSet<>();
    private final List<Finding> findings = new ArrayList<>();

    /** @param batchOfOne whether a fixed batch of more than 1 in the input shape is read as 1 */
    Lowering(OnnxModel model, ImportOptions options, ImportLimits limits, boolean batchOfOne) {
        this.model = model.withBindings(options.fixed());
        this.options = options;
        this.batchOfOne = batchOfOne;
        this.budget = new ReadBudget(limits);
    }

    /** @throws UnsupportedModelException with everything that was found */
    FloatGraph run() {
        List<String> outputs = outputNames();
        List<OnnxNode> order = NodeOrder.of(model, outputs);
        int opset = model.opsets().getOrDefault("", 0);
        if (opset == 0 && order.stream().anyMatch(node -> node.domain().isEmpty())) {
            throw new ModelFileException("the file does not say which operator set it was written for");
        }
        if (opset > OperatorTable.MAX_OPSET) {
            findings.add(new Finding(
                    OnnxParser.shown(model.graphName()),
                    "opset",
                    "",
                    opset,
                    "is newer than " + OperatorTable.MAX_OPSET,
                    "export the network with opset_version=" + OperatorTable.MAX_OPSET + " or lower"));
        }
        model.initializers().forEach((name, tensor) -> values.put(name, new Value.Known(tensor)));
        for (ValueInfo input : model.inputs()) {
            if (!values.containsKey(input.name())) {
                input(input);
            }
        }
        Set<String> used = new HashSet<>(outputs);
        order.forEach(node -> used.addAll(node.inputs()));
        for (OnnxNode node : order) {
            read(node, used);
        }
        if (!findings.isEmpty()) {
            throw new UnsupportedModelException(findings);
        }
        List<Integer> indices = new ArrayList<>();
        for (String output : outputs) {
            indices.add(outputNode(output));
        }
        return builder.build(OnnxParser.shown(model.graphName()), indices);
    }

    private List<String> outputNames() {
        List<String> names = model.outputs().stream().map(ValueInfo::name).toList();
        if (names.isEmpty()) {
            throw new ModelFileException("the network has no outputs");
        }
        if (options.output() == null) {
            return names;
        }
        if (!names.contains(options.output())) {
            throw new ModelFileException("the network has no output \"" + OnnxParser.shown(options.output())
                    + "\"; it has "
                    + names.stream().limit(20).map(OnnxParser::shown).collect(Collectors.joining(", ")));
        }
        return List.of(options.output());
    }

    private int outputNode(String name) {
        Value value = values.get(name);
        if (value == null) {
            throw new IllegalStateException("output " + name + " was lost without a finding");
        }
        if (value instanceof Value.Live live) {
            return live.node();
        }
        FloatTensor tensor = ((Value.Known) value).tensor().asFloatTensor();
        return builder.add(OnnxParser.shown(name), new Operator.Constant(tensor), List.of(), tensor.shape());
    }

    private void input(ValueInfo input) {
        String name = OnnxParser.shown(input.name());
        ElementType type = ElementType.of(input.elementType());
        if (type == ElementType.OTHER || type == ElementType.STRING) {
            lose(input.name(), new Finding(name, "Input", "", 0, "is no tensor of numbers", "use a network of floats"));
            return;
        }
        long[] dims;
        boolean onlyInput = model.inputs().stream()
                        .filter(i -> !model.initializers().containsKey(i.name()))
                        .count()
                == 1;
        if (options.inputShape() != null && onlyInput) {
            dims = Arrays.stream(options.inputShape().toArray()).asLongStream().toArray();
        } else if (input.dims() == null) {
            lose(input.name(), new Finding(name, "Input", "", 0, "has no shape", "give its shape"));
            return;
        } else {
            dims = input.dims().stream().mapToLong(Long::longValue).toArray();
            if (dims.length > 0 && dims[0] < 0) {
                dims[0] = 1;
            }
            if (batchOfOne && (dims.length == 2 || dims.length == 4) && dims[0] > 1) {
                builder.note("The file's batch of " + dims[0] + " is taken as 1.");
                dims[0] = 1;
            }
        }
        for (long dim : dims) {
            if (dim < 1) {
                lose(
                        input.name(),
                        new Finding(
                                name,
                                "Input",
                                "shape=" + input.dims(),
                                0,
                                "leaves more open than the batch",
                                "give its shape, or export the network with a fixed one"));
                return;
            }
        }
        try {
            Shape shape = Shapes.shape(dims);
            budget.checkTensor(shape);
            int node = builder.add(name, new Operator.Input(false), List.of(), shape);
            values.put(input.name(), new Value.Live(node, shape, type));
        } catch (Refusal refusal) {
            lose(input.name(), new Finding(name, "Input", "", 0, refusal.problem(), refusal.instead()));
        }
    }

    private void lose(String value, Finding finding) {
        findings.add(finding);
        lost.add(value);
    }

    private void read(OnnxNode node, Set<String> used) {
        int opset = model.opsets().getOrDefault(node.domain(), 1);
        OperatorTable.Entry entry = OperatorTable.find(node.domain(), node.type());
        if (entry == null) {
            lose(node, opset, "is not an operator that is read", UnreadOperators.instead(node.type()));
            return;
        }
        if (opset < entry.since()) {
            lose(node, opset, "is read from opset " + entry.since() + " on", "export the network with a newer opset");
            return;
        }
        if (node.inputs().stream().anyMatch(lost::contains)) {
            lost.addAll(node.outputs());
            return;
        }
        List<@Nullable Value> operands = new ArrayList<>();
        for (String input : node.inputs()) {
            operands.add(input.isEmpty() ? null : values.get(input));
        }
        boolean[] outputUsed = new boolean[node.outputs().size()];
        for (int i = 0; i < outputUsed.length; i++) {
            outputUsed[i] = used.contains(node.outputs().get(i));
        }
        try {
            List<Value> results =
                    entry.reading().read(new NodeContext(node, opset, operands, builder, budget, outputUsed));
            for (int i = 0; i < outputUsed.length; i++) {
                if (i < results.size()) {
                    values.put(node.outputs().get(i), results.get(i));
                } else if (outputUsed[i]) {
                    throw new Refusal("has a result " + i + " that is not read", "use its first result only");
                }
            }
        } catch (Refusal refusal) {
            lose(node, opset, refusal.problem(), refusal.instead());
        } catch (IllegalArgumentException | ArithmeticException e) {
            // Geometry and shapes check themselves; here their refusal is about the file.
            lose(node, opset, "does not fit together: " + e.getMessage(), "export the network again");
        }
    }

    private void lose(OnnxNode node, int opset, String problem, String instead) {
        String attributes = node.attributes().values().stream()
                .limit(8)
                .map(attribute -> OnnxParser.shown(attribute.toString()))
                .collect(Collectors.joining(", "));
        String type = node.domain().isEmpty() ? node.type() : node.domain() + "." + node.type();
        findings.add(new Finding(
                OnnxParser.shown(node.title()), OnnxParser.shown(type), attributes, opset, problem, instead));
        lost.addAll(node.outputs());
    }
}
