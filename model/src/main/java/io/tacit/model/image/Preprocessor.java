package io.tacit.model.image;

import io.tacit.model.integer.Preprocessing;
import io.tacit.model.integer.Range;

/**
 * Turns pictures, or rows of numbers, into what a network reads, as its {@link Preprocessing} says. The same record
 * serves float networks ({@link #reals}) and integer networks ({@link #integers}).
 */
public final class Preprocessor {
    private final Preprocessing preprocessing;

    public Preprocessor(Preprocessing preprocessing) {
        this.preprocessing = preprocessing;
    }

    /** {@code (p * factor - mean_c) / std_c}, {@code [channels][height][width]}. */
    public float[] reals(Picture picture) {
        Picture fitted = fit(picture);
        int plane = fitted.height() * fitted.width();
        int channels = preprocessing.order().channels();
        float[] values = new float[channels * plane];
        for (int c = 0; c < channels; c++) {
            int from = sourceChannel(c, fitted.channels()) * plane;
            for (int i = 0; i < plane; i++) {
                values[c * plane + i] = (float) preprocessing.real(fitted.pixels()[from + i] & 0xff, c);
            }
        }
        return values;
    }

    /** {@code round(real / inputScale)}, saturated to {@code range}; {@code [channels][height][width]}. */
    public int[] integers(Picture picture, Range range) {
        Picture fitted = fit(picture);
        int plane = fitted.height() * fitted.width();
        int channels = preprocessing.order().channels();
        int[] values = new int[channels * plane];
        int[] table = new int[256];
        for (int c = 0; c < channels; c++) {
            for (int p = 0; p < table.length; p++) {
                table[p] = preprocessing.integer(p, c, range);
            }
            int from = sourceChannel(c, fitted.channels()) * plane;
            for (int i = 0; i < plane; i++) {
                values[c * plane + i] = table[fitted.pixels()[from + i] & 0xff];
            }
        }
        return values;
    }

    /** For a network that reads numbers: {@code (number * factor - mean_i) / std_i}. */
    public float[] reals(double[] numbers) {
        float[] values = new float[numbers.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) preprocessing.real(numbers[i], i);
        }
        return values;
    }

    /** For a network that reads numbers: {@code round(real / inputScale)}, saturated to {@code range}. */
    public int[] integers(double[] numbers, Range range) {
        int[] values = new int[numbers.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = preprocessing.integer(numbers[i], i, range);
        }
        return values;
    }

    /** Channel of the picture that becomes channel c: grey pictures serve colour networks and the reverse. */
    private int sourceChannel(int c, int channels) {
        if (channels == 1) {
            return 0;
        }
        return preprocessing.order() == Preprocessing.ChannelOrder.BGR ? 2 - c : c;
    }

    private Picture fit(Picture picture) {
        int height = preprocessing.height();
        int width = preprocessing.width();
        if (preprocessing.order() == Preprocessing.ChannelOrder.NUMBERS) {
            throw new IllegalArgumentException("this network reads numbers, not pictures");
        }
        Picture channels = preprocessing.order() == Preprocessing.ChannelOrder.GRAY ? grey(picture) : picture;
        int resize = preprocessing.resize();
        if (resize == 0) {
            return Resampler.resize(channels, height, width);
        }
        int shorter = Math.min(channels.height(), channels.width());
        Picture resized =
                Resampler.resize(channels, (int) Math.round((double) channels.height() * resize / shorter), (int)
                        Math.round((double) channels.width() * resize / shorter));
        if (resized.height() < height || resized.width() < width) {
            throw new IllegalArgumentException(
                    "a shorter side of " + resize + " cannot be cut to " + width + "x" + height);
        }
        int top = (int) Math.round((resized.height() - height) / 2.0);
        int left = (int) Math.round((resized.width() - width) / 2.0);
        return resized.crop(top, left, height, width);
    }

    /** Luma of ITU-R BT.601. */
    private static Picture grey(Picture picture) {
        if (picture.channels() == 1) {
            return picture;
        }
        int plane = picture.height() * picture.width();
        byte[] in = picture.pixels();
        byte[] out = new byte[plane];
        for (int i = 0; i < plane; i++) {
            int red = in[i] & 0xff;
            int green = in[plane + i] & 0xff;
            int blue = in[2 * plane + i] & 0xff;
            out[i] = (byte) ((red * 19595 + green * 38470 + blue * 7471 + 0x8000) >> 16);
        }
        return new Picture(1, picture.height(), picture.width(), out);
    }
}
