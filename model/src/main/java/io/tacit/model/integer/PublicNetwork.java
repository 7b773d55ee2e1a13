package io.tacit.model.integer;

import java.util.HexFormat;
import java.util.List;

/**
 * A quantised network without its secrets: all that may be known to those who compute on shares of it, and to those who
 * ask. Shapes, shifts, ceilings and widths are here; weights, biases and exact ranges are not.
 *
 * @param name for people
 * @param networkSha256 {@link IntegerNetwork#hash} of the whole network in lower-case hexadecimal: what was deployed
 * @param preprocessing what turns a picture into the integers of step 0
 * @param inputRange interval of the input's values
 * @param steps in evaluation order; step 0 is the input, the last step's result is one integer score a class
 * @param outputScale factor from integer scores to the float network's logits
 */
public record PublicNetwork(
        String name,
        String networkSha256,
        Preprocessing preprocessing,
        Range inputRange,
        List<PublicStep> steps,
        double outputScale) {

    /** @throws IllegalArgumentException naming the step that is out of order or does not fit its sources */
    public PublicNetwork {
        steps = List.copyOf(steps);
        ShapeCheck.checkPublic(steps);
        if (!networkSha256.matches("[0-9a-f]{64}")) {
            throw new IllegalArgumentException("not a SHA-256 in hexadecimal: " + networkSha256);
        }
        if (!inputRange.fitsInt() || inputRange.signedBits() != steps.get(0).valueBits()) {
            throw new IllegalArgumentException("the input's range " + inputRange + " does not have "
                    + steps.get(0).valueBits() + " bits");
        }
        if (!(outputScale > 0) || Double.isInfinite(outputScale)) {
            throw new IllegalArgumentException("output scale " + outputScale);
        }
    }

    /** What may be known of a network. */
    public static PublicNetwork of(IntegerNetwork network) {
        return new PublicNetwork(
                network.name(),
                HexFormat.of().formatHex(network.hash()),
                network.preprocessing(),
                network.input().range(),
                network.steps().stream().map(PublicStep::of).toList(),
                network.outputScale());
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
