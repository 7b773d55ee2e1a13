package io.tacit.model.integer;

import java.util.List;

/**
 * A quantised network without its secrets: all that may be known to those who compute on shares of it, and to those who
 * ask. Shapes, shifts, ceilings and widths are here; weights, biases and exact ranges are not, nor a hash of them, with
 * which whoever guesses the network could make sure.
 *
 * @param name for people
 * @param preprocessing what turns a picture into the integers of step 0
 * @param inputRange interval of the input's values
 * @param steps in evaluation order; step 0 is the input, the last step's result is one integer score a class
 * @param outputScale factor from integer scores to the float network's logits; 1 where scores are not disclosed, because it
 *     may depend on the largest weight
 */
public record PublicNetwork(
        String name, Preprocessing preprocessing, Range inputRange, List<PublicStep> steps, double outputScale) {

    /** @throws IllegalArgumentException naming the step that is out of order or does not fit its sources */
    public PublicNetwork {
        steps = List.copyOf(steps);
        ShapeCheck.checkPublic(steps);
        if (!inputRange.fitsInt() || inputRange.signedBits() != steps.get(0).valueBits()) {
            throw new IllegalArgumentException("the input's range " + inputRange + " does not have "
                    + steps.get(0).valueBits() + " bits");
        }
        if (!(outputScale > 0) || Double.isInfinite(outputScale)) {
            throw new IllegalArgumentException("output scale " + outputScale);
        }
    }

    /** What may be known of a network whose scores are disclosed. */
    public static PublicNetwork of(IntegerNetwork network) {
        return new PublicNetwork(
                network.name(),
                network.preprocessing(),
                network.input().range(),
                network.steps().stream().map(PublicStep::of).toList(),
                network.outputScale());
    }

    /** The same without the scale of its scores. */
    public PublicNetwork withoutScale() {
        return new PublicNetwork(name, preprocessing, inputRange, steps, 1);
    }

    /** SHA-256 of the canonical encoding, {@link PublicNetworkFile#encode}: what parties compare. Computed at each call. */
    public byte[] hash() {
        return PublicNetworkFile.hash(this);
    }

    public PublicStep input() {
        return steps.get(0);
    }

    public PublicStep output() {
        return steps.get(steps.size() - 1);
    }

    /** Number of classes: values of the answer. */
    public int classes() {
        return output().shape().size();
    }
}
