package io.tacit.kernel;

/**
 * Loops over rows of 16-byte blocks (cipher blocks, wire labels) and over bit matrices. A block is a little-endian
 * 128-bit number, {@code low} its first and {@code high} its last eight bytes; its bit 0 is its <em>colour</em>. Offsets
 * are in bytes, counts in blocks unless said otherwise; an output may be the very place of an input, never overlap it
 * otherwise. No branch and no address depends on content.
 */
public interface BlockArithmetic {
    int BLOCK_BYTES = 16;

    /** Bits in one row of {@link #transpose}: rows are taken this many columns at a time. */
    int TRANSPOSE_ROWS = 128;

    /** {@code out = a xor b}, {@code length} bytes. */
    void xor(byte[] a, int aOffset, byte[] b, int bOffset, byte[] out, int outOffset, int length);

    /** {@code out = out xor (in and mask)}, {@code length} bytes, each with the same mask. */
    void addMasked(byte[] in, int inOffset, byte mask, byte[] out, int outOffset, int length);

    /**
     * Exclusive or of all words of 64 bits of {@code a and b}: its parity is that of the bits that both have.
     *
     * @param length bytes, a multiple of 8
     */
    long foldCommon(byte[] a, int aOffset, byte[] b, int bOffset, int length);

    /** {@code out[j] = in[j] xor (low, high)}. */
    void xorConstant(byte[] in, int inOffset, long low, long high, byte[] out, int outOffset, int blocks);

    /** {@code out[j] = in[j] xor (first + j, high)}. */
    void xorCounter(byte[] in, int inOffset, long first, long high, byte[] out, int outOffset, int blocks);

    /**
     * The garbler's half of an AND gate (half-gates, Zahur, Rosulek, Evans 2015, figure 2) for {@code blocks} instances.
     * With a, b the zero labels of the inputs, D the offset, p the colours, H0a = H(a), H1a = H(a xor D):
     * {@code TG = H0a xor H1a xor p_b D}, {@code TE = H0b xor H1b xor a},
     * {@code c = H0a xor p_a TG xor H0b xor p_b (TE xor a)}.
     *
     * @param labels four runs of {@code blocks} from {@code offset} on: a, b, a xor D, b xor D
     * @param hashLeft a summand of the hashes of {@code labels}, at the same places
     * @param hashRight the other summand
     * @param low D, first half
     * @param high D, second half
     * @param out where c goes, from {@code outOffset} on
     * @param tables where TG goes, from {@code rowG} on, and TE, from {@code rowE} on
     */
    void garbleAnd(
            byte[] labels,
            byte[] hashLeft,
            byte[] hashRight,
            int offset,
            int blocks,
            long low,
            long high,
            byte[] out,
            int outOffset,
            byte[] tables,
            int rowG,
            int rowE);

    /**
     * The evaluator's half: {@code c = H(a) xor s_a TG xor H(b) xor s_b (TE xor a)} with a, b the labels it holds and s
     * their colours.
     *
     * @param labels two runs of {@code blocks} from {@code offset} on: a, b; their hashes likewise in two summands
     */
    void evaluateAnd(
            byte[] labels,
            byte[] hashLeft,
            byte[] hashRight,
            int offset,
            int blocks,
            byte[] out,
            int outOffset,
            byte[] tables,
            int rowG,
            int rowE);

    /**
     * {@code out[j] = a[j] xor s(b[j])} with the linear map {@code s(low, high) = (low xor high, low)}. Both s and its sum
     * with the identity are invertible.
     */
    void join(byte[] a, int aOffset, byte[] b, int bOffset, byte[] out, int outOffset, int blocks);

    /**
     * {@code out[j] = out[j] xor T0[j] xor p T1[j] xor r T2[j] xor p r T3[j]} with p, r the colours of a[j] and b[j].
     *
     * @param tables four runs T0 to T3 that begin {@code stride} bytes apart, from {@code tablesOffset} on
     */
    void addRow(
            byte[] a,
            int aOffset,
            byte[] b,
            int bOffset,
            byte[] tables,
            int tablesOffset,
            int stride,
            byte[] out,
            int outOffset,
            int blocks);

    /**
     * {@code out[j] = in[j] xor bit_j (low, high)}, where bit j is bit {@code (firstBit + j) % 64} of word
     * {@code (firstBit + j) / 64}.
     */
    void xorSelected(
            byte[] in,
            int inOffset,
            long[] bits,
            long firstBit,
            long low,
            long high,
            byte[] out,
            int outOffset,
            int blocks);

    /** Sets bits {@code firstBit ..} of {@code bits} to the colours of the blocks; other bits keep their values. */
    void colours(byte[] in, int inOffset, int blocks, long[] bits, long firstBit);

    /**
     * Transposes a bit matrix of {@link #TRANSPOSE_ROWS} rows: bit i of output block j is bit j of row i, bits counted
     * from the least significant of the first byte.
     *
     * @param in row i stands at {@code inOffset + i * rowBytes}
     * @param columns number of output blocks, a multiple of 64, at most {@code 8 * rowBytes}
     */
    void transpose(byte[] in, int inOffset, int rowBytes, int columns, byte[] out, int outOffset);
}
