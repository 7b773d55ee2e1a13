package io.tacit.protocol.privdnn;

import io.tacit.crypto.ot.Extension;
import io.tacit.protocol.plan.Disclosure;

/**
 * What owner and user agree on beside the network.
 *
 * @param mode what the user gets of the core filters' outputs
 * @param disclosure what the user learns at the end; in mode published it computes the scores itself
 * @param extension how transfers are extended
 */
public record Settings(Mode mode, Disclosure disclosure, Extension extension) {

    /** With the usual extension. */
    public static Settings of(Mode mode, Disclosure disclosure) {
        return new Settings(mode, disclosure, Extension.SOFTSPOKEN_4);
    }
}
