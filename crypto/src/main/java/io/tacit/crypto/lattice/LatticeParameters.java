package io.tacit.crypto.lattice;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

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
    /** Widest plaintext modulus: values of this many bits, centred, are exact in the kernels' doubles. */
    public static final int MAX_PLAINTEXT_BITS = 53;
    /** Bits of the primes that the kernels take. */
    public static final int MIN_PRIME_BITS = 30;

    public static final int MAX_PRIME_BITS = 49;
    private static final int CERTAINTY = 128;

    private final SecurityLevel level;
    private final int plaintextBits;
    private final RnsRing ring;
    private final byte[] fingerprint;

    /**
     * @param degree N, a power of two from {@link #MIN_DEGREE} to {@link #MAX_DEGREE}
     * @param primes different primes, 1 modulo 2N, {@link #MIN_PRIME_BITS} to {@link #MAX_PRIME_BITS} bits
     * @param plaintextBits l, 1 to {@link #MAX_PLAINTEXT_BITS}
     * @throws IllegalArgumentException if any of these does not hold, or the modulus is too large for the level
     */
    public LatticeParameters(SecurityLevel level, int degree, List<Long> primes, int plaintextBits) {
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
        this.fingerprint = ring.fingerprint(plaintextBits);
    }

    /**
     * The parameters with the {@code count} largest primes of {@code primeBits} bits.
     *
     * @throws IllegalArgumentException as the constructor does
     */
    public static LatticeParameters of(SecurityLevel level, int degree, int count, int primeBits, int plaintextBits) {
        return new LatticeParameters(level, degree, largestPrimes(degree, count, primeBits), plaintextBits);
    }

    /** The same ring, so the same keys, for plaintexts of another width. */
    public LatticeParameters withPlaintextBits(int bits) {
        return bits == plaintextBits ? this : new LatticeParameters(level, ring, bits);
    }

    private static RnsRing checkedRing(SecurityLevel level, int degree, List<Long> primes) {
        if (Integer.bitCount(degree) != 1 || degree < MIN_DEGREE || degree > MAX_DEGREE) {
            throw new IllegalArgumentException(
                    "degree " + degree + ", not a power of two from " + MIN_DEGREE + " to " + MAX_DEGREE);
        }
        Set<Long> seen = new HashSet<>();
        BigInteger modulus = BigInteger.ONE;
        int most = level.maxModulusBits(degree);
        if (primes.isEmpty() || primes.size() > most / MIN_PRIME_BITS) {
            throw new IllegalArgumentException(primes.size() + " primes");
        }
        for (long prime : primes) {
            int bits = Long.SIZE - Long.numberOfLeadingZeros(prime);
            if (bits < MIN_PRIME_BITS
                    || bits > MAX_PRIME_BITS
                    || prime % (2L * degree) != 1
                    || !seen.add(prime)
                    || !BigInteger.valueOf(prime).isProbablePrime(CERTAINTY)) {
                throw new IllegalArgumentException("modulus factor " + prime + " is not a prime of " + MIN_PRIME_BITS
                        + " to " + MAX_PRIME_BITS + " bits that is 1 modulo " + 2 * degree + ", or stands twice");
            }
            modulus = modulus.multiply(BigInteger.valueOf(prime));
        }
        if (modulus.compareTo(BigInteger.ONE.shiftLeft(most)) > 0) {
            throw new IllegalArgumentException("a modulus of " + modulus.bitLength() + " bits is insecure at degree "
                    + degree + ": at most " + most);
        }
        long[] array = primes.stream().mapToLong(Long::longValue).toArray();
        return new RnsRing(degree, array, modulus);
    }

    /** The largest primes of exactly {@code bits} bits that are 1 modulo 2N, from the largest. */
    static List<Long> largestPrimes(int degree, int count, int bits) {
        if (bits < MIN_PRIME_BITS || bits > MAX_PRIME_BITS) {
            throw new IllegalArgumentException("primes of " + bits + " bits");
        }
        List<Long> primes = new ArrayList<>();
        long step = 2L * degree;
        for (long candidate = (1L << bits) - step + 1; primes.size() < count; candidate -= step) {
            if (candidate < 1L << (bits - 1)) {
                throw new IllegalArgumentException("no " + count + " primes of " + bits + " bits");
            }
            if (BigInteger.valueOf(candidate).isProbablePrime(CERTAINTY)) {
                primes.add(candidate);
            }
        }
        return primes;
    }

    RnsRing ring() {
        return ring;
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
    public List<Long> primes() {
        List<Long> primes = new ArrayList<>();
        for (int limb = 0; limb < ring.limbs(); limb++) {
            primes.add(ring.prime(limb));
        }
        return List.copyOf(primes);
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
