package io.tacit.crypto.lattice;

import java.util.Arrays;

/** A polynomial of an {@link RnsRing} by its values at the roots of X^N + 1, in the transform's order. May be secret. */
public final class PolynomialEvaluation implements AutoCloseable {
    public final RnsRing ring;
    public final double[] rows;

    public PolynomialEvaluation(RnsRing ring, double[] rows) {
        this.ring = ring;
        this.rows = rows;
    }

    public static PolynomialEvaluation zero(RnsRing ring) {
        return new PolynomialEvaluation(ring, ring.zero());
    }

    /** {@code this += a b}, lazily: at most {@link io.tacit.kernel.ResidueArithmetic#LAZY_TERMS} times before {@link #reduce}. */
    public void addProduct(PolynomialEvaluation a, PolynomialEvaluation b) {
        ring.multiplyAdd(a.rows, b.rows, rows);
    }

    public void reduce() {
        ring.reduce(rows);
    }

    /** The same polynomial by its coefficients; the array goes with it, so that this object is not used again. */
    public PolynomialCoefficients toCoefficients() {
        ring.toCoefficients(rows);
        return new PolynomialCoefficients(ring, rows);
    }

    public boolean isZero() {
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
