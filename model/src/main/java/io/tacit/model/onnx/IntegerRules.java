package io.tacit.model.onnx;

import io.tacit.model.graph.FloatTensor;
import io.tacit.model.graph.Operator;
import io.tacit.model.graph.Shape;
import java.util.function.LongBinaryOperator;
import org.jspecify.annotations.Nullable;

/** Arithmetic on known integers: what exporters write to compute the target of a Reshape. */
final class IntegerRules {

    private IntegerRules() {}

    static Value binary(NodeContext c, Operator.Binary.Function function, OnnxTensor a, OnnxTensor b) {
        if (a.type() != ElementType.INT64 && a.type() != ElementType.INT32) {
            throw new Refusal("computes on integers (" + a.type() + ")", "use a network of floats");
        }
        return apply(
                c,
                a,
                b,
                a.type(),
                switch (function) {
                    case ADD -> Long::sum;
                    case SUB -> (x, y) -> x - y;
                    case MUL -> (x, y) -> x * y;
                    case DIV -> IntegerRules::divide;
                    case MIN -> Math::min;
                    case MAX -> Math::max;
                    case POW -> (x, y) -> (long) Math.pow((double) x, (double) y);
                    case PRELU -> throw new Refusal("computes on integers", "use a network of floats");
                });
    }

    private static long divide(long x, long y) {
        if (y == 0) {
            throw new Refusal("divides by zero", "export the network again");
        }
        return x / y;
    }

    /** Comparisons and logic on known values of any kind. */
    static Value compare(NodeContext c) {
        OnnxTensor a = c.known(0, "the left side");
        OnnxTensor b = c.known(1, "the right side");
        if (!a.isInteger() || !b.isInteger()) {
            throw new Refusal("compares floats", "leave comparisons to the receiver of the scores");
        }
        return apply(
                c,
                a,
                b,
                ElementType.BOOL,
                switch (c.type()) {
                    case "Equal" -> (x, y) -> x == y ? 1 : 0;
                    case "Greater" -> (x, y) -> x > y ? 1 : 0;
                    case "GreaterOrEqual" -> (x, y) -> x >= y ? 1 : 0;
                    case "Less" -> (x, y) -> x < y ? 1 : 0;
                    case "LessOrEqual" -> (x, y) -> x <= y ? 1 : 0;
                    case "And" -> (x, y) -> x & y;
                    case "Or" -> (x, y) -> x | y;
                    case "Mod" -> (x, y) -> Math.floorMod(x, y == 0 ? 1 : y);
                    default -> throw new Refusal("is not read", "export the network again");
                });
    }

    static Value not(NodeContext c) {
        OnnxTensor x = c.known(0, "the operand");
        long[] y = x.asLongs().clone();
        for (int i = 0; i < y.length; i++) {
            y[i] = y[i] == 0 ? 1 : 0;
        }
        return new Value.Known(new OnnxTensor("", ElementType.BOOL, x.shape(), null, y));
    }

    static Value where(NodeContext c) {
        OnnxTensor condition = c.known(0, "the condition");
        OnnxTensor x = c.known(1, "the first choice");
        OnnxTensor y = c.known(2, "the second choice");
        Shape shape = Shapes.broadcast(condition.shape(), Shapes.broadcast(x.shape(), y.shape()));
        int[] conditionAt = spread(c, condition, shape);
        int[] xAt = spread(c, x, shape);
        int[] yAt = spread(c, y, shape);
        long[] truth = condition.asLongs();
        if (x.isInteger()) {
            long[] result = new long[shape.size()];
            long[] xs = x.asLongs();
            long[] ys = y.asLongs();
            for (int i = 0; i < result.length; i++) {
                result[i] = truth[conditionAt[i]] != 0 ? xs[xAt[i]] : ys[yAt[i]];
            }
            return new Value.Known(new OnnxTensor("", x.type(), shape, null, result));
        }
        float[] result = new float[shape.size()];
        float[] xs = x.asFloats();
        float[] ys = y.asFloats();
        for (int i = 0; i < result.length; i++) {
            result[i] = truth[conditionAt[i]] != 0 ? xs[xAt[i]] : ys[yAt[i]];
        }
        return new Value.Known(new OnnxTensor("", ElementType.FLOAT, shape, result, null));
    }

    static Value range(NodeContext c) {
        OnnxTensor start = c.known(0, "the start");
        OnnxTensor limit = c.known(1, "the limit");
        OnnxTensor delta = c.known(2, "the step");
        if (!start.isInteger()
                || start.shape().size() != 1
                || limit.shape().size() != 1
                || delta.shape().size() != 1) {
            throw new Refusal("counts in floats", "export the network again");
        }
        long from = start.asLongs()[0];
        long to = limit.asLongs()[0];
        long by = delta.asLongs()[0];
        if (by == 0 || Math.abs(from) > Integer.MAX_VALUE || Math.abs(to) > Integer.MAX_VALUE) {
            throw new Refusal("counts from " + from + " to " + to + " by " + by, "export the network again");
        }
        long count = Math.max(0, (long) Math.ceil((to - from) / (double) by));
        Shape shape = Shapes.shape(new long[] {count});
        int[] room = c.indexTable(shape);
        long[] values = new long[room.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = from + i * by;
        }
        return new Value.Known(OnnxTensor.ofLongs("", shape, values));
    }

    static Value constantOfShape(NodeContext c) {
        Shape shape = Shapes.shape(c.knownLongs(0, "the shape"));
        @Nullable OnnxTensor value = c.tensor("value");
        OnnxTensor one = value == null ? OnnxTensor.ofFloats("", ElementType.FLOAT, FloatTensor.scalar(0)) : value;
        if (one.isText() || one.shape().size() != 1) {
            throw new Refusal("has no single value", "export the network again");
        }
        return new Value.Known(one.pick(shape, c.indexTable(shape)));
    }

    private static int[] spread(NodeContext c, OnnxTensor from, Shape to) {
        int[] table = c.indexTable(to);
        Shapes.fill(table, to.toArray(), ShapeRules.broadcastStrides(from.shape(), to), 0);
        return table;
    }

    private static Value apply(NodeContext c, OnnxTensor a, OnnxTensor b, ElementType type, LongBinaryOperator f) {
        Shape shape = Shapes.broadcast(a.shape(), b.shape());
        int[] aAt = spread(c, a, shape);
        int[] bAt = spread(c, b, shape);
        long[] x = a.asLongs();
        long[] y = b.asLongs();
        long[] result = new long[shape.size()];
        for (int i = 0; i < result.length; i++) {
            result[i] = f.applyAsLong(x[aAt[i]], y[bAt[i]]);
        }
        return new Value.Known(new OnnxTensor("", type, shape, null, result));
    }
}
