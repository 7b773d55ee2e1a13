package io.tacit.model.onnx;

import io.tacit.model.graph.FloatTensor;
import io.tacit.model.graph.Operator;
import io.tacit.model.graph.Shape;
import java.util.ArrayList;
import java.util.List;

/** Reads operators on single values, sums and products, and batch normalisation. */
final class ElementwiseRules {

    private ElementwiseRules() {}

    static Value relu(NodeContext c) {
        Value x = c.number(0);
        return c.emit(new Operator.Relu(), x.shape(), x);
    }

    static Value clip(NodeContext c) {
        Value x = c.number(0);
        float low = Float.NEGATIVE_INFINITY;
        float high = Float.POSITIVE_INFINITY;
        if (c.opset() < 11) {
            low = c.real("min", low);
            high = c.real("max", high);
        } else {
            low = c.has(1) ? bound(c, 1, "the lower bound") : low;
            high = c.has(2) ? bound(c, 2, "the upper bound") : high;
        }
        return clipped(c, x, low, high);
    }

    private static float bound(NodeContext c, int index, String role) {
        float[] values = c.known(index, role).asFloats();
        if (values.length != 1 || Float.isNaN(values[0])) {
            throw new Refusal(role + " is not one number", "clip to single numbers");
        }
        return values[0];
    }

    private static Value clipped(NodeContext c, Value x, float low, float high) {
        // The largest finite float stands for "no bound" in files of some exporters.
        float l = low <= -Float.MAX_VALUE ? Float.NEGATIVE_INFINITY : Math.min(low, high);
        float h = high >= Float.MAX_VALUE ? Float.POSITIVE_INFINITY : high;
        if (Float.isInfinite(l) && Float.isInfinite(h)) {
            return x;
        }
        Operator operator = l == 0 && h == Float.POSITIVE_INFINITY ? new Operator.Relu() : new Operator.Clip(l, h);
        return c.emit(operator, x.shape(), x);
    }

    static Value unary(NodeContext c, Operator.Unary.Function function, float alpha, float beta) {
        Value x = c.number(0);
        return c.emit(
                new Operator.Unary(function, c.real("alpha", alpha), c.real(betaName(function), beta)), x.shape(), x);
    }

    private static String betaName(Operator.Unary.Function function) {
        return function == Operator.Unary.Function.SELU ? "gamma" : "beta";
    }

    static Value pow(NodeContext c) {
        if (c.input(1) instanceof Value.Known exponent && exponent.shape().size() == 1) {
            float e = exponent.tensor().asFloats()[0];
            Value x = c.number(0);
            boolean sameShape = Shapes.broadcast(x.shape(), exponent.shape()).equals(x.shape());
            if (sameShape && e == 2) {
                return c.emit(new Operator.Square(), x.shape(), x);
            }
            if (sameShape && e == 1) {
                return x;
            }
        }
        return binary(c, Operator.Binary.Function.POW);
    }

    static Value binary(NodeContext c, Operator.Binary.Function function) {
        if (c.input(0) instanceof Value.Known a && c.input(1) instanceof Value.Known b) {
            if (a.tensor().isInteger() && b.tensor().isInteger()) {
                return IntegerRules.binary(c, function, a.tensor(), b.tensor());
            }
        }
        Value x = c.number(0);
        Value y = c.opset() < 7 ? legacyBroadcast(c, x, c.number(1)) : c.number(1);
        if (x instanceof Value.Live a && y instanceof Value.Live b && a.node() == b.node()) {
            if (function == Operator.Binary.Function.MUL) {
                return c.emit(new Operator.Square(), x.shape(), x);
            }
        }
        if (function == Operator.Binary.Function.ADD) {
            return add(c, x, y);
        }
        return emitBinary(c, function, x, y);
    }

    /** Before opset 7 the right operand is laid under the left from {@code axis} on, if {@code broadcast} is set. */
    private static Value legacyBroadcast(NodeContext c, Value x, Value y) {
        if (c.integer("broadcast", 0) == 0
                || !c.hasAttribute("axis")
                || y.shape().rank() == 0) {
            return y;
        }
        int axis = c.axis(c.integer("axis", 0), x.shape().rank());
        List<Integer> dims = new ArrayList<>(y.shape().dims());
        while (dims.size() < x.shape().rank() - axis) {
            dims.add(1);
        }
        return c.reshape(y, new Shape(dims));
    }

    static Value emitBinary(NodeContext c, Operator.Binary.Function function, Value x, Value y) {
        return c.emit(new Operator.Binary(function), Shapes.broadcast(x.shape(), y.shape()), x, y);
    }

    static Value add(NodeContext c, Value x, Value y) {
        if (x instanceof Value.Live && y instanceof Value.Live && x.shape().equals(y.shape())) {
            return c.emit(new Operator.Sum(), x.shape(), x, y);
        }
        return emitBinary(c, Operator.Binary.Function.ADD, x, y);
    }

    static Value sum(NodeContext c) {
        Value total = c.number(0);
        boolean alike = total instanceof Value.Live;
        List<Value> operands = new ArrayList<>();
        for (int i = 0; i < c.inputCount(); i++) {
            Value next = c.number(i);
            operands.add(next);
            alike &= next instanceof Value.Live && next.shape().equals(total.shape());
        }
        if (operands.size() == 1) {
            return total;
        }
        if (alike) {
            return c.emit(new Operator.Sum(), total.shape(), operands);
        }
        for (int i = 1; i < operands.size(); i++) {
            total = add(c, total, operands.get(i));
        }
        return total;
    }

    static Value mean(NodeContext c) {
        Value factor =
                new Value.Known(OnnxTensor.ofFloats("", ElementType.FLOAT, FloatTensor.scalar(1f / c.inputCount())));
        return emitBinary(c, Operator.Binary.Function.MUL, sum(c), factor);
    }

    /** Max and Min of several operands; a single number turns into a bound. */
    static Value extreme(NodeContext c, boolean max) {
        Operator.Binary.Function function = max ? Operator.Binary.Function.MAX : Operator.Binary.Function.MIN;
        if (c.inputCount() == 2
                && c.input(0) instanceof Value.Known a
                && c.input(1) instanceof Value.Known b
                && a.tensor().isInteger()
                && b.tensor().isInteger()) {
            return IntegerRules.binary(c, function, a.tensor(), b.tensor());
        }
        Value result = c.number(0);
        for (int i = 1; i < c.inputCount(); i++) {
            Value next = c.number(i);
            Value number = result instanceof Value.Known ? result : next;
            Value other = result instanceof Value.Known ? next : result;
            if (number instanceof Value.Known known
                    && other instanceof Value.Live
                    && known.shape().size() == 1
                    && Shapes.broadcast(other.shape(), known.shape()).equals(other.shape())
                    && !Float.isNaN(known.tensor().asFloats()[0])) {
                float v = known.tensor().asFloats()[0];
                result = max
                        ? clipped(c, other, v, Float.POSITIVE_INFINITY)
                        : clipped(c, other, Float.NEGATIVE_INFINITY, v);
            } else {
                result = emitBinary(c, function, result, next);
            }
        }
        return result;
    }

    static Value prelu(NodeContext c) {
        Value x = c.number(0);
        Value slope = c.number(1);
        if (c.opset() < 7 && slope.shape().rank() == 1 && x.shape().rank() > 2) {
            // Before opset 7 a vector of slopes belongs to the channels.
            List<Integer> dims = new ArrayList<>(slope.shape().dims());
            while (dims.size() < x.shape().rank() - 1) {
                dims.add(1);
            }
            slope = c.reshape(slope, new Shape(dims));
        }
        return c.emit(
                new Operator.Binary(Operator.Binary.Function.PRELU),
                Shapes.broadcastTo(slope.shape(), x.shape()),
                x,
                slope);
    }

    static Value batchNormalization(NodeContext c) {
        boolean training =
                c.opset() >= 14 ? c.integer("training_mode", 0) != 0 : c.opset() < 7 && c.integer("is_test", 0) == 0;
        if (training || c.isUsed(1) || c.isUsed(2)) {
            throw new Refusal("is in training mode", "export the network in evaluation mode");
        }
        if (c.integer("spatial", 1) == 0) {
            throw new Refusal("has spatial=0", "normalise by channel");
        }
        Value x = c.number(0);
        if (x.shape().rank() < 2) {
            throw new Refusal("normalises a tensor " + x.shape(), "use [batch, channels, ...]");
        }
        int channels = x.shape().dim(1);
        float[][] parameters = new float[4][];
        String[] roles = {"the scales", "the shifts", "the means", "the variances"};
        for (int i = 0; i < 4; i++) {
            parameters[i] = c.knownFloats(i + 1, roles[i]);
            if (parameters[i].length != channels) {
                throw new Refusal(
                        roles[i] + " have " + parameters[i].length + " values for " + channels + " channels",
                        "export the network again");
            }
        }
        double epsilon = c.real("epsilon", 1e-5f);
        float[] scale = new float[channels];
        float[] shift = new float[channels];
        for (int i = 0; i < channels; i++) {
            double factor = parameters[0][i] / Math.sqrt(parameters[3][i] + epsilon);
            scale[i] = (float) factor;
            shift[i] = (float) (parameters[1][i] - factor * parameters[2][i]);
        }
        NodeContext.finite(scale, "the scales over deviations");
        NodeContext.finite(shift, "the shifts");
        return c.emit(new Operator.Affine(scale, shift), x.shape(), x);
    }

    static Value softmax(NodeContext c, boolean log) {
        Value x = c.number(0);
        int rank = x.shape().rank();
        if (rank == 0) {
            throw new Refusal("works on a single value", "give it a vector");
        }
        int axis = c.axis(c.integer("axis", c.opset() < 13 ? 1 : -1), rank);
        int to = c.opset() < 13 ? rank : axis + 1;
        return c.emit(new Operator.Softmax(axis, to, log), x.shape(), x);
    }
}
