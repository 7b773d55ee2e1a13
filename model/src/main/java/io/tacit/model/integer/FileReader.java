package io.tacit.model.integer;

import io.tacit.model.ModelFileException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * The primitives of the integer network's file, read from memory. Every length is checked against the bytes that are left
 * before anything is allocated; every value has one encoding only.
 */
final class FileReader {
    private final ByteBuffer in;

    FileReader(ByteBuffer in) {
        this.in = in;
    }

    int remaining() {
        return in.remaining();
    }

    int u8() {
        need(1);
        return in.get() & 0xff;
    }

    int u16() {
        need(2);
        return in.getShort() & 0xffff;
    }

    /** @param limit largest value accepted */
    int u32(int limit, String what) {
        need(4);
        long value = in.getInt() & 0xffffffffL;
        if (value > limit) {
            throw new ModelFileException(what + " = " + value + " is more than " + limit);
        }
        return (int) value;
    }

    /** A finite number. */
    double f64(String what) {
        need(8);
        double value = in.getDouble();
        if (!Double.isFinite(value)) {
            throw new ModelFileException(what + " is not a finite number");
        }
        return value;
    }

    String string() {
        int length = u16();
        if (length > IntegerNetworkFile.MAX_STRING_BYTES) {
            throw new ModelFileException("a name of " + length + " bytes is too long");
        }
        byte[] bytes = bytes(length);
        String text;
        try {
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new ModelFileException("a name is not UTF-8", e);
        }
        if (!isPrintable(text)) {
            throw new ModelFileException("a name holds control characters");
        }
        return text;
    }

    /** Names go to terminals and logs: no control characters. */
    static boolean isPrintable(String text) {
        return text.chars().noneMatch(Character::isISOControl);
    }

    BigInteger big() {
        int length = u16();
        if (length == 0 || length > RangeProof.MAX_BITS / 8 + 1) {
            throw new ModelFileException("an integer of " + length + " bytes");
        }
        byte[] bytes = bytes(length);
        BigInteger value = new BigInteger(bytes);
        if (value.bitLength() / 8 + 1 != length) {
            throw new ModelFileException("an integer is longer than needed");
        }
        return value;
    }

    byte[] bytes(int length) {
        need(length);
        byte[] bytes = new byte[length];
        in.get(bytes);
        return bytes;
    }

    /** The next {@code length} bytes as a reader of their own. */
    FileReader part(int length) {
        need(length);
        ByteBuffer part = in.slice();
        part.limit(length);
        in.position(in.position() + length);
        return new FileReader(part);
    }

    void end(String what) {
        if (in.hasRemaining()) {
            throw new ModelFileException(in.remaining() + " bytes too many in the " + what);
        }
    }

    /** @param count values wanted */
    int[] packedInts(int count, int maxBits) {
        Unpacker unpacker = new Unpacker(count, maxBits);
        int[] values = new int[count];
        long all = 0;
        for (int i = 0; i < count; i++) {
            values[i] = (int) unpacker.next();
            all |= values[i] ^ (values[i] >> 31);
        }
        unpacker.finish(all);
        return values;
    }

    /** @param count values wanted */
    long[] packedLongs(int count) {
        Unpacker unpacker = new Unpacker(count, Long.SIZE);
        long[] values = new long[count];
        long all = 0;
        for (int i = 0; i < count; i++) {
            values[i] = unpacker.next();
            all |= values[i] ^ (values[i] >> 63);
        }
        unpacker.finish(all);
        return values;
    }

    private void need(int length) {
        if (in.remaining() < length) {
            throw new ModelFileException("the file ends too early");
        }
    }

    private final class Unpacker {
        private final int bits;
        private int current;
        private int left;

        Unpacker(int count, int maxBits) {
            bits = u8();
            if (bits < 1 || bits > maxBits) {
                throw new ModelFileException(bits + " bits a value are not within 1.." + maxBits);
            }
            long bytes = ((long) count * bits + 7) / 8;
            if (bytes > in.remaining()) {
                throw new ModelFileException("the file ends too early");
            }
        }

        long next() {
            long value = 0;
            int done = 0;
            while (done < bits) {
                if (left == 0) {
                    current = in.get() & 0xff;
                    left = 8;
                }
                int take = Math.min(left, bits - done);
                value |= (long) (current & ((1 << take) - 1)) << done;
                current >>= take;
                left -= take;
                done += take;
            }
            int unused = Long.SIZE - bits;
            return value << unused >> unused;
        }

        /** @param all or of all values, each with its sign folded away */
        void finish(long all) {
            if (current != 0 || Long.SIZE - Long.numberOfLeadingZeros(all) + 1 != bits) {
                throw new ModelFileException("packed values are not in their shortest form");
            }
        }
    }
}
