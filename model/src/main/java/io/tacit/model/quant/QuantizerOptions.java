package io.tacit.model.quant;

import java.util.List;

/**
 * What the quantiser is asked for. Immutable; start from {@link #DEFAULT} and change what matters.
 *
 * @param weightBits width of weights, two's complement, 2 .. 12; levels are symmetric, so 2 bits are -1, 0, 1
 * @param activationBits width of activations between layers, 4 .. 16
 * @param clipping how the largest representable activation is chosen
 * @param compensate whether the rounding error of each weight is made up for by the weights not yet rounded, after the
 *     second moments of the layer's inputs over the calibration images (Frantar et al., GPTQ and SparseGPT, 2023);
 *     only where weights are pruned or narrower than 8 bits: else plain rounding does as well
 * @param pruning share of the weights of convolutions and dense layers that become zero, 0 .. below 1
 * @param pruningScope whether that share holds for each layer or over all layers together
 * @param deferred segments without shift or saturation inside
 * @param unscaled whether the whole network is one deferred segment, in as many bits as it takes
 */
public record QuantizerOptions(
        int weightBits,
        int activationBits,
        Clipping clipping,
        boolean compensate,
        double pruning,
        PruningScope pruningScope,
        List<Segment> deferred,
        boolean unscaled) {

    /** Eight bits, nothing pruned, nothing deferred. */
    public static final QuantizerOptions DEFAULT =
            new QuantizerOptions(8, 8, Clipping.MEAN_SQUARE, true, 0, PruningScope.GLOBAL, List.of(), false);

    /** How the largest representable activation is chosen from the calibration images. */
    public enum Clipping {
        /** The largest value seen. */
        MAXIMUM,
        /** The value that 99.99 % of all values seen do not exceed. */
        PERCENTILE,
        /** Where the mean square of rounding and clipping errors is least. */
        MEAN_SQUARE
    }

    /** Over what the share of pruned weights is taken; over all layers, small layers of large weights keep more. */
    public enum PruningScope {
        LAYER,
        GLOBAL
    }

    /**
     * A run of layers to be deferred, by node names of the float graph, both ends included; one shift and saturation
     * follows its last layer.
     */
    public record Segment(String first, String last) {}

    public QuantizerOptions {
        deferred = List.copyOf(deferred);
        within("weight bits", weightBits, 2, 12);
        within("activation bits", activationBits, 4, 16);
        if (!(pruning >= 0 && pruning < 1)) {
            throw new IllegalArgumentException("pruned share " + pruning + " is not within 0 .. 1");
        }
    }

    public QuantizerOptions withBits(int weights, int activations) {
        return new QuantizerOptions(
                weights, activations, clipping, compensate, pruning, pruningScope, deferred, unscaled);
    }

    public QuantizerOptions withClipping(Clipping way) {
        return new QuantizerOptions(
                weightBits, activationBits, way, compensate, pruning, pruningScope, deferred, unscaled);
    }

    public QuantizerOptions withCompensation(boolean on) {
        return new QuantizerOptions(
                weightBits, activationBits, clipping, on, pruning, pruningScope, deferred, unscaled);
    }

    public QuantizerOptions withPruning(double share, PruningScope scope) {
        return new QuantizerOptions(weightBits, activationBits, clipping, compensate, share, scope, deferred, unscaled);
    }

    public QuantizerOptions withDeferred(List<Segment> segments) {
        return new QuantizerOptions(
                weightBits, activationBits, clipping, compensate, pruning, pruningScope, segments, unscaled);
    }

    public QuantizerOptions withUnscaled(boolean on) {
        return new QuantizerOptions(
                weightBits, activationBits, clipping, compensate, pruning, pruningScope, deferred, on);
    }

    private static void within(String what, int value, int low, int high) {
        if (value < low || value > high) {
            throw new IllegalArgumentException(what + " = " + value + " is not within " + low + ".." + high);
        }
    }
}
