package io.tacit.model.onnx;

import io.tacit.kernel.ConvolutionGeometry;
import io.tacit.model.graph.FloatTensor;
import io.tacit.model.graph.Operator;
import io.tacit.model.graph.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Reads Conv, Gemm and MatMul. */
final class LinearRules {

    private LinearRules() {}

    static Value conv(NodeContext c) {
        Value x = c.number(0);
        Shape in = x.shape();
        if (in.rank() < 3 || in.rank() > 4) {
            String kind = in.rank() == 5 ? "is a three-dimensional convolution" : "convolves a tensor " + in;
            throw new Refusal(kind, "use one or two dimensions of space");
        }
        OnnxTensor kernel = c.known(1, "the weights");
        float[] weights = c.knownFloats(1, "the weights");
        Shape shape = kernel.shape();
        if (shape.rank() != in.rank()) {
            throw new Refusal("weights " + shape + " on input " + in, "export the network again");
        }
        int groups = Windows.positive(c.integer("group", 1), "group");
        if (shape.size() == 0 || in.dim(1) % groups != 0 || shape.dim(1) != in.dim(1) / groups) {
            throw new Refusal(
                    "weights " + shape + " in " + groups + " groups on input " + in, "export the network again");
        }
        float[] bias = c.has(2) ? c.knownFloats(2, "the biases") : new float[shape.dim(0)];
        boolean flat = in.rank() == 3;
        int[] kernelSize = Arrays.copyOfRange(shape.toArray(), 2, shape.rank());
        Windows w = Windows.of(c, in, kernelSize);
        Shape picture = Windows.asPicture(in);
        ConvolutionGeometry geometry = new ConvolutionGeometry(
                in.dim(1),
                picture.dim(2),
                picture.dim(3),
                shape.dim(0),
                w.height(),
                w.width(),
                w.strideY(),
                w.strideX(),
                w.padTop(),
                w.padLeft(),
                w.padBottom(),
                w.padRight(),
                w.dilationY(),
                w.dilationX(),
                groups);
        Shape out = Shape.of(in.dim(0), shape.dim(0), geometry.outHeight(), geometry.outWidth());
        Value y = c.emit(new Operator.Conv(geometry, weights, bias), out, c.reshape(x, picture));
        return flat ? c.reshape(y, Shape.of(in.dim(0), shape.dim(0), geometry.outWidth())) : y;
    }

    static Value gemm(NodeContext c) {
        float alpha = c.real("alpha", 1);
        float beta = c.real("beta", 1);
        boolean transposeB = c.integer("transB", 0) != 0;
        Value a = matrix(c, 0, c.integer("transA", 0) != 0);
        Value b = matrix(c, 1, false);
        int inner = a.shape().dim(1);
        if (b.shape().dim(transposeB ? 1 : 0) != inner) {
            throw new Refusal("multiplies " + a.shape() + " by " + b.shape(), "export the network again");
        }
        int outputs = b.shape().dim(transposeB ? 0 : 1);
        Shape shape = Shape.of(a.shape().dim(0), outputs);
        if (b instanceof Value.Live) {
            Value y = c.emit(new Operator.MatMul(), shape, a, matrix(c, 1, transposeB));
            y = scaled(c, y, alpha);
            return c.has(2) ? ElementwiseRules.add(c, y, scaled(c, c.number(2), beta)) : y;
        }
        float[] given = c.knownFloats(1, "the weights");
        float[] weights = transposeB ? multiplied(given, alpha) : transposed(given, inner, outputs, alpha);
        float[] bias = new float[outputs];
        boolean folded = c.has(2) && c.number(2) instanceof Value.Known addend && isByOutput(addend.shape(), outputs);
        if (folded) {
            float[] addend = c.knownFloats(2, "the biases");
            for (int i = 0; i < outputs; i++) {
                bias[i] = beta * addend[addend.length == 1 ? 0 : i];
            }
        }
        NodeContext.finite(weights, "the weights");
        Value y = c.emit(new Operator.Dense(inner, outputs, weights, NodeContext.finite(bias, "the biases")), shape, a);
        return c.has(2) && !folded ? ElementwiseRules.add(c, y, scaled(c, c.number(2), beta)) : y;
    }

    /** One term for all outputs, or one for each. */
    private static boolean isByOutput(Shape shape, int outputs) {
        return shape.size() == 1
                || (shape.size() == outputs && shape.rank() > 0 && shape.dim(shape.rank() - 1) == outputs);
    }

    private static Value matrix(NodeContext c, int index, boolean transpose) {
        Value value = c.number(index);
        if (value.shape().rank() != 2) {
            throw new Refusal("multiplies a tensor " + value.shape(), "flatten it to a matrix first");
        }
        return transpose ? ShapeRules.transpose(c, value, new int[] {1, 0}) : value;
    }

    private static Value scaled(NodeContext c, Value value, float factor) {
        if (factor == 1) {
            return value;
        }
        Value constant = new Value.Known(OnnxTensor.ofFloats("", ElementType.FLOAT, FloatTensor.scalar(factor)));
        return ElementwiseRules.emitBinary(c, Operator.Binary.Function.MUL, value, constant);
    }

    private static float[] multiplied(float[] values, float factor) {
        if (factor == 1) {
            return values;
        }
        float[] result = new float[values.length];
        for (int i = 0; i < result.length; i++) {
            result[i] = factor * values[i];
        }
        return result;
    }

    /** {@code [inner][outputs]} to {@code factor * [outputs][inner]}. */
    private static float[] transposed(float[] values, int inner, int outputs, float factor) {
        float[] weights = new float[values.length];
        for (int i = 0; i < inner; i++) {
            for (int o = 0; o < outputs; o++) {
                weights[o * inner + i] = factor * values[i * outputs + o];
            }
        }
        return weights;
    }

    static Value matMul(NodeContext c) {
        Value a = c.number(0);
        Value b = c.number(1);
        if (a.shape().rank() == 0 || b.shape().rank() == 0) {
            throw new Refusal("multiplies a single value", "use Mul");
        }
        int inner = a.shape().dim(a.shape().rank() - 1);
        if (b.shape().dim(Math.max(0, b.shape().rank() - 2)) != inner) {
            throw new Refusal("multiplies " + a.shape() + " by " + b.shape(), "export the network again");
        }
        if (a instanceof Value.Live
                && b instanceof Value.Known
                && b.shape().rank() == 2
                && a.shape().rank() >= 2
                && b.shape().size() > 0) {
            int outputs = b.shape().dim(1);
            float[] weights = transposed(c.knownFloats(1, "the weights"), inner, outputs, 1);
            Shape shape = a.shape().with(a.shape().rank() - 1, outputs);
            return c.emit(new Operator.Dense(inner, outputs, weights, new float[outputs]), shape, a);
        }
        return c.emit(new Operator.MatMul(), productShape(a.shape(), b.shape()), a, b);
    }

    private static Shape productShape(Shape a, Shape b) {
        List<Integer> dims = new ArrayList<>();
        int lead = Math.max(a.rank(), b.rank()) - 2;
        for (int i = 0; i < lead; i++) {
            int l = i - lead + a.rank() - 2;
            int r = i - lead + b.rank() - 2;
            int left = l < 0 ? 1 : a.dim(l);
            int right = r < 0 ? 1 : b.dim(r);
            if (left != right && left != 1 && right != 1) {
                throw new Refusal("multiplies " + a + " by " + b, "export the network again");
            }
            dims.add(left == 1 ? right : left);
        }
        if (a.rank() > 1) {
            dims.add(a.dim(a.rank() - 2));
        }
        if (b.rank() > 1) {
            dims.add(b.dim(b.rank() - 1));
        }
        return new Shape(dims);
    }
}
