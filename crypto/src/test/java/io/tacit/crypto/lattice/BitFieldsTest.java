package io.tacit.crypto.lattice;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BitFieldsTest {
    private static final int OFFSET = 3;

    @Test
    void packsAndUnpacksEveryWidth() {
        Random random = new Random(1);
        for (int bits = 1; bits <= Long.SIZE; bits++) {
            long mask = -1L >>> (Long.SIZE - bits);
            for (int count : new int[] {0, 1, 2, 7, 8, 9, 31, 64, 101}) {
                long[] values = random.longs(count).map(value -> value & mask).toArray();
                if (count > 1) {
                    values[count - 1] = mask;
                }
                byte[] bytes = new byte[OFFSET + BitFields.bytes(count, bits) + 1];
                BitFields.pack(values, count, bits, bytes, OFFSET);
                assertThat(number(bytes)).isEqualTo(number(values, bits).shiftLeft(OFFSET * Byte.SIZE));
                assertThat(BitFields.endsInZeros(bytes, OFFSET, count, bits)).isTrue();

                // With no byte behind the last one.
                byte[] exact = Arrays.copyOfRange(bytes, OFFSET, bytes.length - 1);
                long[] back = new long[count];
                BitFields.unpack(exact, 0, count, bits, back);
                assertThat(back).as("%s values of %s bits", count, bits).isEqualTo(values);
            }
        }
    }

    @Test
    void seesSpareBits() {
        for (int bits = 1; bits <= Long.SIZE; bits++) {
            for (int count = 1; count <= 9; count++) {
                byte[] bytes = new byte[BitFields.bytes(count, bits)];
                for (int spare = count * bits; spare < bytes.length * Byte.SIZE; spare++) {
                    bytes[bytes.length - 1] = (byte) (1 << (spare & 7));
                    assertThat(BitFields.endsInZeros(bytes, 0, count, bits)).isFalse();
                }
                bytes[bytes.length - 1] = 0;
                if (count * bits % Byte.SIZE != 0) {
                    bytes[bytes.length - 1] = (byte) ((1 << (count * bits & 7)) - 1);
                }
                assertThat(BitFields.endsInZeros(bytes, 0, count, bits)).isTrue();
            }
        }
    }

    private static BigInteger number(long[] values, int bits) {
        BigInteger sum = BigInteger.ZERO;
        for (int i = 0; i < values.length; i++) {
            sum = sum.add(new BigInteger(Long.toUnsignedString(values[i])).shiftLeft(i * bits));
        }
        return sum;
    }

    private static BigInteger number(byte[] littleEndian) {
        byte[] bytes = new byte[littleEndian.length + 1];
        for (int i = 0; i < littleEndian.length; i++) {
            bytes[littleEndian.length - i] = littleEndian[i];
        }
        return new BigInteger(bytes);
    }
}
