package io.tacit.crypto.lattice;

/**
 * A ciphertext to compute with: (c0, c1) in evaluation form, c0 + c1 s = q m / 2^l + noise modulo q. Immutable.
 *
 * <p>Security guarantee: indistinguishable from uniform for whoever lacks the secret key. It is never sent: what goes back
 * to the key holder is a {@link ReturnedCiphertext}.
 */
public final class Ciphertext {
    private final LatticeParameters parameters;
    final PolynomialEvaluation body;
    final PolynomialEvaluation mask;

    Ciphertext(LatticeParameters parameters, PolynomialEvaluation body, PolynomialEvaluation mask) {
        this.parameters = parameters;
        this.body = body;
        this.mask = mask;
    }

    public LatticeParameters parameters() {
        return parameters;
    }
}
