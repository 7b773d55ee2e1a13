package io.tacit.model.data;

import io.tacit.model.image.Picture;
import io.tacit.model.image.Preprocessor;
import io.tacit.model.integer.Range;
import java.util.Arrays;

/**
 * Pictures of one size with labels.
 *
 * @param channels 1 (grey) or 3 (red, green, blue)
 * @param pixels 8-bit values, picture after picture, each {@code [channels][height][width]}; not to be changed
 * @param labels one class a picture; not to be changed
 */
public record LabelledImages(int channels, int height, int width, byte[] pixels, int[] labels) implements InputSet {

    public LabelledImages {
        if (pixels.length != (long) labels.length * channels * height * width) {
            throw new IllegalArgumentException(pixels.length + " pixels for " + labels.length + " pictures of "
                    + channels + "x" + height + "x" + width);
        }
    }

    @Override
    public int size() {
        return labels.length;
    }

    @Override
    public int label(int index) {
        return labels[index];
    }

    @Override
    public float[] reals(int index, Preprocessor preprocessor) {
        return preprocessor.reals(picture(index));
    }

    @Override
    public int[] integers(int index, Preprocessor preprocessor, Range range) {
        return preprocessor.integers(picture(index), range);
    }

    /** One picture. */
    public Picture picture(int index) {
        int size = channels * height * width;
        return new Picture(channels, height, width, Arrays.copyOfRange(pixels, index * size, (index + 1) * size));
    }

    /** Pictures {@code first .. first + count - 1}. */
    public LabelledImages slice(int first, int count) {
        int size = channels * height * width;
        return new LabelledImages(
                channels,
                height,
                width,
                Arrays.copyOfRange(pixels, first * size, (first + count) * size),
                Arrays.copyOfRange(labels, first, first + count));
    }
}
