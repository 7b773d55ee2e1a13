package io.tacit.crypto.garble;

import io.tacit.crypto.block.BlockStream;
import io.tacit.crypto.block.CircularHash;
import io.tacit.crypto.random.Seed;
import io.tacit.kernel.BlockArithmetic;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * What garbler and evaluator do alike for a batch, so that they cannot differ: working rows, grouping of gates for the
 * cipher, tweaks, hash keys, pieces of tables. Not thread-safe.
 */
final class Batch {
    private static final int BLOCK = BlockArithmetic.BLOCK_BYTES;

    /**
     * Blocks hashed together, of several gates or of a part of the instances of one: enough for the cipher to run at full
     * speed, few enough that they stay in a core's first cache from their labels to the tables.
     */
    private static final int HASHED_BLOCKS = 1 << 9;

    /** Bytes of tables in one piece, unless one gate has more. */
    private static final int PIECE_BYTES = 1 << 18;

    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    final BlockArithmetic blocks;
    final CircularHash hash;
    private final BlockStream keys;
    private final BlockStream knownLabels;
    private final byte[] key = new byte[CircularHash.KEY_BYTES];

    private final Workspace space;

    private long number;
    private int instances;
    private long keyIndex;
    private int gatesUnderKey;
    private int runs;

    Batch(Seed publicSeed, BlockArithmetic blocks, Workspace space) {
        this.space = space;
        this.blocks = blocks;
        this.hash = new CircularHash(blocks);
        this.keys = new BlockStream(publicSeed, blocks, "garbling", "hash keys");
        this.knownLabels = new BlockStream(publicSeed, blocks, "garbling", "active labels");
    }

    /** Makes room and takes the batch's first hash key. */
    void open(long batchNumber, Circuit circuit, int batchInstances, int runsPerGate) {
        if (batchInstances < 1 || batchInstances > Garbler.MAX_INSTANCES) {
            throw new IllegalArgumentException(
                    "a batch of " + batchInstances + " instances: 1 to " + Garbler.MAX_INSTANCES + " are allowed");
        }
        number = batchNumber;
        instances = batchInstances;
        runs = runsPerGate;
        space.reserve(
                circuit.rows(),
                instances * BLOCK,
                slice() * runs * gatesTogether() * BLOCK,
                gatesPerPiece() * tableBytes());
        keyIndex = 0;
        takeKey();
    }

    private void takeKey() {
        keys.fill(number, keyIndex++, key, 0, 1);
        hash.rekey(key, 0);
        gatesUnderKey = 0;
    }

    /** Instances of one gate that are hashed together. */
    int slice() {
        return Math.min(instances, HASHED_BLOCKS / runs);
    }

    /** How many gates of one level may be hashed together next; changes the key where it is due. */
    int nextGates() {
        int gatesPerKey = CircularHash.MAX_GATES_PER_KEY / instances;
        if (gatesUnderKey == gatesPerKey) {
            takeKey();
        }
        return Math.min(gatesTogether(), gatesPerKey - gatesUnderKey);
    }

    private int gatesTogether() {
        return Math.max(1, HASHED_BLOCKS / (runs * instances));
    }

    int gatesPerPiece() {
        return Math.max(1, PIECE_BYTES / tableBytes());
    }

    /** Bytes of tables of one gate. */
    int tableBytes() {
        return 2 * instances * BLOCK;
    }

    byte[] pieceBytes() {
        return space.pieceBytes;
    }

    byte[] row(int index) {
        return space.rows[index];
    }

    /** Labels to be hashed: for each gate the runs a, b and, at the garbler, a xor D, b xor D. */
    byte[] labels() {
        return space.labels;
    }

    /** Summands of the hashes of {@link #labels}, after {@link #hash}. */
    byte[] hashLeft() {
        return space.permuted;
    }

    byte[] hashRight() {
        return space.finished;
    }

    /**
     * Hashes the labels of the next {@code gates} AND gates, for the instances {@code first} to {@code first + count - 1}:
     * runs of {@code count} blocks. With t = 2 n times the number of the gate under its key, n instances in all, the label a
     * of instance i has the tweak t + i and the label b t + n + i; so have their sums with D.
     */
    void hash(int gates, int first, int count) {
        byte[] permuted = space.permuted;
        byte[] tweaked = space.tweaked;
        hash.permute(space.labels, 0, permuted, 0, gates * runs * count);
        for (int gate = 0; gate < gates; gate++) {
            for (int run = 0; run < runs; run++) {
                int at = (gate * runs + run) * count * BLOCK;
                long tweak = (2L * (gatesUnderKey + gate) + (run & 1)) * instances + first;
                hash.tweak(permuted, at, tweak, tweaked, at, count);
            }
        }
        hash.permute(tweaked, 0, space.finished, 0, gates * runs * count);
    }

    /**
     * Hashes labels of a projected wire for the instances {@code first} to {@code first + count - 1}: {@code labelRuns} runs of
     * {@code count} labels, all with the tweaks that the next gate's label a would have. {@link #hashedWord} tells the result.
     */
    void hashProjected(int labelRuns, int first, int count) {
        hash.permute(space.labels, 0, space.permuted, 0, labelRuns * count);
        for (int run = 0; run < labelRuns; run++) {
            int at = run * count * BLOCK;
            hash.tweak(space.permuted, at, 2L * gatesUnderKey * instances + first, space.tweaked, at, count);
        }
        hash.permute(space.tweaked, 0, space.finished, 0, labelRuns * count);
    }

    /** The low half of a hash. */
    long hashedWord(int block) {
        return (long) LONG.get(space.permuted, block * BLOCK) ^ (long) LONG.get(space.finished, block * BLOCK);
    }

    /** The colour of one of {@link #labels}. */
    long colour(int block) {
        return space.labels[block * BLOCK] & 1;
    }

    /** Moves on to the gates behind. */
    void passed(int gates) {
        gatesUnderKey += gates;
    }

    /** The active labels of one known input bit. */
    void knownLabels(int bit, byte[] row) {
        knownLabels.fill(number, (long) bit * instances, row, 0, instances);
    }

    void wipe() {
        space.wipe();
    }
}
