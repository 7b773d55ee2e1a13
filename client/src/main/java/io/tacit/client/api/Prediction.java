package io.tacit.client.api;

import io.tacit.model.integer.IntegerNetwork;
import java.math.BigInteger;
import java.util.List;

/**
 * The answer to one picture.
 *
 * @param label index of the class with the largest score, the lowest among equals
 * @param name of that class; its index in digits if the network has no names
 * @param scores the network's exact integer scores, one a class
 * @param probability softmax of the scores at the network's output scale, of the class {@code label}
 */
public record Prediction(int label, String name, List<BigInteger> scores, double probability) {

    public Prediction {
        scores = List.copyOf(scores);
    }

    /** The prediction that these scores of a network mean. */
    static Prediction of(IntegerNetwork network, List<BigInteger> scores) {
        int label = 0;
        for (int i = 1; i < scores.size(); i++) {
            if (scores.get(i).compareTo(scores.get(label)) > 0) {
                label = i;
            }
        }
        double sum = 0;
        for (BigInteger score : scores) {
            sum += Math.exp(score.subtract(scores.get(label)).doubleValue() * network.outputScale());
        }
        List<String> names = network.preprocessing().labels();
        return new Prediction(
                label, label < names.size() ? names.get(label) : Integer.toString(label), scores, 1 / sum);
    }
}
