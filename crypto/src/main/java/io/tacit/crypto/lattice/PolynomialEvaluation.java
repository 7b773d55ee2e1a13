package io.tacit.crypto.lattice;

import java.util.Arrays;

/** A polynomial of an {@link RnsRing} by its values at the roots of X^N + 1, in the transform's order. May be secret. */
final class PolynomialEvaluation implements AutoCloseable {
    final RnsRing ring;
    final double[] rows;

    PolynomialEvaluation(RnsRing ring, double[] rows) {
        this.ring = ring;
        this.rows = rows;
    }

    static PolynomialEvaluation zero(RnsRing ring) {
        return new PolynomialEvaluation(ring, ring.zero());
    }

    /** {@code this += a b}, lazily: at most {@link io.tacit.kernel.ResidueArithmetic#LAZY_TERMS} times before {@link #reduce}. */
    void addProduct(PolynomialEvaluation a, PolynomialEvaluation b) {
        ring.multiplyAdd(a.rows, b.rows, rows);
    }

    void reduce() {
        ring.reduce(rows);
    }

    /** The same polynomial by its coefficients; the array goes with it, so that this object is not used again. */
    PolynomialCoefficients toCoefficients() {
        ring.toCoefficients(rows);
        return new PolynomialCoefficients(ring, rows);
    }

    boolean isZero() {
        for (double value : rows) {
            if (value != 0) {
                return false;
            }
        }
        return true;
    }

    /** Overwrites the values with zero. */
    @Override
    public void close() {
        Arrays.fill(rows, 0);
    }
}
