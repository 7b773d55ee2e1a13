package io.tacit.crypto.block;

import io.tacit.crypto.random.Seed;

/**
 * The secret D by which the two labels of every wire differ (free XOR: Kolesnikov, Schneider 2008), and by which the two
 * messages of every correlated transfer differ: 128 bits, the lowest of which is one so that the two labels have
 * different colours.
 *
 * <p>Security: held by the garbler alone; whoever learns it reads every wire. 127 bits are uniform. One offset serves one
 * session of correlated transfers and what is garbled with them, and no other.
 */
public final class FreeXorOffset implements AutoCloseable {
    /** Bits of an offset. */
    public static final int BITS = 128;

    private long low;
    private long high;

    private FreeXorOffset(long low, long high) {
        this.low = low | 1;
        this.high = high;
    }

    /** The offset of one session. */
    public static FreeXorOffset of(Seed seed) {
        try (var generator = seed.generator("free-xor offset")) {
            return new FreeXorOffset(generator.nextLong(), generator.nextLong());
        }
    }

    /** Bits 0 to 63; bit 0 is one. */
    public long low() {
        return low;
    }

    /** Bits 64 to 127. */
    public long high() {
        return high;
    }

    /** Bit {@code index}, 0 to 127. */
    public boolean bit(int index) {
        return ((index < Long.SIZE ? low : high) >>> index & 1) == 1;
    }

    /** Overwrites the offset with zero. */
    @Override
    public void close() {
        low = 0;
        high = 0;
    }
}
