package io.tacit.model.image;

/**
 * A picture of 8-bit values.
 *
 * @param channels 1 (grey) or 3 (red, green, blue)
 * @param pixels {@code [channels][height][width]}, unsigned; handed over, not to be changed
 */
public record Picture(int channels, int height, int width, byte[] pixels) {

    public Picture {
        if (channels != 1 && channels != 3) {
            throw new IllegalArgumentException(channels + " channels");
        }
        if (height < 1 || width < 1 || pixels.length != (long) channels * height * width) {
            throw new IllegalArgumentException(pixels.length + " values for " + channels + "x" + height + "x" + width);
        }
    }

    /** Value of one channel at one place, 0 .. 255. */
    public int get(int channel, int y, int x) {
        return pixels[(channel * height + y) * width + x] & 0xff;
    }

    /** A part of this picture. */
    public Picture crop(int top, int left, int rows, int columns) {
        byte[] part = new byte[channels * rows * columns];
        for (int c = 0; c < channels; c++) {
            for (int y = 0; y < rows; y++) {
                System.arraycopy(
                        pixels, (c * height + top + y) * width + left, part, (c * rows + y) * columns, columns);
            }
        }
        return new Picture(channels, rows, columns, part);
    }
}
