package io.tacit.crypto.lattice.multiparty;

import io.tacit.crypto.lattice.LatticeParameters;
import io.tacit.crypto.lattice.PolynomialEvaluation;

/**
 * The public key (b, a) of a group, b = e - a s with e and s the sums of what the parties drew. Immutable.
 *
 * <p>Security guarantee: what is encrypted under it is hidden from any n - 1 of the n parties together.
 */
public final class CollectivePublicKey {
    private final LatticeParameters parameters;
    private final int parties;
    final PolynomialEvaluation body;
    final PolynomialEvaluation mask;

    CollectivePublicKey(
            LatticeParameters parameters, int parties, PolynomialEvaluation body, PolynomialEvaluation mask) {
        this.parameters = parameters;
        this.parties = parties;
        this.body = body;
        this.mask = mask;
    }

    /** Parameters of its ring; their plaintext bits do not matter. */
    public LatticeParameters parameters() {
        return parameters;
    }

    /** n: parties that hold a share of the secret key. */
    public int parties() {
        return parties;
    }
}
