package io.tacit.crypto.lattice;

/** A polynomial of an {@link RnsRing} by its coefficients, one row of residues a prime. May be secret. */
public final class PolynomialCoefficients {
    public final RnsRing ring;
    public final double[] rows;

    public PolynomialCoefficients(RnsRing ring, double[] rows) {
        this.ring = ring;
        this.rows = rows;
    }

    /** The same polynomial by its values; the array goes with it, so that this object is not used again. */
    public PolynomialEvaluation toEvaluation() {
        ring.toEvaluation(rows);
        return new PolynomialEvaluation(ring, rows);
    }
}
