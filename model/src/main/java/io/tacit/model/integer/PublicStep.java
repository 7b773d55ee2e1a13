package io.tacit.model.integer;

import io.tacit.kernel.ConvolutionGeometry;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What everybody may know about one step of a network: what is computed on which shapes, and how many bits its values need;
 * neither weights nor biases nor the exact range, which depends on them.
 *
 * @param name name for people and messages, unique in its network
 * @param operation what is computed
 * @param sources indices of the steps whose results this one reads
 * @param shape shape of the result
 * @param valueBits bits of the smallest two's complement word that holds every value of the result, by proof
 */
public record PublicStep(String name, Operation operation, List<Integer> sources, TensorShape shape, int valueBits) {

    /** @throws IllegalArgumentException if {@code valueBits} is not in 1 .. {@link RangeProof#MAX_BITS}, or sources are too few or too many */
    public PublicStep {
        sources = List.copyOf(sources);
        if (valueBits < 1 || valueBits > RangeProof.MAX_BITS) {
            throw new IllegalArgumentException(name + ": values of " + valueBits + " bits");
        }
        int most = operation instanceof Operation.Input
                ? 0
                : operation instanceof Operation.Sum || operation instanceof Operation.Concat ? Integer.MAX_VALUE : 1;
        if (sources.size() > most || sources.isEmpty() && most > 0) {
            throw new IllegalArgumentException(name + ": " + sources.size() + " sources");
        }
        if (operation instanceof Operation.Sum sum && sum.leftShifts().size() != sources.size()) {
            throw new IllegalArgumentException(name + ": " + sources.size() + " operands, "
                    + sum.leftShifts().size() + " shifts");
        }
        if (operation instanceof Operation.Activation activation
                && activation.shifts().size() != 1
                && activation.shifts().size() != shape.channels()) {
            throw new IllegalArgumentException(
                    name + ": " + activation.shifts().size() + " shifts for " + shape.channels() + " channels");
        }
    }

    /** The step that a step of the whole network shows. */
    public static PublicStep of(Step step) {
        return new PublicStep(
                step.name(),
                operation(step),
                step.sources(),
                step.shape(),
                step.range().signedBits());
    }

    private static Operation operation(Step step) {
        if (step instanceof Step.Input) {
            return new Operation.Input();
        } else if (step instanceof Step.Linear s) {
            return new Operation.Linear(s.geometry());
        } else if (step instanceof Step.SumPool s) {
            return new Operation.SumPool(s.window());
        } else if (step instanceof Step.MaxPool s) {
            return new Operation.MaxPool(s.window());
        } else if (step instanceof Step.Sum s) {
            return new Operation.Sum(s.leftShifts());
        } else if (step instanceof Step.Concat) {
            return new Operation.Concat();
        } else if (step instanceof Step.Deferred s) {
            return new Operation.Deferred(s.kind(), s.ceiling());
        }
        Step.Activation s = (Step.Activation) step;
        return new Operation.Activation(
                s.kind(), Arrays.stream(s.shifts()).boxed().toList(), s.bits(), s.ceiling());
    }

    /** What a step computes: {@link Step} says exactly what. */
    public sealed interface Operation {

        /** The network's input. */
        record Input() implements Operation {}

        /** Convolution or dense layer, with a bias. */
        record Linear(ConvolutionGeometry geometry) implements Operation {}

        /** Sum over windows. */
        record SumPool(Window window) implements Operation {}

        /** Largest value of each window. */
        record MaxPool(Window window) implements Operation {}

        /** Sum of tensors, each times a power of two. */
        record Sum(List<Integer> leftShifts) implements Operation {
            public Sum {
                leftShifts = List.copyOf(leftShifts);
                for (int shift : leftShifts) {
                    if (shift < 0 || shift > Step.Sum.MAX_LEFT_SHIFT) {
                        throw new IllegalArgumentException("left shift " + shift);
                    }
                }
            }
        }

        /** Channels of several tensors, one after another. */
        record Concat() implements Operation {}

        /**
         * An exact non-linearity.
         *
         * @param ceiling largest result, or null if there is none
         */
        record Deferred(Step.Nonlinearity kind, @Nullable BigInteger ceiling) implements Operation {
            public Deferred {
                if (kind == Step.Nonlinearity.IDENTITY) {
                    throw new IllegalArgumentException("the identity without a shift is no step");
                }
                if (ceiling != null && (kind != Step.Nonlinearity.RELU || ceiling.signum() < 1)) {
                    throw new IllegalArgumentException("ceiling " + ceiling + " of " + kind);
                }
            }
        }

        /**
         * Floor shift, saturation, and a non-linearity.
         *
         * @param shifts right shifts, one for all channels or one a channel
         * @param bits width that is saturated to
         * @param ceiling largest result before squaring
         */
        record Activation(Step.Nonlinearity kind, List<Integer> shifts, int bits, int ceiling) implements Operation {
            public Activation {
                shifts = List.copyOf(shifts);
                for (int shift : shifts) {
                    if (shift < 0 || shift > Step.Activation.MAX_SHIFT) {
                        throw new IllegalArgumentException("shift " + shift);
                    }
                }
                Step.Activation.checkSaturation(kind, bits, ceiling);
            }

            /** Shift of one channel. */
            public int shift(int channel) {
                return shifts.size() == 1 ? shifts.get(0) : shifts.get(channel);
            }
        }
    }
}
