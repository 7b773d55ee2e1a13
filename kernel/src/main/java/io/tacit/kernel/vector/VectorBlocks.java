package io.tacit.kernel.vector;

import io.tacit.kernel.BlockArithmetic;
import io.tacit.kernel.plain.PlainBlocks;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.Vector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * Blocks in vectors of {@code long} lanes: even lanes hold first halves, odd lanes second halves. What does not fill a
 * vector is left to the plain loops.
 */
public final class VectorBlocks implements BlockArithmetic {
    private static final VectorSpecies<Long> LONGS = LongVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Byte> BYTES = ByteVector.SPECIES_PREFERRED;
    private static final Class<? extends Vector<Long>> SHAPE = LONGS.vectorType();
    private static final int STEP = BYTES.length();
    private static final int LANES = LONGS.length();
    private static final int HALF = Long.BYTES;
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    /** Every lane takes the even lane of its block. */
    private static final VectorShuffle<Long> FIRST_HALVES = VectorShuffle.fromOp(LONGS, lane -> lane & ~1);

    /** The two halves of a block change places. */
    private static final VectorShuffle<Long> OTHER_HALVES = VectorShuffle.fromOp(LONGS, lane -> lane ^ 1);

    private static final long[] FIRST_HALF_ONES = lanes(-1, 0, 0);
    private static final long[] ONE_IN_FIRST_HALVES = lanes(1, 0, 0);
    private static final long[] BLOCK_NUMBERS = lanes(0, 0, 1);

    private final PlainBlocks plain = new PlainBlocks();

    private static long[] lanes(long even, long odd, long evenStep) {
        long[] values = new long[LANES];
        for (int i = 0; i < LANES; i++) {
            values[i] = (i & 1) == 0 ? even + (i >> 1) * evenStep : odd;
        }
        return values;
    }

    @Override
    public void xor(byte[] a, int aOffset, byte[] b, int bOffset, byte[] out, int outOffset, int length) {
        int bound = length - length % STEP;
        for (int i = 0; i < bound; i += STEP) {
            ByteVector.fromArray(BYTES, a, aOffset + i)
                    .lanewise(VectorOperators.XOR, ByteVector.fromArray(BYTES, b, bOffset + i))
                    .intoArray(out, outOffset + i);
        }
        plain.xor(a, aOffset + bound, b, bOffset + bound, out, outOffset + bound, length - bound);
    }

    @Override
    public void addMasked(byte[] in, int inOffset, byte mask, byte[] out, int outOffset, int length) {
        int bound = length - length % STEP;
        ByteVector wide = ByteVector.broadcast(BYTES, mask);
        for (int i = 0; i < bound; i += STEP) {
            ByteVector addend = ByteVector.fromArray(BYTES, in, inOffset + i).and(wide);
            ByteVector.fromArray(BYTES, out, outOffset + i)
                    .lanewise(VectorOperators.XOR, addend)
                    .intoArray(out, outOffset + i);
        }
        plain.addMasked(in, inOffset + bound, mask, out, outOffset + bound, length - bound);
    }

    @Override
    public long foldCommon(byte[] a, int aOffset, byte[] b, int bOffset, int length) {
        int bound = length - length % STEP;
        LongVector folded = LongVector.zero(LONGS);
        for (int i = 0; i < bound; i += STEP) {
            folded = folded.lanewise(
                    VectorOperators.XOR,
                    ByteVector.fromArray(BYTES, a, aOffset + i)
                            .and(ByteVector.fromArray(BYTES, b, bOffset + i))
                            .reinterpretAsLongs());
        }
        return ((LongVector) SHAPE.cast(folded)).reduceLanes(VectorOperators.XOR)
                ^ plain.foldCommon(a, aOffset + bound, b, bOffset + bound, length - bound);
    }

    @Override
    public void xorConstant(byte[] in, int inOffset, long low, long high, byte[] out, int outOffset, int blocks) {
        int length = blocks * BLOCK_BYTES;
        int bound = length - length % STEP;
        LongVector first = LongVector.fromArray(LONGS, FIRST_HALF_ONES, 0);
        LongVector constant = LongVector.broadcast(LONGS, low ^ high)
                .and(first)
                .lanewise(VectorOperators.XOR, LongVector.broadcast(LONGS, high));
        for (int i = 0; i < bound; i += STEP) {
            ByteVector.fromArray(BYTES, in, inOffset + i)
                    .reinterpretAsLongs()
                    .lanewise(VectorOperators.XOR, constant)
                    .reinterpretAsBytes()
                    .intoArray(out, outOffset + i);
        }
        plain.xorConstant(in, inOffset + bound, low, high, out, outOffset + bound, (length - bound) / BLOCK_BYTES);
    }

    @Override
    public void xorCounter(byte[] in, int inOffset, long first, long high, byte[] out, int outOffset, int blocks) {
        int length = blocks * BLOCK_BYTES;
        int bound = length - length % STEP;
        LongVector firstHalves = LongVector.fromArray(LONGS, FIRST_HALF_ONES, 0);
        LongVector counter = LongVector.broadcast(LONGS, first ^ high)
                .and(firstHalves)
                .lanewise(VectorOperators.XOR, LongVector.broadcast(LONGS, high))
                .add(LongVector.fromArray(LONGS, BLOCK_NUMBERS, 0));
        LongVector step = LongVector.broadcast(LONGS, STEP / BLOCK_BYTES).and(firstHalves);
        for (int i = 0; i < bound; i += STEP) {
            ByteVector.fromArray(BYTES, in, inOffset + i)
                    .reinterpretAsLongs()
                    .lanewise(VectorOperators.XOR, counter)
                    .reinterpretAsBytes()
                    .intoArray(out, outOffset + i);
            counter = counter.add(step);
        }
        plain.xorCounter(
                in,
                inOffset + bound,
                first + bound / BLOCK_BYTES,
                high,
                out,
                outOffset + bound,
                (length - bound) / BLOCK_BYTES);
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
        if (run % STEP != 0) {
            plain.garbleAnd(labels, hashLeft, hashRight, offset, blocks, low, high, out, outOffset, tables, rowG, rowE);
            return;
        }
        for (AndPass pass : GARBLE_AND) {
            pass.run(labels, hashLeft, hashRight, offset, run, low, high, out, outOffset, tables, rowG, rowE);
        }
    }

    /**
     * One loop of {@link #garbleAnd}. The loops are called through an interface, at one place with three receivers, so
     * that C2 compiles each by itself: inlined into one method they are too large for it and it boxes every vector.
     */
    private interface AndPass {
        void run(
                byte[] labels,
                byte[] hashLeft,
                byte[] hashRight,
                int offset,
                int run,
                long low,
                long high,
                byte[] out,
                int outOffset,
                byte[] tables,
                int rowG,
                int rowE);
    }

    private static final AndPass[] GARBLE_AND = {
        (labels, left, right, offset, run, low, high, out, outOffset, tables, rowG, rowE) ->
                garblerRows(labels, left, right, offset, run, low, high, tables, rowG),
        (labels, left, right, offset, run, low, high, out, outOffset, tables, rowG, rowE) ->
                evaluatorRows(labels, left, right, offset, run, tables, rowE),
        // The zero label of the output is what the evaluator finds from the zero labels of the inputs.
        (labels, left, right, offset, run, low, high, out, outOffset, tables, rowG, rowE) ->
                wires(labels, left, right, offset, run, out, outOffset, tables, rowG, rowE)
    };

    private static void garblerRows(
            byte[] labels,
            byte[] hashLeft,
            byte[] hashRight,
            int offset,
            int run,
            long low,
            long high,
            byte[] tables,
            int tablesOffset) {
        LongVector first = LongVector.fromArray(LONGS, FIRST_HALF_ONES, 0);
        LongVector delta = LongVector.broadcast(LONGS, low ^ high)
                .and(first)
                .lanewise(VectorOperators.XOR, LongVector.broadcast(LONGS, high));
        LongVector one = LongVector.fromArray(LONGS, ONE_IN_FIRST_HALVES, 0);
        for (int i = 0; i < run; i += STEP) {
            int zero = offset + i;
            int other = zero + 2 * run;
            LongVector selected = ByteVector.fromArray(BYTES, labels, zero + run)
                    .reinterpretAsLongs()
                    .and(one)
                    .neg()
                    .rearrange(FIRST_HALVES)
                    .and(delta);
            ByteVector.fromArray(BYTES, hashLeft, zero)
                    .lanewise(VectorOperators.XOR, ByteVector.fromArray(BYTES, hashRight, zero))
                    .lanewise(VectorOperators.XOR, ByteVector.fromArray(BYTES, hashLeft, other))
                    .lanewise(VectorOperators.XOR, ByteVector.fromArray(BYTES, hashRight, other))
                    .lanewise(VectorOperators.XOR, selected.reinterpretAsBytes())
                    .intoArray(tables, tablesOffset + i);
        }
    }

    private static void evaluatorRows(
            byte[] labels, byte[] hashLeft, byte[] hashRight, int offset, int run, byte[] tables, int tablesOffset) {
        for (int i = 0; i < run; i += STEP) {
            int zero = offset + i + run;
            int other = zero + 2 * run;
            ByteVector.fromArray(BYTES, hashLeft, zero)
                    .lanewise(VectorOperators.XOR, ByteVector.fromArray(BYTES, hashRight, zero))
                    .lanewise(VectorOperators.XOR, ByteVector.fromArray(BYTES, hashLeft, other))
                    .lanewise(VectorOperators.XOR, ByteVector.fromArray(BYTES, hashRight, other))
                    .lanewise(VectorOperators.XOR, ByteVector.fromArray(BYTES, labels, offset + i))
                    .intoArray(tables, tablesOffset + i);
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
        if (run % STEP != 0) {
            plain.evaluateAnd(labels, hashLeft, hashRight, offset, blocks, out, outOffset, tables, rowG, rowE);
            return;
        }
        wires(labels, hashLeft, hashRight, offset, run, out, outOffset, tables, rowG, rowE);
    }

    private static void wires(
            byte[] labels,
            byte[] hashLeft,
            byte[] hashRight,
            int offset,
            int run,
            byte[] out,
            int outOffset,
            byte[] tables,
            int rowG,
            int rowE) {
        LongVector one = LongVector.fromArray(LONGS, ONE_IN_FIRST_HALVES, 0);
        for (int i = 0; i < run; i += STEP) {
            int a = offset + i;
            int b = a + run;
            ByteVector label = ByteVector.fromArray(BYTES, labels, a);
            LongVector fromGarbler = label.reinterpretAsLongs()
                    .and(one)
                    .neg()
                    .rearrange(FIRST_HALVES)
                    .and(ByteVector.fromArray(BYTES, tables, rowG + i).reinterpretAsLongs());
            LongVector fromEvaluator = ByteVector.fromArray(BYTES, tables, rowE + i)
                    .lanewise(VectorOperators.XOR, label)
                    .reinterpretAsLongs()
                    .and(ByteVector.fromArray(BYTES, labels, b)
                            .reinterpretAsLongs()
                            .and(one)
                            .neg()
                            .rearrange(FIRST_HALVES));
            ByteVector.fromArray(BYTES, hashLeft, a)
                    .lanewise(VectorOperators.XOR, ByteVector.fromArray(BYTES, hashRight, a))
                    .lanewise(VectorOperators.XOR, ByteVector.fromArray(BYTES, hashLeft, b))
                    .lanewise(VectorOperators.XOR, ByteVector.fromArray(BYTES, hashRight, b))
                    .lanewise(VectorOperators.XOR, fromGarbler.reinterpretAsBytes())
                    .lanewise(VectorOperators.XOR, fromEvaluator.reinterpretAsBytes())
                    .intoArray(out, outOffset + i);
        }
    }

    @Override
    public void join(byte[] a, int aOffset, byte[] b, int bOffset, byte[] out, int outOffset, int blocks) {
        int length = blocks * BLOCK_BYTES;
        int bound = length - length % STEP;
        LongVector first = LongVector.fromArray(LONGS, FIRST_HALF_ONES, 0);
        for (int i = 0; i < bound; i += STEP) {
            LongVector label = ByteVector.fromArray(BYTES, b, bOffset + i).reinterpretAsLongs();
            label.rearrange(OTHER_HALVES)
                    .lanewise(VectorOperators.XOR, label.and(first))
                    .reinterpretAsBytes()
                    .lanewise(VectorOperators.XOR, ByteVector.fromArray(BYTES, a, aOffset + i))
                    .intoArray(out, outOffset + i);
        }
        plain.join(a, aOffset + bound, b, bOffset + bound, out, outOffset + bound, (length - bound) / BLOCK_BYTES);
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
        int length = blocks * BLOCK_BYTES;
        int bound = length - length % STEP;
        LongVector one = LongVector.fromArray(LONGS, ONE_IN_FIRST_HALVES, 0);
        for (int i = 0; i < bound; i += STEP) {
            int at = tablesOffset + i;
            ByteVector p = ByteVector.fromArray(BYTES, a, aOffset + i)
                    .reinterpretAsLongs()
                    .and(one)
                    .neg()
                    .rearrange(FIRST_HALVES)
                    .reinterpretAsBytes();
            ByteVector r = ByteVector.fromArray(BYTES, b, bOffset + i)
                    .reinterpretAsLongs()
                    .and(one)
                    .neg()
                    .rearrange(FIRST_HALVES)
                    .reinterpretAsBytes();
            ByteVector ifFirst = ByteVector.fromArray(BYTES, tables, at + 3 * stride)
                    .and(r)
                    .lanewise(VectorOperators.XOR, ByteVector.fromArray(BYTES, tables, at + stride))
                    .and(p);
            ByteVector ifSecond =
                    ByteVector.fromArray(BYTES, tables, at + 2 * stride).and(r);
            ByteVector.fromArray(BYTES, out, outOffset + i)
                    .lanewise(VectorOperators.XOR, ByteVector.fromArray(BYTES, tables, at))
                    .lanewise(VectorOperators.XOR, ifFirst)
                    .lanewise(VectorOperators.XOR, ifSecond)
                    .intoArray(out, outOffset + i);
        }
        plain.addRow(
                a,
                aOffset + bound,
                b,
                bOffset + bound,
                tables,
                tablesOffset + bound,
                stride,
                out,
                outOffset + bound,
                (length - bound) / BLOCK_BYTES);
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
        plain.xorSelected(in, inOffset, bits, firstBit, low, high, out, outOffset, blocks);
    }

    @Override
    public void colours(byte[] in, int inOffset, int blocks, long[] bits, long firstBit) {
        plain.colours(in, inOffset, blocks, bits, firstBit);
    }

    /**
     * As the plain loops, with as many 64 x 64 squares side by side as a vector has lanes. What is left over goes to the
     * plain loops.
     */
    @Override
    public void transpose(byte[] in, int inOffset, int rowBytes, int columns, byte[] out, int outOffset) {
        int wide = Long.SIZE * LANES;
        long[] squares = new long[2 * Long.SIZE * LANES];
        int column = 0;
        for (; column <= columns - wide; column += wide) {
            int from = inOffset + column / Byte.SIZE;
            gather(in, from, rowBytes, squares);
            exchange(squares, 32, 0x00000000FFFFFFFFL, 0x0000FFFF0000FFFFL);
            exchange(squares, 8, 0x00FF00FF00FF00FFL, 0x0F0F0F0F0F0F0F0FL);
            exchange(squares, 2, 0x3333333333333333L, 0x5555555555555555L);
            scatter(squares, out, outOffset + column * BLOCK_BYTES);
        }
        plain.transpose(
                in, inOffset + column / Byte.SIZE, rowBytes, columns - column, out, outOffset + column * BLOCK_BYTES);
    }

    private static void gather(byte[] in, int from, int rowBytes, long[] squares) {
        for (int i = 0; i < 2 * Long.SIZE; i++) {
            ByteVector.fromArray(BYTES, in, from + i * rowBytes)
                    .reinterpretAsLongs()
                    .intoArray(squares, i * LANES);
        }
    }

    /**
     * Two steps of the recursion, one after another on the same four vectors: of {@code width} and of half of it. Each step
     * by itself is bound by its loads and stores, and its inner loops are short.
     */
    private static void exchange(long[] squares, int width, long mask, long halfMask) {
        int half = width / 2;
        int step = half * LANES;
        for (int four = 0; four < 2 * Long.SIZE / 4; four++) {
            int i = ((four & half - 1) + (four & -half) * 4) * LANES;
            LongVector a = LongVector.fromArray(LONGS, squares, i);
            LongVector b = LongVector.fromArray(LONGS, squares, i + step);
            LongVector c = LongVector.fromArray(LONGS, squares, i + 2 * step);
            LongVector d = LongVector.fromArray(LONGS, squares, i + 3 * step);
            LongVector x = a.lanewise(VectorOperators.LSHR, width)
                    .lanewise(VectorOperators.XOR, c)
                    .and(mask);
            LongVector y = b.lanewise(VectorOperators.LSHR, width)
                    .lanewise(VectorOperators.XOR, d)
                    .and(mask);
            a = a.lanewise(VectorOperators.XOR, x.lanewise(VectorOperators.LSHL, width));
            b = b.lanewise(VectorOperators.XOR, y.lanewise(VectorOperators.LSHL, width));
            c = c.lanewise(VectorOperators.XOR, x);
            d = d.lanewise(VectorOperators.XOR, y);
            x = a.lanewise(VectorOperators.LSHR, half)
                    .lanewise(VectorOperators.XOR, b)
                    .and(halfMask);
            y = c.lanewise(VectorOperators.LSHR, half)
                    .lanewise(VectorOperators.XOR, d)
                    .and(halfMask);
            a.lanewise(VectorOperators.XOR, x.lanewise(VectorOperators.LSHL, half))
                    .intoArray(squares, i);
            b.lanewise(VectorOperators.XOR, x).intoArray(squares, i + step);
            c.lanewise(VectorOperators.XOR, y.lanewise(VectorOperators.LSHL, half))
                    .intoArray(squares, i + 2 * step);
            d.lanewise(VectorOperators.XOR, y).intoArray(squares, i + 3 * step);
        }
    }

    private static void scatter(long[] squares, byte[] out, int to) {
        for (int i = 0; i < Long.SIZE; i++) {
            int from = i * LANES;
            int at = to + i * BLOCK_BYTES;
            for (int lane = 0; lane < LANES; lane++) {
                LONG.set(out, at, squares[from + lane]);
                LONG.set(out, at + HALF, squares[from + lane + Long.SIZE * LANES]);
                at += Long.SIZE * BLOCK_BYTES;
            }
        }
    }
}
