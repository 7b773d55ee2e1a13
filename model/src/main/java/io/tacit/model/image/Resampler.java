package io.tacit.model.image;

/**
 * Bilinear resizing with antialiasing: when a picture shrinks, the triangle filter widens with the factor, so that every
 * pixel counts. Separable, columns first, rounded to 8 bits after each pass.
 */
final class Resampler {

    private Resampler() {}

    static Picture resize(Picture in, int height, int width) {
        return resizeRows(resizeColumns(in, width), height);
    }

    private static Picture resizeColumns(Picture in, int width) {
        if (in.width() == width) {
            return in;
        }
        Filter filter = new Filter(in.width(), width);
        byte[] out = new byte[in.channels() * in.height() * width];
        for (int row = 0; row < in.channels() * in.height(); row++) {
            for (int x = 0; x < width; x++) {
                double sum = 0.5;
                double[] weights = filter.weights[x];
                int from = row * in.width() + filter.first[x];
                for (int k = 0; k < weights.length; k++) {
                    sum += weights[k] * (in.pixels()[from + k] & 0xff);
                }
                out[row * width + x] = (byte) (int) Math.min(255, sum);
            }
        }
        return new Picture(in.channels(), in.height(), width, out);
    }

    private static Picture resizeRows(Picture in, int height) {
        if (in.height() == height) {
            return in;
        }
        Filter filter = new Filter(in.height(), height);
        int width = in.width();
        byte[] out = new byte[in.channels() * height * width];
        for (int c = 0; c < in.channels(); c++) {
            for (int y = 0; y < height; y++) {
                double[] weights = filter.weights[y];
                int from = (c * in.height() + filter.first[y]) * width;
                for (int x = 0; x < width; x++) {
                    double sum = 0.5;
                    for (int k = 0; k < weights.length; k++) {
                        sum += weights[k] * (in.pixels()[from + k * width + x] & 0xff);
                    }
                    out[(c * height + y) * width + x] = (byte) (int) Math.min(255, sum);
                }
            }
        }
        return new Picture(in.channels(), height, width, out);
    }

    /** For each output position the first input position and the weights from there on, which sum to 1. */
    private static final class Filter {
        private final int[] first;
        private final double[][] weights;

        Filter(int in, int out) {
            first = new int[out];
            weights = new double[out][];
            double scale = (double) in / out;
            double support = Math.max(scale, 1);
            for (int i = 0; i < out; i++) {
                double centre = (i + 0.5) * scale;
                int from = (int) Math.max(0, centre - support + 0.5);
                int to = (int) Math.min(in, centre + support + 0.5);
                double[] w = new double[to - from];
                double sum = 0;
                for (int k = 0; k < w.length; k++) {
                    w[k] = Math.max(0, 1 - Math.abs((from + k + 0.5 - centre) / support));
                    sum += w[k];
                }
                for (int k = 0; k < w.length; k++) {
                    w[k] /= sum;
                }
                first[i] = from;
                weights[i] = w;
            }
        }
    }
}
