package io.tacit.crypto.lattice;

/**
 * A ciphertext to compute with: (c0, c1) in evaluation form, c0 + c1 s = (the encoded message) + noise modulo q. Immutable.
 *
 * <p>Security guarantee: indistinguishable from uniform for whoever lacks the secret key. It is never sent: what goes back
 * to the key holder is a {@link ReturnedCiphertext} or a {@link SwitchedCiphertext}.
 */
public final class Ciphertext {
    private final SchemeParameters parameters;
    final PolynomialEvaluation body;
    final PolynomialEvaluation mask;

    Ciphertext(SchemeParameters parameters, PolynomialEvaluation body, PolynomialEvaluation mask) {
        this.parameters = parameters;
        this.body = body;
        this.mask = mask;
    }

    public SchemeParameters parameters() {
        return parameters;
    }
}
