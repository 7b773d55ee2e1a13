package io.tacit.model.onnx;

import io.tacit.kernel.ConvolutionGeometry;
import io.tacit.model.graph.GraphBuilder;
import io.tacit.model.graph.Node;
import io.tacit.model.graph.Operator;
import io.tacit.model.graph.Shape;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Appends nodes of the normalised graph, and brings {@link Placed} values into the form that a reader needs. */
final class LayoutBuilder {
    /** Largest one-hot matrix that is worth a linear layer instead of a rearrangement. */
    private static final int MAX_SELECTION = 1 << 22;

    /** A node that only adds a border of zeros to another: what it reads, and the border. */
    record Border(int source, int top, int left, int bottom, int right) {}

    private final GraphBuilder graph = new GraphBuilder();
    private final Map<Integer, Border> borders = new HashMap<>();

    GraphBuilder graph() {
        return graph;
    }

    Shape shapeOf(int node) {
        return graph.shape(node);
    }

    int add(String name, Operator operator, Shape shape, Integer... inputs) {
        return graph.add(name, operator, List.of(inputs), shape);
    }

    @Nullable
    Border border(int node) {
        return borders.get(node);
    }

    /** Forgets places that say "everything in order". */
    Placed placed(int node, Shape shape, int @Nullable [] place, boolean exclusive) {
        if (place != null && place.length == shapeOf(node).size()) {
            boolean identity = true;
            for (int i = 0; i < place.length && identity; i++) {
                identity = place[i] == i;
            }
            if (identity) {
                return new Placed(node, shape, null, exclusive);
            }
        }
        return new Placed(node, shape, place, exclusive);
    }

    int reshape(int node, Shape shape) {
        if (shapeOf(node).equals(shape)) {
            return node;
        }
        Node maker = graph.node(node);
        if (maker.operator() instanceof Operator.Reshape) {
            return reshape(maker.input(), shape);
        }
        return add(maker.name() + ".reshape", new Operator.Reshape(), shape, node);
    }

    /** A node that holds the value in its own shape and order. */
    int materialise(String name, Placed v) {
        int[] place = v.place();
        if (place == null) {
            return reshape(v.node(), v.shape());
        }
        int selected = select(name, v, place);
        if (selected >= 0) {
            return reshape(selected, v.shape());
        }
        return add(name + ".rearranged", new Operator.Rearrange(place), v.shape(), v.node());
    }

    /** The value as a picture, or -1 where it is none. */
    int picture(String name, Placed v) {
        return v.shape().isPicture() ? materialise(name, v) : -1;
    }

    /**
     * If every channel of the value is one channel of the node, in order and whole: their numbers, else null. The value
     * is {@code [1, c, h, w]} over a node {@code [1, C, h, w]}, or vectors.
     */
    int @Nullable [] channelChoice(Placed v) {
        Shape from = shapeOf(v.node());
        if (v.shape().rank() < 2 || from.rank() < 2 || v.shape().dim(0) != 1 || from.dim(0) != 1) {
            return null;
        }
        int inner = v.shape().sizeFrom(2);
        int channels = v.shape().dim(1);
        if (inner != from.sizeFrom(2)) {
            return null;
        }
        int[] choice = new int[channels];
        for (int c = 0; c < channels; c++) {
            int start = v.at(c * inner);
            if (start % inner != 0) {
                return null;
            }
            choice[c] = start / inner;
            for (int i = 1; v.place() != null && i < inner; i++) {
                if (v.at(c * inner + i) != start + i) {
                    return null;
                }
            }
        }
        return choice;
    }

    /** Tries to express a rearrangement of pictures as a one-hot convolution; -1 if it is of another kind. */
    private int select(String name, Placed v, int[] place) {
        Shape from = shapeOf(v.node());
        Shape to = v.shape();
        if (!from.isPicture() || !to.isPicture()) {
            return selectFeatures(name, v, place);
        }
        int outHeight = to.dim(2);
        int outWidth = to.dim(3);
        int inPlane = from.dim(2) * from.dim(3);
        int[] choice = new int[to.dim(1)];
        int first = place[0] % inPlane;
        int rowStep = outHeight > 1 ? place[outWidth] - place[0] : from.dim(3);
        int columnStep = outWidth > 1 ? place[1] - place[0] : 1;
        if (rowStep < 1 || rowStep % from.dim(3) != 0 || columnStep < 1) {
            return -1;
        }
        int strideY = rowStep / from.dim(3);
        int top = first / from.dim(3);
        int left = first % from.dim(3);
        if (left + (outWidth - 1) * columnStep >= from.dim(3) || top + (outHeight - 1) * strideY >= from.dim(2)) {
            return -1;
        }
        for (int i = 0; i < place.length; i++) {
            int channel = i / (outHeight * outWidth);
            int within = i % (outHeight * outWidth);
            if (within == 0) {
                choice[channel] = place[i] / inPlane;
            }
            int expected = choice[channel] * inPlane
                    + (top + within / outWidth * strideY) * from.dim(3)
                    + left
                    + within % outWidth * columnStep;
            if (place[i] != expected) {
                return -1;
            }
        }
        int height = kernelFor(from.dim(2), outHeight, strideY, top);
        int width = kernelFor(from.dim(3), outWidth, columnStep, left);
        return oneHot(name, v.node(), choice, new int[] {height, width, strideY, columnStep, top, left}, to);
    }

    /** Smallest kernel that reaches {@code offset} and gives {@code out} rows. */
    private static int kernelFor(int in, int out, int stride, int offset) {
        return (in - offset - 1) / stride + 1 == out ? offset + 1 : in - (out - 1) * stride;
    }

    private int oneHot(String name, int node, int[] choice, int[] k, Shape to) {
        Shape from = shapeOf(node);
        boolean depthwise = choice.length == from.dim(1) && isIdentity(choice);
        int inPerGroup = depthwise ? 1 : from.dim(1);
        if ((long) choice.length * inPerGroup * k[0] * k[1] > MAX_SELECTION) {
            return -1;
        }
        float[] weights = new float[choice.length * inPerGroup * k[0] * k[1]];
        for (int c = 0; c < choice.length; c++) {
            int in = depthwise ? 0 : choice[c];
            weights[((c * inPerGroup + in) * k[0] + k[4]) * k[1] + k[5]] = 1;
        }
        ConvolutionGeometry geometry = new ConvolutionGeometry(
                from.dim(1),
                from.dim(2),
                from.dim(3),
                choice.length,
                k[0],
                k[1],
                k[2],
                k[3],
                0,
                0,
                0,
                0,
                1,
                1,
                depthwise ? from.dim(1) : 1);
        return add(name + ".selected", new Operator.Conv(geometry, weights, new float[choice.length]), to, node);
    }

    private static boolean isIdentity(int[] choice) {
        for (int i = 0; i < choice.length; i++) {
            if (choice[i] != i) {
                return false;
            }
        }
        return true;
    }

    /** A choice of features as a one-hot dense layer, if it is small. */
    private int selectFeatures(String name, Placed v, int[] place) {
        Shape from = shapeOf(v.node());
        if (from.rank() < 1
                || from.dim(0) != 1
                || v.shape().rank() < 1
                || v.shape().dim(0) != 1
                || (from.rank() == 2 && v.shape().rank() != 2)
                || (long) from.size() * place.length > MAX_SELECTION >> 4) {
            return -1;
        }
        float[] weights = new float[from.size() * place.length];
        for (int i = 0; i < place.length; i++) {
            weights[i * from.size() + place[i]] = 1;
        }
        Operator dense = new Operator.Dense(from.size(), place.length, weights, new float[place.length]);
        int flat = reshape(v.node(), Shape.of(1, from.size()));
        return add(name + ".selected", dense, Shape.of(1, place.length), flat);
    }

    /**
     * {@code scale[p] * x + shift[p]} for each number p of the value's node; the same places hold afterwards. Taken into
     * the convolution or dense layer that made the node if nothing else reads it, else a depthwise convolution.
     */
    Placed affine(String name, Placed v, float[] scale, float[] shift) {
        Shape shape = shapeOf(v.node());
        int channels = shape.rank() < 2 ? shape.size() : shape.dim(1);
        int inner = shape.rank() < 2 ? 1 : shape.sizeFrom(2);
        if (constantOver(scale, channels, inner) && constantOver(shift, channels, inner)) {
            float[] channelScale = new float[channels];
            float[] channelShift = new float[channels];
            for (int c = 0; c < channels; c++) {
                channelScale[c] = scale[c * inner];
                channelShift[c] = shift[c * inner];
            }
            int node = affineByChannel(name, v.node(), channelScale, channelShift, v.exclusive());
            return new Placed(node, v.shape(), v.place(), true);
        }
        int flat = reshape(v.node(), Shape.of(1, shape.size()));
        int node = affineByChannel(name, flat, scale, shift, false);
        return new Placed(reshape(node, shape), v.shape(), v.place(), true);
    }

    private static boolean constantOver(float[] values, int channels, int inner) {
        for (int c = 0; c < channels; c++) {
            for (int i = 1; i < inner; i++) {
                if (values[c * inner + i] != values[c * inner]) {
                    return false;
                }
            }
        }
        return true;
    }

    /** As {@link #affine}, one factor and term for each channel of a node {@code [1, channels, ...]}. */
    int affineByChannel(String name, int node, float[] scale, float[] shift, boolean exclusive) {
        NodeContext.finite(scale, "factors");
        NodeContext.finite(shift, "terms");
        Shape shape = shapeOf(node);
        boolean nothing = true;
        for (int c = 0; c < scale.length && nothing; c++) {
            nothing = scale[c] == 1 && shift[c] == 0;
        }
        if (nothing) {
            return node;
        }
        Node maker = graph.node(node);
        if (exclusive && maker.operator() instanceof Operator.Conv conv && border(node) == null) {
            Operator folded = new Operator.Conv(
                    conv.geometry(),
                    scaled(conv.weights(), scale, conv.geometry().taps()),
                    shifted(conv.bias(), scale, shift));
            return add(maker.name(), folded, shape, maker.input());
        }
        if (exclusive && maker.operator() instanceof Operator.Dense dense) {
            Operator folded = new Operator.Dense(
                    dense.inputs(),
                    dense.outputs(),
                    scaled(dense.weights(), scale, dense.inputs()),
                    shifted(dense.bias(), scale, shift));
            return add(maker.name(), folded, shape, maker.input());
        }
        if (scale.length > ConvolutionGeometry.MAX_EXTENT || shape.rank() == 0 || shape.dim(0) != 1) {
            return add(name, new Operator.Affine(scale, shift), shape, node);
        }
        Shape picture = shape.isPicture() ? shape : Shape.of(1, scale.length, 1, shape.size() / scale.length);
        ConvolutionGeometry geometry = depthwise(picture, 0, 0, 0, 0);
        int from = reshape(node, picture);
        return reshape(add(name, new Operator.Conv(geometry, scale, shift), picture, from), shape);
    }

    private static float[] scaled(float[] weights, float[] scale, int taps) {
        float[] result = new float[weights.length];
        for (int i = 0; i < result.length; i++) {
            result[i] = scale[i / taps] * weights[i];
        }
        return NodeContext.finite(result, "the weights");
    }

    private static float[] shifted(float[] bias, float[] scale, float[] shift) {
        float[] result = new float[bias.length];
        for (int i = 0; i < result.length; i++) {
            result[i] = (float) ((double) scale[i] * bias[i] + shift[i]);
        }
        return NodeContext.finite(result, "the biases");
    }

    private static ConvolutionGeometry depthwise(Shape in, int top, int left, int bottom, int right) {
        return new ConvolutionGeometry(
                in.dim(1), in.dim(2), in.dim(3), in.dim(1), 1, 1, 1, 1, top, left, bottom, right, 1, 1, in.dim(1));
    }

    /** A border of zeros around a picture; the convolution or pool that reads it takes it over. */
    int bordered(String name, int node, int top, int left, int bottom, int right) {
        Shape in = shapeOf(node);
        float[] ones = new float[in.dim(1)];
        Arrays.fill(ones, 1);
        Shape out = in.with(2, in.dim(2) + top + bottom).with(3, in.dim(3) + left + right);
        Operator operator = new Operator.Conv(depthwise(in, top, left, bottom, right), ones, new float[ones.length]);
        int added = add(name, operator, out, node);
        borders.put(added, new Border(node, top, left, bottom, right));
        return added;
    }
}
