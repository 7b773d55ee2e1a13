package io.tacit.model.quant;

import io.tacit.kernel.ConvolutionGeometry;
import io.tacit.model.integer.Step.Nonlinearity;
import io.tacit.model.integer.TensorShape;
import io.tacit.model.integer.Window;
import java.util.ArrayList;
import java.util.List;

/**
 * The network between the float graph and the integer network: the steps are those of the integer network, the numbers
 * are still real. Each node is either an <em>accumulator</em> (linear layers, their sums and averages: wide, at a scale of
 * their own) or an <em>activation</em> (narrow, at a chosen scale), and every place where precision is given up is a
 * {@link Kind#ACTIVATE} node.
 */
final class Draft {

    enum Kind {
        INPUT,
        LINEAR,
        AVERAGE,
        MAX,
        SUM,
        CONCAT,
        ACTIVATE
    }

    /** One step to be. Fields that a kind does not use keep their defaults. */
    static final class Node {
        final int index;
        final Kind kind;
        final String name;
        final List<Node> inputs;
        final List<Node> readers = new ArrayList<>();
        final TensorShape shape;
        /** Node of the float graph with the same values (of an ACTIVATE: the values that it reads). */
        final int floatNode;

        ConvolutionGeometry geometry = ConvolutionGeometry.dense(1, 1);
        float[] weights = {};
        /** Which weights are zero, or become it by pruning. */
        boolean[] zero = {};

        float[] bias = {};

        Window window = Window.square(1, 1);
        /** What the sum of a window is divided by. */
        int divisor = 1;

        Nonlinearity function = Nonlinearity.IDENTITY;
        /** Largest value of a clipped ReLU, or infinity. */
        double ceiling = Double.POSITIVE_INFINITY;
        /** No shift, no saturation. */
        boolean deferred;

        Node(int index, Kind kind, String name, List<Node> inputs, TensorShape shape, int floatNode) {
            this.index = index;
            this.kind = kind;
            this.name = name;
            this.inputs = List.copyOf(inputs);
            this.shape = shape;
            this.floatNode = floatNode;
            inputs.forEach(input -> input.readers.add(this));
        }

        /** Whether the values are wide: a linear layer's, or what is made of them without a shift. */
        boolean isAccumulator() {
            return switch (kind) {
                case INPUT -> false;
                case LINEAR, SUM -> true;
                case AVERAGE, MAX -> inputs.get(0).isAccumulator();
                case CONCAT -> inputs.stream().anyMatch(Node::isAccumulator);
                case ACTIVATE -> deferred;
            };
        }

        /** The real function that an ACTIVATE applies, before rounding. */
        double apply(double value) {
            return switch (function) {
                case RELU -> Math.min(Math.max(0, value), ceiling);
                case IDENTITY -> value;
                case SQUARE -> value * value;
            };
        }
    }

    private final List<Node> nodes = new ArrayList<>();

    Node add(Kind kind, String name, List<Node> inputs, TensorShape shape, int floatNode) {
        Node node = new Node(nodes.size(), kind, name, inputs, shape, floatNode);
        nodes.add(node);
        return node;
    }

    /** In evaluation order; the last is the answer. */
    List<Node> nodes() {
        return nodes;
    }

    Node output() {
        return nodes.get(nodes.size() - 1);
    }
}
