package io.tacit.crypto.lattice;

/**
 * A multiplicand: a polynomial with coefficients modulo the plaintext modulus, taken centred, in evaluation form.
 *
 * <p>Security guarantee: as secret as its coefficients; nothing shows it and {@link #close} overwrites it. Multiplication by
 * it takes a time that does not depend on it. Immutable until closed.
 */
public final class PlaintextPolynomial implements AutoCloseable {
    private final SchemeParameters parameters;
    private final int terms;
    private final PolynomialEvaluation values;

    private PlaintextPolynomial(SchemeParameters parameters, int terms, PolynomialEvaluation values) {
        this.parameters = parameters;
        this.terms = terms;
        this.values = values;
    }

    /**
     * The polynomial with those coefficients.
     *
     * @param coefficients N values modulo the plaintext modulus: any integers
     */
    public static PlaintextPolynomial of(SchemeParameters parameters, long[] coefficients) {
        RnsRing ring = parameters.ring();
        if (coefficients.length != ring.degree()) {
            throw new IllegalArgumentException(coefficients.length + " coefficients");
        }
        long[] centred = new long[coefficients.length];
        parameters.centre(coefficients, centred);
        int terms = 0;
        for (long value : centred) {
            terms += (int) ((value | -value) >>> (Long.SIZE - 1));
        }
        double[] rows = ring.zero();
        ring.fromSigned(centred, rows);
        java.util.Arrays.fill(centred, 0);
        return new PlaintextPolynomial(parameters, terms, new PolynomialCoefficients(ring, rows).toEvaluation());
    }

    /** The same for centred residues of a plaintext prime. */
    static PlaintextPolynomial ofCentred(BgvLevel level, double[] coefficients) {
        return new PlaintextPolynomial(level, level.degree(), SecretKey.evaluation(level.ring(), coefficients));
    }

    public SchemeParameters parameters() {
        return parameters;
    }

    /** Coefficients that are not zero, or N. */
    public int terms() {
        return terms;
    }

    /** The polynomial by its values; secret. */
    public PolynomialEvaluation values() {
        return values;
    }

    /** Overwrites the values. */
    @Override
    public void close() {
        values.close();
    }
}
