package io.tacit.model.integer;

import io.tacit.kernel.ConvolutionGeometry;
import java.math.BigInteger;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One step of an {@link IntegerNetwork}: an exact function of the results of earlier steps. Linear steps never shift or
 * saturate; only {@link Activation} does. A run of steps without an Activation inside is a deferred segment. Sources are indices into {@link IntegerNetwork#steps}, each below the step's own.
 */
public sealed interface Step {

    /** Name for people and messages, unique in its network. */
    String name();

    /** Indices of the steps whose results this one reads. */
    List<Integer> sources();

    /** Shape of the result. */
    TensorShape shape();

    /** Proven interval of every value of the result. */
    Range range();

    /** The same step, stating another range. */
    Step withRange(Range range);

    /** The network's input: integers that {@link Preprocessing} made of a picture or a row of numbers. Always step 0. */
    record Input(String name, TensorShape shape, Range range) implements Step {
        @Override
        public Input withRange(Range range) {
            return new Input(name, shape, range);
        }

        @Override
        public List<Integer> sources() {
            return List.of();
        }
    }

    /**
     * Convolution or dense layer: {@code y = W x + b * 2^biasShift}. A dense layer reads its source as a flat vector.
     *
     * @param weights as {@link ConvolutionGeometry} orders them; owned by the step, not to be changed
     * @param bias one value an output channel at the scale of the products; owned by the step, not to be changed
     * @param biasShift left shift of every bias; 0 but in networks whose accumulators are wider than 64 bits
     */
    record Linear(
            String name,
            int source,
            ConvolutionGeometry geometry,
            int[] weights,
            long[] bias,
            int biasShift,
            Range range)
            implements Step {
        /** Largest {@link #biasShift}. */
        public static final int MAX_BIAS_SHIFT = 1 << 14;

        public Linear {
            if (weights.length != geometry.weightCount() || bias.length != geometry.outChannels()) {
                throw new IllegalArgumentException(name + ": " + weights.length + " weights and " + bias.length
                        + " biases do not fit " + geometry);
            }
            if (biasShift < 0 || biasShift > MAX_BIAS_SHIFT) {
                throw new IllegalArgumentException(name + ": bias shift " + biasShift);
            }
        }

        /** With biases that need no shift. */
        public Linear(String name, int source, ConvolutionGeometry geometry, int[] weights, long[] bias, Range range) {
            this(name, source, geometry, weights, bias, 0, range);
        }

        /** Exact bias of one output channel, shift included. */
        public BigInteger biasOf(int channel) {
            return BigInteger.valueOf(bias[channel]).shiftLeft(biasShift);
        }

        /** Bits of the smallest two's complement word that holds every weight. */
        public int weightBits() {
            int all = 0;
            for (int w : weights) {
                all |= w ^ (w >> 31);
            }
            return Integer.SIZE - Integer.numberOfLeadingZeros(all) + 1;
        }

        /** Weights that are not zero. */
        public int nonZeroWeights() {
            int count = 0;
            for (int w : weights) {
                count += w == 0 ? 0 : 1;
            }
            return count;
        }

        @Override
        public Linear withRange(Range range) {
            return new Linear(name, source, geometry, weights, bias, biasShift, range);
        }

        @Override
        public List<Integer> sources() {
            return List.of(source);
        }

        @Override
        public TensorShape shape() {
            return new TensorShape(geometry.outChannels(), geometry.outHeight(), geometry.outWidth());
        }
    }

    /** Sum over windows: an average pool whose division is part of a neighbouring scale. */
    record SumPool(String name, int source, Window window, TensorShape shape, Range range) implements Step {
        @Override
        public SumPool withRange(Range range) {
            return new SumPool(name, source, window, shape, range);
        }

        @Override
        public List<Integer> sources() {
            return List.of(source);
        }
    }

    /** Largest value of each window, padding left out. */
    record MaxPool(String name, int source, Window window, TensorShape shape, Range range) implements Step {
        @Override
        public MaxPool withRange(Range range) {
            return new MaxPool(name, source, window, shape, range);
        }

        @Override
        public List<Integer> sources() {
            return List.of(source);
        }
    }

    /**
     * Sum of several tensors of one shape, each first multiplied by a power of two: {@code sum of x_i * 2^leftShifts_i}.
     */
    record Sum(String name, List<Integer> sources, List<Integer> leftShifts, TensorShape shape, Range range)
            implements Step {
        /** Largest left shift of an operand. */
        public static final int MAX_LEFT_SHIFT = 1 << 14;

        public Sum {
            sources = List.copyOf(sources);
            leftShifts = List.copyOf(leftShifts);
            if (sources.size() < 2 || sources.size() != leftShifts.size()) {
                throw new IllegalArgumentException(
                        name + ": " + sources.size() + " operands, " + leftShifts.size() + " shifts");
            }
            for (int shift : leftShifts) {
                if (shift < 0 || shift > MAX_LEFT_SHIFT) {
                    throw new IllegalArgumentException(name + ": left shift " + shift);
                }
            }
        }

        @Override
        public Sum withRange(Range range) {
            return new Sum(name, sources, leftShifts, shape, range);
        }
    }

    /** Channels of several tensors of one height and width, one after another; all have one scale. */
    record Concat(String name, List<Integer> sources, TensorShape shape, Range range) implements Step {
        public Concat {
            sources = List.copyOf(sources);
            if (sources.isEmpty()) {
                throw new IllegalArgumentException(name + ": nothing to concatenate");
            }
        }

        @Override
        public Concat withRange(Range range) {
            return new Concat(name, sources, shape, range);
        }
    }

    /** What an {@link Activation} applies. */
    enum Nonlinearity {
        /** {@code min(max(0, a) >> f, ceiling)}. */
        RELU,
        /** {@code clamp(a >> f, -2^(u-1), 2^(u-1) - 1)}: only the scale changes. */
        IDENTITY,
        /** {@code clamp(a >> f, -2^(u-1), 2^(u-1) - 1)} squared. */
        SQUARE
    }

    /**
     * A non-linearity inside a deferred segment: exact, neither shifted nor saturated; the one {@link Activation} at the
     * segment's end does both.
     *
     * @param kind {@code RELU} for {@code max(0, a)} or {@code SQUARE} for {@code a * a}
     * @param ceiling largest result of {@code RELU} where the network clips, else null
     */
    record Deferred(
            String name,
            int source,
            Nonlinearity kind,
            @Nullable BigInteger ceiling,
            TensorShape shape,
            Range range) implements Step {
        public Deferred {
            if (kind == Nonlinearity.IDENTITY) {
                throw new IllegalArgumentException(name + ": the identity without a shift is no step");
            }
            if (ceiling != null && (kind != Nonlinearity.RELU || ceiling.signum() < 1)) {
                throw new IllegalArgumentException(name + ": ceiling " + ceiling + " of " + kind);
            }
        }

        @Override
        public Deferred withRange(Range range) {
            return new Deferred(name, source, kind, ceiling, shape, range);
        }

        @Override
        public List<Integer> sources() {
            return List.of(source);
        }
    }

    /**
     * The non-linear step: floor shift and saturation of an accumulator, the only place where precision is given up.
     *
     * @param shifts right shift f, one for all channels or one a channel; owned by the step, not to be changed
     * @param bits width u that is saturated to: unsigned for {@code RELU}, signed for the others, before squaring
     * @param ceiling largest result of {@code RELU}: 2^u - 1, or less for a clipped activation; 2^(u-1) - 1 for the others
     */
    record Activation(
            String name,
            int source,
            Nonlinearity kind,
            int[] shifts,
            int bits,
            int ceiling,
            TensorShape shape,
            Range range)
            implements Step {
        /** Largest right shift; beyond 62 only where accumulators are wider than 64 bits. */
        public static final int MAX_SHIFT = 1 << 14;

        public Activation {
            if (shifts.length != 1 && shifts.length != shape.channels()) {
                throw new IllegalArgumentException(
                        name + ": " + shifts.length + " shifts for " + shape.channels() + " channels");
            }
            for (int shift : shifts) {
                if (shift < 0 || shift > MAX_SHIFT) {
                    throw new IllegalArgumentException(name + ": shift " + shift);
                }
            }
            try {
                checkSaturation(kind, bits, ceiling);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(name + ": " + e.getMessage(), e);
            }
        }

        static void checkSaturation(Nonlinearity kind, int bits, int ceiling) {
            int top = kind == Nonlinearity.RELU ? bits : bits - 1;
            if (bits < 2 || bits > 30 || ceiling < 1 || ceiling >= 1L << top) {
                throw new IllegalArgumentException(bits + " bits, ceiling " + ceiling);
            }
            if (kind != Nonlinearity.RELU && ceiling != (1 << top) - 1) {
                throw new IllegalArgumentException("a ceiling of " + ceiling + " needs a ReLU");
            }
        }

        @Override
        public Activation withRange(Range range) {
            return new Activation(name, source, kind, shifts, bits, ceiling, shape, range);
        }

        @Override
        public List<Integer> sources() {
            return List.of(source);
        }

        /** Shift of one channel. */
        public int shift(int channel) {
            return shifts.length == 1 ? shifts[0] : shifts[channel];
        }
    }
}
