package io.tacit.crypto.lattice;

import io.tacit.kernel.NttPrime;
import java.util.List;

/**
 * Proven bounds of the values m + t e of BGV ciphertexts: every coefficient of a value is at most this, except with a
 * probability below 2^-failureBits for each coefficient and each step that may fail. A ciphertext decrypts while its value
 * is below half of its modulus.
 *
 * <p>How it is proven. A fresh encryption of a constant c has the value c + t e, with |c| at most t / 2 and e centred
 * binomial: sub-Gaussian with variance proxy eta / 2, at most {@value Sampler#ETA}. In a sum of products with factors that
 * do not depend on those errors the errors add up by Hoeffding's inequality, as in {@link NoiseBound}; constants are taken at
 * their worst. The change of modulus rounds both components, by at most 1/2 a coefficient: that of c0 counts as it is, that
 * of c1 is multiplied by s, N terms at their worst, or by Hoeffding's inequality over the independent ternary coefficients
 * of s where c1 depends on uniform masks and public factors alone. Everything else is the worst case.
 */
public final class BgvBound {
    private final int degree;
    private final double t;
    private final int failureBits;

    /**
     * @param degree N
     * @param failureBits bits of the failure probability for one coefficient in one step
     */
    public BgvBound(int degree, NttPrime plaintextPrime, int failureBits) {
        this.degree = degree;
        this.t = plaintextPrime.value();
        this.failureBits = failureBits;
    }

    /** A fresh encryption of a constant. */
    public double constant() {
        return t / 2 + t * Sampler.ETA;
    }

    /** A sum of so many products of fresh encryptions of constants and multiplicands, which have |coefficients| below t / 2. */
    public double products(long terms) {
        return products(terms, t / 2);
    }

    /** The same where the other factors are ciphertexts with values of at most {@code other}, made without these errors. */
    public double products(long terms, double other) {
        double errors = NoiseBound.errorSum(terms * degree, failureBits);
        return other * (t * errors + terms * t / 2) * NoiseBound.UPWARDS;
    }

    /** The square of a ciphertext. */
    public double square(double value) {
        return degree * value * value * NoiseBound.UPWARDS;
    }

    /** After relinearisation of a product: digits of less than half of each prime, times errors, divided by the special prime. */
    public double relinearized(double value, BgvParameters parameters, int limbs) {
        double digits = 0;
        for (NttPrime prime : parameters.keys().primes().subList(0, limbs)) {
            digits += (double) prime.half() * degree * Sampler.ETA;
        }
        return (value + t * (digits / parameters.special().value() + worstRounding())) * NoiseBound.UPWARDS;
    }

    /** After a switch from the level of {@code primes} to that of the first {@code limbs} of them. */
    public double switched(double value, List<NttPrime> primes, int limbs) {
        return switched(value, primes, limbs, worstRounding());
    }

    /** The same for a ciphertext whose c1 depends on uniform masks and public factors alone: for the first switch. */
    public double switchedFirst(double value, List<NttPrime> primes, int limbs) {
        return switched(value, primes, limbs, 0.5 + NoiseBound.boundedSum(degree, 0.5, failureBits));
    }

    private double switched(double value, List<NttPrime> primes, int limbs, double rounding) {
        double bound = value;
        for (int i = primes.size() - 1; i >= limbs; i--) {
            bound = (bound / primes.get(i).value() + t * rounding) * NoiseBound.UPWARDS;
        }
        return bound;
    }

    private double worstRounding() {
        return (degree + 1) / 2.0;
    }

    /**
     * Logarithm of the flooding noise that hides the noise of a value of at most {@code value}, an encryption of zero and
     * the carry of a mask: uniform integers of -2^floodBits .. 2^floodBits - 1, at least 2^(statisticalBits - 1) times those.
     */
    public int floodBits(double value, int statisticalBits) {
        return Math.getExponent(noise(value)) + 1 + statisticalBits - 1;
    }

    /** The value after flooding. */
    public double flooded(double value, int floodBits) {
        return t * (Math.scalb(1.0, floodBits) + noise(value) + 1) * NoiseBound.UPWARDS;
    }

    /** e of a value, with an encryption of zero (e u + e' s with ternary u and s) and the carry of the mask. */
    private double noise(double value) {
        return (value / t + NoiseBound.errorSum(2L * degree, failureBits) + 2) * NoiseBound.UPWARDS;
    }
}
