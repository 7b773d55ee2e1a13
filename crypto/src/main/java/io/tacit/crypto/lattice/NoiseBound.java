package io.tacit.crypto.lattice;

/**
 * A proven bound of the noise of a sum of products: after decryption with the secret key and before any rounding, every
 * coefficient is q m / 2^l + noise with |noise| at most {@link #magnitude}, except with a probability below
 * 2^-{@link #failureBits} for each coefficient.
 *
 * <p>How it is proven. Encryption leaves e + rho in each coefficient: e centred binomial, |e| at most
 * {@value Sampler#ETA}, a sum of 2 eta independent signs of height 1/2, hence sub-Gaussian with variance proxy eta/2;
 * rho the rounding of the message, |rho| at most 1/2. A coefficient of the sum of products is the sum of {@code terms}
 * of them, each times a multiplicand of at most 2^(l-1). The errors are independent of the multiplicands, so by
 * Hoeffding's inequality their part stays below 2^(l-1) sqrt(terms) sqrt(eta (f + 1) ln 2), except with probability 2^-f;
 * it is never above 2^(l-1) terms eta. The roundings are taken at their worst, 2^(l-2) terms. The fresh zero adds
 * e u + e' s with ternary u and s: the same inequality with 2 N terms of at most 1.
 */
public final class NoiseBound {
    private static final double LN_2 = Math.log(2);
    /** The few roundings of the formulas below are of 2^-53 each. */
    static final double UPWARDS = 1 + 0x1p-40;

    private final double magnitude;
    private final long terms;
    private final int failureBits;

    private NoiseBound(double magnitude, long terms, int failureBits) {
        this.magnitude = magnitude;
        this.terms = terms;
        this.failureBits = failureBits;
    }

    /**
     * The bound for a sum of products and a fresh zero.
     *
     * @param degree N
     * @param plaintextBits l
     * @param terms non-zero coefficients of all multiplicands together, at least 1
     * @param failureBits bits of the failure probability for one coefficient
     */
    public static NoiseBound ofProducts(int degree, int plaintextBits, long terms, int failureBits) {
        if (terms < 1) {
            throw new IllegalArgumentException(terms + " terms");
        }
        double errors = errorSum(terms, failureBits + 1);
        double products = Math.scalb(errors + terms / 2.0, plaintextBits - 1);
        double zero = errorSum(2L * degree, failureBits + 1);
        return new NoiseBound((products + zero) * UPWARDS, terms, failureBits);
    }

    /**
     * The bound for a sum of products under a collective key, before any share of a key switch is added. There are n
     * parties; s and e, secret and error of the collective key, are sums of n ternary and n centred binomial polynomials.
     * The ciphertext that is multiplied is the sum of n public-key encryptions, so that its noise is
     * V = e U + E0 + E1 s + P with U, E0, E1 sums of n ternary and centred binomial ones and P of n roundings. Each party
     * multiplies V by its polynomials and adds an encryption of a message. With G the sum of the n multiplicands, |G| at
     * most n 2^(l-1), the noise is G V + e U' + E0' + E1' s + P' (a sum over ciphertexts, where there are several).
     *
     * <p>e (G U): each of the N coefficients of G U is a sum of {@code terms} coefficients of U, so by Hoeffding's
     * inequality within h = n 2^(l-1) sqrt(2 n terms f' ln 2), and the coefficients of e are independent of it: n N errors
     * times at most h. E1 (G s): the same with s for U. G E0: n {@code terms} errors times n 2^(l-1). G P and the last
     * four at their worst, or as {@link #ofProducts} has them.
     *
     * @param degree N
     * @param plaintextBits l
     * @param terms coefficients that may be other than zero, of all multiplicands of one party together; the same places
     *     for all
     * @param parties n
     * @param failureBits bits of the failure probability for one coefficient
     */
    public static NoiseBound ofCollectiveProducts(
            int degree, int plaintextBits, long terms, int parties, int failureBits) {
        if (terms < 1 || parties < 2) {
            throw new IllegalArgumentException(terms + " terms, " + parties + " parties");
        }
        int events = failureBits + 3;
        double largest = Math.scalb((double) parties, plaintextBits - 1);
        // Whatever coefficient of whatever product of a multiplicand with U, or with s.
        int inner = events + 2 * Long.SIZE - Long.numberOfLeadingZeros(degree) - Long.numberOfLeadingZeros(terms);
        double height = boundedSum(Math.multiplyExact(terms, parties), largest, inner);
        double errors = errorSum((long) parties * degree, events);
        double products = 2 * errors * height
                + errorSum(Math.multiplyExact(terms, parties), events) * largest
                + largest * terms * parties / 2;
        double messages = 2 * errors * parties + (double) parties * Sampler.ETA + parties / 2.0;
        return new NoiseBound((products + messages) * UPWARDS, terms, failureBits);
    }

    /** Bound of a sum of so many independent errors, each times a number of at most 1. */
    static double errorSum(long terms, int failureBits) {
        return Math.min((double) terms * Sampler.ETA, Math.sqrt(terms * Sampler.ETA * (failureBits + 1) * LN_2));
    }

    /**
     * Bound of a sum of {@code terms} independent centred numbers of at most {@code height}, each times a number of at
     * most 1 (Hoeffding), or of the sum of their heights where that is less.
     */
    static double boundedSum(long terms, double height, int failureBits) {
        return height * Math.min(terms, Math.sqrt(2 * terms * (failureBits + 1) * LN_2)) * UPWARDS;
    }

    /** Largest |noise|, rounded upwards. */
    public double magnitude() {
        return magnitude;
    }

    /** Multiplicands that are not zero, over all summed products. */
    public long terms() {
        return terms;
    }

    /** f. */
    public int failureBits() {
        return failureBits;
    }

    /** Logarithm of the magnitude to base 2. */
    public double bits() {
        return Math.log(magnitude) / LN_2;
    }
}
