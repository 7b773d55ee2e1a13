package io.tacit.model.quant;

import io.tacit.model.integer.Step.Nonlinearity;
import java.util.Arrays;
import java.util.List;

/** How large the error of an activation's rounding and saturation is at a given scale, over a sample of its values. */
final class ClippingError {
    /** Ratio between one candidate for the largest representable value and the next. */
    private static final double STEP = 0.97;
    /** Least candidate, as a share of the largest value. */
    private static final double LEAST = 0.05;
    /** Share of the values that {@link QuantizerOptions.Clipping#PERCENTILE} keeps. */
    private static final double KEPT = 0.9999;

    private final float[] magnitudes;
    private final double largest;
    private final int levels;

    /**
     * @param nodes ACTIVATE nodes that share one scale
     * @param bits width of their values
     */
    ClippingError(List<Draft.Node> nodes, Calibration calibration, int bits) {
        boolean signed = false;
        int count = 0;
        for (Draft.Node node : nodes) {
            signed |= node.function != Nonlinearity.RELU;
            count += calibration.node(node.floatNode).sample().length;
        }
        levels = signed ? (1 << (bits - 1)) - 1 : (1 << bits) - 1;
        magnitudes = new float[count];
        int filled = 0;
        double top = 0;
        for (Draft.Node node : nodes) {
            Calibration.NodeStatistics seen = calibration.node(node.floatNode);
            for (float value : seen.sample()) {
                magnitudes[filled++] = magnitude(node, value);
            }
            top = Math.max(top, Math.max(magnitude(node, seen.most()), magnitude(node, seen.least())));
        }
        largest = top;
        Arrays.sort(magnitudes);
    }

    private static float magnitude(Draft.Node node, float value) {
        return switch (node.function) {
            case RELU -> (float) Math.min(Math.max(0, value), node.ceiling);
            case IDENTITY, SQUARE -> Math.abs(value);
        };
    }

    /** Mean square of the error at a scale. */
    double at(double scale) {
        double clip = scale * levels;
        double sum = 0;
        for (float value : magnitudes) {
            double error = value >= clip ? value - clip : value - scale * Math.rint(value / scale);
            sum += error * error;
        }
        return sum / magnitudes.length;
    }

    /** The scale that a way of clipping asks for; 1 if all values are 0. */
    double best(QuantizerOptions.Clipping clipping) {
        if (largest == 0) {
            return 1;
        }
        if (clipping == QuantizerOptions.Clipping.MAXIMUM) {
            return largest / levels;
        }
        if (clipping == QuantizerOptions.Clipping.PERCENTILE) {
            float kept = magnitudes[(int) Math.min(magnitudes.length - 1L, Math.round(magnitudes.length * KEPT))];
            return (kept > 0 ? kept : largest) / levels;
        }
        double best = largest / levels;
        double least = at(best);
        for (double share = STEP; share > LEAST; share *= STEP) {
            double scale = share * largest / levels;
            double error = at(scale);
            if (error < least) {
                least = error;
                best = scale;
            }
        }
        return best;
    }
}
