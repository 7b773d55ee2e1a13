package io.tacit.kernel.plain;

import io.tacit.kernel.tile.MontgomeryLimbs;
import java.math.BigInteger;
import java.util.Arrays;

/**
 * Montgomery products one at a time in limbs of 53 bits, two instructions of 64 bits a product of limbs: for limbs x, y the
 * high half floor(x y / 2^53) is the high word of (x 2^10)(2 y), both below 2^63; the low half the low 53 bits of the low word of x y.
 *
 * <p>A column gets at most 2 L low and 2 L high halves and a carry: below (4 L + 1) 2^53 &lt; 2^63 for the L &lt;= 158 limbs
 * that {@link #MAX_BITS} bits take. Quotient digits and the bound on results are those of the vector twin: with the multiple
 * M = m k = -1 mod 2^53 the digit is the lowest limb, and L limbs hold R &gt;= 4 M.
 */
public sealed class PlainMontgomery extends MontgomeryLimbs permits PlainSquareMontgomery {
    private static final int LIMB_BITS = 53;
    private static final long LIMB = (1L << LIMB_BITS) - 1;
    private static final int ALIGN = Long.SIZE - 1 - LIMB_BITS;

    /** U = (M + 1) / 2^53. */
    private final long[] cofactor;

    public PlainMontgomery(BigInteger modulus) {
        super(modulus, 1, LIMB_BITS, 1);
        cofactor = new long[longs()];
        for (int j = 0; j < cofactor.length; j++) {
            cofactor[j] = limbOf(quotientFactor(), j);
        }
    }

    @Override
    protected long encode(long limb) {
        return limb;
    }

    @Override
    protected long decode(long word) {
        return word;
    }

    @Override
    protected int scratchLongs() {
        return 2 * longs() + 1;
    }

    @Override
    protected void toLane(long[] residue, int at, long[] block, int lane) {
        System.arraycopy(residue, at, block, 0, longs());
    }

    @Override
    protected void fromLane(long[] block, int lane, long[] residue, int at) {
        System.arraycopy(block, 0, residue, at, longs());
    }

    @Override
    protected void multiplyBlock(long[] a, int aAt, long[] b, int bAt, long[] c, int cAt, long[] columns) {
        int limbs = longs();
        Arrays.fill(columns, 0);
        for (int i = 0; i < limbs; i++) {
            row(limbs, a[aAt + i], b, bAt, columns, i);
            row(limbs - 1, columns[i] & LIMB, cofactor, 0, columns, i + 1);
            columns[i + 1] += columns[i] >>> LIMB_BITS;
        }
        long carry = 0;
        for (int j = 0; j < limbs; j++) {
            long sum = columns[limbs + j] + carry;
            c[cAt + j] = sum & LIMB;
            carry = sum >>> LIMB_BITS;
        }
    }

    private static void row(int limbs, long x, long[] y, int yAt, long[] columns, int at) {
        long aligned = x << ALIGN;
        long high = 0;
        for (int j = 0; j < limbs; j++) {
            columns[at + j] += (x * y[yAt + j] & LIMB) + high;
            high = Math.multiplyHigh(aligned, y[yAt + j] << 1);
        }
        columns[at + limbs] += high;
    }
}
