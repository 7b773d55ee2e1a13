package io.tacit.model.reference;

import io.tacit.kernel.Workers;
import io.tacit.model.graph.FloatTensor;
import io.tacit.model.graph.Operator;
import io.tacit.model.graph.Shape;
import java.util.List;

/** Evaluates one operator on known tensors. Inputs are not written to; outputs may share arrays with inputs. */
public final class FloatOperators {

    private FloatOperators() {}

    /**
     * The operator's result.
     *
     * @param shape shape of the result
     * @throws IllegalArgumentException if the operator is an {@link Operator.Input}, which has no inputs to compute from
     */
    public static FloatTensor apply(Operator operator, List<FloatTensor> inputs, Shape shape, Workers workers) {
        if (operator instanceof Operator.Constant constant) {
            return constant.value();
        }
        if (operator instanceof Operator.Input) {
            throw new IllegalArgumentException("an input is given, not computed");
        }
        FloatTensor x = inputs.get(0);
        if (operator instanceof Operator.Conv conv) {
            return new FloatTensor(
                    shape,
                    FloatConvolution.convolve(
                            conv.geometry(), shape.dim(0), conv.weights(), conv.bias(), x.values(), workers));
        }
        if (operator instanceof Operator.Dense dense) {
            int batch = x.values().length / dense.inputs();
            return new FloatTensor(
                    shape,
                    FloatConvolution.dense(
                            batch,
                            dense.inputs(),
                            dense.outputs(),
                            dense.weights(),
                            dense.bias(),
                            x.values(),
                            workers));
        }
        if (operator instanceof Operator.MaxPool pool) {
            return FloatPooling.max(pool.window(), x, shape, workers);
        }
        if (operator instanceof Operator.AveragePool pool) {
            return FloatPooling.average(pool, x, shape, workers);
        }
        if (operator instanceof Operator.Reshape || operator instanceof Operator.Label) {
            return x.reshaped(shape);
        }
        if (operator instanceof Operator.Sum) {
            return sum(inputs, shape);
        }
        if (operator instanceof Operator.Concat concat) {
            return concat(inputs, concat.axis(), shape);
        }
        if (operator instanceof Operator.Binary binary) {
            return FloatElementwise.binary(binary.function(), x, inputs.get(1), shape);
        }
        if (operator instanceof Operator.MatMul) {
            return FloatReductions.matMul(x, inputs.get(1), shape);
        }
        if (operator instanceof Operator.Softmax softmax) {
            return FloatReductions.softmax(softmax, x);
        }
        if (operator instanceof Operator.Reduce reduce) {
            return FloatReductions.reduce(reduce, x, shape);
        }
        if (operator instanceof Operator.ArgMax argMax) {
            return FloatReductions.argMax(argMax, x, shape);
        }
        if (operator instanceof Operator.Rearrange rearrange) {
            return rearrange(rearrange.source(), x, shape);
        }
        if (operator instanceof Operator.Pad pad) {
            return pad(pad, x, shape);
        }
        return FloatElementwise.unary(operator, x);
    }

    private static FloatTensor sum(List<FloatTensor> inputs, Shape shape) {
        float[] y = inputs.get(0).values().clone();
        for (FloatTensor input : inputs.subList(1, inputs.size())) {
            float[] x = input.values();
            for (int i = 0; i < y.length; i++) {
                y[i] += x[i];
            }
        }
        return new FloatTensor(shape, y);
    }

    private static FloatTensor concat(List<FloatTensor> inputs, int axis, Shape shape) {
        float[] y = new float[shape.size()];
        int outer = shape.sizeBefore(axis);
        int rowLength = shape.sizeFrom(axis);
        int at = 0;
        for (FloatTensor input : inputs) {
            int length = input.shape().sizeFrom(axis);
            for (int i = 0; i < outer; i++) {
                System.arraycopy(input.values(), i * length, y, i * rowLength + at, length);
            }
            at += length;
        }
        return new FloatTensor(shape, y);
    }

    private static FloatTensor rearrange(int[] source, FloatTensor x, Shape shape) {
        float[] in = x.values();
        float[] y = new float[source.length];
        for (int i = 0; i < y.length; i++) {
            y[i] = in[source[i]];
        }
        return new FloatTensor(shape, y);
    }

    private static FloatTensor pad(Operator.Pad pad, FloatTensor x, Shape shape) {
        int rank = shape.rank();
        float[] y = new float[shape.size()];
        int[] inDims = x.shape().toArray();
        int[] inStrides = x.shape().strides();
        int[] outDims = shape.toArray();
        int[] at = new int[rank];
        for (int i = 0; i < y.length; i++) {
            int source = 0;
            boolean inside = true;
            for (int d = 0; d < rank; d++) {
                int p = at[d] - pad.before().get(d);
                if (p < 0 || p >= inDims[d]) {
                    switch (pad.mode()) {
                        case CONSTANT -> inside = false;
                        case EDGE -> p = Math.max(0, Math.min(inDims[d] - 1, p));
                        case REFLECT -> p = p < 0 ? -p : 2 * (inDims[d] - 1) - p;
                    }
                }
                source += p * inStrides[d];
            }
            y[i] = inside ? x.values()[source] : pad.value();
            for (int d = rank - 1; d >= 0 && ++at[d] == outDims[d]; d--) {
                at[d] = 0;
            }
        }
        return new FloatTensor(shape, y);
    }
}
