package io.tacit.kernel.tile;

import io.tacit.kernel.Montgomery;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.math.BigInteger;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Objects;

/**
 * What the twins of {@link Montgomery} share: limbs of a fixed number of bits, a multiple M of a number n that is -1 modulo
 * the limb, gathering residues into blocks of lanes and back, and exponentiation. The modulus is n, and a residue one number
 * of limbs, or it is n^2, and a residue two: low and high stand for low + high n.
 */
public abstract class MontgomeryLimbs implements Montgomery {
    private static final int WINDOW_BITS = 5;
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private final BigInteger root;
    private final BigInteger modulus;
    private final BigInteger multiple;
    private final int limbBits;
    private final int limbs;
    private final int longs;
    private final int lanes;

    /** R mod m, which is one in Montgomery form, in each lane. */
    private final long[] one;

    /**
     * @param root n
     * @param parts 1 where n is the modulus, 2 where n^2 is
     * @param limbBits at most 57, so that a limb at any bit lies within one unaligned word
     */
    protected MontgomeryLimbs(BigInteger root, int parts, int limbBits, int lanes) {
        this.modulus = root.pow(parts);
        if (root.signum() <= 0
                || !root.testBit(0)
                || modulus.bitLength() < MIN_BITS
                || modulus.bitLength() > MAX_BITS) {
            throw new IllegalArgumentException(
                    "a modulus that is even or not of " + MIN_BITS + " to " + MAX_BITS + " bits");
        }
        this.root = root;
        this.limbBits = limbBits;
        this.lanes = lanes;
        BigInteger radix = BigInteger.ONE.shiftLeft(limbBits);
        multiple = root.multiply(root.modInverse(radix).negate().mod(radix));
        int fewest = (multiple.bitLength() + 2 * parts + limbBits - 1) / limbBits; // R >= 4 M, or 16 M for two parts
        limbs = fewest + (fewest & 1); // rows are taken in pairs
        longs = parts * limbs;
        one = new long[longs * lanes];
        long[] single = new long[longs];
        load(BigInteger.ONE.shiftLeft(radixBits()).mod(modulus), single, 0);
        for (int lane = 0; lane < lanes; lane++) {
            toLane(single, 0, one, lane);
        }
    }

    @Override
    public final BigInteger modulus() {
        return modulus;
    }

    @Override
    public final int radixBits() {
        return limbs * limbBits;
    }

    @Override
    public final int longs() {
        return longs;
    }

    @Override
    public final int lanes() {
        return lanes;
    }

    /** Limbs of a part of a residue. */
    protected final int limbs() {
        return limbs;
    }

    /** M = n k = -1 mod 2^limbBits, k below that. */
    protected final BigInteger multiple() {
        return multiple;
    }

    /** U = (M + 1) / 2^limbBits. */
    protected final BigInteger quotientFactor() {
        return multiple.add(BigInteger.ONE).shiftRight(limbBits);
    }

    /** Limb {@code index} of a number. */
    protected final long limbOf(BigInteger value, int index) {
        return value.shiftRight(index * limbBits).longValue() & ((1L << limbBits) - 1);
    }

    /** The stored form of a limb. */
    protected abstract long encode(long limb);

    /** The limb of a stored form. */
    protected abstract long decode(long word);

    /** {@code long}s of scratch that {@link #multiplyBlock} takes. */
    protected abstract int scratchLongs();

    /** Copies a residue to one lane of a block. */
    protected abstract void toLane(long[] residue, int at, long[] block, int lane);

    /** Copies one lane of a block to a residue. */
    protected abstract void fromLane(long[] block, int lane, long[] residue, int at);

    /** One product in each lane: c = a b / R on blocks of {@code longs() * lanes()} longs; c may be a or b. */
    protected abstract void multiplyBlock(long[] a, int aAt, long[] b, int bAt, long[] c, int cAt, long[] columns);

    /** One square in each lane, as {@link #multiplyBlock}. */
    protected void squareBlock(long[] a, int aAt, long[] c, int cAt, long[] columns) {
        multiplyBlock(a, aAt, a, aAt, c, cAt, columns);
    }

    @Override
    public final void load(BigInteger value, long[] residues, int index) {
        if (value.signum() < 0 || value.compareTo(modulus) >= 0) {
            throw new IllegalArgumentException("a number outside 0 .. m - 1");
        }
        if (longs == limbs) {
            split(value, residues, index * longs);
        } else {
            BigInteger[] parts = value.divideAndRemainder(root);
            loadParts(parts[1], parts[0], residues, index);
        }
    }

    /** Makes a residue of two parts stand for {@code low + high n}, both 0 .. n - 1. */
    protected final void loadParts(BigInteger low, BigInteger high, long[] residues, int index) {
        requireParts(root, low, high);
        split(low, residues, index * longs);
        split(high, residues, index * longs + limbs);
    }

    /** @throws IllegalArgumentException unless both parts are in 0 .. n - 1 */
    protected static void requireParts(BigInteger root, BigInteger low, BigInteger high) {
        if (low.signum() < 0 || low.compareTo(root) >= 0 || high.signum() < 0 || high.compareTo(root) >= 0) {
            throw new IllegalArgumentException("a part outside 0 .. n - 1");
        }
    }

    private void split(BigInteger value, long[] out, int at) {
        byte[] bytes = value.toByteArray();
        byte[] reversed = new byte[paddedBytes()];
        for (int i = 0; i < bytes.length; i++) {
            reversed[i] = bytes[bytes.length - 1 - i];
        }
        long mask = (1L << limbBits) - 1;
        for (int j = 0; j < limbs; j++) {
            int bit = j * limbBits;
            out[at + j] = encode((long) LONG.get(reversed, bit >> 3) >>> (bit & 7) & mask);
        }
        Arrays.fill(bytes, (byte) 0);
        Arrays.fill(reversed, (byte) 0);
    }

    @Override
    public final BigInteger store(long[] residues, int index) {
        BigInteger value = join(residues, index * longs);
        if (longs > limbs) {
            value = value.add(join(residues, index * longs + limbs).multiply(root));
        }
        return value.mod(modulus);
    }

    private BigInteger join(long[] residues, int at) {
        byte[] reversed = new byte[paddedBytes()];
        for (int j = 0; j < limbs; j++) {
            int bit = j * limbBits;
            long held = (long) LONG.get(reversed, bit >> 3); // at most 7 bits of the limb before
            LONG.set(reversed, bit >> 3, held | decode(residues[at + j]) << (bit & 7));
        }
        byte[] bytes = new byte[reversed.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = reversed[bytes.length - 1 - i];
        }
        BigInteger value = new BigInteger(1, bytes);
        Arrays.fill(bytes, (byte) 0);
        Arrays.fill(reversed, (byte) 0);
        return value;
    }

    /** Bytes of a part's limbs, and as many more as a whole word read at the last limb takes. */
    private int paddedBytes() {
        return (limbs * limbBits >> 3) + Long.BYTES;
    }

    @Override
    public final void multiply(long[] a, int[] aAt, long[] b, int[] bAt, long[] c, int[] cAt, int count) {
        int block = longs * lanes;
        long[] left = new long[block];
        long[] right = new long[block];
        long[] columns = new long[scratchLongs()];
        for (int i = 0; i < count; i += lanes) {
            int used = Math.min(lanes, count - i);
            gather(a, aAt, i, used, left);
            gather(b, bAt, i, used, right);
            multiplyBlock(left, 0, right, 0, left, 0, columns);
            scatter(left, c, cAt, i, used);
        }
    }

    @Override
    public final void square(long[] a, int[] aAt, int times, long[] c, int[] cAt, int count) {
        long[] block = new long[longs * lanes];
        long[] scratch = new long[scratchLongs()];
        for (int i = 0; i < count; i += lanes) {
            int used = Math.min(lanes, count - i);
            gather(a, aAt, i, used, block);
            for (int s = 0; s < times; s++) {
                squareBlock(block, 0, block, 0, scratch);
            }
            scatter(block, c, cAt, i, used);
        }
    }

    @Override
    public final void power(long[] a, int[] aAt, BigInteger[] exponents, long[] c, int[] cAt, int count) {
        int block = longs * lanes;
        long[] table = new long[block << WINDOW_BITS];
        long[] factor = new long[block];
        long[] result = new long[block];
        long[] scratch = new long[scratchLongs()];
        for (int i = 0; i < count; i += lanes) {
            int used = Math.min(lanes, count - i);
            System.arraycopy(one, 0, table, 0, block);
            gather(a, aAt, i, used, result);
            System.arraycopy(result, 0, table, block, block);
            for (int k = 2; k < 1 << WINDOW_BITS; k++) {
                multiplyBlock(table, (k - 1) * block, table, block, table, k * block, scratch);
            }
            int windows = windows(exponents, i, used);
            select(table, exponents, i, used, windows - 1, result);
            for (int w = windows - 2; w >= 0; w--) {
                for (int s = 0; s < WINDOW_BITS; s++) {
                    squareBlock(result, 0, result, 0, scratch);
                }
                select(table, exponents, i, used, w, factor);
                multiplyBlock(result, 0, factor, 0, result, 0, scratch);
            }
            scatter(result, c, cAt, i, used);
        }
        Arrays.fill(table, 0); // the base may be secret
        Arrays.fill(factor, 0);
        Arrays.fill(result, 0);
        Arrays.fill(scratch, 0);
    }

    private static int windows(BigInteger[] exponents, int first, int used) {
        int bits = 0;
        for (int i = first; i < first + used; i++) {
            if (exponents[i].signum() < 0) {
                throw new IllegalArgumentException("a negative exponent");
            }
            bits = Math.max(bits, exponents[i].bitLength());
        }
        return (bits + WINDOW_BITS - 1) / WINDOW_BITS;
    }

    /** In each lane the power that its exponent's digit names. */
    private void select(long[] table, BigInteger[] exponents, int first, int used, int window, long[] factor) {
        for (int lane = 0; lane < lanes; lane++) {
            int at = digit(exponents[first + Math.min(lane, used - 1)], window) * factor.length;
            for (int j = lane; j < factor.length; j += lanes) {
                factor[j] = table[at + j];
            }
        }
    }

    private static int digit(BigInteger exponent, int window) {
        int digit = 0;
        for (int bit = 0; window >= 0 && bit < WINDOW_BITS; bit++) {
            digit |= (exponent.testBit(window * WINDOW_BITS + bit) ? 1 : 0) << bit;
        }
        return digit;
    }

    private void gather(long[] from, int[] at, int first, int used, long[] block) {
        for (int lane = 0; lane < lanes; lane++) {
            toLane(from, place(from, at[first + Math.min(lane, used - 1)]), block, lane); // idle lanes repeat the last
        }
    }

    private void scatter(long[] block, long[] to, int[] at, int first, int used) {
        for (int lane = 0; lane < used; lane++) {
            fromLane(block, lane, to, place(to, at[first + lane]));
        }
    }

    private int place(long[] residues, int index) {
        return Objects.checkFromIndexSize(Math.multiplyExact(index, longs), longs, residues.length);
    }
}
