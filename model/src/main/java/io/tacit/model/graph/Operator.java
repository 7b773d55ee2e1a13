package io.tacit.model.graph;

import io.tacit.kernel.ConvolutionGeometry;
import java.util.List;
import java.util.Locale;

/**
 * What a {@link Node} computes. {@link Private} operators have an integer form that every protocol can evaluate on
 * hidden data; {@link FloatOnly} operators can only be evaluated in the clear. Arrays inside operators are handed over,
 * not copied; nobody writes to them afterwards.
 */
public sealed interface Operator {

    /** Name for people: the ONNX operator it is nearest to. */
    default String title() {
        return getClass().getSimpleName();
    }

    /** A constant's name as ONNX writes it: {@code LEAKY_RELU} as {@code LeakyRelu}. */
    private static String named(Enum<?> function) {
        StringBuilder name = new StringBuilder();
        for (String word : function.name().split("_", -1)) {
            name.append(word.charAt(0)).append(word.substring(1).toLowerCase(Locale.ROOT));
        }
        return name.toString();
    }

    /** Has an integer form. */
    sealed interface Private extends Operator {}

    /** Can be evaluated in the clear only. */
    sealed interface FloatOnly extends Operator {}

    /**
     * An input of the network; the node's shape is the input's.
     *
     * @param channelsLast the file has this input as {@code [1, height, width, channels]}; the node here is
     *     {@code [1, channels, height, width]} all the same
     */
    record Input(boolean channelsLast) implements Private {}

    /**
     * Convolution {@code y = W * x + b} over {@code [batch, channels, height, width]}.
     *
     * @param weights as {@link ConvolutionGeometry} orders them
     * @param bias one value an output channel
     */
    record Conv(ConvolutionGeometry geometry, float[] weights, float[] bias) implements Private {
        public Conv {
            if (weights.length != geometry.weightCount() || bias.length != geometry.outChannels()) {
                throw new IllegalArgumentException(
                        weights.length + " weights and " + bias.length + " biases do not fit " + geometry);
            }
        }
    }

    /**
     * Dense layer {@code y = W x + b} over {@code [batch, inputs]}.
     *
     * @param weights row-major {@code [outputs][inputs]}
     * @param bias one value an output
     */
    record Dense(int inputs, int outputs, float[] weights, float[] bias) implements Private {
        public Dense {
            if (weights.length != (long) inputs * outputs || bias.length != outputs) {
                throw new IllegalArgumentException(weights.length + " weights and " + bias.length
                        + " biases do not fit " + inputs + " -> " + outputs);
            }
        }

        public ConvolutionGeometry geometry() {
            return ConvolutionGeometry.dense(inputs, outputs);
        }
    }

    /** {@code max(0, x)}. */
    record Relu() implements Private {}

    /** {@code min(max(x, low), high)}; either bound may be infinite. Private evaluation takes {@code low = 0 < high} only. */
    record Clip(float low, float high) implements Private {}

    /** {@code x * x}. */
    record Square() implements Private {}

    /** Largest value of each window; padding and overhang are left out. */
    record MaxPool(PoolWindow window) implements Private {}

    /**
     * Mean of each window.
     *
     * @param countIncludePad whether declared padding counts as zeros in the mean
     */
    record AveragePool(PoolWindow window, boolean countIncludePad) implements Private {

        /** Number of positions that the mean at row {@code outY}, column {@code outX} divides by. */
        public int divisor(int inHeight, int inWidth, int outY, int outX) {
            PoolWindow w = window;
            int rows = count(
                    inHeight, outY * w.strideY() - w.padTop(), w.height(), w.dilationY(), w.padTop(), w.padBottom());
            int columns = count(
                    inWidth, outX * w.strideX() - w.padLeft(), w.width(), w.dilationX(), w.padLeft(), w.padRight());
            return rows * columns;
        }

        /** The divisor that all positions share, or 0 if they do not share one. */
        public int commonDivisor(int inHeight, int inWidth) {
            int first = divisor(inHeight, inWidth, 0, 0);
            for (int y = 0; y < window.outHeight(inHeight); y++) {
                for (int x = 0; x < window.outWidth(inWidth); x++) {
                    if (divisor(inHeight, inWidth, y, x) != first) {
                        return 0;
                    }
                }
            }
            return first;
        }

        private int count(int in, int start, int kernel, int dilation, int padBefore, int padAfter) {
            int low = countIncludePad ? -padBefore : 0;
            int high = countIncludePad ? in + padAfter : in;
            int count = 0;
            for (int k = 0; k < kernel; k++) {
                int at = start + k * dilation;
                if (at >= low && at < high) {
                    count++;
                }
            }
            return count;
        }
    }

    /** Sum of two or more tensors of one shape. */
    record Sum() implements Private {}

    /** The inputs one after another along {@code axis}; private evaluation takes axis 1 (channels) only. */
    record Concat(int axis) implements Private {}

    /** The same values in the same order under the node's shape. */
    record Reshape() implements Private {}

    /** A tensor that is known beforehand. */
    record Constant(FloatTensor value) implements FloatOnly {}

    /**
     * Values picked by position: {@code y[i] = x[source[i]]} over flat row-major indices. Transposition, slices, gathers
     * and repetition are all of this kind.
     */
    record Rearrange(int[] source) implements FloatOnly {
        @Override
        public String title() {
            return "Transpose/Slice/Gather";
        }
    }

    /** {@code y = scale_c * x + shift_c} for channel c, the second axis. */
    record Affine(float[] scale, float[] shift) implements FloatOnly {
        @Override
        public String title() {
            return "BatchNormalization/Mul/Add";
        }
    }

    /**
     * Extends every axis.
     *
     * @param before positions added before, one number an axis; negative numbers cut off
     * @param after positions added after, one number an axis; negative numbers cut off
     * @param value what {@link Mode#CONSTANT} fills with
     */
    record Pad(List<Integer> before, List<Integer> after, Mode mode, float value) implements FloatOnly {

        /** What the new positions hold. */
        public enum Mode {
            CONSTANT,
            REFLECT,
            EDGE
        }

        public Pad {
            before = List.copyOf(before);
            after = List.copyOf(after);
        }
    }

    /** A function of each value on its own, with the operator's one or two parameters. */
    record Unary(Unary.Function function, float alpha, float beta) implements FloatOnly {

        /** The functions; {@code a}, {@code b} are alpha and beta. */
        public enum Function {
            SIGMOID,
            TANH,
            EXP,
            LOG,
            SQRT,
            ABS,
            NEG,
            RECIPROCAL,
            FLOOR,
            CEIL,
            ERF,
            SOFTPLUS,
            SOFTSIGN,
            /** {@code x < 0 ? a x : x}. */
            LEAKY_RELU,
            /** {@code x < 0 ? a (e^x - 1) : x}. */
            ELU,
            /** {@code b (x > 0 ? x : a (e^x - 1))}. */
            SELU,
            /** {@code max(0, min(1, a x + b))}. */
            HARD_SIGMOID,
            /** {@code x max(0, min(1, x / 6 + 1/2))}. */
            HARD_SWISH,
            /** {@code x > a ? x : 0}. */
            THRESHOLDED_RELU
        }

        @Override
        public String title() {
            return named(function);
        }
    }

    /** A function of two tensors, broadcast against each other from the last axis. */
    record Binary(Binary.Function function) implements FloatOnly {

        /** The functions of the left value x and the right value y. */
        public enum Function {
            ADD,
            SUB,
            MUL,
            DIV,
            POW,
            MIN,
            MAX,
            /** {@code x < 0 ? y x : x}. */
            PRELU
        }

        @Override
        public String title() {
            return named(function);
        }
    }

    /** Product of matrices, batched over leading axes as numpy has it. */
    record MatMul() implements FloatOnly {}

    /**
     * {@code e^x / sum e^x} or its logarithm.
     *
     * @param fromAxis first axis of the sum
     * @param toAxis axis after the last of the sum
     */
    record Softmax(int fromAxis, int toAxis, boolean log) implements FloatOnly {
        @Override
        public String title() {
            return log ? "LogSoftmax" : "Softmax";
        }
    }

    /** Reduction over axes; the node's shape says whether they were kept. */
    record Reduce(Reduce.Function function, List<Integer> axes) implements FloatOnly {

        /** The functions. */
        public enum Function {
            MEAN,
            SUM,
            MAX,
            MIN,
            PROD,
            L2
        }

        public Reduce {
            axes = List.copyOf(axes);
        }

        @Override
        public String title() {
            return "Reduce" + named(function);
        }
    }

    /** Index of the largest value along an axis, the lowest (or the last) index among equals. */
    record ArgMax(int axis, boolean last) implements FloatOnly {}

    /** A label chosen from an index or a score, in a form of no use to arithmetic (text, map); the evaluator passes its input on. */
    record Label() implements FloatOnly {}
}
