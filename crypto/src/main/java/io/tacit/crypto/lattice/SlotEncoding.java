package io.tacit.crypto.lattice;

import io.tacit.crypto.random.Prg;
import io.tacit.kernel.RnsBasis;
import java.util.Arrays;
import java.util.List;

/**
 * Vectors of N residues modulo a plaintext prime t as polynomials modulo t whose products are the products of the vectors,
 * place by place: place k is the value at the k-th root of X^N + 1 in the transform's order (Smart, Vercauteren
 * 2011/133). Immutable.
 */
public final class SlotEncoding {
    private final BgvLevel level;
    private final RnsRing slots;

    /** @param level for t and N; the encoding is the same for all levels of a plaintext prime */
    public SlotEncoding(BgvLevel level) {
        this.level = level;
        this.slots = new RnsRing(
                level.degree(),
                new RnsBasis(List.of(level.plaintextPrime())),
                level.ring().kernels());
    }

    /** N. */
    public int slots() {
        return slots.degree();
    }

    /** The polynomial of N centred residues, which are overwritten with its coefficients, centred. */
    void toCoefficients(double[] values) {
        slots.toCoefficients(values);
    }

    void toSlots(double[] coefficients) {
        slots.toEvaluation(coefficients);
    }

    /**
     * A multiplicand with those values in its slots.
     *
     * @param values N integers of less than 52 bits; overwritten
     */
    public PlaintextPolynomial multiplicand(BgvLevel at, double[] values) {
        if (!at.plaintextPrime().equals(level.plaintextPrime()) || values.length != slots()) {
            throw new IllegalArgumentException(values.length + " values for " + at);
        }
        slots.reduce(values);
        slots.toCoefficients(values);
        return PlaintextPolynomial.ofCentred(at, values);
    }

    /** Replaces N integers of less than 52 bits by the residues of their squares, centred. */
    public void square(double[] values) {
        slots.reduce(values);
        slots.multiply(values, values);
    }

    /** N uniform residues of t, centred. */
    public double[] uniform(Prg prg) {
        double[] values = new double[slots()];
        try (Sampler sampler = new Sampler(prg, slots.kernels())) {
            sampler.uniform(slots, values);
        }
        return values;
    }

    /** The first {@code count} of N centred residues as 0 .. t - 1. */
    public void toUnsigned(double[] values, int count, int[] out) {
        long[] integers = new long[count];
        slots.kernels().residues().toUnsigned(level.plaintextPrime(), values, 0, integers, 0, count);
        for (int i = 0; i < count; i++) {
            out[i] = (int) integers[i];
        }
        Arrays.fill(integers, 0);
    }
}
