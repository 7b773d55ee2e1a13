package io.tacit.protocol.popcorn;

import io.tacit.crypto.block.BitPlanes;
import io.tacit.protocol.nonlinear.Chunk;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** Integers 0 .. 2^bits - 1 of more than a {@code long} each, in the shape of a block's target. May be secret. */
final class WideWords {
    /** Most bits of a word. */
    static final int MAX_BITS = 127;

    private final int bits;
    private final long[] low;
    private final long[] high;

    WideWords(int bits, int size) {
        if (bits < 1 || bits > MAX_BITS) {
            throw new IllegalArgumentException("words of " + bits + " bits");
        }
        this.bits = bits;
        this.low = new long[size];
        this.high = new long[size];
    }

    private int lowBits() {
        return Math.min(Long.SIZE, bits);
    }

    /** Sets one word to 128 bits, of which those above the word's are zero. */
    void set(int index, long lowBits, long highBits) {
        low[index] = lowBits;
        high[index] = highBits;
    }

    BigInteger get(int index) {
        return new BigInteger(
                1,
                ByteBuffer.allocate(2 * Long.BYTES)
                        .putLong(high[index])
                        .putLong(low[index])
                        .array());
    }

    /** Takes a chunk's results. */
    void place(Chunk chunk, BitPlanes planes) {
        int[] places = chunk.outputs();
        long[] values = new long[chunk.instances()];
        planes.getValues(0, lowBits(), values, 0);
        for (int i = 0; i < places.length; i++) {
            low[places[i]] = values[i];
        }
        planes.getValues(lowBits(), bits - lowBits(), values, 0);
        for (int i = 0; i < places.length; i++) {
            high[places[i]] = values[i];
        }
        Arrays.fill(values, 0);
    }

    /** Writes the negated words of a chunk's results, modulo 2^bits. */
    void writeNegated(Chunk chunk, BitPlanes planes) {
        int[] places = chunk.outputs();
        long[] values = new long[chunk.instances()];
        for (int i = 0; i < places.length; i++) {
            values[i] = -low[places[i]];
        }
        planes.setValues(0, lowBits(), values, 0);
        for (int i = 0; i < places.length; i++) {
            values[i] = low[places[i]] == 0 ? -high[places[i]] : ~high[places[i]];
        }
        planes.setValues(lowBits(), bits - lowBits(), values, 0);
        Arrays.fill(values, 0);
    }

    void wipe() {
        Arrays.fill(low, 0);
        Arrays.fill(high, 0);
    }
}
