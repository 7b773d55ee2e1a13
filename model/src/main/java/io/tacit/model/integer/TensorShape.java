package io.tacit.model.integer;

/**
 * Shape of one tensor without its batch dimension, row-major {@code [channels][height][width]}. A vector has height and
 * width 1.
 */
public record TensorShape(int channels, int height, int width) {

    public TensorShape {
        if (channels < 1 || height < 1 || width < 1 || (long) channels * height > Integer.MAX_VALUE / width) {
            throw new IllegalArgumentException("shape " + channels + "x" + height + "x" + width);
        }
    }

    public static TensorShape vector(int length) {
        return new TensorShape(length, 1, 1);
    }

    /** Number of values. */
    public int size() {
        return channels * height * width;
    }

    @Override
    public String toString() {
        return height == 1 && width == 1 ? Integer.toString(channels) : channels + "x" + height + "x" + width;
    }
}
