package io.tacit.crypto.lattice;

/**
 * A multiplicand: a polynomial with coefficients modulo 2^l, taken centred, in evaluation form.
 *
 * <p>Security guarantee: as secret as its coefficients; nothing shows it and {@link #close} overwrites it. Multiplication by
 * it takes a time that does not depend on it. Immutable until closed.
 */
public final class PlaintextPolynomial implements AutoCloseable {
    private final LatticeParameters parameters;
    private final int terms;
    final PolynomialEvaluation values;

    private PlaintextPolynomial(LatticeParameters parameters, int terms, PolynomialEvaluation values) {
        this.parameters = parameters;
        this.terms = terms;
        this.values = values;
    }

    /**
     * The polynomial with those coefficients.
     *
     * @param coefficients N values modulo 2^l: any integers, of which the low l bits count
     */
    public static PlaintextPolynomial of(LatticeParameters parameters, long[] coefficients) {
        RnsRing ring = parameters.ring();
        if (coefficients.length != ring.degree()) {
            throw new IllegalArgumentException(coefficients.length + " coefficients");
        }
        int shift = Long.SIZE - parameters.plaintextBits();
        long[] centred = new long[coefficients.length];
        int terms = 0;
        for (int i = 0; i < centred.length; i++) {
            long value = coefficients[i] << shift >> shift;
            centred[i] = value;
            terms += (int) ((value | -value) >>> (Long.SIZE - 1));
        }
        double[] rows = ring.zero();
        ring.fromSigned(centred, rows);
        java.util.Arrays.fill(centred, 0);
        return new PlaintextPolynomial(parameters, terms, new PolynomialCoefficients(ring, rows).toEvaluation());
    }

    public LatticeParameters parameters() {
        return parameters;
    }

    /** Coefficients that are not zero. */
    int terms() {
        return terms;
    }

    /** Overwrites the values. */
    @Override
    public void close() {
        values.close();
    }
}
