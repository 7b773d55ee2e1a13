package io.tacit.crypto.lattice;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The ring Z_q[X] / (X^N + 1) in residues modulo the primes of q, one row of N doubles a prime (a <em>limb</em>), row after
 * row in one array. Residues are centred and less than p in absolute value; what comes out of a reduction is at most
 * p/2 plus rounding. Immutable; all loops run without branches on content.
 */
final class RnsRing {
    static final int FINGERPRINT_BYTES = 8;
    /** Fractional rounding is done in pieces of this many bits, so that all of them are exact in doubles. */
    private static final int HIGH_BITS = 26;

    private final int degree;
    private final long[] primes;
    private final BigInteger modulus;
    private final long modulusLow;
    private volatile Ntt @Nullable [] transforms;
    /** (q/p)^-1 modulo p for each p. */
    private final double[] complements;

    RnsRing(int degree, long[] primes, BigInteger modulus) {
        this.degree = degree;
        this.primes = primes;
        this.modulus = modulus;
        this.modulusLow = modulus.longValue();
        this.complements = new double[primes.length];
        for (int limb = 0; limb < primes.length; limb++) {
            BigInteger prime = BigInteger.valueOf(primes[limb]);
            complements[limb] = centred(modulus.divide(prime).modInverse(prime).longValueExact(), primes[limb]);
        }
    }

    static double centred(long residue, long prime) {
        return residue > prime / 2 ? residue - prime : residue;
    }

    int degree() {
        return degree;
    }

    int limbs() {
        return primes.length;
    }

    long prime(int limb) {
        return primes[limb];
    }

    /** Bits of a residue on the wire. */
    int residueBits(int limb) {
        return Long.SIZE - Long.numberOfLeadingZeros(primes[limb]);
    }

    /** Bytes of one polynomial on the wire. */
    int polynomialBytes() {
        int bytes = 0;
        for (int limb = 0; limb < primes.length; limb++) {
            bytes += BitFields.bytes(degree, residueBits(limb));
        }
        return bytes;
    }

    BigInteger modulus() {
        return modulus;
    }

    /** A polynomial of zeros, in either form. */
    double[] zero() {
        return new double[primes.length * degree];
    }

    byte[] fingerprint(int plaintextBits) {
        ByteBuffer text = ByteBuffer.allocate(2 * Integer.BYTES + primes.length * Long.BYTES);
        text.putInt(degree).putInt(plaintextBits);
        for (long prime : primes) {
            text.putLong(prime);
        }
        try {
            return Arrays.copyOf(MessageDigest.getInstance("SHA-256").digest(text.array()), FINGERPRINT_BYTES);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no SHA-256", e);
        }
    }

    /** Tables are made when first used: a planner makes many rings. */
    private Ntt transform(int limb) {
        Ntt[] made = transforms;
        if (made == null) {
            made = new Ntt[primes.length];
            for (int i = 0; i < primes.length; i++) {
                made[i] = new Ntt(degree, primes[i]);
            }
            transforms = made;
        }
        return made[limb];
    }

    void toEvaluation(double[] rows) {
        for (int limb = 0; limb < primes.length; limb++) {
            transform(limb).forward(rows, limb * degree);
        }
    }

    void toCoefficients(double[] rows) {
        for (int limb = 0; limb < primes.length; limb++) {
            transform(limb).inverse(rows, limb * degree);
        }
    }

    /** {@code a *= b} in evaluation form. */
    void multiply(double[] a, double[] b) {
        for (int limb = 0; limb < primes.length; limb++) {
            double p = primes[limb];
            double inverse = 1 / p;
            for (int i = limb * degree; i < (limb + 1) * degree; i++) {
                double high = a[i] * b[i];
                double low = Math.fma(a[i], b[i], -high);
                a[i] = Math.fma(-Math.rint(high * inverse), p, high) + low;
            }
        }
    }

    /** {@code sum += a * b} in evaluation form, reduced. */
    void multiplyAdd(double[] a, double[] b, double[] sum) {
        for (int limb = 0; limb < primes.length; limb++) {
            double p = primes[limb];
            double inverse = 1 / p;
            for (int i = limb * degree; i < (limb + 1) * degree; i++) {
                double high = a[i] * b[i];
                double low = Math.fma(a[i], b[i], -high);
                double product = Math.fma(-Math.rint(high * inverse), p, high) + low;
                double total = sum[i] + product;
                sum[i] = total - p * Math.rint(total * inverse);
            }
        }
    }

    /** {@code sum -= a * b} in evaluation form, reduced. */
    void multiplySubtract(double[] a, double[] b, double[] sum) {
        for (int limb = 0; limb < primes.length; limb++) {
            double p = primes[limb];
            double inverse = 1 / p;
            for (int i = limb * degree; i < (limb + 1) * degree; i++) {
                double high = a[i] * b[i];
                double low = Math.fma(a[i], b[i], -high);
                double product = Math.fma(-Math.rint(high * inverse), p, high) + low;
                double total = sum[i] - product;
                sum[i] = total - p * Math.rint(total * inverse);
            }
        }
    }

    /** {@code rows[limb][i] += values[i]} for small values, |v| below the smallest prime's quarter. */
    void addSmall(byte[] values, double[] rows) {
        for (int limb = 0; limb < primes.length; limb++) {
            int at = limb * degree;
            for (int i = 0; i < values.length; i++) {
                rows[at + i] += values[i];
            }
        }
    }

    /** Residues of integers of at most 53 bits, sign included. */
    void fromSigned(long[] values, double[] rows) {
        for (int limb = 0; limb < primes.length; limb++) {
            int at = limb * degree;
            double p = primes[limb];
            double inverse = 1 / p;
            for (int i = 0; i < values.length; i++) {
                double value = values[i];
                rows[at + i] = Math.fma(-Math.rint(value * inverse), p, value);
            }
        }
    }

    /**
     * {@code rows[limb][i] += round(q m_i / 2^bits)} modulo each prime, for the values m_i modulo 2^bits: with
     * r the centred remainder of q m modulo 2^bits, the rounded quotient is (q m - r) / 2^bits, which is
     * -r 2^-bits modulo every prime of q.
     *
     * @param stride doubles from one row to the next
     */
    void addEncoded(long[] values, int count, int bits, double[] rows, int stride) {
        int shift = Long.SIZE - bits;
        for (int limb = 0; limb < primes.length; limb++) {
            BigInteger prime = BigInteger.valueOf(primes[limb]);
            double factor = centred(
                    BigInteger.ONE.shiftLeft(bits).negate().modInverse(prime).longValueExact(), primes[limb]);
            double p = primes[limb];
            double inverse = 1 / p;
            int at = limb * stride;
            for (int i = 0; i < count; i++) {
                double remainder = (modulusLow * values[i]) << shift >> shift;
                remainder = Math.fma(-Math.rint(remainder * inverse), p, remainder);
                double high = remainder * factor;
                double low = Math.fma(remainder, factor, -high);
                double product = Math.fma(-Math.rint(high * inverse), p, high) + low;
                double total = rows[at + i] + product;
                rows[at + i] = total - p * Math.rint(total * inverse);
            }
        }
    }

    /**
     * {@code rows[limb][i] += sum_j chunks[j][i] 2^(48 j)} modulo each prime.
     *
     * @param chunks integers of at most 48 bits, sign included
     */
    void addWide(double[][] chunks, int chunkBits, int count, double[] rows, int stride) {
        for (int limb = 0; limb < primes.length; limb++) {
            double p = primes[limb];
            double inverse = 1 / p;
            int at = limb * stride;
            for (int j = 0; j < chunks.length; j++) {
                double factor = centred(
                        BigInteger.TWO
                                .modPow(BigInteger.valueOf((long) chunkBits * j), BigInteger.valueOf(primes[limb]))
                                .longValueExact(),
                        primes[limb]);
                double[] chunk = chunks[j];
                for (int i = 0; i < count; i++) {
                    double value = Math.fma(-Math.rint(chunk[i] * inverse), p, chunk[i]);
                    double high = value * factor;
                    double low = Math.fma(value, factor, -high);
                    double product = Math.fma(-Math.rint(high * inverse), p, high) + low;
                    double total = rows[at + i] + product;
                    rows[at + i] = total - p * Math.rint(total * inverse);
                }
            }
        }
    }

    /**
     * {@code out[i] = round(2^bits x_i / q)} modulo 2^bits for the x_i that the residues stand for, with an error of at
     * most 1/2 + {@link ReturnFormat#ROUNDING_SLACK}: x/q is the sum of y/p over the primes p modulo 1, y = x (q/p)^-1
     * modulo p.
     *
     * @param bits 2 to 64
     */
    void round(double[] rows, int stride, int count, int bits, long[] out) {
        int highBits = Math.min(bits, HIGH_BITS);
        double highScale = Math.scalb(1.0, highBits);
        double lowScale = Math.scalb(1.0, bits - highBits);
        double[] fractions = new double[count];
        Arrays.fill(out, 0, count, 0);
        for (int limb = 0; limb < primes.length; limb++) {
            double p = primes[limb];
            double inverse = 1 / p;
            double factor = complements[limb];
            double lowFactor = lowScale / p;
            int at = limb * stride;
            for (int i = 0; i < count; i++) {
                double x = rows[at + i];
                double high = x * factor;
                double low = Math.fma(x, factor, -high);
                double y = Math.fma(-Math.rint(high * inverse), p, high) + low;
                y -= p * Math.rint(y * inverse);
                double scaled = y * highScale;
                double whole = Math.rint(scaled * inverse);
                out[i] += (long) whole << (bits - highBits);
                fractions[i] += Math.fma(-whole, p, scaled) * lowFactor;
            }
        }
        long mask = -1L >>> (Long.SIZE - bits);
        for (int i = 0; i < count; i++) {
            out[i] = (out[i] + (long) Math.rint(fractions[i])) & mask;
        }
    }

    /** The residues 0 .. p - 1 of a polynomial, packed. Returns the offset behind them. */
    int encode(double[] rows, byte[] out, int offset) {
        long[] residues = new long[degree];
        int at = offset;
        for (int limb = 0; limb < primes.length; limb++) {
            long prime = primes[limb];
            for (int i = 0; i < degree; i++) {
                long value = (long) rows[limb * degree + i];
                residues[i] = value + (prime & value >> 63);
            }
            BitFields.pack(residues, degree, residueBits(limb), out, at);
            at += BitFields.bytes(degree, residueBits(limb));
        }
        return at;
    }

    /** Reads what {@link #encode} writes; false, with the rows undefined, if some value is no residue. */
    boolean decode(byte[] in, int offset, double[] rows) {
        long[] residues = new long[degree];
        int at = offset;
        long outside = 0;
        for (int limb = 0; limb < primes.length; limb++) {
            long prime = primes[limb];
            long half = prime / 2;
            BitFields.unpack(in, at, degree, residueBits(limb), residues);
            at += BitFields.bytes(degree, residueBits(limb));
            for (int i = 0; i < degree; i++) {
                long value = residues[i];
                outside |= prime - 1 - value;
                rows[limb * degree + i] = value - (prime & half - value >> 63);
            }
        }
        return outside >= 0;
    }

    /** Whether the same ring. */
    @Override
    public boolean equals(Object other) {
        return other instanceof RnsRing that && degree == that.degree && Arrays.equals(primes, that.primes);
    }

    @Override
    public int hashCode() {
        return 31 * degree + Arrays.hashCode(primes);
    }
}
