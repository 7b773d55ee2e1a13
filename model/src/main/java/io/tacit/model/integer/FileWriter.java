package io.tacit.model.integer;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;

/** The primitives of the integer network's file, big-endian, written to memory. */
final class FileWriter {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    byte[] toBytes() {
        return out.toByteArray();
    }

    void u8(int value) {
        fits(value >= 0 && value < 1 << 8, value);
        out.write(value);
    }

    void u16(int value) {
        fits(value >= 0 && value < 1 << 16, value);
        out.write(value >> 8);
        out.write(value);
    }

    void u32(long value) {
        fits(value >= 0 && value < 1L << 32, value);
        for (int shift = 24; shift >= 0; shift -= 8) {
            out.write((int) (value >> shift));
        }
    }

    void f64(double value) {
        long bits = Double.doubleToLongBits(value);
        u32(bits >>> 32);
        u32(bits & 0xffffffffL);
    }

    void string(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > IntegerNetworkFile.MAX_STRING_BYTES || !FileReader.isPrintable(text)) {
            throw new IllegalArgumentException("a name is longer than " + IntegerNetworkFile.MAX_STRING_BYTES
                    + " bytes or holds control characters");
        }
        u16(bytes.length);
        out.writeBytes(bytes);
    }

    void big(BigInteger value) {
        byte[] bytes = value.toByteArray();
        u16(bytes.length);
        out.writeBytes(bytes);
    }

    void bytes(byte[] bytes) {
        out.writeBytes(bytes);
    }

    /** Two's complement words of the least common width, which goes first, lowest bit first. */
    void packed(int[] values) {
        long all = 0;
        for (int v : values) {
            all |= v ^ (v >> 31);
        }
        Packer packer = new Packer(Long.SIZE - Long.numberOfLeadingZeros(all) + 1);
        for (int v : values) {
            packer.put(v);
        }
        packer.flush();
    }

    /** The same for wider values. */
    void packed(long[] values) {
        long all = 0;
        for (long v : values) {
            all |= v ^ (v >> 63);
        }
        Packer packer = new Packer(Long.SIZE - Long.numberOfLeadingZeros(all) + 1);
        for (long v : values) {
            packer.put(v);
        }
        packer.flush();
    }

    private static void fits(boolean condition, long value) {
        if (!condition) {
            throw new IllegalArgumentException(value + " does not fit the file format");
        }
    }

    private final class Packer {
        private final int bits;
        private int current;
        private int filled;

        Packer(int bits) {
            this.bits = bits;
            u8(bits);
        }

        void put(long value) {
            int done = 0;
            while (done < bits) {
                int take = Math.min(8 - filled, bits - done);
                current |= (int) (value >> done & ((1 << take) - 1)) << filled;
                filled += take;
                done += take;
                if (filled == 8) {
                    flush();
                }
            }
        }

        void flush() {
            if (filled > 0) {
                out.write(current);
                current = 0;
                filled = 0;
            }
        }
    }
}
