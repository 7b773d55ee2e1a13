package io.tacit.model.quant;

import io.tacit.kernel.ConvolutionGeometry;

/**
 * Chooses the scales of a layer's integer weights, so that the weighted square of the rounding errors is least. A weight's
 * error counts with the mean square of the inputs it meets.
 */
final class WeightRounding {
    private static final double STEP = 0.98;
    private static final double LEAST = 0.25;
    /** Shifts tried around the first that clips nothing. */
    private static final int SHIFTS_BELOW = 3;

    private final ConvolutionGeometry geometry;
    private final double[] weights;
    private final double[] importance;
    private final int top;

    /**
     * @param weights real weights for integer inputs: the input's scale is in them
     * @param importance mean square of each input channel's integers
     * @param bits width of the integer weights
     */
    WeightRounding(ConvolutionGeometry geometry, double[] weights, double[] importance, int bits) {
        this.geometry = geometry;
        this.weights = weights;
        this.importance = importance;
        this.top = (1 << (bits - 1)) - 1;
    }

    /** Largest integer weight. */
    int top() {
        return top;
    }

    /** Scale of one output channel, any positive number. */
    double freeScale(int channel) {
        return freeScale(channel, channel + 1);
    }

    /** One scale for all output channels, any positive number. */
    double freeScale() {
        return freeScale(0, geometry.outChannels());
    }

    /** Scale {@code unit / 2^f} of one output channel. */
    double shiftedScale(int channel, double unit) {
        return shiftedScale(channel, channel + 1, unit);
    }

    /** One scale {@code unit / 2^f} for all output channels. */
    double shiftedScale(double unit) {
        return shiftedScale(0, geometry.outChannels(), unit);
    }

    private double freeScale(int from, int to) {
        double largest = largest(from, to);
        if (largest == 0) {
            return 1;
        }
        double best = largest / top;
        double least = error(from, to, best);
        for (double share = STEP; share > LEAST && least > 0; share *= STEP) {
            double scale = share * largest / top;
            double error = error(from, to, scale);
            if (error < least) {
                least = error;
                best = scale;
            }
        }
        return best;
    }

    private double shiftedScale(int from, int to, double unit) {
        double largest = largest(from, to);
        if (largest == 0) {
            return unit;
        }
        int safe = (int) Math.floor(Math.log(unit * top / largest) / Math.log(2));
        double best = unit;
        double least = Double.POSITIVE_INFINITY;
        for (int f = Math.max(0, safe - 1); f <= Math.max(0, safe + SHIFTS_BELOW); f++) {
            double scale = unit * Math.scalb(1.0, -f);
            double error = error(from, to, scale);
            if (error < least) {
                least = error;
                best = scale;
            }
        }
        return best;
    }

    private double largest(int from, int to) {
        double largest = 0;
        for (int i = from * geometry.taps(); i < to * geometry.taps(); i++) {
            largest = Math.max(largest, Math.abs(weights[i]));
        }
        return largest;
    }

    private double error(int from, int to, double scale) {
        int kernel = geometry.kernelHeight() * geometry.kernelWidth();
        int perGroup = geometry.inChannels() / geometry.groups();
        double inverse = 1 / scale;
        double sum = 0;
        for (int m = from; m < to; m++) {
            int first = m / (geometry.outChannels() / geometry.groups()) * perGroup;
            int w = m * geometry.taps();
            for (int c = first; c < first + perGroup; c++) {
                double part = 0;
                for (int k = 0; k < kernel; k++, w++) {
                    double q = Math.max(-top, Math.min(top, Math.rint(weights[w] * inverse)));
                    double error = weights[w] - q * scale;
                    part += error * error;
                }
                sum += part * importance[c];
            }
        }
        return sum;
    }
}
