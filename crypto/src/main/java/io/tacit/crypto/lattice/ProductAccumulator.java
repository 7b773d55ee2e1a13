package io.tacit.crypto.lattice;

import io.tacit.crypto.random.Prg;
import io.tacit.kernel.ResidueArithmetic;
import io.tacit.kernel.RnsArithmetic;
import java.util.Arrays;

/**
 * A sum of products of ciphertexts and plaintext polynomials, in evaluation form. One sum at a time: {@link #clear}, any
 * number of {@link #accumulate}, one {@link #finish}. Not thread-safe.
 *
 * <p>Security guarantee: what {@link #finish} returns tells the key holder the wanted coefficients of the sum, plus the
 * summand, modulo 2^l, and nothing else about multiplicands and summand: the second component is uniform but for ring
 * learning with errors ({@link FreshZero}), the noise is hidden by flooding, coefficients that are not wanted do not leave.
 */
public final class ProductAccumulator implements AutoCloseable {
    private final LatticeParameters parameters;
    private final PolynomialEvaluation body;
    private final PolynomialEvaluation mask;
    private long terms;
    private int lazy;
    private boolean finished;

    /** An empty sum. */
    public ProductAccumulator(LatticeParameters parameters) {
        this.parameters = parameters;
        this.body = PolynomialEvaluation.zero(parameters.ring());
        this.mask = PolynomialEvaluation.zero(parameters.ring());
    }

    /** Begins another sum. */
    public void clear() {
        body.close();
        mask.close();
        terms = 0;
        lazy = 0;
        finished = false;
    }

    /** Adds {@code ciphertext * multiplicand}. */
    public void accumulate(Ciphertext ciphertext, PlaintextPolynomial multiplicand) {
        parameters.requireEqual(ciphertext.parameters());
        parameters.requireEqual(multiplicand.parameters());
        requireOpen();
        makeRoom();
        body.addProduct(ciphertext.body, multiplicand.values());
        mask.addProduct(ciphertext.mask, multiplicand.values());
        terms += multiplicand.terms();
    }

    private void makeRoom() {
        if (lazy == ResidueArithmetic.LAZY_TERMS) {
            reduce();
        }
        lazy++;
    }

    private void reduce() {
        body.reduce();
        mask.reduce();
        lazy = 0;
    }

    /**
     * Ends the sum: adds the summand and the zero, floods, rounds, and keeps the wanted coefficients. Decrypts to
     * {@code sum[wanted[j]] + summand[j]} modulo 2^l.
     *
     * @param zero under the public key that belongs to the ciphertexts' secret key; closed afterwards
     * @param format from the {@link ParameterChoice} of the planned sum
     * @param wanted indices from 0 .. N - 1, increasing; public
     * @param summand one for each wanted coefficient, modulo 2^l; secret
     * @param prg for flooding
     * @throws IllegalStateException if more products were added than the format's proof allows
     */
    public ReturnedCiphertext finish(FreshZero zero, ReturnFormat format, int[] wanted, long[] summand, Prg prg) {
        requireOpen();
        parameters.requireEqual(format.parameters());
        parameters.requireSameRing(zero.parameters());
        format.requireWanted(wanted);
        if (summand.length != wanted.length) {
            throw new IllegalArgumentException(summand.length + " summands for " + wanted.length + " coefficients");
        }
        if (terms > format.terms()) {
            throw new IllegalStateException(
                    "a sum of " + terms + " products where " + format.terms() + " are proven to decrypt");
        }
        finished = true;
        RnsRing ring = parameters.ring();
        int degree = ring.degree();
        RnsArithmetic rns = ring.kernels().rns();
        makeRoom();
        zero.addTo(body, mask);
        reduce();

        PolynomialCoefficients second = mask.toCoefficients();
        zero.addErrors(second);
        zero.close();
        long[] masks = new long[degree];
        rns.decode(format.maskScale(), second.rows, 0, degree, masks, 0, degree);

        PolynomialCoefficients first = body.toCoefficients();
        int count = wanted.length;
        double[] kept = new double[ring.limbs() * count];
        for (int limb = 0; limb < ring.limbs(); limb++) {
            for (int j = 0; j < count; j++) {
                kept[limb * count + j] = first.rows[limb * degree + wanted[j]];
            }
        }
        // The arrays of the sum are free now, and what they held must not stay: they serve as scratch.
        double[] scratch = first.rows;
        rns.encode(parameters.scale(), summand, 0, scratch, 0, count, count);
        for (int limb = 0; limb < ring.limbs(); limb++) {
            int at = limb * count;
            ring.kernels().residues().add(ring.prime(limb), kept, at, scratch, at, kept, at, count);
        }
        try (Sampler sampler = new Sampler(prg, ring.kernels())) {
            long[][] noise = sampler.flood(format.floodBits(), count);
            ring.addWide(noise, Sampler.PIECE_BITS, count, kept, scratch);
            for (long[] piece : noise) {
                Arrays.fill(piece, 0);
            }
        }
        long[] values = new long[count];
        rns.decode(format.valueScale(), kept, 0, count, values, 0, count);
        Arrays.fill(kept, 0);
        return new ReturnedCiphertext(format, masks, values);
    }

    private void requireOpen() {
        if (finished) {
            throw new IllegalStateException("the sum is finished");
        }
    }

    /** Overwrites the sum. */
    @Override
    public void close() {
        clear();
        finished = true;
    }
}
