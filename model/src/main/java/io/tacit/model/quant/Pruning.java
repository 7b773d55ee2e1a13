package io.tacit.model.quant;

import java.util.Arrays;

/** Magnitude pruning: chooses the smallest weights of convolutions and dense layers to become zero. */
final class Pruning {

    private Pruning() {}

    /**
     * Marks {@code share} of the weights; weights that are zero already count towards the share.
     *
     * @param scope {@code LAYER}: that share of each layer; {@code GLOBAL}: the smallest of all layers together
     */
    static void mark(Draft draft, double share, QuantizerOptions.PruningScope scope) {
        boolean global = scope == QuantizerOptions.PruningScope.GLOBAL;
        double threshold = global ? globalThreshold(draft, share) : 0;
        for (Draft.Node node : draft.nodes()) {
            double own = global ? threshold : quantile(magnitudes(node.weights), share);
            for (int i = 0; i < node.weights.length; i++) {
                node.zero[i] |= Math.abs(node.weights[i]) <= own;
            }
        }
    }

    private static double globalThreshold(Draft draft, double share) {
        int count = 0;
        for (Draft.Node node : draft.nodes()) {
            count += node.weights.length;
        }
        float[] all = new float[count];
        int filled = 0;
        for (Draft.Node node : draft.nodes()) {
            System.arraycopy(magnitudes(node.weights), 0, all, filled, node.weights.length);
            filled += node.weights.length;
        }
        return quantile(all, share);
    }

    private static float[] magnitudes(float[] weights) {
        float[] result = weights.clone();
        for (int i = 0; i < result.length; i++) {
            result[i] = Math.abs(result[i]);
        }
        return result;
    }

    /** The value that a share of the values does not exceed; below all of them if the share is less than one value. */
    private static double quantile(float[] values, double share) {
        int rank = (int) Math.floor(values.length * share);
        if (rank == 0) {
            return -1;
        }
        float[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[rank - 1];
    }
}
