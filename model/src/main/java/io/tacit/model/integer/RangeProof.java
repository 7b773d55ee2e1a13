package io.tacit.model.integer;

import io.tacit.kernel.ConvolutionGeometry;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The interval of every step, proven by interval arithmetic from the input's range and the actual weights, channel by
 * channel: the largest value of output channel m is its bias plus the sum of its positive weights times the largest value
 * and of its negative weights times the smallest value of the channels they read. Where a window reaches into padding the
 * interval of its source is widened to hold zero.
 */
public final class RangeProof {

    /** Widest accumulator, in bits, that is accepted. */
    public static final int MAX_BITS = 1 << 15;

    private final List<Step> steps;
    private final Range[][] channels;
    private final Range[] whole;

    private RangeProof(List<Step> steps, Range[][] channels, Range[] whole) {
        this.steps = steps;
        this.channels = channels;
        this.whole = whole;
    }

    /**
     * Proves the ranges of all steps; the ranges they state are not looked at, but for the input's, which is given.
     *
     * @throws IllegalArgumentException if shapes do not fit or an interval is wider than {@link #MAX_BITS}
     */
    public static RangeProof of(List<Step> steps) {
        ShapeCheck.check(steps);
        Range[][] channels = new Range[steps.size()][];
        Range[] whole = new Range[steps.size()];
        for (int i = 0; i < steps.size(); i++) {
            Step step = steps.get(i);
            Range[] proven = prove(step, steps, channels);
            Range union = proven[0];
            for (Range range : proven) {
                union = union.union(range);
            }
            if (union.signedBits() > MAX_BITS) {
                throw new IllegalArgumentException(
                        step.name() + " needs " + union.signedBits() + " bits, more than " + MAX_BITS);
            }
            channels[i] = proven;
            whole[i] = union;
        }
        return new RangeProof(List.copyOf(steps), channels, whole);
    }

    /** Interval of all values of a step. */
    public Range range(int step) {
        return whole[step];
    }

    /** Interval of the values of one channel of a step. */
    public Range range(int step, int channel) {
        return channels[step][channel];
    }

    /** @throws IllegalArgumentException naming the first step whose stated range is not the proven one */
    public void check() {
        for (int i = 0; i < steps.size(); i++) {
            if (!steps.get(i).range().equals(whole[i])) {
                throw new IllegalArgumentException(steps.get(i).name() + " states the range "
                        + steps.get(i).range() + ", proven is " + whole[i]);
            }
        }
    }

    /** The same steps, each stating the range that was proven. */
    public List<Step> restated() {
        List<Step> result = new ArrayList<>(steps.size());
        for (int i = 0; i < steps.size(); i++) {
            result.add(steps.get(i).withRange(whole[i]));
        }
        return List.copyOf(result);
    }

    private static Range[] prove(Step step, List<Step> steps, Range[][] channels) {
        if (step instanceof Step.Input input) {
            if (!input.range().fitsInt()) {
                throw new IllegalArgumentException(step.name() + ": the input needs more than 32 bits");
            }
            Range[] ranges = new Range[input.shape().channels()];
            Arrays.fill(ranges, input.range());
            return ranges;
        }
        Range[] source = channels[step.sources().get(0)];
        if (step instanceof Step.Linear linear) {
            int pixels = steps.get(linear.source()).shape().size() / source.length;
            return linear(linear, source, pixels);
        }
        if (step instanceof Step.SumPool pool) {
            return sumPool(pool.window(), source);
        }
        if (step instanceof Step.MaxPool) {
            return source;
        }
        if (step instanceof Step.Sum sum) {
            return sum(sum, channels);
        }
        if (step instanceof Step.Concat concat) {
            List<Range> joined = new ArrayList<>();
            for (int part : concat.sources()) {
                joined.addAll(Arrays.asList(channels[part]));
            }
            return joined.toArray(new Range[0]);
        }
        Range[] result = new Range[source.length];
        for (int c = 0; c < result.length; c++) {
            result[c] = step instanceof Step.Deferred deferred
                    ? deferred(deferred, source[c])
                    : activation((Step.Activation) step, c, source[c]);
        }
        return result;
    }

    private static Range activation(Step.Activation step, int channel, Range in) {
        BigInteger least =
                step.kind() == Step.Nonlinearity.RELU ? BigInteger.ZERO : BigInteger.valueOf(-1L << (step.bits() - 1));
        BigInteger most = BigInteger.valueOf(step.ceiling());
        int shift = step.shift(channel);
        Range clamped = new Range(
                in.low().shiftRight(shift).max(least).min(most),
                in.high().shiftRight(shift).max(least).min(most));
        return step.kind() == Step.Nonlinearity.SQUARE ? square(clamped) : clamped;
    }

    private static Range deferred(Step.Deferred step, Range in) {
        if (step.kind() == Step.Nonlinearity.SQUARE) {
            return square(in);
        }
        BigInteger ceiling = step.ceiling();
        BigInteger low = in.low().max(BigInteger.ZERO);
        BigInteger high = in.high().max(BigInteger.ZERO);
        return ceiling == null ? new Range(low, high) : new Range(low.min(ceiling), high.min(ceiling));
    }

    private static Range square(Range in) {
        BigInteger a = in.low().multiply(in.low());
        BigInteger b = in.high().multiply(in.high());
        boolean holdsZero = in.low().signum() <= 0 && in.high().signum() >= 0;
        return new Range(holdsZero ? BigInteger.ZERO : a.min(b), a.max(b));
    }

    private static Range[] sumPool(Window window, Range[] source) {
        BigInteger count = BigInteger.valueOf((long) window.height() * window.width());
        boolean padded = window.padTop() + window.padLeft() + window.padBottom() + window.padRight() > 0;
        Range[] result = new Range[source.length];
        for (int c = 0; c < result.length; c++) {
            Range in = padded ? source[c].withZero() : source[c];
            result[c] = new Range(in.low().multiply(count), in.high().multiply(count));
        }
        return result;
    }

    private static Range[] sum(Step.Sum step, Range[][] channels) {
        Range[] result = new Range[step.shape().channels()];
        for (int c = 0; c < result.length; c++) {
            BigInteger low = BigInteger.ZERO;
            BigInteger high = BigInteger.ZERO;
            for (int i = 0; i < step.sources().size(); i++) {
                Range in = channels[step.sources().get(i)][c];
                low = low.add(in.low().shiftLeft(step.leftShifts().get(i)));
                high = high.add(in.high().shiftLeft(step.leftShifts().get(i)));
            }
            result[c] = new Range(low, high);
        }
        return result;
    }

    /** @param pixels values of one channel of the source: a dense layer reads that many inputs of each channel in turn */
    private static Range[] linear(Step.Linear step, Range[] source, int pixels) {
        ConvolutionGeometry g = step.geometry();
        boolean padded = g.padTop() + g.padLeft() + g.padBottom() + g.padRight() > 0;
        Range[] inputs = new Range[g.inChannels()];
        long[] low = new long[inputs.length];
        long[] high = new long[inputs.length];
        boolean narrow = true;
        for (int i = 0; i < inputs.length; i++) {
            Range in = source[g.isDense() ? i / pixels : i];
            inputs[i] = padded ? in.withZero() : in;
            if (inputs[i].fitsLong()) {
                low[i] = inputs[i].low().longValue();
                high[i] = inputs[i].high().longValue();
            } else {
                narrow = false;
            }
        }
        Range[] result = new Range[g.outChannels()];
        for (int m = 0; m < result.length; m++) {
            BigInteger bias = step.biasOf(m);
            Range products = narrow ? productsNarrow(g, m, step.weights(), low, high) : null;
            if (products == null) {
                products = productsWide(g, m, step.weights(), inputs);
            }
            result[m] = new Range(products.low().add(bias), products.high().add(bias));
        }
        return result;
    }

    /** In 64 bits; null if they do not suffice. */
    private static @Nullable Range productsNarrow(
            ConvolutionGeometry g, int out, int[] weights, long[] low, long[] high) {
        int perGroup = g.inChannels() / g.groups();
        int first = out / (g.outChannels() / g.groups()) * perGroup;
        int kernel = g.kernelHeight() * g.kernelWidth();
        int w = out * g.taps();
        long least = 0;
        long most = 0;
        try {
            for (int c = first; c < first + perGroup; c++) {
                long positive = 0;
                long negative = 0;
                for (int k = 0; k < kernel; k++) {
                    long weight = weights[w++];
                    positive += Math.max(weight, 0);
                    negative += Math.min(weight, 0);
                }
                least = Math.addExact(
                        least,
                        Math.addExact(Math.multiplyExact(positive, low[c]), Math.multiplyExact(negative, high[c])));
                most = Math.addExact(
                        most,
                        Math.addExact(Math.multiplyExact(positive, high[c]), Math.multiplyExact(negative, low[c])));
            }
        } catch (ArithmeticException e) {
            return null;
        }
        return Range.of(least, most);
    }

    private static Range productsWide(ConvolutionGeometry g, int out, int[] weights, Range[] inputs) {
        int perGroup = g.inChannels() / g.groups();
        int first = out / (g.outChannels() / g.groups()) * perGroup;
        int kernel = g.kernelHeight() * g.kernelWidth();
        int w = out * g.taps();
        BigInteger least = BigInteger.ZERO;
        BigInteger most = BigInteger.ZERO;
        for (int c = first; c < first + perGroup; c++) {
            long positive = 0;
            long negative = 0;
            for (int k = 0; k < kernel; k++) {
                long weight = weights[w++];
                positive += Math.max(weight, 0);
                negative += Math.min(weight, 0);
            }
            BigInteger p = BigInteger.valueOf(positive);
            BigInteger n = BigInteger.valueOf(negative);
            Range in = inputs[c];
            least = least.add(p.multiply(in.low())).add(n.multiply(in.high()));
            most = most.add(p.multiply(in.high())).add(n.multiply(in.low()));
        }
        return new Range(least, most);
    }
}
