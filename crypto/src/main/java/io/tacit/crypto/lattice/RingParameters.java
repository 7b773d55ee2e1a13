package io.tacit.crypto.lattice;

import io.tacit.kernel.NttPrime;
import io.tacit.kernel.RnsBasis;
import io.tacit.kernel.provider.Kernels;
import java.math.BigInteger;
import java.util.List;

/**
 * Degree N of the ring Z[X] / (X^N + 1) and ciphertext modulus q, a product of primes that are 1 modulo 2N: what keys are
 * made for. Immutable.
 *
 * <p>Security guarantee: log2 q is within {@link SecurityLevel#maxModulusBits}; nothing in main code makes parameters
 * beyond it.
 */
public sealed class RingParameters permits SchemeParameters {
    /** Smallest and largest degree. */
    public static final int MIN_DEGREE = 1 << 12;

    public static final int MAX_DEGREE = 1 << 15;
    /** Fewest bits of a prime; {@link NttPrime#MAX_BITS} are the most. */
    public static final int MIN_PRIME_BITS = 30;

    private final SecurityLevel level;
    private final RnsRing ring;

    /**
     * @param degree N, a power of two from {@link #MIN_DEGREE} to {@link #MAX_DEGREE}
     * @param primes different primes, 1 modulo 2N, of {@link #MIN_PRIME_BITS} bits or more
     * @throws IllegalArgumentException if any of these does not hold, or the modulus is too large for the level
     */
    public RingParameters(SecurityLevel level, int degree, List<NttPrime> primes) {
        this(level, checked(level, degree, primes));
    }

    /** @param ring checked, or a part of one that was */
    RingParameters(SecurityLevel level, RnsRing ring) {
        this.level = level;
        this.ring = ring;
    }

    static RnsRing checked(SecurityLevel level, int degree, List<NttPrime> primes) {
        if (Integer.bitCount(degree) != 1 || degree < MIN_DEGREE || degree > MAX_DEGREE) {
            throw new IllegalArgumentException(
                    "degree " + degree + ", not a power of two from " + MIN_DEGREE + " to " + MAX_DEGREE);
        }
        for (NttPrime prime : primes) {
            if (prime.bits() < MIN_PRIME_BITS || prime.value() % (2L * degree) != 1) {
                throw new IllegalArgumentException("the modulus's factor " + prime + " has fewer than " + MIN_PRIME_BITS
                        + " bits or is not 1 modulo " + 2 * degree);
            }
        }
        RnsRing ring = new RnsRing(degree, new RnsBasis(primes), Kernels.active());
        int most = level.maxModulusBits(degree);
        if (ring.modulus().compareTo(BigInteger.ONE.shiftLeft(most)) > 0) {
            throw new IllegalArgumentException("a modulus of " + ring.modulus().bitLength()
                    + " bits is insecure at degree " + degree + ": at most " + most);
        }
        return ring;
    }

    /** The ring of ciphertexts. */
    public RnsRing ring() {
        return ring;
    }

    /** @throws IllegalArgumentException for another ring */
    public void requireSameRing(RingParameters other) {
        if (ring != other.ring && !ring.equals(other.ring)) {
            throw new IllegalArgumentException("a key or ciphertext of another ring");
        }
    }

    /** Level that the modulus was held against. */
    public SecurityLevel level() {
        return level;
    }

    /** N: coefficients of a polynomial. */
    public int degree() {
        return ring.degree();
    }

    /** Number of primes. */
    public int limbs() {
        return ring.limbs();
    }

    /** The primes, in order. */
    public List<NttPrime> primes() {
        return ring.basis().primes();
    }

    /** q. */
    public BigInteger modulus() {
        return ring.modulus();
    }
}
