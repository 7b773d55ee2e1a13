package io.tacit.model.reference;

import io.tacit.model.graph.FloatTensor;
import io.tacit.model.graph.Operator;
import io.tacit.model.graph.Shape;
import java.util.Arrays;

/** Operators that bring several values together: softmax, reductions, arg-max, general matrix products. */
final class FloatReductions {

    private FloatReductions() {}

    static FloatTensor softmax(Operator.Softmax softmax, FloatTensor x) {
        Shape shape = x.shape();
        int outer = shape.sizeBefore(softmax.fromAxis());
        int length = shape.sizeFrom(softmax.fromAxis()) / Math.max(1, shape.sizeFrom(softmax.toAxis()));
        int inner = shape.sizeFrom(softmax.toAxis());
        float[] in = x.values();
        float[] y = new float[in.length];
        for (int o = 0; o < outer; o++) {
            for (int i = 0; i < inner; i++) {
                int base = o * length * inner + i;
                double largest = Double.NEGATIVE_INFINITY;
                for (int k = 0; k < length; k++) {
                    largest = Math.max(largest, in[base + k * inner]);
                }
                double sum = 0;
                for (int k = 0; k < length; k++) {
                    sum += Math.exp(in[base + k * inner] - largest);
                }
                for (int k = 0; k < length; k++) {
                    double shifted = in[base + k * inner] - largest;
                    y[base + k * inner] = (float) (softmax.log() ? shifted - Math.log(sum) : Math.exp(shifted) / sum);
                }
            }
        }
        return new FloatTensor(shape, y);
    }

    static FloatTensor reduce(Operator.Reduce reduce, FloatTensor x, Shape shape) {
        int rank = x.shape().rank();
        int[] dims = x.shape().toArray();
        // Row-major strides of the result, 0 along the reduced axes, whether those were kept or not.
        int[] strides = new int[rank];
        int stride = 1;
        int count = 1;
        for (int d = rank - 1; d >= 0; d--) {
            if (reduce.axes().contains(d)) {
                count *= dims[d];
            } else {
                strides[d] = stride;
                stride *= dims[d];
            }
        }
        double[] sums = new double[shape.size()];
        Arrays.fill(
                sums,
                switch (reduce.function()) {
                    case MEAN, SUM, L2 -> 0;
                    case MAX -> Double.NEGATIVE_INFINITY;
                    case MIN -> Double.POSITIVE_INFINITY;
                    case PROD -> 1;
                });
        int[] at = new int[rank];
        int to = 0;
        for (float v : x.values()) {
            sums[to] = switch (reduce.function()) {
                case MEAN, SUM -> sums[to] + v;
                case L2 -> sums[to] + (double) v * v;
                case MAX -> Math.max(sums[to], v);
                case MIN -> Math.min(sums[to], v);
                case PROD -> sums[to] * v;
            };
            for (int d = rank - 1; d >= 0; d--) {
                to += strides[d];
                if (++at[d] < dims[d]) {
                    break;
                }
                to -= strides[d] * dims[d];
                at[d] = 0;
            }
        }
        float[] y = new float[sums.length];
        for (int i = 0; i < y.length; i++) {
            y[i] = (float)
                    switch (reduce.function()) {
                        case MEAN -> sums[i] / count;
                        case L2 -> Math.sqrt(sums[i]);
                        case SUM, MAX, MIN, PROD -> sums[i];
                    };
        }
        return new FloatTensor(shape, y);
    }

    static FloatTensor argMax(Operator.ArgMax argMax, FloatTensor x, Shape shape) {
        int outer = x.shape().sizeBefore(argMax.axis());
        int length = x.shape().dim(argMax.axis());
        int inner = x.shape().sizeFrom(argMax.axis() + 1);
        float[] y = new float[shape.size()];
        for (int o = 0; o < outer; o++) {
            for (int i = 0; i < inner; i++) {
                int base = o * length * inner + i;
                int best = 0;
                for (int k = 1; k < length; k++) {
                    float candidate = x.values()[base + k * inner];
                    float leader = x.values()[base + best * inner];
                    if (candidate > leader || (argMax.last() && candidate == leader)) {
                        best = k;
                    }
                }
                y[o * inner + i] = best;
            }
        }
        return new FloatTensor(shape, y);
    }

    static FloatTensor matMul(FloatTensor a, FloatTensor b, Shape shape) {
        // numpy's rule: a vector on the left is a row, a vector on the right a column, and that axis is dropped.
        Shape left = a.shape().rank() == 1 ? Shape.of(1, a.shape().dim(0)) : a.shape();
        Shape right = b.shape().rank() == 1 ? Shape.of(b.shape().dim(0), 1) : b.shape();
        int rows = left.dim(left.rank() - 2);
        int inner = left.dim(left.rank() - 1);
        int columns = right.dim(right.rank() - 1);
        int lead = Math.max(left.rank(), right.rank()) - 2;
        int[] leadDims = new int[lead];
        int[] leftStrides = new int[lead];
        int[] rightStrides = new int[lead];
        int batches = 1;
        for (int d = lead - 1, l = left.rank() - 3, r = right.rank() - 3; d >= 0; d--, l--, r--) {
            int leftDim = l < 0 ? 1 : left.dim(l);
            int rightDim = r < 0 ? 1 : right.dim(r);
            leadDims[d] = Math.max(leftDim, rightDim);
            leftStrides[d] = leftDim == 1 ? 0 : left.strides()[l];
            rightStrides[d] = rightDim == 1 ? 0 : right.strides()[r];
            batches *= leadDims[d];
        }
        float[] y = new float[shape.size()];
        for (int n = 0; n < batches; n++) {
            int aAt = 0;
            int bAt = 0;
            for (int d = lead - 1, rest = n; d >= 0; rest /= leadDims[d], d--) {
                aAt += rest % leadDims[d] * leftStrides[d];
                bAt += rest % leadDims[d] * rightStrides[d];
            }
            for (int i = 0; i < rows; i++) {
                FloatConvolution.accumulate(
                        a.values(),
                        aAt + i * inner,
                        inner,
                        b.values(),
                        bAt,
                        columns,
                        y,
                        (n * rows + i) * columns,
                        columns);
            }
        }
        return new FloatTensor(shape, y);
    }
}
