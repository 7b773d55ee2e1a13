package io.tacit.crypto.block;

import io.tacit.crypto.random.Seed;
import io.tacit.kernel.BlockArithmetic;
import java.util.Arrays;

/**
 * Pseudorandom blocks with random access: block (row, index) is the inverse cipher of AES-128 of the counter (index, row) under a key derived
 * from a seed. Holders of the same seed read the same blocks, in any order and any number of times. Not thread-safe.
 *
 * <p>Security: blocks are indistinguishable from uniform ones, up to about 2^60 of them, for whoever does not hold the
 * seed. They never repeat inside a stream, so each is used for one thing: the caller numbers its rows once.
 */
public final class BlockStream {
    private static final int PIECE_BLOCKS = 1 << 10;
    private static final byte[] ZEROS = new byte[PIECE_BLOCKS * BlockArithmetic.BLOCK_BYTES];

    private final BlockPermutation permutation;
    private final BlockArithmetic blocks;
    private byte[] counters = new byte[0];

    /** @param labels purpose of the stream; streams of other labels are independent */
    public BlockStream(Seed seed, BlockArithmetic blocks, String... labels) {
        this.blocks = blocks;
        byte[] key = new byte[BlockPermutation.KEY_BYTES];
        try (var generator = seed.generator(labels)) {
            generator.fill(key, 0, key.length);
            permutation = new BlockPermutation(key, 0, blocks);
        } finally {
            Arrays.fill(key, (byte) 0);
        }
    }

    /** Writes the blocks (row, index) to (row, index + count - 1). */
    public void fill(long row, long index, byte[] out, int outOffset, int count) {
        for (int done = 0; done < count; done += PIECE_BLOCKS) {
            int part = Math.min(PIECE_BLOCKS, count - done);
            if (counters.length < part * BlockArithmetic.BLOCK_BYTES) {
                counters = new byte[part * BlockArithmetic.BLOCK_BYTES];
            }
            blocks.xorCounter(ZEROS, 0, index + done, row, counters, 0, part);
            permutation.apply(counters, 0, out, outOffset + done * BlockArithmetic.BLOCK_BYTES, part);
        }
    }
}
