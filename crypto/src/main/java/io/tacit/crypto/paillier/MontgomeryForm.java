package io.tacit.crypto.paillier;

import io.tacit.kernel.Montgomery;
import io.tacit.kernel.provider.Kernels;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.stream.IntStream;

/** Arithmetic modulo one odd number with the constants that lead into Montgomery form and out of it. */
final class MontgomeryForm {
    private static final int ONE = 0;
    private static final int RADIX = 1;
    private static final int RADIX_SQUARED = 2;

    private final Montgomery ring;

    /** 1, R and R^2 as numbers: to leave the form, the one in it, and to enter it. */
    private final long[] constants;

    /** Modulo any odd number. */
    static MontgomeryForm modulo(BigInteger modulus) {
        return new MontgomeryForm(Kernels.active().montgomery(modulus));
    }

    /** Modulo the square of an odd number. */
    static MontgomeryForm moduloSquare(BigInteger root) {
        return new MontgomeryForm(Kernels.active().montgomeryOfSquare(root));
    }

    MontgomeryForm(Montgomery ring) {
        this.ring = ring;
        BigInteger modulus = ring.modulus();
        constants = new long[3 * ring.longs()];
        ring.load(BigInteger.ONE, constants, ONE);
        ring.load(BigInteger.ONE.shiftLeft(ring.radixBits()).mod(modulus), constants, RADIX);
        ring.load(BigInteger.ONE.shiftLeft(2 * ring.radixBits()).mod(modulus), constants, RADIX_SQUARED);
    }

    Montgomery ring() {
        return ring;
    }

    static int[] range(int from, int to) {
        return IntStream.range(from, to).toArray();
    }

    /** {@code count} ones in Montgomery form. */
    long[] ones(int count) {
        long[] ones = new long[count * ring.longs()];
        for (int i = 0; i < count; i++) {
            System.arraycopy(constants, RADIX * ring.longs(), ones, i * ring.longs(), ring.longs());
        }
        return ones;
    }

    /** Brings residues to Montgomery form, in place. */
    void enter(long[] residues, int count) {
        int[] all = range(0, count);
        ring.multiply(residues, all, constants, filled(count, RADIX_SQUARED), residues, all, count);
    }

    /** What residues in Montgomery form stand for, as residues not in it. */
    long[] left(long[] residues, int count) {
        int[] all = range(0, count);
        long[] plain = new long[count * ring.longs()];
        ring.multiply(residues, all, constants, filled(count, ONE), plain, all, count);
        return plain;
    }

    /** Numbers 0 .. m - 1 as residues in Montgomery form. */
    long[] residues(BigInteger[] numbers) {
        long[] residues = new long[Math.multiplyExact(numbers.length, ring.longs())];
        for (int i = 0; i < numbers.length; i++) {
            ring.load(numbers[i], residues, i);
        }
        enter(residues, numbers.length);
        return residues;
    }

    /** The numbers 0 .. m - 1 that residues in Montgomery form stand for. */
    BigInteger[] numbers(long[] residues, int count) {
        long[] plain = left(residues, count);
        BigInteger[] numbers = new BigInteger[count];
        for (int i = 0; i < count; i++) {
            numbers[i] = ring.store(plain, i);
        }
        return numbers;
    }

    /** bases[i] ^ exponents[i], numbers both; the bases 0 .. m - 1. */
    BigInteger[] powers(BigInteger[] bases, BigInteger[] exponents) {
        int[] all = range(0, bases.length);
        long[] residues = residues(bases);
        ring.power(residues, all, exponents, residues, all, all.length);
        return numbers(residues, all.length);
    }

    private static int[] filled(int count, int value) {
        int[] filled = new int[count];
        Arrays.fill(filled, value);
        return filled;
    }
}
