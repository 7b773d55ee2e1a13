package io.tacit.model.onnx;

import io.tacit.model.graph.Operator;
import io.tacit.model.graph.Shape;
import java.util.ArrayList;
import java.util.List;

/** Reads reductions, and arg-max. */
final class ReductionRules {

    private ReductionRules() {}

    /** @param axesInputSince first opset in which the axes are an input */
    static Value reduce(NodeContext c, Operator.Reduce.Function function, int axesInputSince) {
        Value x = c.input(0);
        if (x instanceof Value.Known known && known.tensor().isInteger()) {
            return reduceIntegers(known.tensor(), function);
        }
        x = c.number(0);
        int rank = x.shape().rank();
        long[] given = ShapeRules.axes(c, axesInputSince);
        if (given.length == 0 && c.integer("noop_with_empty_axes", 0) != 0) {
            return x;
        }
        boolean[] reduced = new boolean[rank];
        for (long axis : given) {
            reduced[c.axis(axis, rank)] = true;
        }
        boolean keep = c.integer("keepdims", 1) != 0;
        List<Integer> axes = new ArrayList<>();
        List<Integer> dims = new ArrayList<>();
        for (int i = 0; i < rank; i++) {
            if (reduced[i] || given.length == 0) {
                axes.add(i);
                if (keep) {
                    dims.add(1);
                }
            } else {
                dims.add(x.shape().dim(i));
            }
        }
        return axes.isEmpty() ? x : c.emit(new Operator.Reduce(function, axes), new Shape(dims), x);
    }

    /** Over all values: what shape computations need. */
    private static Value reduceIntegers(OnnxTensor x, Operator.Reduce.Function function) {
        long[] values = x.asLongs();
        if (x.shape().rank() > 1 || values.length == 0) {
            throw new Refusal("reduces a tensor of integers", "use a network of floats");
        }
        long result = values[0];
        for (int i = 1; i < values.length; i++) {
            result = switch (function) {
                case SUM -> result + values[i];
                case PROD -> result * values[i];
                case MAX -> Math.max(result, values[i]);
                case MIN -> Math.min(result, values[i]);
                case MEAN, L2 -> throw new Refusal("reduces integers", "use a network of floats");
            };
        }
        return NodeContext.knownLongs(result);
    }

    static Value argMax(NodeContext c) {
        Value x = c.number(0);
        int axis = c.axis(c.integer("axis", 0), x.shape().rank());
        boolean last = c.integer("select_last_index", 0) != 0;
        List<Integer> dims = new ArrayList<>(x.shape().dims());
        if (c.integer("keepdims", 1) != 0) {
            dims.set(axis, 1);
        } else {
            dims.remove(axis);
        }
        Value y = c.emit(new Operator.ArgMax(axis, last), new Shape(dims), x);
        return NodeContext.withType(y, ElementType.INT64);
    }
}
