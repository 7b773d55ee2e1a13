package io.tacit.protocol.plan;

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

    /** Everything but the disclosure as recommended. */
    public static SharingSettings of(Disclosure disclosure) {
        return new SharingSettings(disclosure, Extension.SOFTSPOKEN_4, Ring.MAX_BITS);
    }
}
