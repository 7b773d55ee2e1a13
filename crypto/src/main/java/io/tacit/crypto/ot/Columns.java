package io.tacit.crypto.ot;

import io.tacit.crypto.block.KeyStream;
import io.tacit.kernel.BlockArithmetic;
import java.util.Arrays;

/**
 * The 128 x m bit matrix of one batch of correlated transfers, from the leaves of the punctured trees. Row tree * k + b is
 * the sum of the streams of the leaves whose number has bit b set; the sum of all of a tree's streams stands beside. Both
 * parties run this on their leaves: the numbers of the offset's holder are relative to the leaf that it lacks.
 */
final class Columns {
    /** Transfers are made in multiples of this many; what is not wanted of the last is thrown away. */
    static final int GRANULE = 512;

    /** Most transfers of one batch: each stream is drawn in pieces of 4 KiB. */
    static final int BATCH = 1 << 15;

    private static final int ROWS = BlockArithmetic.TRANSPOSE_ROWS;

    private final BlockArithmetic blocks;
    private final KeyStream[][] streams;
    private final int fieldBits;
    private final byte[] matrix = new byte[ROWS * BATCH / Byte.SIZE];
    private final byte[] totals;
    private final byte[] counters = new byte[BATCH / Byte.SIZE];
    /** Sums of whole subtrees that wait for their siblings: of 2^b leaves at index b. The last is work space. */
    private final byte[][] sums;

    private byte[] transposed = new byte[0];
    private long position;

    /** @param leaves {@code [tree][leaf]}; overwritten */
    Columns(byte[][][] leaves, boolean lacksFirst, Extension extension, BlockArithmetic blocks) {
        this.blocks = blocks;
        this.fieldBits = extension.fieldBits();
        this.streams = new KeyStream[leaves.length][extension.leaves()];
        this.totals = new byte[leaves.length * BATCH / Byte.SIZE];
        this.sums = new byte[fieldBits + 1][BATCH / Byte.SIZE];
        for (int tree = 0; tree < leaves.length; tree++) {
            for (int leaf = lacksFirst ? 1 : 0; leaf < leaves[tree].length; leaf++) {
                streams[tree][leaf] = new KeyStream(leaves[tree][leaf], 0, blocks);
                Arrays.fill(leaves[tree][leaf], (byte) 0);
            }
        }
    }

    /** Fills matrix and totals with the next {@code columns} bits of every stream; a multiple of {@link #GRANULE}. */
    void draw(int columns) {
        int rowBytes = columns / Byte.SIZE;
        int rowBlocks = rowBytes / BlockArithmetic.BLOCK_BYTES;
        Arrays.fill(counters, 0, rowBytes, (byte) 0);
        blocks.xorCounter(counters, 0, position, 0, counters, 0, rowBlocks);
        position += rowBlocks;
        for (int tree = 0; tree < streams.length; tree++) {
            drawTree(tree, rowBytes, rowBlocks);
        }
    }

    /**
     * Row b of a tree is the sum of the leaves whose number has bit b. Subtrees are summed as they become whole: the sum of the
     * right one, whose leaves have the bit, goes to the bit's row. That is two sums for each inner node.
     */
    private void drawTree(int tree, int rowBytes, int rowBlocks) {
        for (int leaf = 0; leaf < streams[tree].length; leaf++) {
            byte[] sum = sums[fieldBits];
            KeyStream leafStream = streams[tree][leaf];
            if (leafStream == null) {
                Arrays.fill(sum, 0, rowBytes, (byte) 0);
            } else {
                leafStream.apply(counters, sum, rowBlocks);
            }
            int bit = 0;
            for (; (leaf >>> bit & 1) == 1; bit++) {
                int row = (tree * fieldBits + bit) * rowBytes;
                if (leaf == (2 << bit) - 1) { // the first right subtree of its size
                    System.arraycopy(sum, 0, matrix, row, rowBytes);
                } else {
                    blocks.xor(sum, 0, matrix, row, matrix, row, rowBytes);
                }
                blocks.xor(sum, 0, sums[bit], 0, sum, 0, rowBytes);
            }
            sums[fieldBits] = sums[bit];
            sums[bit] = sum;
        }
        System.arraycopy(sums[fieldBits], 0, totals, tree * rowBytes, rowBytes);
    }

    /** 128 rows of {@code columns / 8} bytes. */
    byte[] matrix() {
        return matrix;
    }

    /** A row a tree. */
    byte[] totals() {
        return totals;
    }

    /** Writes the first {@code count} columns as blocks. */
    void transpose(int columns, int count, byte[] out, int outOffset) {
        if (count == columns) {
            blocks.transpose(matrix, 0, columns / Byte.SIZE, columns, out, outOffset);
            return;
        }
        int bytes = columns * BlockArithmetic.BLOCK_BYTES;
        if (transposed.length < bytes) {
            transposed = new byte[bytes];
        }
        blocks.transpose(matrix, 0, columns / Byte.SIZE, columns, transposed, 0);
        System.arraycopy(transposed, 0, out, outOffset, count * BlockArithmetic.BLOCK_BYTES);
    }

    /** Most transfers of one batch that can be used. */
    static int batch(Trust trust) {
        return trust == Trust.CHECKED ? BATCH - ConsistencyCheck.SPENT : BATCH;
    }

    /** Columns to be drawn for so many transfers. */
    static int columnsFor(int count, Trust trust) {
        int wanted = trust == Trust.CHECKED ? count + ConsistencyCheck.SPENT : count;
        return (wanted + GRANULE - 1) / GRANULE * GRANULE;
    }

    void wipe() {
        Arrays.fill(matrix, (byte) 0);
        Arrays.fill(totals, (byte) 0);
        for (byte[] sum : sums) {
            Arrays.fill(sum, (byte) 0);
        }
        Arrays.fill(transposed, (byte) 0);
    }
}
