package io.tacit.model.integer;

import io.tacit.kernel.ConvolutionGeometry;
import java.util.List;

/**
 * One step of an {@link IntegerNetwork}: an exact function of the results of earlier steps. Linear steps never shift or
 * saturate; only {@link Activation} does. Sources are indices into {@link IntegerNetwork#steps}, each below the step's own.
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

    /** The network's input: integers that {@link Preprocessing} made of a picture or a row of numbers. Always step 0. */
    record Input(String name, TensorShape shape, Range range) implements Step {
        @Override
        public List<Integer> sources() {
            return List.of();
        }
    }

    /**
     * Convolution or dense layer: {@code y = W x + b}. A dense layer reads its source as a flat vector.
     *
     * @param weights as {@link ConvolutionGeometry} orders them; owned by the step, not to be changed
     * @param bias one value an output channel at the scale of the products; owned by the step, not to be changed
     */
    record Linear(String name, int source, ConvolutionGeometry geometry, int[] weights, long[] bias, Range range)
            implements Step {
        public Linear {
            if (weights.length != geometry.weightCount() || bias.length != geometry.outChannels()) {
                throw new IllegalArgumentException(name + ": " + weights.length + " weights and " + bias.length
                        + " biases do not fit " + geometry);
            }
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
        public List<Integer> sources() {
            return List.of(source);
        }
    }

    /** Largest value of each window, padding left out. */
    record MaxPool(String name, int source, Window window, TensorShape shape, Range range) implements Step {
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
        public Sum {
            sources = List.copyOf(sources);
            leftShifts = List.copyOf(leftShifts);
            if (sources.size() < 2 || sources.size() != leftShifts.size()) {
                throw new IllegalArgumentException(
                        name + ": " + sources.size() + " operands, " + leftShifts.size() + " shifts");
            }
        }
    }

    /** Channels of several tensors of one height and width, one after another; all have one scale. */
    record Concat(String name, List<Integer> sources, TensorShape shape, Range range) implements Step {
        public Concat {
            sources = List.copyOf(sources);
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
        public Activation {
            if (shifts.length != 1 && shifts.length != shape.channels()) {
                throw new IllegalArgumentException(
                        name + ": " + shifts.length + " shifts for " + shape.channels() + " channels");
            }
            for (int shift : shifts) {
                if (shift < 0 || shift > 62) {
                    throw new IllegalArgumentException(name + ": shift " + shift);
                }
            }
            int top = kind == Nonlinearity.RELU ? bits : bits - 1;
            if (bits < 2 || bits > 30 || ceiling < 1 || ceiling >= 1L << top) {
                throw new IllegalArgumentException(name + ": " + bits + " bits, ceiling " + ceiling);
            }
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
