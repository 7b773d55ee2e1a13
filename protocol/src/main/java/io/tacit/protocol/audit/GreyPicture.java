package io.tacit.protocol.audit;

/**
 * A grey picture to show.
 *
 * @param pixels grey levels 0 (black) .. 255, unsigned, row-major; not copied, not to be changed
 */
public record GreyPicture(int width, int height, byte[] pixels) {

    /** @throws IllegalArgumentException if the sizes do not fit */
    public GreyPicture {
        if (width < 1 || height < 1 || pixels.length != (long) width * height) {
            throw new IllegalArgumentException(pixels.length + " pixels for " + width + " x " + height);
        }
    }

    /** Grey level 0 .. 255. */
    public int level(int row, int column) {
        return pixels[row * width + column] & 0xff;
    }
}
