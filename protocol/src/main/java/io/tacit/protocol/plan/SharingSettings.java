package io.tacit.protocol.plan;

import io.tacit.crypto.lattice.LatticeParameters;
import io.tacit.crypto.ot.Extension;
import io.tacit.crypto.share.Ring;

/**
 * What is chosen for a network that two servers hold in shares. The same for all parties.
 *
 * @param disclosure what the client learns
 * @param extension how labels of the evaluator's inputs are transferred
 * @param linearRingBits widest ring that products of linear layers can be prepared in
 */
public record SharingSettings(Disclosure disclosure, Extension extension, int linearRingBits) {

    public SharingSettings {
        if (linearRingBits < 1 || linearRingBits > Ring.MAX_BITS) {
            throw new IllegalArgumentException("linearRingBits = " + linearRingBits + " is not in 1.." + Ring.MAX_BITS);
        }
    }

    /**
     * Everything but the disclosure as recommended. The limit of products is what lattices carry for the smallest of layers,
     * {@link io.tacit.protocol.linear.TripletPlan#mostRingBits}; for larger layers it is less, which the plan of triplets finds.
     */
    public static SharingSettings of(Disclosure disclosure) {
        return new SharingSettings(disclosure, Extension.SOFTSPOKEN_4, LatticeParameters.MAX_PLAINTEXT_BITS);
    }
}
