package io.tacit.crypto.lattice;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Unsigned integers of a fixed number of bits, 1 to 64, one behind the other from the lowest bit of the first byte. */
final class BitFields {
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private BitFields() {}

    /** Bytes of {@code count} values; the bits that the last byte has left are zero. */
    static int bytes(int count, int bits) {
        return Math.toIntExact(((long) count * bits + Byte.SIZE - 1) / Byte.SIZE);
    }

    /** @param values each below 2^bits */
    static void pack(long[] values, int count, int bits, byte[] out, int offset) {
        long word = 0;
        int used = 0;
        int at = offset;
        for (int i = 0; i < count; i++) {
            long value = values[i];
            word |= value << used;
            used += bits;
            if (used >= Long.SIZE) {
                LONG.set(out, at, word);
                at += Long.BYTES;
                used -= Long.SIZE;
                word = used == 0 ? 0 : value >>> (bits - used);
            }
        }
        for (; used > 0; used -= Byte.SIZE) {
            out[at++] = (byte) word;
            word >>>= Byte.SIZE;
        }
    }

    static void unpack(byte[] in, int offset, int count, int bits, long[] out) {
        long mask = -1L >>> (Long.SIZE - bits);
        int end = offset + bytes(count, bits);
        // A field reaches over at most nine bytes: the last ones are read byte by byte, never beyond the end.
        int wide = 0;
        if (bits <= Long.SIZE - Byte.SIZE + 1) {
            long readable = (long) (end - offset - Long.BYTES) * Byte.SIZE;
            wide = readable < 0 ? 0 : (int) Math.min(count, readable / bits);
        }
        for (int i = 0; i < wide; i++) {
            long bit = (long) i * bits;
            out[i] = (long) LONG.get(in, offset + (int) (bit >>> 3)) >>> (bit & 7) & mask;
        }
        for (int i = wide; i < count; i++) {
            long bit = (long) i * bits;
            int at = offset + (int) (bit >>> 3);
            int shift = (int) (bit & 7);
            long value = 0;
            for (int taken = -shift; taken < bits; taken += Byte.SIZE) {
                long octet = in[at++] & 0xFFL;
                value |= taken < 0 ? octet >>> -taken : octet << taken;
            }
            out[i] = value & mask;
        }
    }

    /** Whether the bits that the last byte has left are zero. */
    static boolean endsInZeros(byte[] in, int offset, int count, int bits) {
        int left = (int) ((long) bytes(count, bits) * Byte.SIZE - (long) count * bits);
        return left == 0 || (in[offset + bytes(count, bits) - 1] & 0xFF) >>> (Byte.SIZE - left) == 0;
    }
}
