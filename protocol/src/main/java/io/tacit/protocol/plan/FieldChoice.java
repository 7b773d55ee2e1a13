package io.tacit.protocol.plan;

import io.tacit.crypto.share.PrimeField;
import io.tacit.model.Finding;
import io.tacit.model.UnsupportedModelException;
import io.tacit.model.integer.IntegerNetwork;
import io.tacit.model.integer.Step;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/** The smallest field in which every linear layer of a network is exact, by the ranges proven for the network. */
public final class FieldChoice {

    private FieldChoice() {}

    /**
     * @return 2^31 - 1 if inputs, weights and accumulators of all linear layers are below 2^30 in absolute value, else
     *     2^61 - 1 if they are below 2^60
     * @throws UnsupportedModelException naming every layer that exceeds 2^60 - 1, with its number
     */
    public static PrimeField smallestFor(IntegerNetwork network) {
        List<Finding> findings = new ArrayList<>();
        PrimeField choice = PrimeField.M31;
        for (Step.Linear layer : network.linearSteps()) {
            BigInteger magnitude = magnitude(network, layer);
            if (exceeds(magnitude, PrimeField.M31)) {
                choice = PrimeField.M61;
            }
            if (exceeds(magnitude, PrimeField.M61)) {
                findings.add(new Finding(
                        layer.name(),
                        "Linear",
                        "",
                        0,
                        "its values reach " + magnitude + " (" + (magnitude.bitLength() + 1)
                                + " bits), and a field of 2^61 - 1 elements holds at most 2^60 - 1",
                        "quantise with fewer bits or without deferred segments"));
            }
        }
        if (!findings.isEmpty()) {
            throw new UnsupportedModelException(findings);
        }
        return choice;
    }

    /** Largest absolute value among a layer's inputs, weights and accumulators. */
    public static BigInteger magnitude(IntegerNetwork network, Step.Linear layer) {
        long weight = 0;
        for (int w : layer.weights()) {
            weight = Math.max(weight, Math.abs((long) w));
        }
        return BigInteger.valueOf(weight)
                .max(layer.range().magnitude())
                .max(network.steps().get(layer.source()).range().magnitude());
    }

    private static boolean exceeds(BigInteger magnitude, PrimeField field) {
        return magnitude.compareTo(BigInteger.valueOf(field.largestSigned())) > 0;
    }
}
