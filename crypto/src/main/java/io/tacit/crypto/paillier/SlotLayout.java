package io.tacit.crypto.paillier;

import io.tacit.kernel.Montgomery;
import java.math.BigInteger;

/**
 * Several signed integers in one plaintext, slot 0 lowest: the sum of v_k 2^(k slotBits). Negative values borrow from the slot
 * above and are taken apart again exactly, as long as each stays in {@link #smallest} .. {@link #largest}; sums and products
 * with constants of packed plaintexts act slot by slot under the same condition.
 */
public final class SlotLayout {
    private final int slotBits;
    private final int slots;

    /**
     * @param slotBits bits of a slot, sign included; at least 2
     * @param slots at least 1
     */
    public SlotLayout(int slotBits, int slots) {
        if (slotBits < 2 || slots < 1) {
            throw new IllegalArgumentException(slots + " slots of " + slotBits + " bits");
        }
        this.slotBits = slotBits;
        this.slots = slots;
    }

    /** As many slots as plaintexts of a key hold, whatever is in them: floor((|N| - 2) / slotBits). */
    public static SlotLayout widest(PublicKey key, int slotBits) {
        return new SlotLayout(slotBits, (key.modulusBits() - 2) / slotBits);
    }

    public int slotBits() {
        return slotBits;
    }

    public int slots() {
        return slots;
    }

    /** Smallest value of a slot: -2^(slotBits - 1). */
    public BigInteger smallest() {
        return BigInteger.ONE.shiftLeft(slotBits - 1).negate();
    }

    /** Largest value of a slot: 2^(slotBits - 1) - 1. */
    public BigInteger largest() {
        return BigInteger.ONE.shiftLeft(slotBits - 1).subtract(BigInteger.ONE);
    }

    /** Plaintexts for {@code count} values. */
    public int packedSize(int count) {
        return (count + slots - 1) / slots;
    }

    /**
     * Values {@code k slots() .. (k + 1) slots() - 1} in plaintext k; the last one's upper slots are zero.
     *
     * @throws IllegalArgumentException if a value does not fit a slot
     */
    public BigInteger[] pack(BigInteger[] values) {
        BigInteger[] packed = new BigInteger[packedSize(values.length)];
        for (int k = 0; k < packed.length; k++) {
            BigInteger sum = BigInteger.ZERO;
            for (int i = Math.min(values.length, (k + 1) * slots) - 1; i >= k * slots; i--) {
                if (values[i].bitLength() >= slotBits) {
                    throw new IllegalArgumentException(
                            "a value of " + values[i].bitLength() + " bits and a sign in " + slotBits + " bits");
                }
                sum = sum.shiftLeft(slotBits).add(values[i]);
            }
            packed[k] = sum;
        }
        return packed;
    }

    /**
     * The first {@code count} values of packed plaintexts.
     *
     * @throws IllegalArgumentException if there are not as many plaintexts as hold them, or one holds more than its slots
     */
    public BigInteger[] unpack(BigInteger[] packed, int count) {
        if (packed.length != packedSize(count)) {
            throw new IllegalArgumentException(packed.length + " plaintexts for " + count + " values");
        }
        BigInteger[] values = new BigInteger[count];
        BigInteger mask = BigInteger.ONE.shiftLeft(slotBits).subtract(BigInteger.ONE);
        for (int k = 0; k < packed.length; k++) {
            BigInteger rest = packed[k];
            for (int i = k * slots; i < Math.min(count, (k + 1) * slots); i++) {
                BigInteger digit = rest.and(mask);
                values[i] = digit.testBit(slotBits - 1) ? digit.subtract(mask).subtract(BigInteger.ONE) : digit;
                rest = rest.subtract(values[i]).shiftRight(slotBits);
            }
            if (rest.signum() != 0) {
                throw new IllegalArgumentException("a plaintext that holds more than its slots");
            }
        }
        return values;
    }

    /** Products modulo N^2 that {@link #pack(CiphertextBatch)} makes for {@code count} ciphertexts. */
    public long packingProducts(int count) {
        return (long) (count - packedSize(count)) * (slotBits + 1);
    }

    /**
     * Encryptions of the packed plaintexts of a batch, by Horner's rule: {@code slotBits} squarings and a product for each
     * ciphertext but one of each packed one. The values are to fit their slots, and the slots the key.
     */
    public CiphertextBatch pack(CiphertextBatch values) {
        PublicKey key = values.key();
        if ((long) slotBits * slots > key.modulusBits() - 2) {
            throw new IllegalArgumentException(
                    slots + " slots of " + slotBits + " bits under a key of " + key.modulusBits() + " bits");
        }
        Montgomery ring = key.ring();
        int longs = ring.longs();
        int size = packedSize(values.size());
        long[] residues = values.residues();
        long[] packed = new long[size * longs];
        for (int k = 0; k < size; k++) {
            int top = Math.min(values.size(), (k + 1) * slots) - 1;
            System.arraycopy(residues, top * longs, packed, k * longs, longs);
        }
        // All full ones in step; the last one, if it is shorter, when their common slots are reached.
        for (int slot = slots - 2; slot >= 0; slot--) {
            int active = 0;
            int[] at = new int[size];
            int[] next = new int[size];
            for (int k = 0; k < size; k++) {
                if (k * slots + slot < values.size() - 1) {
                    at[active] = k;
                    next[active++] = k * slots + slot;
                }
            }
            ring.square(packed, at, slotBits, packed, at, active);
            ring.multiply(packed, at, residues, next, packed, at, active);
        }
        return CiphertextBatch.ofResidues(key, packed, size);
    }
}
