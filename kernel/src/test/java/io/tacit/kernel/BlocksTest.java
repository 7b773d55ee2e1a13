package io.tacit.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import io.tacit.kernel.plain.PlainBlocks;
import io.tacit.kernel.vector.VectorBlocks;
import java.math.BigInteger;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Both twins against definitions on arbitrary-precision integers. */
class BlocksTest {
    private static final int BLOCK = BlockArithmetic.BLOCK_BYTES;

    record Case(BlockArithmetic blocks, int count, long seed) {
        @Override
        public String toString() {
            return blocks.getClass().getSimpleName() + " " + count + " blocks, seed " + seed;
        }
    }

    static Stream<Case> cases() {
        int[] counts = {0, 1, 2, 3, 4, 5, 7, 8, 13, 16, 31, 64, 67, 127, 128, 257, 1024, 1025};
        return Stream.of(new PlainBlocks(), new VectorBlocks())
                .flatMap(twin -> IntStream.of(counts).mapToObj(count -> new Case(twin, count, 1000 + count)));
    }

    private static byte[] random(Random random, int bytes) {
        byte[] values = new byte[bytes];
        random.nextBytes(values);
        return values;
    }

    private static BigInteger block(byte[] bytes, int at) {
        byte[] bigEndian = new byte[BLOCK + 1];
        for (int i = 0; i < BLOCK; i++) {
            bigEndian[BLOCK - i] = bytes[at + i];
        }
        return new BigInteger(bigEndian);
    }

    private static BigInteger block(long low, long high) {
        return new BigInteger(Long.toUnsignedString(high)).shiftLeft(64).or(new BigInteger(Long.toUnsignedString(low)));
    }

    private static BigInteger times(BigInteger block, boolean selected) {
        return selected ? block : BigInteger.ZERO;
    }

    @ParameterizedTest
    @MethodSource("cases")
    void sums(Case c) {
        Random random = new Random(c.seed);
        int bytes = c.count * BLOCK;
        byte[] a = random(random, bytes + 3);
        byte[] b = random(random, bytes + 5);
        byte[] sum = new byte[bytes + 1];
        c.blocks.xor(a, 3, b, 5, sum, 1, bytes);
        for (int j = 0; j < c.count; j++) {
            assertThat(block(sum, 1 + j * BLOCK))
                    .isEqualTo(block(a, 3 + j * BLOCK).xor(block(b, 5 + j * BLOCK)));
        }
        byte[] odd = new byte[bytes];
        int oddLength = Math.max(0, bytes - 3);
        c.blocks.xor(a, 0, b, 0, odd, 0, oddLength);
        for (int i = 0; i < bytes; i++) {
            assertThat(odd[i]).isEqualTo(i < oddLength ? (byte) (a[i] ^ b[i]) : 0);
        }
        long folded = 0;
        for (int i = 0; i < bytes; i++) {
            folded ^= (a[3 + i] & b[5 + i] & 255L) << (8 * (i % 8));
        }
        assertThat(c.blocks.foldCommon(a, 3, b, 5, bytes)).isEqualTo(folded);
        for (int mask : new int[] {0, -1, 0x5a}) {
            byte[] masked = b.clone();
            c.blocks.addMasked(a, 3, (byte) mask, masked, 5, oddLength);
            for (int i = 0; i < masked.length; i++) {
                boolean inside = i >= 5 && i < 5 + oddLength;
                assertThat(masked[i]).isEqualTo(inside ? (byte) (b[i] ^ (a[i - 2] & mask)) : b[i]);
            }
        }
        c.blocks.xor(a, 3, b, 5, a, 3, bytes);
        assertThat(java.util.Arrays.copyOfRange(a, 3, 3 + bytes))
                .isEqualTo(java.util.Arrays.copyOfRange(sum, 1, 1 + bytes));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void constantsCountersAndSelections(Case c) {
        Random random = new Random(c.seed);
        byte[] in = random(random, c.count * BLOCK + 2);
        byte[] constant = new byte[c.count * BLOCK + 1];
        byte[] counter = constant.clone();
        byte[] selected = constant.clone();
        long low = random.nextLong();
        long high = random.nextLong();
        long first = Long.MAX_VALUE - 5; // the counter is unsigned
        long firstBit = random.nextInt(200);
        long[] bits = random.longs((firstBit + c.count) / 64 + 1).toArray();
        c.blocks.xorConstant(in, 2, low, high, constant, 1, c.count);
        c.blocks.xorCounter(in, 2, first, high, counter, 1, c.count);
        c.blocks.xorSelected(in, 2, bits, firstBit, low, high, selected, 1, c.count);
        long[] colours = bits.clone();
        c.blocks.colours(in, 2, c.count, colours, firstBit);
        for (int j = 0; j < c.count; j++) {
            BigInteger block = block(in, 2 + j * BLOCK);
            int bit = (int) firstBit + j;
            boolean chosen = (bits[bit / 64] >>> (bit % 64) & 1) == 1;
            assertThat(block(constant, 1 + j * BLOCK)).isEqualTo(block.xor(block(low, high)));
            assertThat(block(counter, 1 + j * BLOCK)).isEqualTo(block.xor(block(first + j, high)));
            assertThat(block(selected, 1 + j * BLOCK)).isEqualTo(block.xor(times(block(low, high), chosen)));
            assertThat(colours[bit / 64] >>> (bit % 64) & 1).isEqualTo(block.testBit(0) ? 1 : 0);
        }
        for (int bit = 0; bit < bits.length * 64; bit++) {
            if (bit < firstBit || bit >= firstBit + c.count) {
                assertThat(colours[bit / 64] >>> (bit % 64) & 1).isEqualTo(bits[bit / 64] >>> (bit % 64) & 1);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void joinedLabelsAndChosenRows(Case c) {
        Random random = new Random(c.seed);
        int run = c.count * BLOCK;
        int stride = run + 6;
        byte[] a = random(random, run + 3);
        byte[] b = random(random, run + 5);
        byte[] joined = new byte[run + 1];
        c.blocks.join(a, 3, b, 5, joined, 1, c.count);
        byte[] tables = random(random, 2 + 4 * stride);
        byte[] out = random(random, run + 4);
        byte[] before = out.clone();
        c.blocks.addRow(a, 3, b, 5, tables, 2, stride, out, 4, c.count);
        BigInteger mask = BigInteger.ONE.shiftLeft(64).subtract(BigInteger.ONE);
        for (int j = 0; j < c.count; j++) {
            int at = j * BLOCK;
            BigInteger first = block(a, 3 + at);
            BigInteger second = block(b, 5 + at);
            BigInteger low = second.and(mask);
            BigInteger image = low.shiftLeft(64).or(low.xor(second.shiftRight(64)));
            assertThat(block(joined, 1 + at)).isEqualTo(first.xor(image));
            boolean p = first.testBit(0);
            boolean r = second.testBit(0);
            BigInteger expected = block(before, 4 + at)
                    .xor(block(tables, 2 + at))
                    .xor(times(block(tables, 2 + stride + at), p))
                    .xor(times(block(tables, 2 + 2 * stride + at), r))
                    .xor(times(block(tables, 2 + 3 * stride + at), p && r));
            assertThat(block(out, 4 + at)).isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void halfGates(Case c) {
        Random random = new Random(c.seed);
        int run = c.count * BLOCK;
        int offset = 7;
        byte[] labels = random(random, 4 * run + offset);
        byte[] left = random(random, 4 * run + offset);
        byte[] right = random(random, 4 * run + offset);
        long low = random.nextLong() | 1;
        long high = random.nextLong();
        BigInteger delta = block(low, high);
        int rowG = 9;
        int rowE = 9 + run + 3; // rows of parts of a gate's instances lie apart
        byte[] out = new byte[5 + run];
        byte[] tables = new byte[rowE + run];
        c.blocks.garbleAnd(labels, left, right, offset, c.count, low, high, out, 5, tables, rowG, rowE);
        byte[] evaluated = new byte[2 + run];
        c.blocks.evaluateAnd(labels, left, right, offset, c.count, evaluated, 2, tables, rowG, rowE);
        for (int j = 0; j < c.count; j++) {
            int at = offset + j * BLOCK;
            BigInteger a = block(labels, at);
            BigInteger b = block(labels, at + run);
            BigInteger zeroA = block(left, at).xor(block(right, at));
            BigInteger zeroB = block(left, at + run).xor(block(right, at + run));
            BigInteger oneA = block(left, at + 2 * run).xor(block(right, at + 2 * run));
            BigInteger oneB = block(left, at + 3 * run).xor(block(right, at + 3 * run));
            BigInteger tableG = zeroA.xor(oneA).xor(times(delta, b.testBit(0)));
            BigInteger tableE = zeroB.xor(oneB).xor(a);
            assertThat(block(tables, rowG + j * BLOCK)).isEqualTo(tableG);
            assertThat(block(tables, rowE + j * BLOCK)).isEqualTo(tableE);
            BigInteger wire = zeroA.xor(times(tableG, a.testBit(0))).xor(zeroB).xor(times(tableE.xor(a), b.testBit(0)));
            assertThat(block(out, 5 + j * BLOCK)).isEqualTo(wire);
            assertThat(block(evaluated, 2 + j * BLOCK)).isEqualTo(wire);
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void transposes(Case c) {
        Random random = new Random(c.seed);
        int columns = c.count / 64 * 64;
        int rowBytes = columns / 8 + 5;
        byte[] in = random(random, BlockArithmetic.TRANSPOSE_ROWS * rowBytes + 3 + 64);
        byte[] out = new byte[columns * BLOCK + 1];
        c.blocks.transpose(in, 3, rowBytes, columns, out, 1);
        for (int j = 0; j < columns; j++) {
            BigInteger block = block(out, 1 + j * BLOCK);
            for (int i = 0; i < BlockArithmetic.TRANSPOSE_ROWS; i++) {
                assertThat(block.testBit(i)).isEqualTo((in[3 + i * rowBytes + j / 8] >> (j % 8) & 1) == 1);
            }
        }
    }
}
