package io.tacit.model.integer;

import java.util.List;

/**
 * A quantised network. Its steps are in evaluation order; step 0 is the input, the last step's result is the network's
 * answer: one integer score a class. The label is the index of the largest score, the lowest index among equals.
 *
 * @param name for people
 * @param provenance what it was made from
 * @param preprocessing what turns a picture into the integers of step 0
 * @param steps in evaluation order
 * @param outputScale factor from integer scores to the float network's logits
 */
public record IntegerNetwork(
        String name, Provenance provenance, Preprocessing preprocessing, List<Step> steps, double outputScale) {

    /** Most steps of a network. */
    public static final int MAX_STEPS = 10_000;

    /** Most values of one tensor. */
    public static final int MAX_TENSOR_SIZE = 1 << 28;

    /** @throws IllegalArgumentException naming the step that is out of order or does not fit its sources */
    public IntegerNetwork {
        steps = List.copyOf(steps);
        ShapeCheck.check(steps);
        if (!(outputScale > 0) || Double.isInfinite(outputScale)) {
            throw new IllegalArgumentException("output scale " + outputScale);
        }
    }

    /** A network made by hand. */
    public IntegerNetwork(String name, Preprocessing preprocessing, List<Step> steps, double outputScale) {
        this(name, Provenance.NONE, preprocessing, steps, outputScale);
    }

    /** The same network with every range replaced by the proven one. */
    public IntegerNetwork withProvenRanges() {
        return new IntegerNetwork(
                name, provenance, preprocessing, RangeProof.of(steps).restated(), outputScale);
    }

    /** SHA-256 of the canonical encoding, {@link IntegerNetworkFile#encode}: what parties compare. Computed at each call. */
    public byte[] hash() {
        return IntegerNetworkFile.hash(this);
    }

    public Step.Input input() {
        return (Step.Input) steps.get(0);
    }

    public Step output() {
        return steps.get(steps.size() - 1);
    }

    /** Number of classes: values of the answer. */
    public int classes() {
        return output().shape().size();
    }

    /** The linear steps in order: what protocols compute on hidden data. */
    public List<Step.Linear> linearSteps() {
        return steps.stream()
                .filter(Step.Linear.class::isInstance)
                .map(Step.Linear.class::cast)
                .toList();
    }

    /** Multiplications for one input. */
    public long multiplications() {
        return linearSteps().stream()
                .mapToLong(s -> s.geometry().multiplications())
                .sum();
    }

    /** Number of weights. */
    public long weights() {
        return linearSteps().stream().mapToLong(s -> s.weights().length).sum();
    }

    /** Index of the largest of {@code scores[offset .. offset + classes - 1]}, the lowest among equals. */
    public static int argMax(long[] scores, int offset, int classes) {
        int best = 0;
        for (int i = 1; i < classes; i++) {
            if (scores[offset + i] > scores[offset + best]) {
                best = i;
            }
        }
        return best;
    }
}
