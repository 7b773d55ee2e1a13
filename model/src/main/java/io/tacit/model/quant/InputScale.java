package io.tacit.model.quant;

import io.tacit.model.integer.Preprocessing;
import io.tacit.model.integer.Range;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * How the network's input becomes integers: real value = scale_c * integer + offset_c. Pictures whose first steps are
 * linear keep their 8-bit values, less the rounded mean; scale and offset go into the first layer. Other inputs get one
 * scale.
 *
 * @param preprocessing what makes the integers
 * @param range of the integers
 * @param scale one value a channel, or one for all
 * @param offset one value a channel, or one for all
 */
record InputScale(Preprocessing preprocessing, Range range, double[] scale, double[] offset) {
    /** Bits of inputs that are not 8-bit values. */
    private static final int NUMBER_BITS = 10;

    /** Keeps 8-bit values. @param real how the float network reads pictures */
    static InputScale ofPixels(Preprocessing real) {
        int channels = real.order().channels();
        double[] scale = new double[channels];
        double[] offset = new double[channels];
        List<Double> mean = new ArrayList<>();
        List<Double> std = new ArrayList<>();
        double leastMean = 255;
        double mostMean = 0;
        for (int c = 0; c < channels; c++) {
            double m = real.mean().isEmpty() ? 0 : real.mean().get(c);
            double s = real.std().isEmpty() ? 1 : real.std().get(c);
            double rounded = Math.rint(m / real.factor());
            scale[c] = real.factor() / s;
            offset[c] = (rounded * real.factor() - m) / s;
            mean.add(rounded);
            std.add(1.0);
            leastMean = Math.min(leastMean, rounded);
            mostMean = Math.max(mostMean, rounded);
        }
        boolean plain = mean.stream().allMatch(value -> value == 0);
        Preprocessing own = new Preprocessing(
                real.width(),
                real.height(),
                real.resize(),
                real.order(),
                1,
                plain ? List.of() : mean,
                plain ? List.of() : std,
                1,
                real.labels());
        return new InputScale(own, Range.of(-(long) mostMean, 255 - (long) leastMean), scale, offset);
    }

    /** One scale for all values. @param largest largest absolute real value, @param signed whether values may be negative */
    static InputScale ofNumbers(Preprocessing real, double largest, boolean signed) {
        int top = (1 << (signed ? NUMBER_BITS - 1 : NUMBER_BITS)) - 1;
        double scale = largest == 0 ? 1 : largest / top;
        Preprocessing own = new Preprocessing(
                real.width(),
                real.height(),
                real.resize(),
                real.order(),
                real.factor(),
                real.mean(),
                real.std(),
                scale,
                real.labels());
        return new InputScale(own, Range.of(signed ? -top : 0, top), new double[] {scale}, new double[] {0});
    }

    /** Real value of the integer 1 in each channel. */
    double[] scales(int channels) {
        return spread(scale, channels);
    }

    /** Real value of the integer 0 in each channel. */
    double[] offsets(int channels) {
        return spread(offset, channels);
    }

    private static double[] spread(double[] values, int channels) {
        if (values.length == channels) {
            return values;
        }
        double[] result = new double[channels];
        Arrays.fill(result, values[0]);
        return result;
    }
}
