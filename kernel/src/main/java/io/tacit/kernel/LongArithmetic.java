package io.tacit.kernel;

/**
 * Matrix products, convolutions and vector operations over {@code long} arrays in one arithmetic: the ring of integers
 * modulo 2^64 ({@link io.tacit.kernel.provider.KernelProvider#ring64}) or the field of 2^61 - 1 elements
 * ({@link io.tacit.kernel.provider.KernelProvider#mersenne61}).
 *
 * <p>In the field every value is canonical, 0 .. 2^61 - 2, on the way in and on the way out; other values give
 * unspecified results (never an exception), so bytes from outside go through {@link #isCanonical} first. No operation
 * branches or indexes on values, only on shapes. Outputs never overlap inputs unless a method allows it.
 */
public interface LongArithmetic {

    /** {@code c[rows][columns] = a[rows][inner] * b[inner][columns]}, row-major from index 0. */
    void multiply(int rows, int inner, int columns, long[] a, long[] b, long[] c, Workers workers);

    /**
     * Convolves each tensor of a batch: {@code output = weights * input}.
     *
     * @param input {@code batch} tensors of {@link ConvolutionGeometry#inputSize} values from {@code inputOffset}
     * @param output room for {@code batch} tensors of {@link ConvolutionGeometry#outputSize} from {@code outputOffset}
     */
    void convolve(
            ConvolutionGeometry geometry,
            int batch,
            long[] weights,
            long[] input,
            int inputOffset,
            long[] output,
            int outputOffset,
            Workers workers);

    /**
     * The transposed map: {@code input[i] = sum over o of output[o] * (coefficient of input i in output o)}. With a
     * row vector s over the outputs this is s^T W, what a Freivalds check needs.
     *
     * @param output one tensor of {@link ConvolutionGeometry#outputSize} values
     * @param input room for one tensor of {@link ConvolutionGeometry#inputSize} values
     */
    void convolveTransposed(ConvolutionGeometry geometry, long[] weights, long[] output, long[] input, Workers workers);

    /** Sum of {@code a[aOffset + i] * b[bOffset + i]} over i below {@code length}, in this arithmetic. */
    long dot(long[] a, int aOffset, long[] b, int bOffset, int length);

    /** {@code c[cOffset + i] = a[aOffset + i] + b[bOffset + i]}; {@code c} may be {@code a} or {@code b} at the same offset. */
    void add(long[] a, int aOffset, long[] b, int bOffset, long[] c, int cOffset, int length);

    /** {@code c[cOffset + i] = a[aOffset + i] - b[bOffset + i]}; {@code c} may be {@code a} or {@code b} at the same offset. */
    void subtract(long[] a, int aOffset, long[] b, int bOffset, long[] c, int cOffset, int length);

    /** {@code c[cOffset + i] = factor * a[aOffset + i]}; {@code c} may be {@code a} at the same offset. */
    void scale(long factor, long[] a, int aOffset, long[] c, int cOffset, int length);

    /** {@code c[cOffset + i] = a[aOffset + i] * b[bOffset + i]}; {@code c} may be {@code a} or {@code b} at the same offset. */
    void hadamard(long[] a, int aOffset, long[] b, int bOffset, long[] c, int cOffset, int length);

    /** Signed integers to canonical residues, in place or not; in the ring this is the identity. */
    void fromSigned(long[] signed, int signedOffset, long[] residues, int residuesOffset, int length);

    /** Canonical residues to the integers of least absolute value, in place or not; in the ring this is the identity. */
    void toSigned(long[] residues, int residuesOffset, long[] signed, int signedOffset, int length);

    /** Whether all of {@code length} values are canonical; reads every one, whatever it finds. */
    boolean isCanonical(long[] values, int offset, int length);
}
