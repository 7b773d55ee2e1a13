package io.tacit.model.graph;

/**
 * A pooling window. {@code pad*} are the padding that the network declares; {@code overhang*} are further rows and
 * columns that ceiling division lets the last windows reach over: they never count in an average, whatever
 * {@link Operator.AveragePool#countIncludePad} says.
 */
public record PoolWindow(
        int height,
        int width,
        int strideY,
        int strideX,
        int padTop,
        int padLeft,
        int padBottom,
        int padRight,
        int overhangBottom,
        int overhangRight,
        int dilationY,
        int dilationX) {

    public PoolWindow {
        if (height < 1 || width < 1 || strideY < 1 || strideX < 1 || dilationY < 1 || dilationX < 1) {
            throw new IllegalArgumentException("window " + height + "x" + width + ", stride " + strideY + "x" + strideX
                    + ", dilation " + dilationY + "x" + dilationX);
        }
        if (padTop < 0 || padLeft < 0 || padBottom < 0 || padRight < 0 || overhangBottom < 0 || overhangRight < 0) {
            throw new IllegalArgumentException("negative padding of a window");
        }
    }

    /** A window without padding, overhang and dilation. */
    public static PoolWindow plain(int height, int width, int strideY, int strideX) {
        return new PoolWindow(height, width, strideY, strideX, 0, 0, 0, 0, 0, 0, 1, 1);
    }

    /** Rows of the result over {@code inHeight} rows. */
    public int outHeight(int inHeight) {
        return out(inHeight + padTop + padBottom + overhangBottom, height, strideY, dilationY);
    }

    /** Columns of the result over {@code inWidth} columns. */
    public int outWidth(int inWidth) {
        return out(inWidth + padLeft + padRight + overhangRight, width, strideX, dilationX);
    }

    /** Shape of the result over {@code [batch, channels, height, width]}. */
    public Shape over(Shape in) {
        return in.with(2, outHeight(in.dim(2))).with(3, outWidth(in.dim(3)));
    }

    /** Whether no window reaches over an edge of a {@code inHeight} x {@code inWidth} input. */
    public boolean staysInside(int inHeight, int inWidth) {
        return padTop == 0
                && padLeft == 0
                && (outHeight(inHeight) - 1) * strideY + (height - 1) * dilationY < inHeight
                && (outWidth(inWidth) - 1) * strideX + (width - 1) * dilationX < inWidth;
    }

    private static int out(int padded, int kernel, int stride, int dilation) {
        int room = padded - ((kernel - 1) * dilation + 1);
        if (room < 0) {
            throw new IllegalArgumentException("the window is larger than the padded input");
        }
        return room / stride + 1;
    }
}
