package io.tacit.crypto.ot;

import io.tacit.crypto.block.BlockStream;
import io.tacit.crypto.block.CircularHash;
import io.tacit.crypto.random.Seed;
import io.tacit.kernel.BlockArithmetic;

/**
 * Breaks the correlation of blocks: each is hashed with its number in the batch as tweak, under a key that serves one
 * batch. The same on both sides. Not thread-safe.
 */
final class Pads {
    /** Transfers in a batch: their masked messages fill half a message of the channel. */
    static final int BATCH = 1 << 14;

    private final CircularHash hash;
    private final BlockStream keys;
    private final byte[] key = new byte[CircularHash.KEY_BYTES];
    private long batches;

    Pads(Seed publicSeed, BlockArithmetic blocks) {
        hash = new CircularHash(blocks);
        keys = new BlockStream(publicSeed, blocks, "oblivious transfer", "hash keys");
    }

    /** Takes the next batch's key. */
    void next() {
        keys.fill(batches++, 0, key, 0, 1);
        hash.rekey(key, 0);
    }

    void hash(byte[] in, int inOffset, byte[] out, int outOffset, int count) {
        hash.hash(in, inOffset, 0, out, outOffset, count);
    }
}
