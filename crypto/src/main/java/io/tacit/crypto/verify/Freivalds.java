package io.tacit.crypto.verify;

import io.tacit.crypto.random.Prg;
import io.tacit.crypto.share.FieldVector;
import io.tacit.crypto.share.PrimeField;
import io.tacit.kernel.ConvolutionGeometry;
import io.tacit.kernel.Workers;
import java.util.Arrays;

/**
 * Freivalds' check of a linear layer over a field of p elements: with a secret uniform row vector s over the outputs and
 * t = s^T W known beforehand, z is accepted as W x if and only if s^T z = t x. Convolutions are checked as the sparse
 * matrices they are: s has an entry for every channel and position of the output, and t is the transposed convolution of s.
 *
 * <p>Security guarantee: against a party that knows W, x and everything but s, a wrong z passes {@code checks}
 * independent repetitions with probability p^-checks, whatever and however many its wrong entries are. The same s may
 * serve Q columns with a total error of at most Q p^-checks, <em>provided the first refusal is final</em>: an accepted answer
 * tells the other party nothing that it did not know (a right answer passes with certainty), a refused one may; after a
 * refusal s and t must be wiped and drawn anew. Nothing here bounds Q: {@link #errorBits} says what it costs.
 *
 * <p>Time depends on shapes only; the comparison is in constant time.
 *
 * <p>Source: R. Freivalds, "Probabilistic machines can use less running time", IFIP 1977; as a check of linear layers
 * with precomputed s^T W: F. Tramer, D. Boneh, "Slalom", ICLR 2019.
 */
public final class Freivalds implements AutoCloseable {
    private final PrimeField field;
    private final ConvolutionGeometry geometry;
    private final FieldVector[] s;

    /**
     * Draws the secret vectors for one layer.
     *
     * @param checks independent repetitions, at least 1
     */
    public Freivalds(PrimeField field, ConvolutionGeometry geometry, int checks, Prg prg) {
        if (checks < 1) {
            throw new IllegalArgumentException("checks = " + checks);
        }
        this.field = field;
        this.geometry = geometry;
        this.s = new FieldVector[checks];
        for (int i = 0; i < checks; i++) {
            s[i] = field.zeros(geometry.outputSize());
            s[i].randomize(prg, 0, geometry.outputSize());
        }
    }

    /** Repetitions that keep the error of one column below 2^-60: two over 2^31 - 1 elements, one over 2^61 - 1. */
    public static int defaultChecks(PrimeField field) {
        return field == PrimeField.M31 ? 2 : 1;
    }

    /** Number of repetitions. */
    public int checks() {
        return s.length;
    }

    /**
     * -log2 of the probability that any of {@code columns} wrong columns is accepted, by the union bound:
     * {@code checks * log2(p) - log2(columns)}.
     */
    public static double errorBits(PrimeField field, int checks, long columns) {
        return checks * (Math.log(field.modulus()) / Math.log(2)) - Math.log(columns) / Math.log(2);
    }

    /** t = s^T W for the weights that one party holds; as secret as s. */
    public Key key(FieldVector weights, Workers workers) {
        FieldVector[] t = new FieldVector[s.length];
        for (int i = 0; i < t.length; i++) {
            t[i] = field.zeros(geometry.inputSize());
            field.convolveTransposed(geometry, weights, s[i], t[i], workers);
        }
        return new Key(field, geometry.inputSize(), t);
    }

    /** t = s^T W, one vector a repetition. */
    public static final class Key implements AutoCloseable {
        private final PrimeField field;
        private final int inputSize;
        private final FieldVector[] t;

        private Key(PrimeField field, int inputSize, FieldVector[] t) {
            this.field = field;
            this.inputSize = inputSize;
            this.t = t;
        }

        /**
         * Adds t x to {@code expected}, one value a repetition: what s^T z must be.
         *
         * @param x one input column from {@code at}
         * @param expected one value a repetition from {@code expectedAt}
         */
        public void accumulate(FieldVector x, int at, long[] expected, int expectedAt) {
            for (int i = 0; i < t.length; i++) {
                long product = field.dot(t[i], 0, x, at, inputSize);
                expected[expectedAt + i] = field.add(expected[expectedAt + i], product);
            }
        }

        /** The key for the sum of the two matrices: t is linear in W. */
        public Key plus(Key other) {
            FieldVector[] sum = new FieldVector[t.length];
            for (int i = 0; i < t.length; i++) {
                sum[i] = field.zeros(inputSize);
                field.add(t[i], 0, other.t[i], 0, sum[i], 0, inputSize);
            }
            return new Key(field, inputSize, sum);
        }

        @Override
        public void close() {
            Arrays.stream(t).forEach(FieldVector::wipe);
        }
    }

    /**
     * Whether s^T z equals what was expected, in every repetition.
     *
     * @param z one output column from {@code at}: canonical residues
     * @param expected what {@link Key#accumulate} summed up, from {@code expectedAt}
     */
    public boolean accepts(FieldVector z, int at, long[] expected, int expectedAt) {
        long difference = 0;
        for (int i = 0; i < s.length; i++) {
            difference |= field.dot(s[i], 0, z, at, geometry.outputSize()) ^ expected[expectedAt + i];
        }
        return difference == 0;
    }

    /** Overwrites s. */
    @Override
    public void close() {
        Arrays.stream(s).forEach(FieldVector::wipe);
    }
}
