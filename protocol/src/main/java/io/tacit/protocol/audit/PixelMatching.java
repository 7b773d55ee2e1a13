package io.tacit.protocol.audit;

import io.tacit.kernel.Workers;
import java.util.Arrays;

/**
 * Finds which pixel each row of a permuted batch is, from public pictures of the same kind and nothing else: first by how
 * often a row exceeds each of some grey levels, then by how it correlates with all other rows, whose pixels are at first
 * held for uncertain (graduated assignment, Gold and Rangarajan 1996) and at last, until nothing moves, for known.
 */
final class PixelMatching {
    private static final int[] THRESHOLDS = {0, 32, 64, 96, 128, 160, 192, 224, 250};

    /** Weight of the marginal distances beside the correlations; any value from 5 to 50 does. */
    private static final float MARGINAL_WEIGHT = 20;

    /** Added to standard deviations, so that pixels that are nearly always 0 correlate with nothing. */
    private static final double DEVIATION_FLOOR = 5;

    /**
     * From a row that may be many pixels to one that is nearly decided. Going down in steps keeps a batch of a hundred
     * images out of the false minima that a hard first guess falls into.
     */
    private static final float[] TEMPERATURES = {4, 2, 1, 0.5f, 0.25f};

    /** The marginal distances alone, before there are correlations, are taken for this much more certain. */
    private static final float FIRST_GUESS_FACTOR = 3;

    private static final int BALANCING_ROUNDS = 10;

    private static final int MAX_ROUNDS = 30;

    private final int pixels;
    private final Statistics known;
    private final float[] knownSquares;
    private final Workers workers;

    PixelMatching(GreyImages publicImages, Workers workers) {
        this.pixels = publicImages.pixels();
        this.workers = workers;
        this.known = statistics(pixels, publicImages.count(), publicImages.levels(), true);
        this.knownSquares = new float[pixels];
        for (int pixel = 0; pixel < pixels; pixel++) {
            knownSquares[pixel] = squares(known.correlation, pixel * pixels);
        }
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
        float[] cost = marginal.clone();
        for (int i = 0; i < cost.length; i++) {
            cost[i] *= FIRST_GUESS_FACTOR;
        }
        for (float temperature : TEMPERATURES) {
            cost = jointCost(seen, marginal, spread(seen, softAssignment(cost, temperature)));
        }
        int[] pixelOf = Assignment.cheapest(pixels, cost);
        double best = Double.POSITIVE_INFINITY;
        for (int round = 0; round < MAX_ROUNDS; round++) {
            float[] next = jointCost(seen, marginal, permute(seen, pixelOf));
            int[] better = Assignment.cheapest(pixels, next);
            double total = 0;
            for (int row = 0; row < pixels; row++) {
                total += next[row * pixels + better[row]];
            }
            if (total >= best || Arrays.equals(better, pixelOf)) {
                break;
            }
            best = total;
            pixelOf = better;
        }
        return pixelOf;
    }

    /** Probabilities that go down with the cost, rows and columns of sum 1 (Sinkhorn). */
    private float[] softAssignment(float[] cost, float temperature) {
        float[] shares = new float[cost.length];
        for (int row = 0; row < pixels; row++) {
            float least = Float.POSITIVE_INFINITY;
            for (int pixel = 0; pixel < pixels; pixel++) {
                least = Math.min(least, cost[row * pixels + pixel]);
            }
            for (int pixel = 0; pixel < pixels; pixel++) {
                shares[row * pixels + pixel] = (float) Math.exp((least - cost[row * pixels + pixel]) / temperature);
            }
        }
        for (int round = 0; round < BALANCING_ROUNDS; round++) {
            float[] columnSums = new float[pixels];
            for (int row = 0; row < pixels; row++) {
                float sum = 0;
                for (int pixel = 0; pixel < pixels; pixel++) {
                    sum += shares[row * pixels + pixel];
                }
                for (int pixel = 0; pixel < pixels; pixel++) {
                    columnSums[pixel] += shares[row * pixels + pixel] /= sum;
                }
            }
            for (int row = 0; row < pixels; row++) {
                for (int pixel = 0; pixel < pixels; pixel++) {
                    // a pixel that no row wants keeps its nothing
                    shares[row * pixels + pixel] /= Math.max(columnSums[pixel], Float.MIN_NORMAL);
                }
            }
        }
        return shares;
    }

    /** Correlations of each row with the pixels, when the other rows are each spread over several pixels. */
    private float[] spread(Statistics seen, float[] shares) {
        return product(seen.correlation, shares);
    }

    /** Correlations of each row with the pixels, when the other rows' pixels are known. */
    private float[] permute(Statistics seen, int[] pixelOf) {
        float[] placed = new float[pixels * pixels];
        for (int row = 0; row < pixels; row++) {
            for (int other = 0; other < pixels; other++) {
                placed[row * pixels + pixelOf[other]] = seen.correlation[row * pixels + other];
            }
        }
        return placed;
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

    /**
     * Squared distance of each row's correlations to each pixel's, plus the marginal cost.
     *
     * @param placed the rows' correlations with the pixels, in the pixels' order
     */
    private float[] jointCost(Statistics seen, float[] marginal, float[] placed) {
        float[] products = product(placed, known.correlation);
        float[] cost = new float[pixels * pixels];
        for (int row = 0; row < pixels; row++) {
            float rowSquares = squares(seen.correlation, row * pixels);
            for (int pixel = 0; pixel < pixels; pixel++) {
                int place = row * pixels + pixel;
                cost[place] = marginal[place] + rowSquares + knownSquares[pixel] - 2 * products[place];
            }
        }
        return cost;
    }

    /** Four rows at a time, so that each value of {@code right} that is loaded is used four times. */
    private float[] product(float[] left, float[] right) {
        float[] result = new float[pixels * pixels];
        workers.forEach((pixels + 3) / 4, group -> {
            float[] sums0 = new float[pixels];
            float[] sums1 = new float[pixels];
            float[] sums2 = new float[pixels];
            float[] sums3 = new float[pixels];
            int row0 = 4 * group * pixels;
            // a last group of fewer rows takes its first again and again
            int row1 = 4 * group + 1 < pixels ? row0 + pixels : row0;
            int row2 = 4 * group + 2 < pixels ? row0 + 2 * pixels : row0;
            int row3 = 4 * group + 3 < pixels ? row0 + 3 * pixels : row0;
            for (int inner = 0; inner < pixels; inner++) {
                float factor0 = left[row0 + inner];
                float factor1 = left[row1 + inner];
                float factor2 = left[row2 + inner];
                float factor3 = left[row3 + inner];
                int from = inner * pixels;
                for (int column = 0; column < pixels; column++) {
                    float value = right[from + column];
                    sums0[column] += factor0 * value;
                    sums1[column] += factor1 * value;
                    sums2[column] += factor2 * value;
                    sums3[column] += factor3 * value;
                }
            }
            System.arraycopy(sums3, 0, result, row3, pixels);
            System.arraycopy(sums2, 0, result, row2, pixels);
            System.arraycopy(sums1, 0, result, row1, pixels);
            System.arraycopy(sums0, 0, result, row0, pixels);
        });
        return result;
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
