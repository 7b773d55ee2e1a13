package io.tacit.model.onnx;

import io.tacit.kernel.ConvolutionGeometry;
import io.tacit.model.graph.Node;
import io.tacit.model.graph.Operator;
import io.tacit.model.graph.PoolWindow;
import io.tacit.model.graph.Shape;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Rewrites convolutions, dense layers, pools, padding and reductions; they take moved channels and borders in. */
final class LinearNormaliser {
    /** Largest matrix that a mean or sum over features may become. */
    private static final int MAX_REDUCTION = 1 << 22;

    private final LayoutBuilder out;

    LinearNormaliser(LayoutBuilder out) {
        this.out = out;
    }

    Placed conv(String name, Operator.Conv conv, Placed x, Shape shape) {
        ConvolutionGeometry g = conv.geometry();
        int @Nullable [] choice = x.place() == null ? null : out.channelChoice(x);
        if (choice != null && g.groups() == 1 && out.shapeOf(x.node()).isPicture()) {
            int inChannels = out.shapeOf(x.node()).dim(1);
            int plane = g.kernelHeight() * g.kernelWidth();
            float[] weights = new float[Math.multiplyExact(g.outChannels() * inChannels, plane)];
            for (int o = 0; o < g.outChannels(); o++) {
                for (int c = 0; c < choice.length; c++) {
                    for (int k = 0; k < plane; k++) {
                        weights[(o * inChannels + choice[c]) * plane + k] +=
                                conv.weights()[(o * g.inChannels() + c) * plane + k];
                    }
                }
            }
            return onPicture(name, with(g, inChannels, 0, 0, 0, 0), weights, conv.bias(), x.node(), shape);
        }
        return onPicture(name, g, conv.weights(), conv.bias(), out.materialise(name, x), shape);
    }

    private Placed onPicture(String name, ConvolutionGeometry g, float[] weights, float[] bias, int node, Shape shape) {
        LayoutBuilder.@Nullable Border border = out.border(node);
        int source = node;
        ConvolutionGeometry geometry = g;
        if (border != null) {
            source = border.source();
            geometry = with(g, g.inChannels(), border.top(), border.left(), border.bottom(), border.right());
        }
        return new Placed(out.add(name, new Operator.Conv(geometry, weights, bias), shape, source), shape, null, true);
    }

    /** The geometry with other input channels, and a border moved from the input into the padding. */
    private static ConvolutionGeometry with(
            ConvolutionGeometry g, int inChannels, int top, int left, int bottom, int right) {
        return new ConvolutionGeometry(
                inChannels,
                g.inHeight() - top - bottom,
                g.inWidth() - left - right,
                g.outChannels(),
                g.kernelHeight(),
                g.kernelWidth(),
                g.strideY(),
                g.strideX(),
                g.padTop() + top,
                g.padLeft() + left,
                g.padBottom() + bottom,
                g.padRight() + right,
                g.dilationY(),
                g.dilationX(),
                g.groups());
    }

    Placed dense(String name, Operator.Dense dense, Placed x, Shape shape) {
        int rows = x.shape().size() / dense.inputs();
        if (rows > 1) {
            return denseByPosition(name, dense, x, shape, rows);
        }
        int size = out.shapeOf(x.node()).size();
        float[] weights = dense.weights();
        if (x.place() != null) {
            weights = new float[Math.multiplyExact(dense.outputs(), size)];
            for (int o = 0; o < dense.outputs(); o++) {
                for (int i = 0; i < dense.inputs(); i++) {
                    weights[o * size + x.at(i)] += dense.weights()[o * dense.inputs() + i];
                }
            }
        }
        int flat = out.reshape(x.node(), Shape.of(1, size));
        Operator operator = new Operator.Dense(size, dense.outputs(), weights, dense.bias());
        int node = out.add(name, operator, Shape.of(1, dense.outputs()), flat);
        return new Placed(node, shape, null, true);
    }

    /** A dense layer on the last axis of several positions is a 1x1 convolution whose channels come last. */
    private Placed denseByPosition(String name, Operator.Dense dense, Placed x, Shape shape, int rows) {
        int inputs = dense.inputs();
        Shape from = out.shapeOf(x.node());
        boolean keep = from.isPicture() && from.dim(1) == inputs;
        Shape picture = keep ? from : Shape.of(1, inputs, 1, rows);
        int[] place = new int[x.shape().size()];
        for (int i = 0; i < place.length; i++) {
            place[i % inputs * rows + i / inputs] = x.at(i);
        }
        int node = out.materialise(name, out.placed(x.node(), picture, place, x.exclusive()));
        ConvolutionGeometry g = new ConvolutionGeometry(
                inputs, picture.dim(2), picture.dim(3), dense.outputs(), 1, 1, 1, 1, 0, 0, 0, 0, 1, 1, 1);
        int added = out.add(
                name, new Operator.Conv(g, dense.weights(), dense.bias()), picture.with(1, dense.outputs()), node);
        int[] back = new int[shape.size()];
        for (int i = 0; i < back.length; i++) {
            back[i] = i % dense.outputs() * rows + i / dense.outputs();
        }
        return out.placed(added, shape, back, true);
    }

    Placed maxPool(String name, PoolWindow window, Placed x, Shape shape) {
        return pooled(name, x, shape, node -> {
            LayoutBuilder.@Nullable Border border = out.border(node);
            if (border != null
                    && noPads(window)
                    && fits(border, window)
                    && isNotNegative(border.source())
                    && border.top() < window.height()
                    && border.left() < window.width()) {
                Operator pool = new Operator.MaxPool(padded(window, border));
                return out.add(
                        name, pool, out.shapeOf(node).with(2, shape.dim(2)).with(3, shape.dim(3)), border.source());
            }
            Shape result = out.shapeOf(node).with(2, shape.dim(2)).with(3, shape.dim(3));
            return out.add(name, new Operator.MaxPool(window), result, node);
        });
    }

    /** Zeros around numbers that are never negative do not change a maximum, so that they may be left out of it. */
    private boolean isNotNegative(int node) {
        Node maker = out.graph().node(node);
        return maker.operator() instanceof Operator.Relu
                || maker.operator() instanceof Operator.Square
                || (maker.operator() instanceof Operator.Clip clip && clip.low() >= 0);
    }

    private static boolean noPads(PoolWindow w) {
        return w.padTop() == 0 && w.padLeft() == 0 && w.padBottom() == 0 && w.padRight() == 0;
    }

    private static boolean fits(LayoutBuilder.Border b, PoolWindow w) {
        return b.top() < w.height() && b.bottom() < w.height() && b.left() < w.width() && b.right() < w.width();
    }

    private static PoolWindow padded(PoolWindow w, LayoutBuilder.Border b) {
        return new PoolWindow(
                w.height(),
                w.width(),
                w.strideY(),
                w.strideX(),
                w.padTop() + b.top(),
                w.padLeft() + b.left(),
                w.padBottom() + b.bottom(),
                w.padRight() + b.right(),
                w.overhangBottom(),
                w.overhangRight(),
                w.dilationY(),
                w.dilationX());
    }

    Placed averagePool(String name, Operator.AveragePool pool, Placed x, Shape shape) {
        PoolWindow window = pool.window();
        Shape in = x.shape();
        if (pool.commonDivisor(in.dim(2), in.dim(3)) == 0) {
            return unevenPool(name, pool, x, shape);
        }
        return pooled(name, x, shape, node -> {
            LayoutBuilder.@Nullable Border border = out.border(node);
            Shape result = out.shapeOf(node).with(2, shape.dim(2)).with(3, shape.dim(3));
            if (border != null && noPads(window) && fits(border, window)) {
                Operator.AveragePool taken = new Operator.AveragePool(padded(window, border), true);
                Shape source = out.shapeOf(border.source());
                if (taken.commonDivisor(source.dim(2), source.dim(3)) != 0) {
                    return out.add(name, taken, result, border.source());
                }
            }
            return out.add(name, pool, result, node);
        });
    }

    /** Windows that divide by different counts: all divide by the window's size, and a factor a position puts it right. */
    private Placed unevenPool(String name, Operator.AveragePool pool, Placed x, Shape shape) {
        PoolWindow w = pool.window();
        PoolWindow whole = new PoolWindow(
                w.height(),
                w.width(),
                w.strideY(),
                w.strideX(),
                w.padTop(),
                w.padLeft(),
                w.padBottom() + w.overhangBottom(),
                w.padRight() + w.overhangRight(),
                0,
                0,
                w.dilationY(),
                w.dilationX());
        Operator even = new Operator.AveragePool(whole, true);
        Placed pooled = pooled(
                name + ".sum",
                x,
                shape,
                node -> out.add(
                        name + ".sum",
                        even,
                        out.shapeOf(node).with(2, shape.dim(2)).with(3, shape.dim(3)),
                        node));
        Shape result = out.shapeOf(pooled.node());
        int plane = shape.dim(2) * shape.dim(3);
        float[] factors = new float[result.size()];
        for (int i = 0; i < factors.length; i++) {
            int y = i % plane / shape.dim(3);
            int xx = i % plane % shape.dim(3);
            int divisor = pool.divisor(x.shape().dim(2), x.shape().dim(3), y, xx);
            factors[i] = (float) ((double) w.height() * w.width() / divisor);
        }
        return out.affine(name, pooled, factors, new float[factors.length]);
    }

    /** Appends a pool over a node. */
    @FunctionalInterface
    private interface Pool {
        int over(int node);
    }

    /** Pools work on each channel, so that chosen channels are pooled where they lie. */
    private Placed pooled(String name, Placed x, Shape shape, Pool pool) {
        int @Nullable [] choice = x.place() == null ? null : out.channelChoice(x);
        if (choice == null || !out.shapeOf(x.node()).isPicture()) {
            return new Placed(pool.over(out.materialise(name, x)), shape, null, true);
        }
        int node = pool.over(x.node());
        int inner = shape.sizeFrom(2);
        int[] place = new int[shape.size()];
        for (int i = 0; i < place.length; i++) {
            place[i] = choice[i / inner] * inner + i % inner;
        }
        return out.placed(node, shape, place, true);
    }

    Placed reduce(String name, Operator.Reduce reduce, Placed x, Shape shape) {
        Operator.Reduce.Function function = reduce.function();
        boolean mean = function == Operator.Reduce.Function.MEAN || function == Operator.Reduce.Function.SUM;
        int[] target = targets(reduce, x.shape());
        int count = x.shape().size() / shape.size();
        Shape from = out.shapeOf(x.node());
        int @Nullable [] place = from.isPicture() ? wholeChannels(x, target, shape.size()) : null;
        if (place != null && (mean || function == Operator.Reduce.Function.MAX)) {
            PoolWindow window = Normaliser.whole(from);
            Operator pool = mean ? new Operator.AveragePool(window, false) : new Operator.MaxPool(window);
            int node = out.add(name, pool, window.over(from), x.node());
            Placed pooled = out.placed(node, shape, place, true);
            if (function == Operator.Reduce.Function.SUM) {
                int channels = from.dim(1);
                return out.affine(name, pooled, Normaliser.filled(channels, count), new float[channels]);
            }
            return pooled;
        }
        if (mean && (long) from.size() * shape.size() <= MAX_REDUCTION) {
            float[] weights = new float[from.size() * shape.size()];
            float each = function == Operator.Reduce.Function.MEAN ? 1f / count : 1;
            for (int i = 0; i < target.length; i++) {
                weights[target[i] * from.size() + x.at(i)] += each;
            }
            Operator dense = new Operator.Dense(from.size(), shape.size(), weights, new float[shape.size()]);
            int node = out.add(name, dense, Shape.of(1, shape.size()), out.reshape(x.node(), Shape.of(1, from.size())));
            return new Placed(node, shape, null, true);
        }
        return new Placed(out.add(name, reduce, shape, out.materialise(name, x)), shape, null, true);
    }

    /** For each number the result that it goes into. */
    private static int[] targets(Operator.Reduce reduce, Shape shape) {
        int[] strides = new int[shape.rank()];
        int stride = 1;
        for (int d = shape.rank() - 1; d >= 0; d--) {
            if (!reduce.axes().contains(d)) {
                strides[d] = stride;
                stride *= shape.dim(d);
            }
        }
        int[] table = new int[shape.size()];
        Shapes.fill(table, shape.toArray(), strides, 0);
        return table;
    }

    /** If each result is made of one whole channel of the node: the channel of each result, else null. */
    private int @Nullable [] wholeChannels(Placed x, int[] target, int results) {
        Shape from = out.shapeOf(x.node());
        int plane = from.sizeFrom(2);
        if ((long) results * plane != target.length) {
            return null;
        }
        int[] channel = new int[results];
        Arrays.fill(channel, -1);
        boolean[] seen = new boolean[from.size()];
        for (int i = 0; i < target.length; i++) {
            int p = x.at(i);
            if (seen[p] || (channel[target[i]] >= 0 && channel[target[i]] != p / plane)) {
                return null;
            }
            seen[p] = true;
            channel[target[i]] = p / plane;
        }
        return channel;
    }

    Placed pad(String name, Operator.Pad pad, Placed x, Shape shape) {
        boolean grows = pad.before().stream().allMatch(p -> p >= 0)
                && pad.after().stream().allMatch(p -> p >= 0);
        if (!grows
                || pad.mode() != Operator.Pad.Mode.CONSTANT
                || !Float.isFinite(pad.value())
                || !x.shape().isPicture()) {
            return new Placed(out.add(name, pad, shape, out.materialise(name, x)), shape, null, true);
        }
        if (pad.value() != 0) {
            ElementwiseNormaliser values = new ElementwiseNormaliser(out);
            Placed moved = values.affine(name + ".moved", x, i -> 1, i -> -pad.value());
            Placed padded =
                    pad(name + ".border", new Operator.Pad(pad.before(), pad.after(), pad.mode(), 0), moved, shape);
            return values.affine(name, padded, i -> 1, i -> pad.value());
        }
        if (x.place() != null && pad.before().get(3) == 0 && pad.after().get(3) == 0 && channelsLast(x)) {
            // [1, h, w, c] over [1, c, h, w]: the border goes where the numbers lie.
            Shape from = out.shapeOf(x.node());
            int node = border(
                    name,
                    x.node(),
                    pad.before().get(1),
                    pad.before().get(2),
                    pad.after().get(1),
                    pad.after().get(2));
            int height = shape.dim(1);
            int width = shape.dim(2);
            int[] place = new int[shape.size()];
            Shapes.fill(place, shape.toArray(), new int[] {0, width, 1, height * width}, 0);
            return from.dim(1) == shape.dim(3)
                    ? out.placed(node, shape, place, true)
                    : new Placed(out.add(name, pad, shape, out.materialise(name, x)), shape, null, true);
        }
        List<Integer> before = pad.before();
        List<Integer> after = pad.after();
        int node = out.materialise(name, x);
        if (before.get(1) > 0 || after.get(1) > 0) {
            node = moreChannels(name, node, before.get(1), after.get(1));
        }
        if (before.get(0) > 0 || after.get(0) > 0) {
            return new Placed(out.add(name, pad, shape, out.materialise(name, x)), shape, null, true);
        }
        node = border(name, node, before.get(2), before.get(3), after.get(2), after.get(3));
        return new Placed(node, shape, null, true);
    }

    private int border(String name, int node, int top, int left, int bottom, int right) {
        return top + left + bottom + right == 0 ? node : out.bordered(name, node, top, left, bottom, right);
    }

    private boolean channelsLast(Placed x) {
        Shape from = out.shapeOf(x.node());
        Shape to = x.shape();
        if (!from.isPicture() || !from.equals(Shape.of(1, to.dim(3), to.dim(1), to.dim(2)))) {
            return false;
        }
        int[] expected = new int[to.size()];
        Shapes.fill(expected, to.toArray(), new int[] {0, to.dim(2), 1, to.dim(1) * to.dim(2)}, 0);
        return Arrays.equals(expected, x.place());
    }

    /** Channels of zeros before and after: a 1x1 convolution with rows of zeros. */
    private int moreChannels(String name, int node, int before, int after) {
        Shape in = out.shapeOf(node);
        int channels = in.dim(1);
        int outChannels = before + channels + after;
        float[] weights = new float[Math.multiplyExact(outChannels, channels)];
        for (int c = 0; c < channels; c++) {
            weights[(before + c) * channels + c] = 1;
        }
        ConvolutionGeometry g =
                new ConvolutionGeometry(channels, in.dim(2), in.dim(3), outChannels, 1, 1, 1, 1, 0, 0, 0, 0, 1, 1, 1);
        Operator operator = new Operator.Conv(g, weights, new float[outChannels]);
        return out.add(name + ".channels", operator, in.with(1, outChannels), node);
    }
}
