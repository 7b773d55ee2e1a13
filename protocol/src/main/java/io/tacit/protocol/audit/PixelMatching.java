package io.tacit.protocol.audit;

import io.tacit.kernel.Workers;

/**
 * Finds which pixel each row of a permuted batch is, from public pictures of the same kind and nothing else: first by how
 * often a row exceeds each of some grey levels, then, again and again until nothing moves, by how it correlates with all
 * other rows under the assignment found so far.
 */
final class PixelMatching {
    private static final int[] THRESHOLDS = {0, 32, 64, 96, 128, 160, 192, 224, 250};

    /** Weight of the marginal distances beside the correlations; any value from 5 to 50 does. */
    private static final float MARGINAL_WEIGHT = 20;

    /** Added to standard deviations, so that pixels that are nearly always 0 correlate with nothing. */
    private static final double DEVIATION_FLOOR = 5;

    private static final int MAX_ROUNDS = 30;

    private final int pixels;
    private final Statistics known;
    private final Workers workers;

    PixelMatching(LabelledImages publicImages, Workers workers) {
        this.pixels = publicImages.pixels();
        this.workers = workers;
        this.known = statistics(pixels, publicImages.count(), publicImages.levels(), true);
    }

    /**
     * @param exceeding square roots of the shares of images above each threshold, pixel after pixel
     * @param correlation pixels x pixels
     */
    private record Statistics(float[] exceeding, float[] correlation) {}

    /**
     * Pixel of each row; a bijection from the rows, filled up with rows of zeros, to the pixels.
     *
     * @throws IllegalArgumentException if there are more rows than pixels
     */
    int[] match(LevelMatrix batch) {
        if (batch.rows() > pixels) {
            throw new IllegalArgumentException(batch.rows() + " rows for " + pixels + " pixels");
        }
        Statistics seen = statistics(pixels, batch.columns(), batch.levels(), false);
        float[] marginal = marginalCost(seen);
        int[] pixelOf = Assignment.cheapest(pixels, marginal);
        for (int round = 0; round < MAX_ROUNDS; round++) {
            int[] next = Assignment.cheapest(pixels, jointCost(seen, marginal, pixelOf));
            boolean stable = java.util.Arrays.equals(next, pixelOf);
            pixelOf = next;
            if (stable) {
                break;
            }
        }
        return pixelOf;
    }

    private float[] marginalCost(Statistics seen) {
        int count = THRESHOLDS.length;
        float[] cost = new float[pixels * pixels];
        for (int row = 0; row < pixels; row++) {
            for (int pixel = 0; pixel < pixels; pixel++) {
                float sum = 0;
                for (int t = 0; t < count; t++) {
                    float difference = seen.exceeding[row * count + t] - known.exceeding[pixel * count + t];
                    sum += difference * difference;
                }
                cost[row * pixels + pixel] = MARGINAL_WEIGHT * sum;
            }
        }
        return cost;
    }

    /** Squared distance of a row's correlations, put in the order of the pixels, to each pixel's, plus the marginal cost. */
    private float[] jointCost(Statistics seen, float[] marginal, int[] pixelOf) {
        float[] knownSquares = new float[pixels];
        for (int pixel = 0; pixel < pixels; pixel++) {
            knownSquares[pixel] = squares(known.correlation, pixel * pixels);
        }
        float[] cost = marginal.clone();
        workers.forEach(pixels, row -> {
            float rowSquares = squares(seen.correlation, row * pixels);
            float[] products = new float[pixels];
            for (int other = 0; other < pixels; other++) {
                float factor = seen.correlation[row * pixels + other];
                int from = pixelOf[other] * pixels;
                if (factor != 0) {
                    // the known matrix is symmetric: its row of pixelOf[other] is the column wanted
                    for (int pixel = 0; pixel < pixels; pixel++) {
                        products[pixel] += factor * known.correlation[from + pixel];
                    }
                }
            }
            for (int pixel = 0; pixel < pixels; pixel++) {
                cost[row * pixels + pixel] += rowSquares + knownSquares[pixel] - 2 * products[pixel];
            }
        });
        return cost;
    }

    private float squares(float[] values, int offset) {
        float sum = 0;
        for (int i = 0; i < pixels; i++) {
            sum += values[offset + i] * values[offset + i];
        }
        return sum;
    }

    /** @param byImage whether the levels of an image lie together, rather than those of a row */
    private static Statistics statistics(int pixels, int images, byte[] levels, boolean byImage) {
        int rows = levels.length / images;
        long[] above = new long[pixels * THRESHOLDS.length];
        double[] sums = new double[pixels];
        double[] products = new double[pixels * pixels];
        int[] places = new int[pixels];
        int[] values = new int[pixels];
        for (int image = 0; image < images; image++) {
            int found = 0;
            for (int row = 0; row < rows; row++) {
                int level = levels[byImage ? image * rows + row : row * images + image] & 0xff;
                if (level != 0) {
                    places[found] = row;
                    values[found++] = level;
                    sums[row] += level;
                    for (int t = 0; t < THRESHOLDS.length && level > THRESHOLDS[t]; t++) {
                        above[row * THRESHOLDS.length + t]++;
                    }
                }
            }
            for (int i = 0; i < found; i++) {
                int line = places[i] * pixels;
                double value = values[i];
                for (int j = i; j < found; j++) {
                    products[line + places[j]] += value * values[j];
                }
            }
        }
        float[] exceeding = new float[above.length];
        for (int i = 0; i < above.length; i++) {
            exceeding[i] = (float) Math.sqrt((double) above[i] / images);
        }
        return new Statistics(exceeding, correlation(pixels, images, sums, products));
    }

    /** @param products sums of products of two pixels, the upper triangle of a matrix */
    private static float[] correlation(int pixels, int images, double[] sums, double[] products) {
        double[] deviation = new double[pixels];
        for (int i = 0; i < pixels; i++) {
            double mean = sums[i] / images;
            double variance = products[i * pixels + i] / images - mean * mean;
            deviation[i] = Math.sqrt(Math.max(0, variance)) + DEVIATION_FLOOR;
        }
        float[] correlation = new float[pixels * pixels];
        for (int i = 0; i < pixels; i++) {
            for (int j = i; j < pixels; j++) {
                double covariance = products[i * pixels + j] / images - sums[i] / images * (sums[j] / images);
                float value = (float) (covariance / (deviation[i] * deviation[j]));
                correlation[i * pixels + j] = value;
                correlation[j * pixels + i] = value;
            }
        }
        return correlation;
    }
}
