package io.tacit.model.onnx;

import io.tacit.model.graph.Operator;
import io.tacit.model.graph.PoolWindow;
import io.tacit.model.graph.Shape;

/** Reads the pools. */
final class PoolRules {

    private PoolRules() {}

    static Value maxPool(NodeContext c) {
        if (c.isUsed(1)) {
            throw new Refusal("its second result (indices) is used", "use the values only");
        }
        Value x = picture(c);
        PoolWindow window = window(c, c.input(0).shape());
        return back(c, c.emit(new Operator.MaxPool(window), window.over(x.shape()), x));
    }

    static Value averagePool(NodeContext c) {
        Value x = picture(c);
        PoolWindow window = window(c, c.input(0).shape());
        boolean include = c.integer("count_include_pad", 0) != 0;
        return back(c, c.emit(new Operator.AveragePool(window, include), window.over(x.shape()), x));
    }

    static Value globalAverage(NodeContext c) {
        Value x = picture(c);
        PoolWindow window = PoolWindow.plain(x.shape().dim(2), x.shape().dim(3), 1, 1);
        return back(c, c.emit(new Operator.AveragePool(window, false), window.over(x.shape()), x));
    }

    static Value globalMax(NodeContext c) {
        Value x = picture(c);
        PoolWindow window = PoolWindow.plain(x.shape().dim(2), x.shape().dim(3), 1, 1);
        return back(c, c.emit(new Operator.MaxPool(window), window.over(x.shape()), x));
    }

    private static Value picture(NodeContext c) {
        Value x = c.number(0);
        Shape in = x.shape();
        if (in.rank() < 3 || in.rank() > 4 || in.size() == 0) {
            String kind = in.rank() == 5 ? "is a three-dimensional pool" : "pools a tensor " + in;
            throw new Refusal(kind, "use one or two dimensions of space");
        }
        return c.reshape(x, Windows.asPicture(in));
    }

    private static Value back(NodeContext c, Value y) {
        Shape out = y.shape();
        return c.input(0).shape().rank() == 3 ? c.reshape(y, Shape.of(out.dim(0), out.dim(1), out.dim(3))) : y;
    }

    private static PoolWindow window(NodeContext c, Shape in) {
        if (!c.hasAttribute("kernel_shape")) {
            throw new Refusal("has no kernel_shape", "export the network again");
        }
        Windows w = Windows.of(c, in, new int[0]);
        Shape picture = Windows.asPicture(in);
        boolean ceil = c.integer("ceil_mode", 0) != 0;
        int overhangY =
                ceil ? overhang(picture.dim(2), w.height(), w.strideY(), w.padTop(), w.padBottom(), w.dilationY()) : 0;
        int overhangX =
                ceil ? overhang(picture.dim(3), w.width(), w.strideX(), w.padLeft(), w.padRight(), w.dilationX()) : 0;
        if (w.padTop() >= spanOf(w.height(), w.dilationY())
                || w.padBottom() >= spanOf(w.height(), w.dilationY())
                || w.padLeft() >= spanOf(w.width(), w.dilationX())
                || w.padRight() >= spanOf(w.width(), w.dilationX())) {
            throw new Refusal("pads are as large as the kernel", "pad by less than the kernel's size");
        }
        return new PoolWindow(
                w.height(),
                w.width(),
                w.strideY(),
                w.strideX(),
                w.padTop(),
                w.padLeft(),
                w.padBottom(),
                w.padRight(),
                overhangY,
                overhangX,
                w.dilationY(),
                w.dilationX());
    }

    private static long spanOf(int kernel, int dilation) {
        return (kernel - 1L) * dilation + 1;
    }

    /** Rows that ceiling division adds; a window that would begin beyond the input and its leading padding is left out. */
    private static int overhang(int in, int kernel, int stride, int padBefore, int padAfter, int dilation) {
        long span = spanOf(kernel, dilation);
        long room = (long) in + padBefore + padAfter - span;
        long out = (room + stride - 1) / stride + 1;
        if ((out - 1) * stride >= (long) in + padBefore) {
            out--;
        }
        return (int) Math.max(0, (out - 1) * stride - room);
    }
}
