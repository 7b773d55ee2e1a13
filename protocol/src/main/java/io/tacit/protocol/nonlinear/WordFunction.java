package io.tacit.protocol.nonlinear;

import io.tacit.crypto.garble.Arithmetic;
import io.tacit.crypto.garble.Word;
import io.tacit.model.integer.Step.Nonlinearity;

/** What a circuit does to one signed word. */
public sealed interface WordFunction {

    /**
     * The function's gates.
     *
     * @param value a signed word
     */
    Result build(Arithmetic blocks, Word value);

    /**
     * A word and how to read it.
     *
     * @param word the bits
     * @param signed two's complement, or never negative
     */
    record Result(Word word, boolean signed) {}

    /** Nothing. */
    record Keep() implements WordFunction {
        @Override
        public Result build(Arithmetic blocks, Word value) {
            return value.isNeverNegative()
                    ? new Result(value.slice(0, value.width() - 1), false)
                    : new Result(value, true);
        }
    }

    /**
     * Floor shift, saturation and non-linearity, see {@link io.tacit.model.integer.Step.Activation}.
     *
     * @param shift right shift
     * @param bits width that is saturated to
     * @param ceiling largest result of a ReLU
     */
    record Saturate(Nonlinearity kind, int shift, int bits, int ceiling) implements WordFunction {
        @Override
        public Result build(Arithmetic blocks, Word value) {
            Word shifted = value.shiftRight(Math.min(shift, value.width() - 1));
            if (kind == Nonlinearity.RELU) {
                Word saturated = blocks.saturateToUnsigned(shifted, bits);
                return new Result(
                        ceiling == (1 << bits) - 1 ? saturated : blocks.clampAbove(saturated, ceiling), false);
            }
            Word clamped = blocks.saturateSigned(shifted, bits);
            // (-2^(u-1))^2 = 2^(2u-2) needs 2 u - 1 bits
            return kind == Nonlinearity.IDENTITY
                    ? new Result(clamped, true)
                    : new Result(blocks.squareSigned(clamped, 2 * bits - 1), false);
        }
    }

    /**
     * max(0, a), and no more than a ceiling.
     *
     * @param ceiling largest result, 0 for none
     */
    record Rectify(long ceiling) implements WordFunction {
        @Override
        public Result build(Arithmetic blocks, Word value) {
            Word positive = blocks.relu(value);
            boolean reaches = ceiling > 0 && Long.SIZE - Long.numberOfLeadingZeros(ceiling) <= positive.width();
            return new Result(reaches ? blocks.clampAbove(positive, ceiling) : positive, false);
        }
    }

    /**
     * a squared.
     *
     * @param width bits of the result, modulo which it is computed: at least as many as are used afterwards
     */
    record Square(int width) implements WordFunction {
        @Override
        public Result build(Arithmetic blocks, Word value) {
            return new Result(blocks.squareSigned(value, width), false);
        }
    }
}
