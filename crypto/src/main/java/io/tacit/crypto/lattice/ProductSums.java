package io.tacit.crypto.lattice;

import io.tacit.kernel.NttPrime;
import io.tacit.kernel.ResidueArithmetic;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Sums of products of BGV ciphertexts at one level with plaintext polynomials and with other ciphertexts, several sums at a
 * time: name the terms, {@link #compute}, then take each sum by its coefficients, relinearised once. Where the factors of a
 * whole sum are too many to be there at once, name some, {@link #compute}, and name more. The work goes through the
 * polynomials piece by piece, so that factors that several sums share come from memory once. Not thread-safe.
 */
public final class ProductSums implements AutoCloseable {
    /** Coefficients of a piece: those of eight sums stay in the second cache, and longer rows of memory are read faster. */
    private static final int PIECE = 1024;

    private final BgvLevel level;
    private final Sum[] sums;
    private final double[] lifted;
    private double[] digits = {};
    private double[] body = {};
    private double[] mask = {};

    /** One sum: its terms, then its components, the third only if ciphertexts were multiplied. */
    private static final class Sum {
        final List<Ciphertext> summands = new ArrayList<>();
        final List<Ciphertext> factors = new ArrayList<>();
        final List<PlaintextPolynomial> multiplicands = new ArrayList<>();
        final List<Ciphertext> left = new ArrayList<>();
        final List<CiphertextMultiplier> right = new ArrayList<>();
        final PolynomialEvaluation body;
        final PolynomialEvaluation mask;

        @Nullable
        PolynomialEvaluation square;

        /** Whether the third component counts. */
        boolean squared;

        boolean taken;
        int lazy;

        Sum(RnsRing ring) {
            body = PolynomialEvaluation.zero(ring);
            mask = PolynomialEvaluation.zero(ring);
        }

        /** Sets all to zero. */
        void begin() {
            Arrays.fill(body.rows, 0);
            Arrays.fill(mask.rows, 0);
            squared = false;
            taken = false;
        }

        /** Makes room for the third component before the first product of two ciphertexts. */
        void beginSquare(RnsRing ring) {
            if (square == null) {
                square = PolynomialEvaluation.zero(ring);
            } else {
                Arrays.fill(square.rows, 0);
            }
            squared = true;
        }

        void forgetTerms() {
            summands.clear();
            factors.clear();
            multiplicands.clear();
            left.clear();
            right.clear();
        }
    }

    /** @param most sums at a time */
    public ProductSums(BgvLevel level, int most) {
        this.level = level;
        this.sums = new Sum[most];
        Arrays.setAll(sums, i -> new Sum(level.ring()));
        this.lifted = new double[level.degree()];
    }

    /** Sets all sums to zero. */
    public void clear() {
        for (Sum sum : sums) {
            sum.begin();
            sum.forgetTerms();
        }
    }

    /** Adds a ciphertext to sum {@code index}. */
    public void add(int index, Ciphertext summand) {
        level.requireEqual(summand.parameters());
        sums[index].summands.add(summand);
    }

    /** Adds {@code factor * multiplicand}. */
    public void addProduct(int index, Ciphertext factor, PlaintextPolynomial multiplicand) {
        level.requireEqual(factor.parameters());
        level.requireEqual(multiplicand.parameters());
        sums[index].factors.add(factor);
        sums[index].multiplicands.add(multiplicand);
    }

    /** Adds {@code left * right}. */
    public void addProduct(int index, Ciphertext left, CiphertextMultiplier right) {
        level.requireEqual(left.parameters());
        level.requireEqual(right.level());
        sums[index].left.add(left);
        sums[index].right.add(right);
    }

    /** Adds the terms named since the last time to the first {@code count} sums; their factors are let go. */
    public void compute(int count) {
        RnsRing ring = level.ring();
        for (int i = 0; i < count; i++) {
            if (sums[i].taken) {
                throw new IllegalStateException("a sum that was taken");
            }
            if (!sums[i].left.isEmpty() && !sums[i].squared) {
                sums[i].beginSquare(ring);
            }
        }
        for (int limb = 0; limb < ring.limbs(); limb++) {
            int end = (limb + 1) * ring.degree();
            for (int at = limb * ring.degree(); at < end; at += PIECE) {
                compute(count, ring.prime(limb), at);
            }
        }
        for (int i = 0; i < count; i++) {
            sums[i].forgetTerms();
        }
    }

    /** One piece of all sums, term by term: sums that were given their terms in one order share each one's factors. */
    private void compute(int count, NttPrime prime, int at) {
        int most = 0;
        for (int i = 0; i < count; i++) {
            sums[i].lazy = 0; // what is there from before is reduced
            most = Math.max(most, Math.max(sums[i].factors.size(), sums[i].left.size()));
        }
        for (int term = 0; term < most; term++) {
            for (int i = 0; i < count; i++) {
                addPlain(sums[i], term, prime, at);
                addSquare(sums[i], term, prime, at);
            }
        }
        for (int i = 0; i < count; i++) {
            end(sums[i], prime, at);
        }
    }

    private void addPlain(Sum sum, int term, NttPrime prime, int at) {
        if (term >= sum.factors.size()) {
            return;
        }
        makeRoom(sum, 1, prime, at);
        ResidueArithmetic residues = level.ring().kernels().residues();
        double[] multiplicand = sum.multiplicands.get(term).values().rows;
        Ciphertext factor = sum.factors.get(term);
        residues.multiplyAdd(prime, factor.body.rows, at, multiplicand, at, sum.body.rows, at, PIECE);
        residues.multiplyAdd(prime, factor.mask.rows, at, multiplicand, at, sum.mask.rows, at, PIECE);
    }

    private void addSquare(Sum sum, int term, NttPrime prime, int at) {
        if (term >= sum.left.size()) {
            return;
        }
        makeRoom(sum, 2, prime, at);
        ResidueArithmetic residues = level.ring().kernels().residues();
        Ciphertext left = sum.left.get(term);
        PolynomialEvaluation third = Objects.requireNonNull(sum.square);
        double[] body = sum.right.get(term).body.rows;
        double[] mask = sum.right.get(term).mask.rows;
        residues.multiplyAdd(prime, left.body.rows, at, body, at, sum.body.rows, at, PIECE);
        residues.multiplyAdd(prime, left.body.rows, at, mask, at, sum.mask.rows, at, PIECE);
        residues.multiplyAdd(prime, left.mask.rows, at, body, at, sum.mask.rows, at, PIECE);
        residues.multiplyAdd(prime, left.mask.rows, at, mask, at, third.rows, at, PIECE);
    }

    /** Reduces a piece of a sum before {@code more} lazy terms, if there is no room for them. */
    private void makeRoom(Sum sum, int more, NttPrime prime, int at) {
        if (sum.lazy + more > ResidueArithmetic.LAZY_TERMS) {
            reduce(sum, prime, at);
        }
        sum.lazy += more;
    }

    private void reduce(Sum sum, NttPrime prime, int at) {
        ResidueArithmetic residues = level.ring().kernels().residues();
        residues.reduce(prime, sum.body.rows, at, sum.body.rows, at, PIECE);
        residues.reduce(prime, sum.mask.rows, at, sum.mask.rows, at, PIECE);
        PolynomialEvaluation third = sum.square;
        if (third != null && sum.squared) {
            residues.reduce(prime, third.rows, at, third.rows, at, PIECE);
        }
        sum.lazy = 0;
    }

    private void end(Sum sum, NttPrime prime, int at) {
        reduce(sum, prime, at);
        ResidueArithmetic residues = level.ring().kernels().residues();
        for (Ciphertext summand : sum.summands) {
            residues.add(prime, sum.body.rows, at, summand.body.rows, at, sum.body.rows, at, PIECE);
            residues.add(prime, sum.mask.rows, at, summand.mask.rows, at, sum.mask.rows, at, PIECE);
        }
    }

    /**
     * A computed sum without products of two ciphertexts, by its coefficients. Valid until the next {@link #compute}; the sum
     * is not taken again.
     */
    public CoefficientCiphertext take(int index) {
        Sum sum = sums[index];
        if (sum.squared) {
            throw new IllegalStateException("a sum with products of ciphertexts is relinearised");
        }
        sum.taken = true;
        return new CoefficientCiphertext(level, sum.body.toCoefficients().rows, sum.mask.toCoefficients().rows);
    }

    /**
     * A computed sum, relinearised, by its coefficients. Valid until the next sum is relinearised; the sum is not taken
     * again.
     */
    public CoefficientCiphertext relinearize(int index, RelinearizationKey key) {
        Sum sum = sums[index];
        RnsRing ring = level.ring();
        int degree = ring.degree();
        int limbs = ring.limbs();
        RnsRing extended = requireKey(key);
        sum.taken = true;
        ResidueArithmetic residues = ring.kernels().residues();
        if (body.length == 0) {
            body = extended.zero();
            mask = extended.zero();
            digits = ring.zero();
        }
        // P times what has two components already; modulo P this is zero.
        for (int limb = 0; limb < limbs; limb++) {
            NttPrime prime = ring.prime(limb);
            double special =
                    prime.centred(BigInteger.valueOf(key.parameters().special().value()));
            residues.scale(prime, special, sum.body.rows, limb * degree, body, limb * degree, degree);
            residues.scale(prime, special, sum.mask.rows, limb * degree, mask, limb * degree, degree);
        }
        Arrays.fill(body, limbs * degree, body.length, 0);
        Arrays.fill(mask, limbs * degree, mask.length, 0);
        PolynomialEvaluation square = sum.square;
        if (square != null && sum.squared) {
            System.arraycopy(square.rows, 0, digits, 0, digits.length);
            ring.toCoefficients(digits);
            for (int digit = 0; digit < limbs; digit++) {
                addDigit(key, digit, square, extended);
            }
        }
        extended.reduce(body);
        extended.reduce(mask);
        extended.toCoefficients(body);
        extended.toCoefficients(mask);
        ring.kernels().rns().dropLast(extended.basis(), body, 0, degree, degree);
        ring.kernels().rns().dropLast(extended.basis(), mask, 0, degree, degree);
        return new CoefficientCiphertext(level, body, mask);
    }

    private RnsRing requireKey(RelinearizationKey key) {
        BgvParameters parameters = key.parameters();
        int limbs = level.limbs();
        if (limbs > key.limbs() || !parameters.keys().primes().subList(0, limbs).equals(level.primes())) {
            throw new IllegalArgumentException("a relinearization key of another level");
        }
        return parameters.extended(limbs);
    }

    /** Adds the digit of the third component modulo one prime times its part of the key. */
    private void addDigit(RelinearizationKey key, int digit, PolynomialEvaluation square, RnsRing extended) {
        ResidueArithmetic residues = extended.kernels().residues();
        int degree = extended.degree();
        int last = extended.limbs() - 1;
        double[] keyBody = key.body(digit).rows;
        double[] keyMask = key.mask(digit).rows;
        for (int limb = 0; limb <= last; limb++) {
            NttPrime prime = extended.prime(limb);
            double[] row = lifted;
            int rowAt = 0;
            if (limb == digit) {
                row = square.rows;
                rowAt = digit * degree;
            } else {
                residues.reduce(prime, digits, digit * degree, lifted, 0, degree);
                extended.toEvaluation(limb, lifted, 0);
            }
            int keyAt = (limb == last ? key.limbs() : limb) * degree;
            residues.multiplyAdd(prime, row, rowAt, keyBody, keyAt, body, limb * degree, degree);
            residues.multiplyAdd(prime, row, rowAt, keyMask, keyAt, mask, limb * degree, degree);
        }
    }

    /**
     * Adds a fresh encryption of zero to a computed sum; its errors are added to the coefficients, see
     * {@link CoefficientCiphertext#flood}.
     */
    public void addZero(int index, FreshZero zero) {
        Sum sum = sums[index];
        zero.addTo(sum.body, sum.mask);
        sum.body.reduce();
        sum.mask.reduce();
    }

    /** Overwrites what was computed. */
    @Override
    public void close() {
        clear();
        for (Sum sum : sums) {
            sum.body.close();
            sum.mask.close();
            if (sum.square != null) {
                sum.square.close();
            }
        }
        Arrays.fill(lifted, 0);
        Arrays.fill(digits, 0);
        Arrays.fill(body, 0);
        Arrays.fill(mask, 0);
    }
}
