package io.tacit.kernel.plain;

import io.tacit.kernel.BlockArithmetic;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Blocks as pairs of {@code long}s. */
public final class PlainBlocks implements BlockArithmetic {
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final int HALF = Long.BYTES;

    private static long get(byte[] bytes, int at) {
        return (long) LONG.get(bytes, at);
    }

    private static void set(byte[] bytes, int at, long value) {
        LONG.set(bytes, at, value);
    }

    @Override
    public void xor(byte[] a, int aOffset, byte[] b, int bOffset, byte[] out, int outOffset, int length) {
        int i = 0;
        for (; i <= length - HALF; i += HALF) {
            set(out, outOffset + i, get(a, aOffset + i) ^ get(b, bOffset + i));
        }
        for (; i < length; i++) {
            out[outOffset + i] = (byte) (a[aOffset + i] ^ b[bOffset + i]);
        }
    }

    @Override
    public void addMasked(byte[] in, int inOffset, byte mask, byte[] out, int outOffset, int length) {
        long wide = (mask & 0xFFL) * 0x0101010101010101L;
        int i = 0;
        for (; i <= length - HALF; i += HALF) {
            set(out, outOffset + i, get(out, outOffset + i) ^ (get(in, inOffset + i) & wide));
        }
        for (; i < length; i++) {
            out[outOffset + i] ^= (byte) (in[inOffset + i] & mask);
        }
    }

    @Override
    public long foldCommon(byte[] a, int aOffset, byte[] b, int bOffset, int length) {
        long folded = 0;
        for (int i = 0; i < length; i += HALF) {
            folded ^= get(a, aOffset + i) & get(b, bOffset + i);
        }
        return folded;
    }

    @Override
    public void xorConstant(byte[] in, int inOffset, long low, long high, byte[] out, int outOffset, int blocks) {
        for (int i = 0; i < blocks * BLOCK_BYTES; i += BLOCK_BYTES) {
            set(out, outOffset + i, get(in, inOffset + i) ^ low);
            set(out, outOffset + i + HALF, get(in, inOffset + i + HALF) ^ high);
        }
    }

    @Override
    public void xorCounter(byte[] in, int inOffset, long first, long high, byte[] out, int outOffset, int blocks) {
        long counter = first;
        for (int i = 0; i < blocks * BLOCK_BYTES; i += BLOCK_BYTES) {
            set(out, outOffset + i, get(in, inOffset + i) ^ counter);
            set(out, outOffset + i + HALF, get(in, inOffset + i + HALF) ^ high);
            counter++;
        }
    }

    @Override
    public void garbleAnd(
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
            int rowE) {
        int run = blocks * BLOCK_BYTES;
        for (int i = 0; i < run; i += BLOCK_BYTES) {
            int at = offset + i;
            long colourA = -(get(labels, at) & 1);
            long colourB = -(get(labels, at + run) & 1);
            for (int half = 0; half < BLOCK_BYTES; half += HALF) {
                int place = at + half;
                long zeroA = get(hashLeft, place) ^ get(hashRight, place);
                long zeroB = get(hashLeft, place + run) ^ get(hashRight, place + run);
                long oneA = get(hashLeft, place + 2 * run) ^ get(hashRight, place + 2 * run);
                long oneB = get(hashLeft, place + 3 * run) ^ get(hashRight, place + 3 * run);
                long forGarbler = zeroA ^ oneA ^ (colourB & (half == 0 ? low : high));
                long sumB = zeroB ^ oneB;
                set(tables, rowG + i + half, forGarbler);
                set(tables, rowE + i + half, sumB ^ get(labels, place));
                set(out, outOffset + i + half, zeroA ^ zeroB ^ (colourA & forGarbler) ^ (colourB & sumB));
            }
        }
    }

    @Override
    public void evaluateAnd(
            byte[] labels,
            byte[] hashLeft,
            byte[] hashRight,
            int offset,
            int blocks,
            byte[] out,
            int outOffset,
            byte[] tables,
            int rowG,
            int rowE) {
        int run = blocks * BLOCK_BYTES;
        for (int i = 0; i < run; i += BLOCK_BYTES) {
            int at = offset + i;
            long colourA = -(get(labels, at) & 1);
            long colourB = -(get(labels, at + run) & 1);
            for (int half = 0; half < BLOCK_BYTES; half += HALF) {
                int place = at + half;
                long hashes = get(hashLeft, place)
                        ^ get(hashRight, place)
                        ^ get(hashLeft, place + run)
                        ^ get(hashRight, place + run);
                long fromGarbler = get(tables, rowG + i + half);
                long sumB = get(tables, rowE + i + half) ^ get(labels, place);
                set(out, outOffset + i + half, hashes ^ (colourA & fromGarbler) ^ (colourB & sumB));
            }
        }
    }

    @Override
    public void join(byte[] a, int aOffset, byte[] b, int bOffset, byte[] out, int outOffset, int blocks) {
        for (int i = 0; i < blocks * BLOCK_BYTES; i += BLOCK_BYTES) {
            long low = get(b, bOffset + i);
            long high = get(b, bOffset + i + HALF);
            set(out, outOffset + i, get(a, aOffset + i) ^ low ^ high);
            set(out, outOffset + i + HALF, get(a, aOffset + i + HALF) ^ low);
        }
    }

    @Override
    public void addRow(
            byte[] a,
            int aOffset,
            byte[] b,
            int bOffset,
            byte[] tables,
            int tablesOffset,
            int stride,
            byte[] out,
            int outOffset,
            int blocks) {
        for (int i = 0; i < blocks * BLOCK_BYTES; i += BLOCK_BYTES) {
            long p = -(a[aOffset + i] & 1L);
            long r = -(b[bOffset + i] & 1L);
            for (int half = 0; half < BLOCK_BYTES; half += HALF) {
                int at = tablesOffset + i + half;
                long row = get(tables, at)
                        ^ (p & get(tables, at + stride))
                        ^ (r & get(tables, at + 2 * stride))
                        ^ (p & r & get(tables, at + 3 * stride));
                set(out, outOffset + i + half, get(out, outOffset + i + half) ^ row);
            }
        }
    }

    @Override
    public void xorSelected(
            byte[] in,
            int inOffset,
            long[] bits,
            long firstBit,
            long low,
            long high,
            byte[] out,
            int outOffset,
            int blocks) {
        for (int j = 0; j < blocks; j++) {
            long bit = firstBit + j;
            long mask = -((bits[(int) (bit >>> 6)] >>> bit) & 1);
            int i = j * BLOCK_BYTES;
            set(out, outOffset + i, get(in, inOffset + i) ^ (mask & low));
            set(out, outOffset + i + HALF, get(in, inOffset + i + HALF) ^ (mask & high));
        }
    }

    @Override
    public void colours(byte[] in, int inOffset, int blocks, long[] bits, long firstBit) {
        for (int done = 0; done < blocks; ) {
            int word = (int) (firstBit + done >>> 6);
            int shift = (int) (firstBit + done & 63);
            int count = Math.min(Long.SIZE - shift, blocks - done);
            long collected = 0;
            for (int j = 0; j < count; j++) {
                collected |= (in[inOffset + (done + j) * BLOCK_BYTES] & 1L) << j;
            }
            long mask = -1L >>> -count << shift;
            bits[word] = bits[word] & ~mask | collected << shift;
            done += count;
        }
    }

    @Override
    public void transpose(byte[] in, int inOffset, int rowBytes, int columns, byte[] out, int outOffset) {
        long[] square = new long[Long.SIZE];
        for (int column = 0; column < columns; column += Long.SIZE) {
            for (int half = 0; half < 2; half++) {
                int from = inOffset + half * Long.SIZE * rowBytes + column / Byte.SIZE;
                for (int i = 0; i < Long.SIZE; i++) {
                    square[i] = get(in, from + i * rowBytes);
                }
                transpose64(square);
                int to = outOffset + column * BLOCK_BYTES + half * HALF;
                for (int i = 0; i < Long.SIZE; i++) {
                    set(out, to + i * BLOCK_BYTES, square[i]);
                }
            }
        }
    }

    /** Transposes 64 x 64 bits by exchanging ever smaller off-diagonal squares (Warren, Hacker's Delight, 7-3). */
    static void transpose64(long[] square) {
        long mask = 0x00000000FFFFFFFFL;
        for (int width = 32; width != 0; width >>>= 1) {
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
