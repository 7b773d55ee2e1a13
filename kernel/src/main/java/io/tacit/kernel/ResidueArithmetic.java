package io.tacit.kernel;

/**
 * Vectors of residues modulo a prime below 2^49, as centred doubles (see {@link NttPrime}), and how they are made from
 * integers and from random bytes. Results are centred unless a method says otherwise; arguments that are not as stated
 * give unspecified results. An output may be the very place of an input, never overlap it otherwise. No branch and no
 * address depends on content, except on candidates that {@link #uniform} and {@link #ternary} reject.
 */
public interface ResidueArithmetic {

    /**
     * Products that {@link #multiplyAdd} may add to centred residues, or to zeros, before {@link #reduce}. One product is
     * reduced to at most (1/2 + 1/32) p: h is within 2^-53 of a b and 1 / p within 2^-53 of its value, so the quotient of at
     * most p / 4 errs by p / 4 * 2^-52, at most 1/32. Fourteen and a centred residue are at most 7.94 p, below 2^52.
     */
    int LAZY_TERMS = 14;

    /** Bytes of the stream that {@link #uniform} and {@link #centredBinomial} take for a value. */
    int WORD_BYTES = 8;

    /** Bytes of the stream that {@link #ternary} takes for a value. */
    int TERNARY_BYTES = 2;

    /** Bits summed for one centred binomial value: variance 10.5, standard deviation 3.24. */
    int BINOMIAL_BITS = 42;

    /** Largest absolute value of {@link #centredBinomial}. */
    int BINOMIAL_BOUND = BINOMIAL_BITS / 2;

    /** {@code c = a + b}. */
    void add(NttPrime prime, double[] a, int aOffset, double[] b, int bOffset, double[] c, int cOffset, int length);

    /** {@code c = a - b}. */
    void subtract(
            NttPrime prime, double[] a, int aOffset, double[] b, int bOffset, double[] c, int cOffset, int length);

    /** {@code c = -a}. */
    void negate(double[] a, int aOffset, double[] c, int cOffset, int length);

    /** {@code c = a * b}, elementwise. */
    void multiply(
            NttPrime prime, double[] a, int aOffset, double[] b, int bOffset, double[] c, int cOffset, int length);

    /**
     * {@code sum += a * b}, elementwise, lazily: {@code sum} is congruent to the result, which one of the residues is not
     * specified. At most {@link #LAZY_TERMS} times, then {@link #reduce}.
     */
    void multiplyAdd(
            NttPrime prime, double[] a, int aOffset, double[] b, int bOffset, double[] sum, int sumOffset, int length);

    /** {@code c = factor * a} for a centred factor. */
    void scale(NttPrime prime, double factor, double[] a, int aOffset, double[] c, int cOffset, int length);

    /** {@code c} = the centred residues of integers {@code a} of absolute value below 2^52. */
    void reduce(NttPrime prime, double[] a, int aOffset, double[] c, int cOffset, int length);

    /** Any {@code long}s to centred residues. Values modulo 2^l for l below 64 are such, read as signed or not. */
    void fromSigned(
            NttPrime prime, long[] integers, int integersOffset, double[] residues, int residuesOffset, int length);

    /** Centred residues, or any integers below 2^51, to {@code long}s of the same value. */
    void toSigned(double[] residues, int residuesOffset, long[] integers, int integersOffset, int length);

    /** Centred residues to 0 .. p - 1. */
    void toUnsigned(
            NttPrime prime, double[] residues, int residuesOffset, long[] integers, int integersOffset, int length);

    /** Whether all of {@code length} values are in 0 .. p - 1; reads every one, whatever it finds. */
    boolean isCanonical(NttPrime prime, long[] integers, int offset, int length);

    /**
     * Uniform residues from uniform bytes, exactly: each little-endian word of {@value #WORD_BYTES} bytes gives a candidate, its low
     * {@link NttPrime#bits} bits; a candidate u below p is kept as the residue u - (p - 1) / 2, others are left out.
     *
     * @param words how many candidates the stream holds from {@code streamOffset} on
     * @return how many residues were written from {@code outOffset} on, in the order of the stream; what stands between
     *     them and {@code outOffset + words} is unspecified
     */
    int uniform(NttPrime prime, byte[] stream, int streamOffset, double[] out, int outOffset, int words);

    /**
     * Centred binomial values from uniform bytes: the number of ones among the low {@value #BINOMIAL_BITS} bits of a little-endian
     * word of {@value #WORD_BYTES} bytes, less {@value #BINOMIAL_BOUND}, which is the difference of two sums of 21 bits. Residues modulo every prime
     * above 42.
     */
    void centredBinomial(byte[] stream, int streamOffset, double[] out, int outOffset, int length);

    /**
     * Uniform values of -1, 0, 1 from uniform bytes, exactly: the little-endian candidates of {@value #TERNARY_BYTES} bytes are cut in
     * three equal ranges, and the one that is left, 65535, is left out. Residues modulo every odd prime.
     *
     * @param candidates how many the stream holds from {@code streamOffset} on
     * @return how many values were written, as {@link #uniform} does
     */
    int ternary(byte[] stream, int streamOffset, double[] out, int outOffset, int candidates);
}
