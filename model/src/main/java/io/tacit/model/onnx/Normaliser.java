package io.tacit.model.onnx;

import io.tacit.model.Finding;
import io.tacit.model.UnsupportedModelException;
import io.tacit.model.graph.FloatGraph;
import io.tacit.model.graph.Node;
import io.tacit.model.graph.Operator;
import io.tacit.model.graph.PoolWindow;
import io.tacit.model.graph.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Rewrites a graph as the file has it into one with as few {@link Operator.FloatOnly} operators as can be. Each value is
 * kept as a {@link Placed}: what only moves numbers costs nothing until an operator needs them in order.
 */
final class Normaliser {
    private final FloatGraph graph;
    private final List<List<Integer>> readers;
    private final LayoutBuilder out = new LayoutBuilder();
    private final LinearNormaliser linear = new LinearNormaliser(out);
    private final ElementwiseNormaliser elementwise = new ElementwiseNormaliser(out);
    private final @Nullable Placed[] values;

    private Normaliser(FloatGraph graph) {
        this.graph = graph;
        this.readers = graph.readers();
        graph.outputs().forEach(output -> readers.get(output).add(-1));
        this.values = new Placed[graph.nodes().size()];
    }

    /** @throws UnsupportedModelException if the network has several outputs, or weights that overflow when folded */
    static FloatGraph normalise(FloatGraph graph, ImportOptions options) {
        FloatGraph stripped = options.keepLast() ? graph : TrailingOperators.strip(graph);
        boolean single = stripped.inputs().stream()
                .map(input -> stripped.node(input).shape())
                .allMatch(shape -> shape.rank() == 1 || (shape.rank() > 1 && shape.dim(0) == 1));
        return single && stripped.outputs().size() == 1 ? new Normaliser(stripped).run() : stripped;
    }

    private FloatGraph run() {
        for (int i = 0; i < values.length; i++) {
            Node node = graph.node(i);
            try {
                Placed value = rewrite(i, node);
                boolean alone = readers.get(i).size() == 1;
                values[i] = new Placed(value.node(), value.shape(), value.place(), value.exclusive() && alone);
            } catch (Refusal refusal) {
                throw new UnsupportedModelException(List.of(new Finding(
                        node.name(), node.operator().title(), "", 0, refusal.problem(), refusal.instead())));
            }
        }
        int output = graph.output();
        int answer = out.materialise(graph.node(output).name(), value(output));
        graph.notes().forEach(out.graph()::note);
        FloatGraph built = out.graph().build(graph.name(), List.of(answer));
        return PointwiseMerger.merge(built);
    }

    private Placed value(int index) {
        Placed value = values[index];
        if (value == null) {
            throw new IllegalStateException("node " + index + " is read before it is made");
        }
        return value;
    }

    private Placed rewrite(int index, Node node) {
        Operator operator = node.operator();
        if (operator instanceof Operator.Input) {
            return input(index, node);
        }
        if (operator instanceof Operator.Constant) {
            return new Placed(out.add(node.name(), operator, node.shape()), node.shape(), null, false);
        }
        Placed x = value(node.inputs().get(0));
        String name = node.name();
        if (operator instanceof Operator.Conv conv) {
            return linear.conv(name, conv, x, node.shape());
        }
        if (operator instanceof Operator.Dense dense) {
            return linear.dense(name, dense, x, node.shape());
        }
        if (operator instanceof Operator.MaxPool pool) {
            return linear.maxPool(name, pool.window(), x, node.shape());
        }
        if (operator instanceof Operator.AveragePool pool) {
            return linear.averagePool(name, pool, x, node.shape());
        }
        if (operator instanceof Operator.Reduce reduce) {
            return linear.reduce(name, reduce, x, node.shape());
        }
        if (operator instanceof Operator.Pad pad) {
            return linear.pad(name, pad, x, node.shape());
        }
        if (operator instanceof Operator.Reshape) {
            return new Placed(x.node(), node.shape(), x.place(), x.exclusive());
        }
        if (operator instanceof Operator.Rearrange rearrange) {
            int[] place = new int[rearrange.source().length];
            for (int i = 0; i < place.length; i++) {
                place[i] = x.at(rearrange.source()[i]);
            }
            return out.placed(x.node(), node.shape(), place, x.exclusive());
        }
        if (operator instanceof Operator.Sum) {
            return elementwise.sum(name, operands(node));
        }
        if (operator instanceof Operator.Concat concat) {
            return concat(name, concat, operands(node), node.shape());
        }
        if (operator instanceof Operator.Binary binary) {
            return binary(name, binary, node);
        }
        if (operator instanceof Operator.Affine affine) {
            int inner = node.shape().sizeFrom(2);
            int channels = node.shape().dim(1);
            return elementwise.affine(
                    name, x, i -> affine.scale()[i / inner % channels], i -> affine.shift()[i / inner % channels]);
        }
        @Nullable Placed simple = elementwise.unary(name, operator, x);
        return simple != null ? simple : asWritten(node);
    }

    private List<Placed> operands(Node node) {
        return node.inputs().stream().map(this::value).toList();
    }

    /** An operator without private form: its operands in order, and the operator itself. */
    private Placed asWritten(Node node) {
        List<Integer> inputs = new ArrayList<>();
        for (int input : node.inputs()) {
            inputs.add(out.materialise(graph.node(input).name(), value(input)));
        }
        int added = out.graph().add(node.name(), node.operator(), inputs, node.shape());
        return new Placed(added, node.shape(), null, true);
    }

    private Placed binary(String name, Operator.Binary binary, Node node) {
        Placed x = value(node.inputs().get(0));
        Placed y = value(node.inputs().get(1));
        Operator left = graph.node(node.inputs().get(0)).operator();
        Operator right = graph.node(node.inputs().get(1)).operator();
        @Nullable Placed result = null;
        if (right instanceof Operator.Constant constant && x.shape().equals(node.shape())) {
            result = elementwise.withConstant(name, binary.function(), x, constant.value(), false);
        } else if (left instanceof Operator.Constant constant && y.shape().equals(node.shape())) {
            result = elementwise.withConstant(name, binary.function(), y, constant.value(), true);
        } else if (x.shape().equals(y.shape())) {
            result = elementwise.ofTwo(name, binary.function(), x, y);
        }
        return result != null ? result : asWritten(node);
    }

    private Placed concat(String name, Operator.Concat concat, List<Placed> operands, Shape shape) {
        Shape first = out.shapeOf(operands.get(0).node());
        boolean pictures = first.isPicture();
        int total = 0;
        for (Placed operand : operands) {
            Shape own = out.shapeOf(operand.node());
            pictures &= own.isPicture() && own.dim(2) == first.dim(2) && own.dim(3) == first.dim(3);
            total += own.size();
        }
        List<Integer> nodes = new ArrayList<>();
        int[] starts = new int[operands.size()];
        int at = 0;
        for (int i = 0; i < starts.length; i++) {
            Shape own = out.shapeOf(operands.get(i).node());
            int node = operands.get(i).node();
            nodes.add(pictures ? node : out.reshape(node, Shape.of(1, own.size())));
            starts[i] = at;
            at += own.size();
        }
        Shape joined = pictures ? first.with(1, total / first.sizeFrom(2)) : Shape.of(1, total);
        int node = out.graph().add(name, new Operator.Concat(1), nodes, joined);
        int[] place = new int[shape.size()];
        int row = shape.sizeFrom(concat.axis());
        int done = 0;
        for (int k = 0; k < starts.length; k++) {
            Placed operand = operands.get(k);
            int length = operand.shape().sizeFrom(concat.axis());
            for (int i = 0; i < operand.shape().size(); i++) {
                place[i / length * row + done + i % length] = starts[k] + operand.at(i);
            }
            done += length;
        }
        return out.placed(node, shape, place, true);
    }

    /** Pictures whose channels come last in the file are asked for with channels first, and told so. */
    private Placed input(int index, Node node) {
        Shape shape = node.shape();
        if (shape.rank() == 4 && InputLayout.channelsLast(graph, readers, index)) {
            return channelsLast(node, shape.dim(1), shape.dim(2), shape.dim(3));
        }
        if (shape.rank() == 3
                && readers.get(index).stream()
                        .anyMatch(r -> r >= 0 && graph.node(r).operator() instanceof Operator.Dense)) {
            return channelsLast(node, 1, shape.dim(1), shape.dim(2));
        }
        Shape taken = shape;
        if (shape.rank() == 1) {
            taken = Shape.of(1, shape.dim(0));
        } else if (shape.rank() == 3) {
            Shape row = Shape.of(1, shape.dim(1), 1, shape.dim(2));
            boolean rows = readers.get(index).stream()
                    .anyMatch(r -> r >= 0 && graph.node(r).shape().equals(row));
            taken = rows ? row : Shape.of(1, 1, shape.dim(1), shape.dim(2));
        }
        return new Placed(out.add(node.name(), new Operator.Input(false), taken), shape, null, false);
    }

    private Placed channelsLast(Node node, int height, int width, int channels) {
        int added = out.add(node.name(), new Operator.Input(true), Shape.of(1, channels, height, width));
        int[] place = new int[node.shape().size()];
        Shapes.fill(place, new int[] {height, width, channels}, new int[] {width, 1, height * width}, 0);
        return out.placed(added, node.shape(), place, false);
    }

    /** Window over a whole picture. */
    static PoolWindow whole(Shape picture) {
        return PoolWindow.plain(picture.dim(2), picture.dim(3), 1, 1);
    }

    static float[] filled(int length, float value) {
        float[] values = new float[length];
        Arrays.fill(values, value);
        return values;
    }
}
