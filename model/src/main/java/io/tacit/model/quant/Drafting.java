package io.tacit.model.quant;

import io.tacit.kernel.ConvolutionGeometry;
import io.tacit.model.Finding;
import io.tacit.model.UnsupportedModelException;
import io.tacit.model.graph.FloatGraph;
import io.tacit.model.graph.Node;
import io.tacit.model.graph.Operator;
import io.tacit.model.graph.PoolWindow;
import io.tacit.model.graph.Shape;
import io.tacit.model.integer.Step.Nonlinearity;
import io.tacit.model.integer.TensorShape;
import io.tacit.model.integer.Window;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Turns a float graph into a {@link Draft}: puts a rescaling where a linear layer, a maximum or a concatenation would read
 * an accumulator, moves ReLU before the max-pool it follows (both orders give the same numbers; this one compares narrow
 * values), and turns averages that no shift can express into depthwise convolutions.
 */
final class Drafting {
    private final FloatGraph graph;
    private final List<List<Integer>> readers;
    private final boolean[] deferred;
    private final Draft draft = new Draft();
    private final Draft.@Nullable Node[] values;
    private final List<Finding> findings = new ArrayList<>();

    private Drafting(FloatGraph graph, QuantizerOptions options) {
        this.graph = graph;
        this.readers = graph.readers();
        this.deferred = deferredNodes(graph, options);
        this.values = new Draft.Node[graph.nodes().size()];
    }

    /** @throws UnsupportedModelException with all findings if the graph has no integer form */
    static Draft draft(FloatGraph graph, QuantizerOptions options) {
        List<Finding> known = graph.privacyFindings();
        if (!known.isEmpty()) {
            throw new UnsupportedModelException(known);
        }
        return new Drafting(graph, options).run();
    }

    private Draft run() {
        int output = graph.output();
        for (int i = 0; i <= output; i++) {
            if (values[i] == null) {
                values[i] = convert(i);
            }
        }
        if (!findings.isEmpty()) {
            throw new UnsupportedModelException(findings);
        }
        Draft.Node answer = value(output);
        if (answer != draft.output()) { // nodes that the answer does not need come after it
            throw new UnsupportedModelException(List.of(finding(
                    graph.node(output), "is not the last value of the network", "remove what does not lead to it")));
        }
        return draft;
    }

    /** Marks what lies strictly inside a segment: all non-linear nodes after its first and before its last layer. */
    private static boolean[] deferredNodes(FloatGraph graph, QuantizerOptions options) {
        boolean[] marks = new boolean[graph.nodes().size()];
        Arrays.fill(marks, options.unscaled());
        for (QuantizerOptions.Segment segment : options.deferred()) {
            int first = indexOf(graph, segment.first());
            int last = indexOf(graph, segment.last());
            if (first > last) {
                throw new IllegalArgumentException(segment.first() + " does not come before " + segment.last());
            }
            Arrays.fill(marks, first, last + 1, true);
        }
        return marks;
    }

    private static int indexOf(FloatGraph graph, String name) {
        for (int i = 0; i < graph.nodes().size(); i++) {
            if (graph.node(i).name().equals(name)) {
                return i;
            }
        }
        throw new IllegalArgumentException("the network has no node named " + name + "; it has "
                + graph.nodes().stream().map(Node::name).toList());
    }

    private Draft.Node value(int index) {
        Draft.Node node = values[index];
        if (node == null) {
            throw new IllegalStateException(graph.node(index).name() + " is read before it is made");
        }
        return node;
    }

    private Draft.Node convert(int index) {
        Node node = graph.node(index);
        Operator operator = node.operator();
        if (operator instanceof Operator.Input) {
            return draft.add(Draft.Kind.INPUT, node.name(), List.of(), shape(node.shape()), index);
        }
        if (operator instanceof Operator.Reshape) {
            return reshape(index);
        }
        if (operator instanceof Operator.Conv conv) {
            return linear(index, conv.geometry(), conv.weights(), conv.bias());
        }
        if (operator instanceof Operator.Dense dense) {
            return linear(index, dense.geometry(), dense.weights(), dense.bias());
        }
        if (operator instanceof Operator.Relu) {
            return activate(index, Nonlinearity.RELU, Double.POSITIVE_INFINITY);
        }
        if (operator instanceof Operator.Clip clip) {
            return activate(index, Nonlinearity.RELU, clip.high());
        }
        if (operator instanceof Operator.Square) {
            return activate(index, Nonlinearity.SQUARE, Double.POSITIVE_INFINITY);
        }
        if (operator instanceof Operator.MaxPool pool) {
            return maxPool(index, pool);
        }
        if (operator instanceof Operator.AveragePool pool) {
            return averagePool(index, pool);
        }
        if (operator instanceof Operator.Sum) {
            return sum(index);
        }
        if (operator instanceof Operator.Concat) {
            return concat(index);
        }
        findings.add(finding(node, "has no integer form", "take it out of the network"));
        return draft.add(Draft.Kind.INPUT, node.name(), List.of(), TensorShape.vector(1), index);
    }

    /** The same values; later steps read them flat, so that only a change between two pictures is of consequence. */
    private Draft.Node reshape(int index) {
        Node node = graph.node(index);
        Draft.Node source = value(node.input());
        boolean flat = node.shape().isVector() || source.shape.height() * source.shape.width() == 1;
        if (!flat && !shape(node.shape()).equals(source.shape)) {
            findings.add(finding(
                    node, "reshapes " + source.shape + " to " + node.shape(), "only flattening has an integer form"));
        }
        return source;
    }

    private Draft.Node linear(int index, ConvolutionGeometry geometry, float[] weights, float[] bias) {
        Node node = graph.node(index);
        Draft.Node source = value(node.input());
        if (!deferred[index] || !deferred[node.input()]) {
            source = rescaled(source);
        }
        boolean fits = geometry.isDense()
                ? source.shape.size() == geometry.inChannels()
                : source.shape.channels() == geometry.inChannels()
                        && source.shape.height() == geometry.inHeight()
                        && source.shape.width() == geometry.inWidth();
        if (!fits) {
            findings.add(finding(node, "does not read " + source.shape, "reshape by flattening only"));
        }
        TensorShape shape = new TensorShape(geometry.outChannels(), geometry.outHeight(), geometry.outWidth());
        Draft.Node linear = draft.add(Draft.Kind.LINEAR, node.name(), List.of(source), shape, index);
        linear.geometry = geometry;
        linear.weights = weights.clone();
        linear.zero = new boolean[weights.length];
        for (int i = 0; i < weights.length; i++) {
            linear.zero[i] = weights[i] == 0;
        }
        linear.bias = bias.clone();
        return linear;
    }

    private Draft.Node activate(int index, Nonlinearity function, double ceiling) {
        Node node = graph.node(index);
        return activate(
                node.name(), value(node.input()), node.input(), function, ceiling, deferred[index] && !ends(index));
    }

    private Draft.Node activate(
            String name, Draft.Node source, int floatInput, Nonlinearity function, double ceiling, boolean isDeferred) {
        Draft.Node node = draft.add(Draft.Kind.ACTIVATE, name, List.of(source), source.shape, floatInput);
        node.function = function;
        node.ceiling = ceiling;
        node.deferred = isDeferred;
        return node;
    }

    /** Whether a node is the last of its deferred segment, and so is the one that shifts and saturates. */
    private boolean ends(int index) {
        return index + 1 < deferred.length && !deferred[index + 1];
    }

    /** An accumulator brought to a narrow scale; others as they are. */
    private Draft.Node rescaled(Draft.Node source) {
        if (!source.isAccumulator()) {
            return source;
        }
        for (Draft.Node reader : source.readers) {
            if (reader.kind == Draft.Kind.ACTIVATE && reader.function == Nonlinearity.IDENTITY) {
                return reader;
            }
        }
        return activate(
                source.name + ".rescale",
                source,
                source.floatNode,
                Nonlinearity.IDENTITY,
                Double.POSITIVE_INFINITY,
                false);
    }

    private Draft.Node maxPool(int index, Operator.MaxPool pool) {
        Node node = graph.node(index);
        Draft.Node source = value(node.input());
        Window window = window(node, pool.window(), source.shape);
        int alias = -1;
        if (source.isAccumulator() && !deferred[index]) {
            alias = onlyReluAfter(index);
            source = alias < 0 ? rescaled(source) : reluBefore(alias, source, node.input());
        }
        Draft.Node max = draft.add(Draft.Kind.MAX, node.name(), List.of(source), window.over(source.shape), index);
        max.window = window;
        if (alias >= 0) {
            values[alias] = max;
        }
        return max;
    }

    private Draft.Node reluBefore(int relu, Draft.Node source, int floatInput) {
        Operator operator = graph.node(relu).operator();
        double ceiling = operator instanceof Operator.Clip clip ? clip.high() : Double.POSITIVE_INFINITY;
        return activate(graph.node(relu).name(), source, floatInput, Nonlinearity.RELU, ceiling, false);
    }

    /** The ReLU that alone reads a node, or -1. */
    private int onlyReluAfter(int index) {
        List<Integer> after = readers.get(index);
        if (after.size() != 1 || index == graph.output()) {
            return -1;
        }
        Operator operator = graph.node(after.get(0)).operator();
        return operator instanceof Operator.Relu || operator instanceof Operator.Clip ? after.get(0) : -1;
    }

    private Draft.Node averagePool(int index, Operator.AveragePool pool) {
        Node node = graph.node(index);
        Draft.Node source = value(node.input());
        int divisor = pool.commonDivisor(source.shape.height(), source.shape.width());
        if (divisor == 0) {
            findings.add(finding(
                    node,
                    "divides by different numbers of values at its edges",
                    "count the padding, or choose windows that do not reach over the edge"));
            return source;
        }
        boolean powerOfTwo = Integer.bitCount(divisor) == 1;
        boolean summed = readers.get(index).stream()
                .anyMatch(reader -> graph.node(reader).operator() instanceof Operator.Sum
                        || graph.node(reader).operator() instanceof Operator.Concat);
        boolean dilated = pool.window().dilationY() > 1 || pool.window().dilationX() > 1;
        if (dilated || (summed && !powerOfTwo && !source.isAccumulator())) {
            return depthwise(index, pool.window(), source, divisor);
        }
        Window window = window(node, pool.window(), source.shape);
        Draft.Node average =
                draft.add(Draft.Kind.AVERAGE, node.name(), List.of(source), window.over(source.shape), index);
        average.window = window;
        average.divisor = divisor;
        return average;
    }

    private Draft.Node depthwise(int index, PoolWindow w, Draft.Node source, int divisor) {
        TensorShape in = source.shape;
        int bottom = w.padBottom() + w.overhangBottom();
        int right = w.padRight() + w.overhangRight();
        ConvolutionGeometry geometry = new ConvolutionGeometry(
                in.channels(),
                in.height(),
                in.width(),
                in.channels(),
                w.height(),
                w.width(),
                w.strideY(),
                w.strideX(),
                w.padTop(),
                w.padLeft(),
                bottom,
                right,
                w.dilationY(),
                w.dilationX(),
                in.channels());
        float[] weights = new float[geometry.weightCount()];
        Arrays.fill(weights, 1f / divisor);
        return linear(index, geometry, weights, new float[in.channels()]);
    }

    private Draft.Node sum(int index) {
        Node node = graph.node(index);
        List<Draft.Node> operands = new ArrayList<>();
        for (int input : node.inputs()) {
            Draft.Node operand = value(input);
            boolean wide = operand.kind == Draft.Kind.SUM || operand.kind == Draft.Kind.INPUT;
            operands.add(wide && !deferred[index] ? rescaledOrGiven(node, operand) : operand);
        }
        return draft.add(Draft.Kind.SUM, node.name(), operands, operands.get(0).shape, index);
    }

    private Draft.Node rescaledOrGiven(Node node, Draft.Node operand) {
        if (operand.kind == Draft.Kind.INPUT) {
            findings.add(finding(node, "adds the network's input to something", "put a layer between"));
        }
        return rescaled(operand);
    }

    private Draft.Node concat(int index) {
        Node node = graph.node(index);
        boolean wide = node.inputs().stream().anyMatch(input -> value(input).isAccumulator());
        int relu = wide && !deferred[index] ? onlyReluAfter(index) : -1;
        List<Draft.Node> parts = new ArrayList<>();
        int channels = 0;
        int branch = 0;
        for (int input : node.inputs()) {
            Draft.Node part = value(input);
            if (part.isAccumulator() && relu >= 0) {
                Operator operator = graph.node(relu).operator();
                double ceiling = operator instanceof Operator.Clip clip ? clip.high() : Double.POSITIVE_INFINITY;
                part = activate(graph.node(relu).name() + "." + branch, part, input, Nonlinearity.RELU, ceiling, false);
            } else if (!deferred[index]) {
                if (relu >= 0) {
                    relu = -1; // a narrow branch needs the ReLU where it stands
                }
                part = rescaled(part);
            }
            parts.add(part);
            channels += part.shape.channels();
            branch++;
        }
        TensorShape first = parts.get(0).shape;
        Draft.Node joined = draft.add(
                Draft.Kind.CONCAT, node.name(), parts, new TensorShape(channels, first.height(), first.width()), index);
        if (relu >= 0) {
            values[relu] = joined;
        }
        return joined;
    }

    /** The window with just the padding that its positions need. */
    private Window window(Node node, PoolWindow w, TensorShape in) {
        int outHeight = w.outHeight(in.height());
        int outWidth = w.outWidth(in.width());
        int bottom = Math.max(0, (outHeight - 1) * w.strideY() + w.height() - in.height() - w.padTop());
        int right = Math.max(0, (outWidth - 1) * w.strideX() + w.width() - in.width() - w.padLeft());
        boolean inside = w.padTop() < w.height() && w.padLeft() < w.width() && bottom < w.height() && right < w.width();
        if (!inside) {
            findings.add(finding(node, "has windows that lie in the padding alone", "pad less than the window"));
            return Window.square(1, 1);
        }
        return new Window(w.height(), w.width(), w.strideY(), w.strideX(), w.padTop(), w.padLeft(), bottom, right);
    }

    private static TensorShape shape(Shape shape) {
        return shape.isPicture()
                ? new TensorShape(shape.dim(1), shape.dim(2), shape.dim(3))
                : TensorShape.vector(shape.size());
    }

    private static Finding finding(Node node, String problem, String instead) {
        return new Finding(node.name(), node.operator().title(), "", 0, problem, instead);
    }
}
