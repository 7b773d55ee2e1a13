package io.tacit.model.reference;

import io.tacit.kernel.Workers;
import io.tacit.model.integer.TensorShape;
import io.tacit.model.integer.Window;

/** The loops of pooling: for each row of the result and each tap of the window, the run of values that lies inside. */
final class WindowRows {

    private WindowRows() {}

    /** Combines {@code in[inStart + i * stride]} into {@code out[outStart + i]} for i below {@code count}. */
    @FunctionalInterface
    interface Run {
        void combine(int inStart, int outStart, int count, int stride);
    }

    /** Calls {@code run} for every tap of every row of {@code planes} planes; padding is left out. */
    static void forEach(Workers workers, int planes, Window w, TensorShape in, TensorShape out, Run run) {
        int inPlane = in.height() * in.width();
        int outPlane = out.height() * out.width();
        Planes.forEach(workers, planes, inPlane, plane -> {
            for (int y = 0; y < out.height(); y++) {
                int outRow = plane * outPlane + y * out.width();
                for (int ky = 0; ky < w.height(); ky++) {
                    int inY = y * w.strideY() - w.padTop() + ky;
                    if (inY >= 0 && inY < in.height()) {
                        row(plane * inPlane + inY * in.width(), outRow, w, in.width(), out.width(), run);
                    }
                }
            }
        });
    }

    private static void row(int inRow, int outRow, Window w, int inWidth, int outWidth, Run run) {
        for (int kx = 0; kx < w.width(); kx++) {
            int shift = kx - w.padLeft(); // the tap's column for output column 0
            int first = shift >= 0 ? 0 : (-shift + w.strideX() - 1) / w.strideX();
            int end = Math.min(outWidth, (inWidth - 1 - shift) / w.strideX() + 1);
            if (inWidth - 1 - shift >= 0 && first < end) {
                run.combine(inRow + first * w.strideX() + shift, outRow + first, end - first, w.strideX());
            }
        }
    }
}
