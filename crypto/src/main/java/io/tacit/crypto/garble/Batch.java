package io.tacit.crypto.garble;

import io.tacit.crypto.block.BlockStream;
import io.tacit.crypto.block.CircularHash;
import io.tacit.crypto.random.Seed;
import io.tacit.kernel.BlockArithmetic;
import java.util.Arrays;

/**
 * What garbler and evaluator do alike for a batch, so that they cannot differ: working rows, grouping of gates for the
 * cipher, tweaks, hash keys, pieces of tables. Not thread-safe.
 */
final class Batch {
    private static final int BLOCK = BlockArithmetic.BLOCK_BYTES;

    /**
     * Instances, over all gates of a group, that are hashed together: enough for the cipher to run at full speed, few
     * enough to stay in a core's cache. Part of the format: keys change between groups.
     */
    private static final int GROUP_INSTANCES = 1 << 8;

    /** Bytes of tables in one piece, unless one gate has more. */
    private static final int PIECE_BYTES = 1 << 18;

    final BlockArithmetic blocks;
    final CircularHash hash;
    private final BlockStream keys;
    private final BlockStream knownLabels;
    private final byte[] key = new byte[CircularHash.KEY_BYTES];

    private byte[][] rows = new byte[0][];
    private byte[] labels = new byte[0];
    private byte[] permuted = new byte[0];
    private byte[] tweaked = new byte[0];
    private byte[] finished = new byte[0];
    private byte[] pieceBytes = new byte[0];

    private long number;
    private int instances;
    private long keyIndex;
    private int gatesUnderKey;
    private long gate;

    Batch(Seed publicSeed, BlockArithmetic blocks) {
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
        int rowBytes = instances * BLOCK;
        int width = rows.length == 0 ? 0 : rows[0].length;
        if (rows.length < circuit.rows() || width < rowBytes) {
            wipe();
            rows = new byte[Math.max(rows.length, circuit.rows())][Math.max(width, rowBytes)];
        }
        int groupBytes = groupLimit() * runsPerGate * rowBytes;
        if (labels.length < groupBytes) {
            labels = new byte[groupBytes];
            permuted = new byte[groupBytes];
            tweaked = new byte[groupBytes];
            finished = new byte[groupBytes];
        }
        int wanted = gatesPerPiece() * tableBytes();
        if (pieceBytes.length < wanted) {
            pieceBytes = new byte[wanted];
        }
        keyIndex = 0;
        gate = 0;
        takeKey();
    }

    private void takeKey() {
        keys.fill(number, keyIndex++, key, 0, 1);
        hash.rekey(key, 0);
        gatesUnderKey = 0;
    }

    /** Gates of one level that go through the cipher together. */
    int groupLimit() {
        return Math.max(1, GROUP_INSTANCES / instances);
    }

    int gatesPerPiece() {
        return Math.max(1, PIECE_BYTES / tableBytes());
    }

    /** Bytes of tables of one gate. */
    int tableBytes() {
        return 2 * instances * BLOCK;
    }

    byte[] pieceBytes() {
        return pieceBytes;
    }

    byte[] row(int index) {
        return rows[index];
    }

    /** Labels to be hashed: {@code runsPerGate} runs of one block an instance for each gate of the group. */
    byte[] labels() {
        return labels;
    }

    /** Summands of the hashes of {@link #labels}, after {@link #hashGroup}. */
    byte[] hashLeft() {
        return permuted;
    }

    byte[] hashRight() {
        return finished;
    }

    /**
     * Hashes the labels of {@code gates} AND gates. The runs a, b of a gate have the tweaks t to t + 2 n - 1, and so have
     * its runs a xor D, b xor D, with t = 2 n times the number of the gate under its key.
     */
    void hashGroup(int gates, int runsPerGate) {
        if (gatesUnderKey + gates * instances > CircularHash.MAX_GATES_PER_KEY) {
            takeKey();
            gate = 0;
        }
        gatesUnderKey += gates * instances;
        int pair = 2 * instances;
        int pairs = runsPerGate / 2;
        hash.permute(labels, 0, permuted, 0, gates * pairs * pair);
        for (int g = 0; g < gates; g++, gate++) {
            for (int i = 0; i < pairs; i++) {
                int at = (g * pairs + i) * pair * BLOCK;
                hash.tweak(permuted, at, gate * pair, tweaked, at, pair);
            }
        }
        hash.permute(tweaked, 0, finished, 0, gates * pairs * pair);
    }

    /** The active labels of one known input bit. */
    void knownLabels(int bit, byte[] row) {
        knownLabels.fill(number, (long) bit * instances, row, 0, instances);
    }

    void wipe() {
        for (byte[] row : rows) {
            Arrays.fill(row, (byte) 0);
        }
        Arrays.fill(labels, (byte) 0);
        Arrays.fill(permuted, (byte) 0);
        Arrays.fill(tweaked, (byte) 0);
        Arrays.fill(finished, (byte) 0);
    }
}
