package io.tacit.kernel;

import java.math.BigInteger;

/**
 * Multiplication modulo one odd number m of some hundred to some thousand bits, many independent products a call.
 *
 * <p>A <em>residue</em> is {@link #longs} {@code long}s of an array; residue i of an array begins at {@code i * longs()}.
 * What they hold is the twin's own affair, so residues of one twin mean nothing to another, and their value is known only
 * modulo m: two residues may differ and stand for the same number. {@link #load} and {@link #store} convert at the ends.
 *
 * <p>The product is Montgomery's ("Modular multiplication without trial division", Math. Comp. 44, 1985): {@code x y / R}
 * for R = 2^{@link #radixBits}. A residue that holds x R is said to be in Montgomery form; products of such stay in that
 * form. The product of one in Montgomery form and one that is not is the plain product.
 *
 * <p>Which operations are done in which order depends on counts, indices and the digits of exponents, never on the value of
 * a residue. The index into a table of powers is a digit of the exponent: secret exponents are blinded by the caller.
 * Instances are immutable and thread-safe.
 */
public interface Montgomery {

    /** Fewest bits of a modulus. */
    int MIN_BITS = 256;

    /** Most bits of a modulus; the sums inside both twins are proven up to here. */
    int MAX_BITS = 8192;

    /** The odd number m. */
    BigInteger modulus();

    /** The exponent of R = 2^radixBits; it depends on the twin. */
    int radixBits();

    /** {@code long}s of one residue. */
    int longs();

    /** Products that are computed at once: calls for a multiple of it leave no lane idle. */
    int lanes();

    /**
     * Makes residue {@code index} stand for {@code value} itself, not in Montgomery form.
     *
     * @throws IllegalArgumentException unless {@code 0 <= value < m}
     */
    void load(BigInteger value, long[] residues, int index);

    /** The number in 0 .. m - 1 that residue {@code index} stands for, without leaving Montgomery form. */
    BigInteger store(long[] residues, int index);

    /**
     * {@code c[cAt[i]] = a[aAt[i]] * b[bAt[i]] / R} for i below {@code count}. The products must not depend on each other: a
     * residue that one of them writes is read by itself at most and written by no other.
     */
    void multiply(long[] a, int[] aAt, long[] b, int[] bAt, long[] c, int[] cAt, int count);

    /** {@code c[cAt[i]] = a[aAt[i]] ^ (2^times)} for i below {@code count}, all in Montgomery form: {@code times} squarings. */
    void square(long[] a, int[] aAt, int times, long[] c, int[] cAt, int count);

    /**
     * {@code c[cAt[i]] = a[aAt[i]] ^ exponents[i]} for i below {@code count}, all in Montgomery form, with windows of fixed
     * width: the operations on a group of {@link #lanes} depend on the longest of its exponents alone, the addresses read on
     * their digits.
     *
     * @param exponents not negative, as many as {@code count} or more
     */
    void power(long[] a, int[] aAt, BigInteger[] exponents, long[] c, int[] cAt, int count);
}
