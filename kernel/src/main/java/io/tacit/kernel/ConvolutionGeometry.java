package io.tacit.kernel;

/**
 * Shape of a two-dimensional convolution. A dense layer is the case in which all heights and widths are 1.
 *
 * <p>Arrays are row-major: an input tensor is {@code [inChannels][inHeight][inWidth]}, an output tensor
 * {@code [outChannels][outHeight][outWidth]}, the weights {@code [outChannels][inChannels / groups][kernelHeight][kernelWidth]}.
 * A batch is the concatenation of its tensors. Padding positions hold zero.
 *
 * @param inChannels channels of the input
 * @param inHeight rows of the input, without padding
 * @param inWidth columns of the input, without padding
 * @param outChannels channels of the output
 * @param kernelHeight rows of the kernel
 * @param kernelWidth columns of the kernel
 * @param strideY step between output rows
 * @param strideX step between output columns
 * @param padTop zero rows above the input
 * @param padLeft zero columns left of the input
 * @param padBottom zero rows below the input
 * @param padRight zero columns right of the input
 * @param dilationY distance between kernel rows
 * @param dilationX distance between kernel columns
 * @param groups independent groups that the channels are cut into; divides both channel counts
 */
public record ConvolutionGeometry(
        int inChannels,
        int inHeight,
        int inWidth,
        int outChannels,
        int kernelHeight,
        int kernelWidth,
        int strideY,
        int strideX,
        int padTop,
        int padLeft,
        int padBottom,
        int padRight,
        int dilationY,
        int dilationX,
        int groups) {

    /** Largest extent, channel count or padding accepted; keeps every size below 2^63. */
    public static final int MAX_EXTENT = 1 << 20;

    /** @throws IllegalArgumentException naming the field that is out of range, or if a tensor would exceed 2^31 - 1 values */
    public ConvolutionGeometry {
        positive("inChannels", inChannels);
        positive("inHeight", inHeight);
        positive("inWidth", inWidth);
        positive("outChannels", outChannels);
        positive("kernelHeight", kernelHeight);
        positive("kernelWidth", kernelWidth);
        positive("strideY", strideY);
        positive("strideX", strideX);
        notNegative("padTop", padTop);
        notNegative("padLeft", padLeft);
        notNegative("padBottom", padBottom);
        notNegative("padRight", padRight);
        positive("dilationY", dilationY);
        positive("dilationX", dilationX);
        positive("groups", groups);
        if (inChannels % groups != 0 || outChannels % groups != 0) {
            throw new IllegalArgumentException(
                    "groups = " + groups + " does not divide the channels " + inChannels + " and " + outChannels);
        }
        if (extent(inHeight, kernelHeight, strideY, padTop, padBottom, dilationY) < 1
                || extent(inWidth, kernelWidth, strideX, padLeft, padRight, dilationX) < 1) {
            throw new IllegalArgumentException("the kernel is larger than the padded input");
        }
        fits("input", (long) inChannels * inHeight, inWidth);
        fits(
                "output",
                (long) outChannels * extent(inHeight, kernelHeight, strideY, padTop, padBottom, dilationY),
                extent(inWidth, kernelWidth, strideX, padLeft, padRight, dilationX));
        fits(
                "weights",
                Math.multiplyExact((long) outChannels * (inChannels / groups), (long) kernelHeight),
                kernelWidth);
    }

    /** Geometry of a dense layer with {@code inputs} inputs and {@code outputs} outputs. */
    public static ConvolutionGeometry dense(int inputs, int outputs) {
        return new ConvolutionGeometry(inputs, 1, 1, outputs, 1, 1, 1, 1, 0, 0, 0, 0, 1, 1, 1);
    }

    /** Geometry of a square convolution with equal stride and padding on all sides, one group, no dilation. */
    public static ConvolutionGeometry square(
            int inChannels, int inSize, int outChannels, int kernelSize, int stride, int pad) {
        return new ConvolutionGeometry(
                inChannels,
                inSize,
                inSize,
                outChannels,
                kernelSize,
                kernelSize,
                stride,
                stride,
                pad,
                pad,
                pad,
                pad,
                1,
                1,
                1);
    }

    public int outHeight() {
        return (int) extent(inHeight, kernelHeight, strideY, padTop, padBottom, dilationY);
    }

    public int outWidth() {
        return (int) extent(inWidth, kernelWidth, strideX, padLeft, padRight, dilationX);
    }

    /** Values in one input tensor. */
    public int inputSize() {
        return inChannels * inHeight * inWidth;
    }

    /** Values in one output tensor. */
    public int outputSize() {
        return outChannels * outHeight() * outWidth();
    }

    /** Weights that one output value reads: {@code inChannels / groups * kernelHeight * kernelWidth}. */
    public int taps() {
        return inChannels / groups * kernelHeight * kernelWidth;
    }

    /** Number of weights. */
    public int weightCount() {
        return outChannels * taps();
    }

    /** Multiplications for one input tensor, padding included. */
    public long multiplications() {
        return (long) outputSize() * taps();
    }

    /** Whether this is a dense layer: one position in, one position out, one group. */
    public boolean isDense() {
        return inHeight == 1
                && inWidth == 1
                && kernelHeight == 1
                && kernelWidth == 1
                && outHeight() == 1
                && outWidth() == 1
                && groups == 1;
    }

    /**
     * Whether each output value reads every input value in order: a dense layer, or a kernel as large as an unpadded input.
     */
    public boolean readsWholeInput() {
        return kernelHeight == inHeight
                && kernelWidth == inWidth
                && padTop == 0
                && padBottom == 0
                && padLeft == 0
                && padRight == 0
                && groups == 1;
    }

    private static long extent(int in, int kernel, int stride, int padBefore, int padAfter, int dilation) {
        long span = (long) dilation * (kernel - 1) + 1;
        long room = (long) in + padBefore + padAfter - span;
        return room < 0 ? 0 : room / stride + 1;
    }

    private static void positive(String name, int value) {
        if (value < 1 || value > MAX_EXTENT) {
            throw new IllegalArgumentException(name + " = " + value + " is not in 1.." + MAX_EXTENT);
        }
    }

    private static void notNegative(String name, int value) {
        if (value < 0 || value > MAX_EXTENT) {
            throw new IllegalArgumentException(name + " = " + value + " is not in 0.." + MAX_EXTENT);
        }
    }

    private static void fits(String what, long rows, long columns) {
        if (rows > Integer.MAX_VALUE / columns) {
            throw new IllegalArgumentException("the " + what + " has more than 2^31 - 1 values");
        }
    }
}
