package io.tacit.crypto.lattice;

import io.tacit.kernel.NttPrime;
import io.tacit.kernel.NttTable;
import io.tacit.kernel.RnsBasis;
import io.tacit.kernel.RnsScale;
import io.tacit.kernel.provider.KernelProvider;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The ring Z_q[X] / (X^N + 1) in residues modulo the primes of q: N centred doubles a prime (a <em>limb</em>), row after row
 * in one array, by coefficients or by values. Immutable; no branch and no address depends on content.
 */
public final class RnsRing {
    public static final int FINGERPRINT_BYTES = 8;

    private final int degree;
    private final RnsBasis basis;
    private final KernelProvider kernels;
    private final Transform[] transforms;

    /** @param basis primes that are 1 modulo 2 N */
    RnsRing(int degree, RnsBasis basis, KernelProvider kernels) {
        this(
                degree,
                basis,
                kernels,
                basis.primes().stream()
                        .map(prime -> new Transform(degree, prime))
                        .toArray(Transform[]::new));
    }

    private RnsRing(int degree, RnsBasis basis, KernelProvider kernels, Transform[] transforms) {
        this.degree = degree;
        this.basis = basis;
        this.kernels = kernels;
        this.transforms = transforms;
    }

    RnsRing using(KernelProvider others) {
        return new RnsRing(degree, basis, others, transforms);
    }

    /** The ring modulo some of the primes, in this order. */
    RnsRing part(int... limbs) {
        return new RnsRing(
                degree,
                new RnsBasis(Arrays.stream(limbs).mapToObj(basis::prime).toList()),
                kernels,
                Arrays.stream(limbs).mapToObj(limb -> transforms[limb]).toArray(Transform[]::new));
    }

    /** The table of one prime, shared by rings and their parts, and made when first used: a planner makes many rings. */
    private static final class Transform {
        private final int degree;
        private final NttPrime prime;
        private volatile @Nullable NttTable table;

        Transform(int degree, NttPrime prime) {
            this.degree = degree;
            this.prime = prime;
        }

        NttTable table() {
            NttTable made = table;
            if (made == null) {
                made = new NttTable(degree, prime);
                table = made;
            }
            return made;
        }
    }

    public int degree() {
        return degree;
    }

    public int limbs() {
        return basis.size();
    }

    public NttPrime prime(int limb) {
        return basis.prime(limb);
    }

    RnsBasis basis() {
        return basis;
    }

    public BigInteger modulus() {
        return basis.modulus();
    }

    public KernelProvider kernels() {
        return kernels;
    }

    /** Factors between the ring and integers modulo 2^bits. */
    RnsScale scale(int bits) {
        return new RnsScale(basis, bits);
    }

    /** A polynomial of zeros, in either form. */
    public double[] zero() {
        return new double[basis.size() * degree];
    }

    /**
     * First bytes of what belongs to the ring and that width of plaintexts; of keys, which serve every width, to 0.
     *
     * @param plaintextPrimes of BGV, none for BFV and for keys
     */
    public byte[] fingerprint(int plaintextBits, long... plaintextPrimes) {
        ByteBuffer text = ByteBuffer.allocate(2 * Integer.BYTES + (basis.size() + plaintextPrimes.length) * Long.BYTES);
        text.putInt(degree).putInt(plaintextBits);
        for (NttPrime prime : basis.primes()) {
            text.putLong(prime.value());
        }
        for (long prime : plaintextPrimes) {
            text.putLong(prime);
        }
        try {
            return Arrays.copyOf(MessageDigest.getInstance("SHA-256").digest(text.array()), FINGERPRINT_BYTES);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no SHA-256", e);
        }
    }

    /** Row of a prime of this ring. */
    int limbOf(NttPrime prime) {
        int limb = basis.primes().indexOf(prime);
        if (limb < 0) {
            throw new IllegalArgumentException("the ring has no prime " + prime);
        }
        return limb;
    }

    /** One row, that of prime {@code limb}, at {@code offset}. */
    void toEvaluation(int limb, double[] values, int offset) {
        kernels.transform().forward(values, offset, transforms[limb].table());
    }

    public void toEvaluation(double[] rows) {
        for (int limb = 0; limb < limbs(); limb++) {
            kernels.transform().forward(rows, limb * degree, transforms[limb].table());
        }
    }

    public void toCoefficients(double[] rows) {
        for (int limb = 0; limb < limbs(); limb++) {
            kernels.transform().inverse(rows, limb * degree, transforms[limb].table());
        }
    }

    /** {@code sum += a b} in evaluation form, lazily: see {@link io.tacit.kernel.ResidueArithmetic#multiplyAdd}. */
    void multiplyAdd(double[] a, double[] b, double[] sum) {
        for (int limb = 0; limb < limbs(); limb++) {
            int at = limb * degree;
            kernels.residues().multiplyAdd(basis.prime(limb), a, at, b, at, sum, at, degree);
        }
    }

    void reduce(double[] rows) {
        for (int limb = 0; limb < limbs(); limb++) {
            int at = limb * degree;
            kernels.residues().reduce(basis.prime(limb), rows, at, rows, at, degree);
        }
    }

    /** {@code a *= b} in evaluation form. */
    public void multiply(double[] a, double[] b) {
        for (int limb = 0; limb < limbs(); limb++) {
            int at = limb * degree;
            kernels.residues().multiply(basis.prime(limb), a, at, b, at, a, at, degree);
        }
    }

    /** {@code a += b}. */
    public void add(double[] a, double[] b) {
        for (int limb = 0; limb < limbs(); limb++) {
            int at = limb * degree;
            kernels.residues().add(basis.prime(limb), a, at, b, at, a, at, degree);
        }
    }

    /** {@code a -= b}. */
    public void subtract(double[] a, double[] b) {
        for (int limb = 0; limb < limbs(); limb++) {
            int at = limb * degree;
            kernels.residues().subtract(basis.prime(limb), a, at, b, at, a, at, degree);
        }
    }

    /** {@code rows += small} for integers that are centred residues of every prime. */
    public void addSmall(double[] small, double[] rows) {
        for (int limb = 0; limb < limbs(); limb++) {
            int at = limb * degree;
            kernels.residues().add(basis.prime(limb), rows, at, small, 0, rows, at, degree);
        }
    }

    /** {@code rows = small} for integers that are centred residues of every prime. */
    public void setSmall(double[] small, double[] rows) {
        for (int limb = 0; limb < limbs(); limb++) {
            System.arraycopy(small, 0, rows, limb * degree, degree);
        }
    }

    /** {@code rows = factors[limb] rows} for centred factors, one a prime. */
    void scale(double[] factors, double[] rows) {
        for (int limb = 0; limb < limbs(); limb++) {
            int at = limb * degree;
            kernels.residues().scale(basis.prime(limb), factors[limb], rows, at, rows, at, degree);
        }
    }

    /** The residues of an integer modulo each prime, centred. */
    double[] residues(BigInteger integer) {
        return basis.primes().stream()
                .mapToDouble(prime -> prime.centred(integer))
                .toArray();
    }

    /** Residues of any integers. */
    public void fromSigned(long[] integers, double[] rows) {
        for (int limb = 0; limb < limbs(); limb++) {
            kernels.residues().fromSigned(basis.prime(limb), integers, 0, rows, limb * degree, degree);
        }
    }

    /**
     * {@code rows += sum_j pieces[j] 2^(bits j)} for rows of {@code count} values.
     *
     * @param scratch at least {@code count} places
     */
    public void addWide(long[][] pieces, int bits, int count, double[] rows, double[] scratch) {
        for (int limb = 0; limb < limbs(); limb++) {
            NttPrime prime = basis.prime(limb);
            int at = limb * count;
            for (int j = 0; j < pieces.length; j++) {
                kernels.residues().fromSigned(prime, pieces[j], 0, scratch, 0, count);
                if (j > 0) {
                    double factor = prime.centred(BigInteger.ONE.shiftLeft(bits * j));
                    kernels.residues().scale(prime, factor, scratch, 0, scratch, 0, count);
                }
                kernels.residues().add(prime, rows, at, scratch, 0, rows, at, count);
            }
        }
    }

    /** Bytes of one polynomial on the wire. */
    public int polynomialBytes() {
        return bytes(degree);
    }

    /** Bytes of the residues of so many coefficients on the wire. */
    public int bytes(int count) {
        int bytes = 0;
        for (NttPrime prime : basis.primes()) {
            bytes += BitFields.bytes(count, prime.bits());
        }
        return bytes;
    }

    /** The residues 0 .. p - 1 of a polynomial, each in as many bits as its prime. */
    public void encode(double[] rows, byte[] out, int offset) {
        encode(rows, degree, out, offset);
    }

    /** The same for rows of {@code count} values. */
    public void encode(double[] rows, int count, byte[] out, int offset) {
        long[] residues = new long[count];
        int at = offset;
        for (int limb = 0; limb < limbs(); limb++) {
            NttPrime prime = basis.prime(limb);
            kernels.residues().toUnsigned(prime, rows, limb * count, residues, 0, count);
            BitFields.pack(residues, count, prime.bits(), out, at);
            at += BitFields.bytes(count, prime.bits());
        }
    }

    /** Reads what {@link #encode} writes; false if some value is no residue. */
    public boolean decode(byte[] in, int offset, double[] rows) {
        return decode(in, offset, degree, rows);
    }

    /** The same for rows of {@code count} values; false also if bits are set that no residue has. */
    public boolean decode(byte[] in, int offset, int count, double[] rows) {
        long[] residues = new long[count];
        int at = offset;
        boolean canonical = true;
        for (int limb = 0; limb < limbs(); limb++) {
            NttPrime prime = basis.prime(limb);
            BitFields.unpack(in, at, count, prime.bits(), residues);
            canonical &= BitFields.endsInZeros(in, at, count, prime.bits());
            at += BitFields.bytes(count, prime.bits());
            canonical &= kernels.residues().isCanonical(prime, residues, 0, count);
            kernels.residues().fromSigned(prime, residues, 0, rows, limb * count, count);
        }
        return canonical;
    }

    /** Whether the same ring, with whatever kernels. */
    @Override
    public boolean equals(Object other) {
        return other instanceof RnsRing that
                && degree == that.degree
                && basis.primes().equals(that.basis.primes());
    }

    @Override
    public int hashCode() {
        return 31 * degree + basis.primes().hashCode();
    }
}
