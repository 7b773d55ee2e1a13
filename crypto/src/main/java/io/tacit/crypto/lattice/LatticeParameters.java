package io.tacit.crypto.lattice;

import io.tacit.kernel.NttPrime;
import io.tacit.kernel.RnsBasis;
import io.tacit.kernel.RnsScale;
import io.tacit.kernel.provider.KernelProvider;
import io.tacit.kernel.provider.Kernels;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/**
 * Degree N of the ring Z[X] / (X^N + 1), ciphertext modulus q (a product of primes that are 1 modulo 2N) and plaintext
 * modulus 2^l. Immutable.
 *
 * <p>Security guarantee: log2 q is within {@link SecurityLevel#maxModulusBits}; nothing in main code makes parameters
 * beyond it. Whether a computation decrypts is not said here: {@link ParameterChoice} proves it.
 */
public final class LatticeParameters {
    /** Smallest and largest degree. */
    public static final int MIN_DEGREE = 1 << 12;

    public static final int MAX_DEGREE = 1 << 15;
    /** Widest plaintext modulus: a few bits below what {@link RnsScale} rounds to, for the noise. */
    public static final int MAX_PLAINTEXT_BITS = 52;
    /** Fewest bits of a prime; {@link NttPrime#MAX_BITS} are the most. */
    public static final int MIN_PRIME_BITS = 30;

    private final SecurityLevel level;
    private final int plaintextBits;
    private final RnsRing ring;
    private final RnsScale scale;
    private final byte[] fingerprint;

    /**
     * @param degree N, a power of two from {@link #MIN_DEGREE} to {@link #MAX_DEGREE}
     * @param primes different primes, 1 modulo 2N, of {@link #MIN_PRIME_BITS} bits or more
     * @param plaintextBits l, 1 to {@link #MAX_PLAINTEXT_BITS}
     * @throws IllegalArgumentException if any of these does not hold, or the modulus is too large for the level
     */
    public LatticeParameters(SecurityLevel level, int degree, List<NttPrime> primes, int plaintextBits) {
        this(level, checkedRing(level, degree, primes), plaintextBits);
    }

    private LatticeParameters(SecurityLevel level, RnsRing ring, int plaintextBits) {
        if (plaintextBits < 1
                || plaintextBits > MAX_PLAINTEXT_BITS
                || plaintextBits >= ring.modulus().bitLength()) {
            throw new IllegalArgumentException("plaintexts of " + plaintextBits + " bits");
        }
        this.level = level;
        this.ring = ring;
        this.plaintextBits = plaintextBits;
        this.scale = ring.scale(plaintextBits);
        this.fingerprint = ring.fingerprint(plaintextBits);
    }

    /**
     * The parameters with the {@code count} largest primes whose widths differ by at most one bit and add up to
     * {@code modulusBits}.
     *
     * @throws IllegalArgumentException as the constructor does
     */
    public static LatticeParameters of(SecurityLevel level, int degree, int count, int modulusBits, int plaintextBits) {
        int wide = modulusBits % count;
        List<NttPrime> primes = new ArrayList<>();
        if (wide > 0) {
            primes.addAll(NttPrime.below(modulusBits / count + 1, degree, wide));
        }
        primes.addAll(NttPrime.below(modulusBits / count, degree, count - wide));
        return new LatticeParameters(level, degree, primes, plaintextBits);
    }

    /** The same ring, so the same keys, for plaintexts of another width. */
    public LatticeParameters withPlaintextBits(int bits) {
        return bits == plaintextBits ? this : new LatticeParameters(level, ring, bits);
    }

    /** The same parameters, computed with by other kernels than the active ones: for comparisons. */
    public LatticeParameters using(KernelProvider kernels) {
        return new LatticeParameters(level, ring.using(kernels), plaintextBits);
    }

    private static RnsRing checkedRing(SecurityLevel level, int degree, List<NttPrime> primes) {
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

    RnsRing ring() {
        return ring;
    }

    /** Factors between plaintexts and the ring. */
    RnsScale scale() {
        return scale;
    }

    /** First bytes of an encoded ciphertext, so that one under other parameters is refused. */
    byte[] fingerprint() {
        return fingerprint;
    }

    void requireSameRing(LatticeParameters other) {
        if (ring != other.ring && !ring.equals(other.ring)) {
            throw new IllegalArgumentException("a key or ciphertext of another ring");
        }
    }

    void requireEqual(LatticeParameters other) {
        if (!equals(other)) {
            throw new IllegalArgumentException("a polynomial under other parameters");
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

    /** l. */
    public int plaintextBits() {
        return plaintextBits;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof LatticeParameters that
                && level == that.level
                && plaintextBits == that.plaintextBits
                && ring.equals(that.ring);
    }

    @Override
    public int hashCode() {
        return 31 * ring.hashCode() + plaintextBits;
    }

    @Override
    public String toString() {
        return "degree " + degree() + ", " + limbs() + " primes, modulus of "
                + modulus().bitLength() + " bits, plaintexts of " + plaintextBits + " bits";
    }
}
