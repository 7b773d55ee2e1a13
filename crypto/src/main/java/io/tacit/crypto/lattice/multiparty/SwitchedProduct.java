package io.tacit.crypto.lattice.multiparty;

import io.tacit.crypto.lattice.LatticeParameters;

/**
 * A summed product switched to its receiver: an encryption under the receiver's own key share. It never leaves the
 * receiver.
 */
public final class SwitchedProduct {
    private final LatticeParameters parameters;
    private final int wanted;
    final double[] values;
    final SummedMask mask;

    SwitchedProduct(LatticeParameters parameters, int wanted, double[] values, SummedMask mask) {
        this.parameters = parameters;
        this.wanted = wanted;
        this.values = values;
        this.mask = mask;
    }

    LatticeParameters parameters() {
        return parameters;
    }

    int wanted() {
        return wanted;
    }
}
