package io.tacit.client.api;

import io.tacit.model.integer.PublicNetwork;
import java.math.BigInteger;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.IntStream;

/**
 * The answer to one picture: as much of it as the deployment's disclosure policy tells.
 *
 * @param best indices of the classes with the largest scores, best first, the lower index first among equals: all classes
 *     where the policy is {@code scores}, k under {@code top-k}, one under {@code label}
 * @param names of those classes; an index in digits where the network has no name for it
 * @param scores the network's exact integer scores, one a class; empty unless the policy is {@code scores}
 * @param probability softmax of the scores at the network's output scale, of the best class; empty without scores
 */
public record Prediction(List<Integer> best, List<String> names, List<BigInteger> scores, OptionalDouble probability) {

    /** @throws IllegalArgumentException if there is no best class */
    public Prediction {
        best = List.copyOf(best);
        names = List.copyOf(names);
        scores = List.copyOf(scores);
        if (best.isEmpty() || best.size() != names.size()) {
            throw new IllegalArgumentException(best.size() + " classes with " + names.size() + " names");
        }
    }

    /** Index of the class with the largest score, the lowest among equals. */
    public int label() {
        return best.get(0);
    }

    /** Name of that class. */
    public String name() {
        return names.get(0);
    }

    /** The prediction that these scores of a network mean. */
    static Prediction ofScores(PublicNetwork network, List<BigInteger> scores) {
        List<Integer> best = IntStream.range(0, scores.size())
                .boxed()
                .sorted((a, b) -> scores.get(b).compareTo(scores.get(a)))
                .toList();
        BigInteger largest = scores.get(best.get(0));
        double sum = 0;
        for (BigInteger score : scores) {
            sum += Math.exp(score.subtract(largest).doubleValue() * network.outputScale());
        }
        return new Prediction(best, names(network, best), scores, OptionalDouble.of(1 / sum));
    }

    /**
     * The prediction that an answer means.
     *
     * @param best the classes that are disclosed, best first
     * @param scores whole numbers, of all classes, if they are disclosed; else empty
     */
    static Prediction of(PublicNetwork network, List<Integer> best, List<? extends Number> scores) {
        return scores.isEmpty()
                ? new Prediction(best, names(network, best), List.of(), OptionalDouble.empty())
                : ofScores(
                        network,
                        scores.stream()
                                .map(score -> new BigInteger(score.toString()))
                                .toList());
    }

    /** Names of classes; an index in digits where the network has no name for it. */
    public static List<String> names(PublicNetwork network, List<Integer> classes) {
        List<String> names = network.preprocessing().labels();
        return classes.stream()
                .map(label -> label < names.size() ? names.get(label) : Integer.toString(label))
                .toList();
    }
}
