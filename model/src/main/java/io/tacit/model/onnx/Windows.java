package io.tacit.model.onnx;

import io.tacit.kernel.ConvolutionGeometry;
import io.tacit.model.graph.Shape;
import java.util.Arrays;

/**
 * Kernel size, strides, dilations and padding of Conv and the pools, with {@code auto_pad} worked out. One dimension of
 * space is taken as rows of height 1.
 */
record Windows(
        int height,
        int width,
        int strideY,
        int strideX,
        int padTop,
        int padLeft,
        int padBottom,
        int padRight,
        int dilationY,
        int dilationX) {

    /** @param in {@code [batch, channels, width]} or {@code [batch, channels, height, width]} */
    static Windows of(NodeContext c, Shape in, int[] kernelSize) {
        int spatial = in.rank() - 2;
        long[] kernel = c.integers("kernel_shape", widen(kernelSize));
        long[] strides = c.integers("strides", filled(spatial, 1));
        long[] dilations = c.integers("dilations", filled(spatial, 1));
        long[] pads = c.integers("pads", filled(2 * spatial, 0)).clone();
        if (kernel.length != spatial
                || strides.length != spatial
                || dilations.length != spatial
                || pads.length != 2 * spatial) {
            throw new Refusal(
                    "kernel, strides, dilations or pads do not fit the input " + in, "export the network again");
        }
        String autoPad = c.text("auto_pad", "NOTSET");
        int[] k = new int[spatial];
        int[] s = new int[spatial];
        int[] d = new int[spatial];
        int[] before = new int[spatial];
        int[] after = new int[spatial];
        for (int i = 0; i < spatial; i++) {
            k[i] = positive(kernel[i], "kernel_shape");
            s[i] = positive(strides[i], "strides");
            d[i] = positive(dilations[i], "dilations");
            if (kernelSize.length == spatial && k[i] != kernelSize[i]) {
                throw new Refusal("kernel_shape differs from the shape of the weights", "export the network again");
            }
            long extent = in.dim(2 + i);
            long span = (k[i] - 1L) * d[i] + 1;
            switch (autoPad) {
                case "NOTSET", "" -> {
                    before[i] = notNegative(pads[i]);
                    after[i] = notNegative(pads[spatial + i]);
                }
                case "VALID" -> {
                    before[i] = 0;
                    after[i] = 0;
                }
                case "SAME_UPPER", "SAME_LOWER" -> {
                    long out = (extent + s[i] - 1) / s[i];
                    int total = notNegative(Math.max(0, (out - 1) * s[i] + span - extent));
                    before[i] = autoPad.equals("SAME_UPPER") ? total / 2 : total - total / 2;
                    after[i] = total - before[i];
                }
                default -> throw new Refusal("auto_pad " + OnnxParser.shown(autoPad), "use explicit pads");
            }
            if (span > extent + before[i] + after[i]) {
                throw new Refusal(
                        "the kernel is larger than the padded input " + in, "use a larger input or a smaller kernel");
            }
        }
        int x = spatial - 1;
        return spatial == 1
                ? new Windows(1, k[x], 1, s[x], 0, before[x], 0, after[x], 1, d[x])
                : new Windows(k[0], k[1], s[0], s[1], before[0], before[1], after[0], after[1], d[0], d[1]);
    }

    /** {@code [batch, channels, width]} as {@code [batch, channels, 1, width]}; four dimensions as they are. */
    static Shape asPicture(Shape in) {
        return in.rank() == 3 ? Shape.of(in.dim(0), in.dim(1), 1, in.dim(2)) : in;
    }

    private static long[] filled(int length, long value) {
        long[] values = new long[length];
        Arrays.fill(values, value);
        return values;
    }

    private static long[] widen(int[] values) {
        return Arrays.stream(values).asLongStream().toArray();
    }

    static int positive(long value, String name) {
        if (value < 1 || value > ConvolutionGeometry.MAX_EXTENT) {
            throw new Refusal(name + " " + value + " is out of range", "export the network again");
        }
        return (int) value;
    }

    private static int notNegative(long pad) {
        if (pad < 0 || pad > ConvolutionGeometry.MAX_EXTENT) {
            throw new Refusal("pads " + pad + " is out of range", "pad by zero or more, and cut with Slice");
        }
        return (int) pad;
    }
}
