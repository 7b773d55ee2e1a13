package io.tacit.model.onnx;

import io.tacit.kernel.Workers;
import io.tacit.model.graph.FloatTensor;
import io.tacit.model.graph.GraphBuilder;
import io.tacit.model.graph.Operator;
import io.tacit.model.graph.Shape;
import io.tacit.model.onnx.OnnxModel.OnnxAttribute;
import io.tacit.model.onnx.OnnxModel.OnnxNode;
import io.tacit.model.reference.FloatOperators;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One node of the file being read: its operands, its attributes, and where its results go. */
final class NodeContext {
    private final OnnxNode node;
    private final int opset;
    private final List<@Nullable Value> inputs;
    private final GraphBuilder builder;
    private final ReadBudget budget;
    private final boolean[] outputUsed;

    NodeContext(
            OnnxNode node,
            int opset,
            List<@Nullable Value> inputs,
            GraphBuilder builder,
            ReadBudget budget,
            boolean[] outputUsed) {
        this.node = node;
        this.opset = opset;
        this.inputs = inputs;
        this.builder = builder;
        this.budget = budget;
        this.outputUsed = outputUsed;
    }

    String type() {
        return node.type();
    }

    int opset() {
        return opset;
    }

    /** Whether result {@code index} is read by a node or is an output of the network. */
    boolean isUsed(int index) {
        return index < outputUsed.length && outputUsed[index];
    }

    int outputCount() {
        return node.outputs().size();
    }

    void note(String sentence) {
        builder.note(sentence);
    }

    // Operands.

    int inputCount() {
        return inputs.size();
    }

    boolean has(int index) {
        return index < inputs.size() && inputs.get(index) != null;
    }

    Value input(int index) {
        Value value = index < inputs.size() ? inputs.get(index) : null;
        if (value == null) {
            throw new Refusal("input " + index + " is missing", "export the network again");
        }
        return value;
    }

    /** An operand of arithmetic: floats, or known numbers of any kind. */
    Value number(int index) {
        Value value = input(index);
        if (value instanceof Value.Live && !value.type().isFloating()) {
            throw new Refusal("computes on integers (" + value.type() + ")", "use a network of floats");
        }
        if (value instanceof Value.Known known && known.tensor().isText()) {
            throw new Refusal("computes on text", "use a network of floats");
        }
        return value;
    }

    /** An operand that must be known beforehand. */
    OnnxTensor known(int index, String role) {
        if (input(index) instanceof Value.Known known) {
            return known.tensor();
        }
        throw new Refusal(
                role + " depends on the network's input", "export the network with " + role + " as a constant");
    }

    /** A known list of whole numbers, from an input. */
    long[] knownLongs(int index, String role) {
        return known(index, role).asLongs();
    }

    /** Known floats, all finite. */
    float[] knownFloats(int index, String role) {
        OnnxTensor tensor = known(index, role);
        String name = tensor.name().isEmpty() ? role : role + " (\"" + OnnxParser.shown(tensor.name()) + "\")";
        return finite(tensor.asFloats(), name);
    }

    static float[] finite(float[] values, String role) {
        for (int i = 0; i < values.length; i++) {
            if (!Float.isFinite(values[i])) {
                throw new Refusal(
                        role + " hold " + values[i] + " at position " + i, "train or export the network again");
            }
        }
        return values;
    }

    // Attributes.

    boolean hasAttribute(String name) {
        return node.attributes().containsKey(name);
    }

    long integer(String name, long otherwise) {
        OnnxAttribute attribute = attribute(name, OnnxAttribute.Kind.INT);
        return attribute == null ? otherwise : attribute.integer();
    }

    float real(String name, float otherwise) {
        OnnxAttribute attribute = attribute(name, OnnxAttribute.Kind.FLOAT);
        return attribute == null ? otherwise : attribute.number();
    }

    String text(String name, String otherwise) {
        OnnxAttribute attribute = attribute(name, OnnxAttribute.Kind.STRING);
        return attribute == null ? otherwise : attribute.text();
    }

    long[] integers(String name, long... otherwise) {
        OnnxAttribute attribute = attribute(name, OnnxAttribute.Kind.INTS);
        return attribute == null ? otherwise : attribute.integers();
    }

    float[] reals(String name, float... otherwise) {
        OnnxAttribute attribute = attribute(name, OnnxAttribute.Kind.FLOATS);
        return attribute == null ? otherwise : attribute.numbers();
    }

    @Nullable
    OnnxTensor tensor(String name) {
        OnnxAttribute attribute = attribute(name, OnnxAttribute.Kind.TENSOR);
        return attribute == null ? null : attribute.tensor();
    }

    private @Nullable OnnxAttribute attribute(String name, OnnxAttribute.Kind kind) {
        OnnxAttribute attribute = node.attributes().get(name);
        if (attribute != null && attribute.kind() != kind) {
            throw new Refusal(
                    "attribute " + name + " is of kind " + attribute.kind() + ", not " + kind,
                    "export the network again");
        }
        return attribute;
    }

    /** An axis counted from the front; the file may count from the back. */
    int axis(long axis, int rank) {
        if (axis < -rank || axis >= rank) {
            throw new Refusal("axis " + axis + " of a tensor of rank " + rank, "export the network again");
        }
        return (int) (axis < 0 ? axis + rank : axis);
    }

    // Results.

    /** Appends a node, or computes its value at once if all operands are known. */
    Value emit(Operator operator, Shape shape, Value... operands) {
        return emit(operator, shape, List.of(operands));
    }

    Value emit(Operator operator, Shape shape, List<Value> operands) {
        budget.checkTensor(shape);
        if (operands.stream().allMatch(Value.Known.class::isInstance)) {
            budget.spendFolding(operator, shape, operands);
            List<FloatTensor> tensors = new ArrayList<>();
            for (Value operand : operands) {
                tensors.add(((Value.Known) operand).tensor().asFloatTensor());
            }
            FloatTensor result = FloatOperators.apply(operator, tensors, shape, Workers.NONE);
            return new Value.Known(OnnxTensor.ofFloats(node.title(), ElementType.FLOAT, result));
        }
        if (shape.size() == 0) {
            throw new Refusal("gives an empty tensor " + shape, "export the network with its full input shape");
        }
        List<Integer> indices = new ArrayList<>();
        for (Value operand : operands) {
            indices.add(live(operand));
        }
        return new Value.Live(
                builder.add(OnnxParser.shown(node.title()), operator, indices, shape), shape, ElementType.FLOAT);
    }

    /** The graph's node for a value; a known one becomes a constant. */
    int live(Value value) {
        if (value instanceof Value.Live live) {
            return live.node();
        }
        FloatTensor tensor = ((Value.Known) value).tensor().asFloatTensor();
        for (float v : tensor.values()) {
            if (Float.isNaN(v)) {
                throw new Refusal("a constant holds NaN", "train or export the network again");
            }
        }
        return builder.add(
                OnnxParser.shown(node.title()) + ".constant", new Operator.Constant(tensor), List.of(), tensor.shape());
    }

    /** The values under another shape of the same size. */
    Value reshape(Value value, Shape shape) {
        if (value.shape().size() != shape.size()) {
            throw new Refusal(value.shape() + " does not fit the shape " + shape, "export the network again");
        }
        if (value.shape().equals(shape)) {
            return value;
        }
        if (value instanceof Value.Known known) {
            return new Value.Known(known.tensor().reshaped(shape));
        }
        return withType(emit(new Operator.Reshape(), shape, value), value.type());
    }

    /** {@code y[i] = x[source[i]]} over flat indices. */
    Value rearrange(Value value, Shape shape, int[] source) {
        if (value instanceof Value.Known known) {
            return new Value.Known(known.tensor().pick(shape, source));
        }
        return withType(emit(new Operator.Rearrange(source), shape, value), value.type());
    }

    /** An index table of {@code shape}'s size, counted against what one file may ask for. */
    int[] indexTable(Shape shape) {
        budget.checkTensor(shape);
        budget.spendIndices(shape.size());
        return new int[shape.size()];
    }

    static Value withType(Value value, ElementType type) {
        return value instanceof Value.Live live ? new Value.Live(live.node(), live.shape(), type) : value;
    }

    /** Whether a live value comes straight from an arg-max or another choice of label. */
    boolean isLabel(Value value) {
        return value instanceof Value.Live live
                && (builder.node(live.node()).operator() instanceof Operator.ArgMax
                        || builder.node(live.node()).operator() instanceof Operator.Label);
    }

    static Value knownLongs(long... values) {
        return new Value.Known(OnnxTensor.ofLongs("", Shape.of(values.length), values));
    }
}
