package io.tacit.crypto.garble;

import io.tacit.crypto.block.BlockStream;
import io.tacit.crypto.block.CircularHash;
import io.tacit.crypto.random.Seed;
import io.tacit.kernel.BlockArithmetic;

/**
 * The hash by which one party hides what belongs to the gates of one batch. Its keys are drawn from a public seed of that
 * party and batch, and change after {@link CircularHash#MAX_GATES_PER_KEY} gates, counted over all instances; a gate of n
 * parties takes 4 n hashes, up to 2^26 under one key. Whoever hashes counts gates alike.
 */
final class GateHash {
    private final CircularHash hash;
    private final BlockStream keys;
    private final byte[] key = new byte[CircularHash.KEY_BYTES];
    private final int instances;
    private final int variants;
    private long nextKey;
    private int gatesUnderKey;

    /**
     * @param purpose hashes of other purposes have other keys
     * @param variants hashes of one value that a gate needs: each has a tweak of its own
     */
    GateHash(Seed publicSeed, String purpose, int instances, int variants, BlockArithmetic blocks) {
        this.hash = new CircularHash(blocks);
        this.keys = new BlockStream(publicSeed, blocks, "n-party garbling", purpose);
        this.instances = instances;
        this.variants = variants;
        takeKey();
    }

    private void takeKey() {
        keys.fill(0, nextKey++, key, 0, 1);
        hash.rekey(key, 0);
        gatesUnderKey = 0;
    }

    /** How many gates may be hashed before the key changes; changes it where it is due. */
    int room() {
        int gatesPerKey = CircularHash.MAX_GATES_PER_KEY / instances;
        if (gatesUnderKey == gatesPerKey) {
            takeKey();
        }
        return gatesPerKey - gatesUnderKey;
    }

    /** Moves on to the gates behind. */
    void passed(int gates) {
        gatesUnderKey += gates;
    }

    /** First and third step of the hash, see {@link CircularHash}. */
    void permute(byte[] in, byte[] out, int count) {
        hash.permute(in, 0, out, 0, count);
    }

    /**
     * Second step for a run of {@code count} instances of a gate.
     *
     * @param gate counted from the last {@link #passed}
     * @param variant 0 .. variants - 1
     * @param first instance of the run
     */
    void tweak(byte[] permuted, int at, int gate, int variant, int first, byte[] out, int outAt, int count) {
        long number = ((long) (gatesUnderKey + gate) * variants + variant) * instances + first;
        hash.tweak(permuted, at, number, out, outAt, count);
    }
}
