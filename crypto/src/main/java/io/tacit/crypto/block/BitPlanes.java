package io.tacit.crypto.block;

import java.util.Arrays;
import java.util.Objects;

/**
 * Many instances of a few bits, stored bit by bit: plane w holds bit w of every instance. Bit i of a plane is bit
 * {@code i % 64} of its word {@code i / 64}; bits beyond the last instance are zero. May hold secrets: no
 * {@code toString}.
 */
public final class BitPlanes implements AutoCloseable {
    private final int planes;
    private final int instances;
    private final int wordsPerPlane;
    private final long[] words;

    /** All bits zero. */
    public BitPlanes(int planes, int instances) {
        if (planes < 0 || instances < 0) {
            throw new IllegalArgumentException(planes + " planes of " + instances + " instances");
        }
        this.planes = planes;
        this.instances = instances;
        this.wordsPerPlane = (instances + Long.SIZE - 1) / Long.SIZE;
        this.words = new long[Math.multiplyExact(planes, wordsPerPlane)];
    }

    public int planes() {
        return planes;
    }

    public int instances() {
        return instances;
    }

    /** Words a plane takes. */
    public int wordsPerPlane() {
        return wordsPerPlane;
    }

    /** The words themselves, plane after plane: for loops that read and write in place. */
    public long[] words() {
        return words;
    }

    /** Number of the first bit of a plane in {@link #words}. */
    public long firstBit(int plane) {
        return (long) Objects.checkIndex(plane, planes) * wordsPerPlane * Long.SIZE;
    }

    public boolean get(int plane, int instance) {
        Objects.checkIndex(instance, instances);
        long bit = firstBit(plane) + instance;
        return (words[(int) (bit >>> 6)] >>> bit & 1) == 1;
    }

    public void set(int plane, int instance, boolean value) {
        Objects.checkIndex(instance, instances);
        long bit = firstBit(plane) + instance;
        long mask = 1L << bit;
        words[(int) (bit >>> 6)] = words[(int) (bit >>> 6)] & ~mask | (value ? mask : 0);
    }

    /** Inverts every bit of a plane. */
    public void invert(int plane) {
        int from = (int) (firstBit(plane) / Long.SIZE);
        for (int word = 0; word < wordsPerPlane; word++) {
            int count = Math.min(Long.SIZE, instances - word * Long.SIZE);
            words[from + word] ^= -1L >>> (Long.SIZE - count);
        }
    }

    /** Makes the bits beyond the last instance zero: after the words have been filled from elsewhere. */
    public void trim() {
        for (int last = wordsPerPlane - 1; last < words.length; last += wordsPerPlane) {
            words[last] &= -1L >>> -instances;
        }
    }

    /**
     * Writes the low {@code bits} bits of one value an instance into planes {@code plane ..}.
     *
     * @param bits 0 to 64
     */
    public void setValues(int plane, int bits, long[] values, int offset) {
        check(plane, bits);
        long[] square = new long[Long.SIZE];
        for (int word = 0; word < wordsPerPlane; word++) {
            int count = Math.min(Long.SIZE, instances - word * Long.SIZE);
            System.arraycopy(values, offset + word * Long.SIZE, square, 0, count);
            Arrays.fill(square, count, Long.SIZE, 0);
            transpose(square);
            for (int bit = 0; bit < bits; bit++) {
                words[(plane + bit) * wordsPerPlane + word] = square[bit];
            }
        }
        Arrays.fill(square, 0);
    }

    /** Reads planes {@code plane ..} as the low {@code bits} bits of one value an instance; higher bits become zero. */
    public void getValues(int plane, int bits, long[] values, int offset) {
        check(plane, bits);
        long[] square = new long[Long.SIZE];
        for (int word = 0; word < wordsPerPlane; word++) {
            for (int bit = 0; bit < Long.SIZE; bit++) {
                square[bit] = bit < bits ? words[(plane + bit) * wordsPerPlane + word] : 0;
            }
            transpose(square);
            int count = Math.min(Long.SIZE, instances - word * Long.SIZE);
            System.arraycopy(square, 0, values, offset + word * Long.SIZE, count);
        }
        Arrays.fill(square, 0);
    }

    /** Copies consecutive bits, plane after plane with no gaps, such as the choices of an oblivious transfer. */
    public void setPacked(long[] packed, long firstBit) {
        for (int plane = 0; plane < planes; plane++) {
            for (int word = 0; word < wordsPerPlane; word++) {
                int count = Math.min(Long.SIZE, instances - word * Long.SIZE);
                long from = firstBit + (long) plane * instances + (long) word * Long.SIZE;
                words[plane * wordsPerPlane + word] = bits(packed, from, count);
            }
        }
    }

    /** Writes the bits of all planes, plane after plane with no gaps: what {@link #setPacked} reads. */
    public void getPacked(long[] packed, long firstBit) {
        for (int plane = 0; plane < planes; plane++) {
            for (int word = 0; word < wordsPerPlane; word++) {
                int count = Math.min(Long.SIZE, instances - word * Long.SIZE);
                long to = firstBit + (long) plane * instances + (long) word * Long.SIZE;
                putBits(packed, to, count, words[plane * wordsPerPlane + word]);
            }
        }
    }

    /** Puts the low {@code count} bits of a value, whose higher bits are zero. */
    private static void putBits(long[] packed, long to, int count, long value) {
        int word = (int) (to >>> 6);
        int shift = (int) (to & 63);
        long mask = -1L >>> -count;
        packed[word] = packed[word] & ~(mask << shift) | value << shift;
        if (shift + count > Long.SIZE) {
            packed[word + 1] = packed[word + 1] & ~(mask >>> -shift) | value >>> -shift;
        }
    }

    private static long bits(long[] packed, long from, int count) {
        int word = (int) (from >>> 6);
        int shift = (int) (from & 63);
        long value = packed[word] >>> shift;
        if (shift + count > Long.SIZE) {
            value |= packed[word + 1] << -shift;
        }
        return count == Long.SIZE ? value : value & ((1L << count) - 1);
    }

    /** Bytes that {@link #store} writes. */
    public static int storedBytes(int planes, int instances) {
        return Math.multiplyExact(planes, (instances + Byte.SIZE - 1) / Byte.SIZE);
    }

    /** Writes the first {@code count} planes, each to whole bytes. */
    public void store(int count, byte[] bytes, int offset) {
        int planeBytes = storedBytes(1, instances);
        int to = offset;
        for (int plane = 0; plane < count; plane++) {
            for (int i = 0; i < planeBytes; i++) {
                long word = words[plane * wordsPerPlane + i / Long.BYTES];
                bytes[to++] = (byte) (word >>> i % Long.BYTES * Byte.SIZE);
            }
        }
    }

    /** Reads into the first {@code count} planes, which are zero, what {@link #store} wrote; bits beyond the last instance are dropped. */
    public void load(int count, byte[] bytes, int offset) {
        int planeBytes = storedBytes(1, instances);
        int from = offset;
        for (int plane = 0; plane < count; plane++) {
            int base = plane * wordsPerPlane;
            for (int i = 0; i < planeBytes; i++) {
                words[base + i / Long.BYTES] |= (bytes[from++] & 0xffL) << i % Long.BYTES * Byte.SIZE;
            }
            words[base + wordsPerPlane - 1] &= -1L >>> -instances;
        }
    }

    /** {@code this ^= other}, of the same size. */
    public void xor(BitPlanes other) {
        if (other.planes != planes || other.instances != instances) {
            throw new IllegalArgumentException("bit planes of different sizes");
        }
        for (int i = 0; i < words.length; i++) {
            words[i] ^= other.words[i];
        }
    }

    /** Overwrites all bits with zero. */
    @Override
    public void close() {
        Arrays.fill(words, 0);
    }

    private void check(int plane, int bits) {
        if (bits < 0 || bits > Long.SIZE) {
            throw new IllegalArgumentException("values of " + bits + " bits");
        }
        Objects.checkFromIndexSize(plane, bits, planes);
    }

    /** Transposes 64 x 64 bits (Warren, Hacker's Delight, 7-3). */
    private static void transpose(long[] square) {
        long mask = 0x00000000FFFFFFFFL;
        for (int width = Long.SIZE / 2; width != 0; width >>>= 1) {
            for (int block = 0; block < Long.SIZE; block += 2 * width) {
                for (int i = block; i < block + width; i++) {
                    long exchanged = ((square[i] >>> width) ^ square[i + width]) & mask;
                    square[i + width] ^= exchanged;
                    square[i] ^= exchanged << width;
                }
            }
            mask ^= mask << (width >>> 1);
        }
    }
}
