package io.tacit.protocol.linear;

import io.tacit.crypto.channel.LimitExceeded;
import io.tacit.crypto.lattice.LatticeParameters;
import io.tacit.crypto.share.Ring;
import java.util.List;
import java.util.Optional;

/** Finds the encryption that all products of a network share: one ring, so one set of keys, for all layers. */
final class RingSearch {
    /** Weights a result that parameters are made for, where they can be: room for several outputs in one. */
    private static final long USUAL_WEIGHTS_PER_RESULT = 1 << 14;

    private static final long MOST_WEIGHTS_PER_RESULT = 1 << 24;

    private RingSearch() {}

    /** What an encryption carries, proven. */
    interface Proof {
        /** The smallest parameters of a degree that carry sums of so many products in that ring; empty if none do. */
        Optional<LatticeParameters> atDegree(int degree, int ringBits, long weights);

        /** Whether parameters carry sums of so many products in the ring of their plaintexts. */
        boolean carries(LatticeParameters parameters, long weights);
    }

    /**
     * The smallest ring that carries every layer.
     *
     * @throws LimitExceeded if none does; names the widest layer's numbers and the limits
     */
    static LatticeParameters smallest(List<LinearShape> layers, Proof proof) {
        for (int degree = LatticeParameters.MIN_DEGREE; degree <= LatticeParameters.MAX_DEGREE; degree *= 2) {
            for (long room : new long[] {USUAL_WEIGHTS_PER_RESULT, 1}) {
                Optional<LatticeParameters> ring = ofDegree(layers, degree, room, proof);
                if (ring.isPresent()) {
                    return ring.get();
                }
            }
        }
        LinearShape widest = layers.get(0);
        for (LinearShape layer : layers) {
            widest = layer.ringBits() > widest.ringBits() ? layer : widest;
        }
        throw new LimitExceeded("a layer needs a ring of " + widest.ringBits() + " bits and sums of "
                + widest.geometry().taps() + " products; lattices carry at most "
                + mostRingBits(widest.geometry().taps(), proof)
                + " bits for such sums, shares at most " + Ring.MAX_BITS);
    }

    /** The ring of a degree that carries every layer: that of the layer which needs the largest. */
    private static Optional<LatticeParameters> ofDegree(List<LinearShape> layers, int degree, long room, Proof proof) {
        LatticeParameters largest = null;
        for (LinearShape layer : layers) {
            long weights = Math.max(room, layer.geometry().taps());
            if (largest != null && carries(largest, layer.ringBits(), weights, proof)) {
                continue;
            }
            var parameters = proof.atDegree(degree, layer.ringBits(), weights);
            if (parameters.isEmpty()) {
                return Optional.empty();
            }
            if (largest == null || parameters.get().modulus().compareTo(largest.modulus()) > 0) {
                largest = parameters.get();
            }
        }
        return Optional.ofNullable(largest);
    }

    private static boolean carries(LatticeParameters ring, int ringBits, long weights, Proof proof) {
        return ringBits <= LatticeParameters.MAX_PLAINTEXT_BITS
                && proof.carries(ring.withPlaintextBits(ringBits), weights);
    }

    /** The widest ring in which sums of so many products can be prepared. */
    static int mostRingBits(int taps, Proof proof) {
        for (int bits = LatticeParameters.MAX_PLAINTEXT_BITS; bits >= 1; bits--) {
            for (int degree = LatticeParameters.MIN_DEGREE; degree <= LatticeParameters.MAX_DEGREE; degree *= 2) {
                if (proof.atDegree(degree, bits, taps).isPresent()) {
                    return bits;
                }
            }
        }
        return 0;
    }

    /**
     * The largest number of weights a result that a ring carries.
     *
     * @throws LimitExceeded if those of a layer are more: it was not among those the ring was made for
     */
    static long mostWeights(LatticeParameters ring, LinearShape shape, Proof proof) {
        long carried = 0;
        long refused = MOST_WEIGHTS_PER_RESULT + 1;
        while (refused - carried > 1) {
            long middle = (carried + refused) >>> 1;
            if (carries(ring, shape.ringBits(), middle, proof)) {
                carried = middle;
            } else {
                refused = middle;
            }
        }
        if (carried < shape.geometry().taps()) {
            throw new LimitExceeded("a layer with a ring of " + shape.ringBits() + " bits and sums of "
                    + shape.geometry().taps() + " products; the lattice (" + ring + ") carries sums of " + carried);
        }
        return carried;
    }
}
