package io.tacit.kernel;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/**
 * An odd prime p below 2^49 whose residues are kept as <em>centred doubles</em>: the integers of absolute value at most
 * (p - 1) / 2, which the lattice kernels compute with exactly. Primes with a root of unity of order 2 N carry negacyclic
 * transforms of degree N, see {@link NttTable}.
 */
public final class NttPrime {

    /** Every prime is below 2 to this power; the bounds of all lattice kernels rest on it. */
    public static final int MAX_BITS = 49;

    /** With these bases the Miller-Rabin test is exact below 3.3 * 10^24 (Sorenson, Webster, 2015). */
    private static final int[] BASES = {2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37};

    private final long value;
    private final double inverse;

    /** @throws IllegalArgumentException if {@code value} is not an odd prime below 2^49 */
    public NttPrime(long value) {
        if (value < 3 || value >>> MAX_BITS != 0 || !isPrime(value)) {
            throw new IllegalArgumentException(value + " is not an odd prime below 2^" + MAX_BITS);
        }
        this.value = value;
        this.inverse = 1.0 / value;
    }

    /**
     * The {@code count} largest primes below {@code 2^bits} that are 1 modulo {@code 2 * degree}, largest first.
     *
     * @throws IllegalArgumentException if there are not so many, or {@code bits} is above {@link #MAX_BITS}
     */
    public static List<NttPrime> below(int bits, int degree, int count) {
        if (bits < 2 || bits > MAX_BITS || degree < 1 || Integer.bitCount(degree) != 1 || count < 0) {
            throw new IllegalArgumentException("no primes below 2^" + bits + " for degree " + degree + ": 2 to "
                    + MAX_BITS + " bits, a power of two");
        }
        List<NttPrime> primes = new ArrayList<>();
        long step = 2L * degree;
        long candidate = ((1L << bits) - 2) / step * step + 1;
        for (; primes.size() < count && candidate > 2; candidate -= step) {
            if (isPrime(candidate)) {
                primes.add(new NttPrime(candidate));
            }
        }
        if (primes.size() < count) {
            throw new IllegalArgumentException(
                    "fewer than " + count + " primes below 2^" + bits + " are 1 modulo " + step);
        }
        return List.copyOf(primes);
    }

    /** Whether a number is prime, without error for every positive {@code long}. */
    public static boolean isPrime(long n) {
        if (n < 2) {
            return false;
        }
        for (int base : BASES) {
            if (n % base == 0) {
                return n == base;
            }
        }
        BigInteger modulus = BigInteger.valueOf(n);
        BigInteger minusOne = modulus.subtract(BigInteger.ONE);
        int twos = Long.numberOfTrailingZeros(n - 1);
        BigInteger odd = minusOne.shiftRight(twos);
        for (int base : BASES) {
            BigInteger power = BigInteger.valueOf(base).modPow(odd, modulus);
            boolean passes = power.equals(BigInteger.ONE) || power.equals(minusOne);
            for (int i = 1; i < twos && !passes; i++) {
                power = power.multiply(power).mod(modulus);
                passes = power.equals(minusOne);
            }
            if (!passes) {
                return false;
            }
        }
        return true;
    }

    /** p. */
    public long value() {
        return value;
    }

    /** 1 / p, rounded to nearest. */
    public double inverse() {
        return inverse;
    }

    /** Largest centred residue, (p - 1) / 2. */
    public long half() {
        return value >>> 1;
    }

    /** Bits of p. */
    public int bits() {
        return Long.SIZE - Long.numberOfLeadingZeros(value);
    }

    /** The centred residue of any integer. */
    public double centred(BigInteger integer) {
        long residue = integer.mod(BigInteger.valueOf(value)).longValueExact();
        return residue > half() ? residue - value : residue;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof NttPrime prime && prime.value == value;
    }

    @Override
    public int hashCode() {
        return Long.hashCode(value);
    }

    @Override
    public String toString() {
        return Long.toString(value);
    }
}
