package io.tacit.crypto.share;

import io.tacit.kernel.ConvolutionGeometry;
import io.tacit.kernel.Workers;
import io.tacit.kernel.provider.Kernels;

/**
 * The two prime fields that linear layers are computed in, with everything that is done to many values at once.
 *
 * <p>Signed integers stand for their residues, least absolute value first: a computation whose true results are within
 * {@link #largestSigned} is exact. Operations on vectors neither branch nor index on values. A vector of another field is
 * refused with {@link IllegalArgumentException}.
 */
public enum PrimeField {
    /** p = 2^31 - 1: one {@code int} a value. */
    M31(31, Integer.BYTES),
    /** p = 2^61 - 1: one {@code long} a value. */
    M61(61, Long.BYTES);

    private final int bits;
    private final long modulus;
    private final int bytesPerValue;

    PrimeField(int bits, int bytesPerValue) {
        this.bits = bits;
        this.modulus = (1L << bits) - 1;
        this.bytesPerValue = bytesPerValue;
    }

    /** The exponent e of p = 2^e - 1. */
    public int bits() {
        return bits;
    }

    /** The prime p. */
    public long modulus() {
        return modulus;
    }

    /** Bytes of a value on the wire, little-endian. */
    public int bytesPerValue() {
        return bytesPerValue;
    }

    /** Largest absolute value that a signed integer may have: (p - 1) / 2. */
    public long largestSigned() {
        return modulus >> 1;
    }

    // ---- single elements: for set-up work, not for bulk data

    /** a + b mod p. */
    public long add(long a, long b) {
        return reduceOnce(a + b);
    }

    /** a - b mod p. */
    public long subtract(long a, long b) {
        return reduceOnce(a - b + modulus);
    }

    /** a * b mod p. */
    public long multiply(long a, long b) {
        long low = a * b;
        long folded = this == M31
                ? (low & modulus) + (low >>> bits)
                : (low & modulus) + (Math.multiplyHigh(a, b) << 3 | low >>> bits);
        return reduceOnce(folded);
    }

    /** 1 / a mod p. @throws ArithmeticException if a is zero */
    public long inverse(long a) {
        if (a == 0) {
            throw new ArithmeticException("zero has no inverse");
        }
        long result = 1;
        long power = a; // a^(p - 2) by the binary digits of p - 2 = 2^e - 3
        for (long exponent = modulus - 2; exponent != 0; exponent >>= 1) {
            if ((exponent & 1) != 0) {
                result = multiply(result, power);
            }
            power = multiply(power, power);
        }
        return result;
    }

    private long reduceOnce(long value) {
        long less = value - modulus;
        return less + (modulus & less >> 63);
    }

    // ---- vectors

    /** A vector of {@code length} zeros. */
    public FieldVector zeros(int length) {
        return new FieldVector(this, length);
    }

    /** c = a + b on {@code length} values from the offsets; c may be a or b at the same offset. */
    public void add(FieldVector a, int aAt, FieldVector b, int bAt, FieldVector c, int cAt, int length) {
        if (this == M31) {
            Kernels.active().mersenne31().add(ints(a), aAt, ints(b), bAt, ints(c), cAt, length);
        } else {
            Kernels.active().mersenne61().add(longs(a), aAt, longs(b), bAt, longs(c), cAt, length);
        }
    }

    /** c = a - b on {@code length} values from the offsets; c may be a or b at the same offset. */
    public void subtract(FieldVector a, int aAt, FieldVector b, int bAt, FieldVector c, int cAt, int length) {
        if (this == M31) {
            Kernels.active().mersenne31().subtract(ints(a), aAt, ints(b), bAt, ints(c), cAt, length);
        } else {
            Kernels.active().mersenne61().subtract(longs(a), aAt, longs(b), bAt, longs(c), cAt, length);
        }
    }

    /** c = a * b, value by value, on {@code length} values from the offsets; c may be a or b at the same offset. */
    public void hadamard(FieldVector a, int aAt, FieldVector b, int bAt, FieldVector c, int cAt, int length) {
        if (this == M31) {
            Kernels.active().mersenne31().hadamard(ints(a), aAt, ints(b), bAt, ints(c), cAt, length);
        } else {
            Kernels.active().mersenne61().hadamard(longs(a), aAt, longs(b), bAt, longs(c), cAt, length);
        }
    }

    /** c = factor * a on {@code length} values from the offsets; c may be a at the same offset. */
    public void scale(long factor, FieldVector a, int aAt, FieldVector c, int cAt, int length) {
        if (this == M31) {
            Kernels.active().mersenne31().scale((int) factor, ints(a), aAt, ints(c), cAt, length);
        } else {
            Kernels.active().mersenne61().scale(factor, longs(a), aAt, longs(c), cAt, length);
        }
    }

    /** Sum of a_i * b_i over {@code length} values from the offsets. */
    public long dot(FieldVector a, int aAt, FieldVector b, int bAt, int length) {
        return this == M31
                ? Kernels.active().mersenne31().dot(ints(a), aAt, ints(b), bAt, length)
                : Kernels.active().mersenne61().dot(longs(a), aAt, longs(b), bAt, length);
    }

    /** Convolves {@code batch} tensors of {@code input} with {@code weights} into {@code output}. */
    public void convolve(
            ConvolutionGeometry geometry,
            int batch,
            FieldVector weights,
            FieldVector input,
            int inputAt,
            FieldVector output,
            int outputAt,
            Workers workers) {
        if (this == M31) {
            Kernels.active()
                    .mersenne31()
                    .convolve(geometry, batch, ints(weights), ints(input), inputAt, ints(output), outputAt, workers);
        } else {
            Kernels.active()
                    .mersenne61()
                    .convolve(geometry, batch, longs(weights), longs(input), inputAt, longs(output), outputAt, workers);
        }
    }

    /** The transposed map: the row vector {@code output} times the matrix of the convolution, into {@code input}. */
    public void convolveTransposed(
            ConvolutionGeometry geometry, FieldVector weights, FieldVector output, FieldVector input, Workers workers) {
        if (this == M31) {
            Kernels.active()
                    .mersenne31()
                    .convolveTransposed(geometry, ints(weights), ints(output), ints(input), workers);
        } else {
            Kernels.active()
                    .mersenne61()
                    .convolveTransposed(geometry, longs(weights), longs(output), longs(input), workers);
        }
    }

    private int[] ints(FieldVector vector) {
        if (vector.field() != this) {
            throw new IllegalArgumentException("a vector over " + vector.field() + " in a computation over " + this);
        }
        return vector.ints();
    }

    private long[] longs(FieldVector vector) {
        if (vector.field() != this) {
            throw new IllegalArgumentException("a vector over " + vector.field() + " in a computation over " + this);
        }
        return vector.longs();
    }
}
