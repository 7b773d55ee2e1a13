package io.tacit.crypto.lattice;

import java.util.List;

/**
 * A BGV ciphertext, or a sum of some, prepared to multiply others: times t, so that the product of t^-1 m + e and
 * t^-1 m' + e' is again of the form t^-1 m m' + e''. Made once, used for many products. Immutable.
 */
public final class CiphertextMultiplier {
    private final BgvLevel level;
    final PolynomialEvaluation body;
    final PolynomialEvaluation mask;

    private CiphertextMultiplier(BgvLevel level, PolynomialEvaluation body, PolynomialEvaluation mask) {
        this.level = level;
        this.body = body;
        this.mask = mask;
    }

    /** @param summands one or more, at one level */
    public static CiphertextMultiplier ofSum(BgvLevel level, List<Ciphertext> summands) {
        PolynomialEvaluation body = PolynomialEvaluation.zero(level.ring());
        PolynomialEvaluation mask = PolynomialEvaluation.zero(level.ring());
        for (Ciphertext summand : summands) {
            level.requireEqual(summand.parameters());
            level.ring().add(body.rows, summand.body.rows);
            level.ring().add(mask.rows, summand.mask.rows);
        }
        level.ring().scale(level.decodeFactors(), body.rows);
        level.ring().scale(level.decodeFactors(), mask.rows);
        return new CiphertextMultiplier(level, body, mask);
    }

    public BgvLevel level() {
        return level;
    }
}
