package io.tacit.kernel;

import java.math.BigInteger;

/**
 * Roots of unity for negacyclic transforms of one degree N modulo one prime p = 1 modulo 2 N. Immutable and shared; the
 * arrays are handed out as they are and must not be changed.
 *
 * <p>The root psi of order 2 N is x^((p - 1) / 2 N) for the least x from 2 on that gives one, so that every party computes
 * the same transform. Twiddle factors stand in bit-reversed order: entry j, for j from 1 on, is psi to the power
 * brv(j), brv reversing log2 N bits (Longa, Naehrig 2016, algorithm 1).
 */
public final class NttTable {
    public static final int MIN_DEGREE = 1024;
    public static final int MAX_DEGREE = 32768;

    /** Largest distance for which {@link #spread} and {@link #inverseSpread} are kept: half of eight lanes. */
    public static final int MAX_SPREAD = 4;

    /** From this degree on primes from {@link #REDUCED_FROM} on need a reduction between the stages, see {@link NegacyclicTransform}. */
    private static final int REDUCED_DEGREE = 16384;

    private static final long REDUCED_FROM = 1L << 48;

    private final int degree;
    private final NttPrime prime;
    private final double[] roots;
    private final double[] rootRatios;
    private final double[] inverseRoots;
    private final double[] inverseRootRatios;
    private final double[][] spread;
    private final double[][] inverseSpread;
    private final double scale;
    private final double lastRoot;

    /**
     * @param degree N, a power of two from {@link #MIN_DEGREE} to {@link #MAX_DEGREE}
     * @param prime p = 1 modulo 2 N
     */
    public NttTable(int degree, NttPrime prime) {
        if (degree < MIN_DEGREE || degree > MAX_DEGREE || Integer.bitCount(degree) != 1) {
            throw new IllegalArgumentException(
                    "degree " + degree + " is not a power of two from " + MIN_DEGREE + " to " + MAX_DEGREE);
        }
        if ((prime.value() - 1) % (2L * degree) != 0) {
            throw new IllegalArgumentException("the prime " + prime + " is not 1 modulo " + 2L * degree);
        }
        this.degree = degree;
        this.prime = prime;
        BigInteger p = BigInteger.valueOf(prime.value());
        BigInteger psi = root(degree, p);
        roots = powers(psi, p);
        rootRatios = ratios(roots);
        inverseRoots = powers(psi.modInverse(p), p);
        inverseRootRatios = ratios(inverseRoots);
        BigInteger inverseDegree = BigInteger.valueOf(degree).modInverse(p);
        scale = prime.centred(inverseDegree);
        lastRoot = prime.centred(inverseDegree.multiply(BigInteger.valueOf((long) inverseRoots[1])));
        spread = new double[Integer.numberOfTrailingZeros(MAX_SPREAD) + 1][];
        inverseSpread = new double[spread.length][];
        for (int i = 0; i < spread.length; i++) {
            spread[i] = spread(roots, 1 << i);
            inverseSpread[i] = spread(inverseRoots, 1 << i);
        }
    }

    private static BigInteger root(int degree, BigInteger p) {
        BigInteger minusOne = p.subtract(BigInteger.ONE);
        BigInteger exponent = minusOne.divide(BigInteger.valueOf(2L * degree));
        for (long x = 2; ; x++) {
            BigInteger candidate = BigInteger.valueOf(x).modPow(exponent, p);
            if (candidate.modPow(BigInteger.valueOf(degree), p).equals(minusOne)) {
                return candidate;
            }
        }
    }

    private double[] powers(BigInteger psi, BigInteger p) {
        double[] powers = new double[degree];
        int shift = Integer.numberOfLeadingZeros(degree) + 1;
        BigInteger power = BigInteger.ONE;
        for (int i = 0; i < degree; i++) {
            powers[Integer.reverse(i) >>> shift] = prime.centred(power);
            power = power.multiply(psi).mod(p);
        }
        return powers;
    }

    /** w / p, rounded once: the quotient of two integers below 2^53. */
    private double[] ratios(double[] values) {
        double[] ratios = new double[values.length];
        for (int i = 0; i < ratios.length; i++) {
            ratios[i] = values[i] / prime.value();
        }
        return ratios;
    }

    private double[] spread(double[] values, int distance) {
        double[] factors = new double[degree];
        for (int i = 0; i < degree; i++) {
            boolean second = (i & distance) != 0;
            factors[i] = second ? values[(degree + i) / (2 * distance)] : 1;
        }
        return factors;
    }

    /** N. */
    public int degree() {
        return degree;
    }

    /** p. */
    public NttPrime prime() {
        return prime;
    }

    /** Whether residues must be reduced once between the stages of the forward transform. */
    public boolean reducesBetween() {
        return degree >= REDUCED_DEGREE && prime.value() > REDUCED_FROM;
    }

    /** Twiddle factors of the forward transform, centred, in bit-reversed order. */
    public double[] roots() {
        return roots;
    }

    /** {@link #roots} divided by p, rounded to nearest. */
    public double[] rootRatios() {
        return rootRatios;
    }

    /** Twiddle factors of the inverse transform, centred, in bit-reversed order. */
    public double[] inverseRoots() {
        return inverseRoots;
    }

    /** {@link #inverseRoots} divided by p, rounded to nearest. */
    public double[] inverseRootRatios() {
        return inverseRootRatios;
    }

    /** 1 / N modulo p, the factor of the last stage of the inverse transform for sums. */
    public double scale() {
        return scale;
    }

    /** {@code inverseRoots[1] / N} modulo p, the factor of the last stage of the inverse transform for differences. */
    public double lastRoot() {
        return lastRoot;
    }

    /**
     * What each coefficient is multiplied by in the forward stage that joins coefficients at a distance of 1, 2 or 4: the
     * twiddle factor for the second of a pair, 1 for the first.
     */
    public double[] spread(int distance) {
        return spread[Integer.numberOfTrailingZeros(distance)];
    }

    /** {@link #spread} of the inverse transform. */
    public double[] inverseSpread(int distance) {
        return inverseSpread[Integer.numberOfTrailingZeros(distance)];
    }
}
