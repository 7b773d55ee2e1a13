package io.tacit.crypto.lattice.multiparty;

import io.tacit.crypto.lattice.LatticeParameters;
import io.tacit.crypto.lattice.PlaintextPolynomial;
import io.tacit.crypto.lattice.PolynomialEvaluation;
import io.tacit.crypto.lattice.RnsRing;
import io.tacit.crypto.lattice.Sampler;
import io.tacit.crypto.random.Prg;
import io.tacit.kernel.NttPrime;
import io.tacit.kernel.ResidueArithmetic;
import java.util.Arrays;

/**
 * One party's sum of products of collective ciphertexts and its own polynomials. One sum at a time: {@link #clear}, any
 * number of {@link #accumulate}, one {@link #finish}. Not thread-safe.
 */
public final class PartialProductAccumulator implements AutoCloseable {
    private final CollectiveChoice choice;
    private final CollectivePublicKey key;
    private final PolynomialEvaluation body;
    private final PolynomialEvaluation mask;
    private long terms;
    private int lazy;
    private boolean finished;

    /**
     * An empty sum.
     *
     * @param choice the proof for the planned sum
     * @param key that the ciphertexts are under
     */
    public PartialProductAccumulator(CollectiveChoice choice, CollectivePublicKey key) {
        choice.parameters().requireSameRing(key.parameters());
        if (choice.parties() != key.parties()) {
            throw new IllegalArgumentException("a proof for another number of parties");
        }
        this.choice = choice;
        this.key = key;
        this.body = PolynomialEvaluation.zero(choice.parameters().ring());
        this.mask = PolynomialEvaluation.zero(choice.parameters().ring());
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
    public void accumulate(CollectiveCiphertext ciphertext, PlaintextPolynomial multiplicand) {
        LatticeParameters parameters = choice.parameters();
        parameters.requireEqual(ciphertext.parameters());
        parameters.requireEqual(multiplicand.parameters());
        if (ciphertext.encryptions() > choice.parties()) {
            throw new IllegalStateException("a sum of more encryptions than there are parties");
        }
        addProduct(ciphertext.body, ciphertext.mask, multiplicand.values());
        terms += multiplicand.terms();
    }

    private void addProduct(PolynomialEvaluation left, PolynomialEvaluation right, PolynomialEvaluation factor) {
        if (finished) {
            throw new IllegalStateException("the sum is finished");
        }
        if (lazy == ResidueArithmetic.LAZY_TERMS) {
            reduce();
        }
        lazy++;
        body.addProduct(left, factor);
        mask.addProduct(right, factor);
    }

    private void reduce() {
        body.reduce();
        mask.reduce();
        lazy = 0;
    }

    /**
     * Ends the sum: adds an encryption of the summand, which hides the multiplicands, and keeps the wanted coefficients.
     *
     * @param wanted indices from 0 .. N - 1, increasing; public
     * @param summand one for each wanted coefficient, modulo 2^l; secret
     * @param prg for the encryption, secret
     * @throws IllegalStateException if more products were added than the proof allows
     */
    public PartialProduct finish(int[] wanted, long[] summand, Prg prg) {
        LatticeParameters parameters = choice.parameters();
        RnsRing ring = parameters.ring();
        KeySwitching.requireWanted(wanted, ring.degree());
        if (summand.length != wanted.length) {
            throw new IllegalArgumentException(summand.length + " summands for " + wanted.length + " coefficients");
        }
        if (terms > choice.noise().terms()) {
            throw new IllegalStateException(
                    "a sum of " + terms + " products where " + choice.noise().terms() + " are proven to decrypt");
        }
        int degree = ring.degree();
        int count = wanted.length;
        double[] kept = new double[ring.limbs() * count];
        try (Sampler sampler = new Sampler(prg, ring.kernels())) {
            double[] ternary = sampler.ternary(degree);
            try (PolynomialEvaluation factor = SecretKeyShare.evaluation(ring, ternary)) {
                Arrays.fill(ternary, 0);
                addProduct(key.body, key.mask, factor);
            }
            finished = true;
            reduce();
            double[] first = body.rows.clone();
            ring.toCoefficients(first);
            double[] errors = sampler.binomial(degree);
            ring.addSmall(errors, first);
            KeySwitching.pick(ring, first, wanted, kept);
            // The array is free now and serves as scratch; what it held does not stay.
            ring.kernels().rns().encode(parameters.scale(), summand, 0, first, 0, count, count);
            for (int limb = 0; limb < ring.limbs(); limb++) {
                NttPrime prime = ring.prime(limb);
                int at = limb * count;
                ring.kernels().residues().add(prime, kept, at, first, at, kept, at, count);
            }
            Arrays.fill(first, 0);
            Arrays.fill(errors, 0);
            double[] second = mask.rows.clone();
            ring.toCoefficients(second);
            errors = sampler.binomial(degree);
            ring.addSmall(errors, second);
            Arrays.fill(errors, 0);
            return new PartialProduct(parameters, count, kept, second);
        }
    }

    /** Overwrites the sum. */
    @Override
    public void close() {
        clear();
        finished = true;
    }
}
