package io.tacit.crypto.lattice;

import io.tacit.kernel.NttPrime;
import io.tacit.kernel.RnsScale;
import io.tacit.kernel.provider.KernelProvider;
import java.util.ArrayList;
import java.util.List;

/**
 * A ring and the plaintext modulus 2^l of BFV: c0 + c1 s = round(q m / 2^l) + noise. Immutable.
 *
 * <p>Whether a computation decrypts is not said here: {@link ParameterChoice} proves it.
 */
public final class LatticeParameters extends SchemeParameters {
    /** Widest plaintext modulus: a few bits below what {@link RnsScale} rounds to, for the noise. */
    public static final int MAX_PLAINTEXT_BITS = 52;

    private final int plaintextBits;
    private final RnsScale scale;
    private final byte[] fingerprint;

    /**
     * @param degree N, a power of two from {@link #MIN_DEGREE} to {@link #MAX_DEGREE}
     * @param primes different primes, 1 modulo 2N, of {@link #MIN_PRIME_BITS} bits or more
     * @param plaintextBits l, 1 to {@link #MAX_PLAINTEXT_BITS}
     * @throws IllegalArgumentException if any of these does not hold, or the modulus is too large for the level
     */
    public LatticeParameters(SecurityLevel level, int degree, List<NttPrime> primes, int plaintextBits) {
        this(level, checked(level, degree, primes), plaintextBits);
    }

    private LatticeParameters(SecurityLevel level, RnsRing ring, int plaintextBits) {
        super(level, ring);
        if (plaintextBits < 1
                || plaintextBits > MAX_PLAINTEXT_BITS
                || plaintextBits >= ring.modulus().bitLength()) {
            throw new IllegalArgumentException("plaintexts of " + plaintextBits + " bits");
        }
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
        return bits == plaintextBits ? this : new LatticeParameters(level(), ring(), bits);
    }

    /** The same parameters, computed with by other kernels than the active ones: for comparisons. */
    public LatticeParameters using(KernelProvider kernels) {
        return new LatticeParameters(level(), ring().using(kernels), plaintextBits);
    }

    /** Factors between plaintexts and the ring. */
    public RnsScale scale() {
        return scale;
    }

    @Override
    public byte[] fingerprint() {
        return fingerprint;
    }

    @Override
    void encode(long[] message, double[] rows) {
        ring().kernels().rns().encode(scale, message, 0, rows, 0, degree(), degree());
    }

    @Override
    void centre(long[] coefficients, long[] centred) {
        int shift = Long.SIZE - plaintextBits;
        for (int i = 0; i < centred.length; i++) {
            centred[i] = coefficients[i] << shift >> shift;
        }
    }

    /** l. */
    public int plaintextBits() {
        return plaintextBits;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof LatticeParameters that
                && level() == that.level()
                && plaintextBits == that.plaintextBits
                && ring().equals(that.ring());
    }

    @Override
    public int hashCode() {
        return 31 * ring().hashCode() + plaintextBits;
    }

    @Override
    public String toString() {
        return "degree " + degree() + ", " + limbs() + " primes, modulus of "
                + modulus().bitLength() + " bits, plaintexts of " + plaintextBits + " bits";
    }
}
