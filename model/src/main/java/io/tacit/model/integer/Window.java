package io.tacit.model.integer;

/**
 * A pooling window that slides over each channel. For sums, padding counts as zero; for maxima it is left out. With
 * ceiling division the last window of a row or column may reach over the edge: that too is expressed by padding.
 */
public record Window(
        int height, int width, int strideY, int strideX, int padTop, int padLeft, int padBottom, int padRight) {

    public Window {
        if (height < 1 || width < 1 || strideY < 1 || strideX < 1) {
            throw new IllegalArgumentException("window " + height + "x" + width + " by " + strideY + "x" + strideX);
        }
        if (padTop < 0
                || padLeft < 0
                || padBottom < 0
                || padRight < 0
                || padTop >= height
                || padBottom >= height
                || padLeft >= width
                || padRight >= width) {
            throw new IllegalArgumentException("padding must be smaller than the window");
        }
    }

    public static Window square(int size, int stride) {
        return new Window(size, size, stride, stride, 0, 0, 0, 0);
    }

    /** Shape after this window slid over {@code in}. */
    public TensorShape over(TensorShape in) {
        int roomY = in.height() + padTop + padBottom - height;
        int roomX = in.width() + padLeft + padRight - width;
        if (roomY < 0 || roomX < 0) {
            throw new IllegalArgumentException("window " + height + "x" + width + " is larger than " + in);
        }
        return new TensorShape(in.channels(), roomY / strideY + 1, roomX / strideX + 1);
    }
}
