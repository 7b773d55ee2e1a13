package io.tacit.crypto.share;

import io.tacit.kernel.ConvolutionGeometry;
import io.tacit.kernel.Workers;
import io.tacit.kernel.provider.Kernels;

/**
 * The integers modulo 2^l, l = {@link #bits}, with everything that is done to many values at once: in {@code int} lanes
 * up to 32 bits, in {@code long} lanes above.
 *
 * <p>Signed integers stand for their residues in two's complement. Operations neither branch nor index on values. A vector
 * of another ring is refused with {@link IllegalArgumentException}.
 *
 * @param bits l, 1 to {@value #MAX_BITS}
 */
public record Ring(int bits) {
    /** Widest ring. */
    public static final int MAX_BITS = 62;

    public Ring {
        if (bits < 1 || bits > MAX_BITS) {
            throw new IllegalArgumentException("a ring of " + bits + " bits is not in 1.." + MAX_BITS);
        }
    }

    /** Whether values stand in {@code int} lanes. */
    public boolean isNarrow() {
        return bits <= Integer.SIZE;
    }

    /** 2^l - 1. */
    public long mask() {
        return (1L << bits) - 1;
    }

    /** Bytes that {@code length} values take on the wire and in files: exactly l bits each, the last byte filled up with zeros. */
    public long packedBytes(long length) {
        return (length * bits + Byte.SIZE - 1) / Byte.SIZE;
    }

    /** A vector of {@code length} zeros. */
    public RingVector zeros(int length) {
        return new RingVector(this, length);
    }

    /** c = a + b on {@code length} values from the offsets; c may be a or b at the same offset. */
    public void add(RingVector a, int aAt, RingVector b, int bAt, RingVector c, int cAt, int length) {
        if (isNarrow()) {
            Kernels.active().ring32().add(ints(a), aAt, ints(b), bAt, ints(c), cAt, length);
        } else {
            Kernels.active().ring64().add(longs(a), aAt, longs(b), bAt, longs(c), cAt, length);
        }
    }

    /** c = a - b on {@code length} values from the offsets; c may be a or b at the same offset. */
    public void subtract(RingVector a, int aAt, RingVector b, int bAt, RingVector c, int cAt, int length) {
        if (isNarrow()) {
            Kernels.active().ring32().subtract(ints(a), aAt, ints(b), bAt, ints(c), cAt, length);
        } else {
            Kernels.active().ring64().subtract(longs(a), aAt, longs(b), bAt, longs(c), cAt, length);
        }
    }

    /** c = factor * a on {@code length} values from the offsets; c may be a at the same offset. */
    public void scale(long factor, RingVector a, int aAt, RingVector c, int cAt, int length) {
        if (isNarrow()) {
            Kernels.active().ring32().scale((int) factor, ints(a), aAt, ints(c), cAt, length);
        } else {
            Kernels.active().ring64().scale(factor, longs(a), aAt, longs(c), cAt, length);
        }
    }

    /** Convolves {@code batch} tensors of {@code input} with {@code weights} into {@code output}. */
    public void convolve(
            ConvolutionGeometry geometry,
            int batch,
            RingVector weights,
            RingVector input,
            int inputAt,
            RingVector output,
            int outputAt,
            Workers workers) {
        if (isNarrow()) {
            Kernels.active()
                    .ring32()
                    .convolve(geometry, batch, ints(weights), ints(input), inputAt, ints(output), outputAt, workers);
        } else {
            Kernels.active()
                    .ring64()
                    .convolve(geometry, batch, longs(weights), longs(input), inputAt, longs(output), outputAt, workers);
        }
    }

    private int[] ints(RingVector vector) {
        requireOwn(vector);
        return vector.ints();
    }

    private long[] longs(RingVector vector) {
        requireOwn(vector);
        return vector.longs();
    }

    private void requireOwn(RingVector vector) {
        if (vector.ring().bits != bits) {
            throw new IllegalArgumentException("a vector over " + vector.ring() + " in a computation over " + this);
        }
    }

    @Override
    public String toString() {
        return "Z/2^" + bits;
    }
}
