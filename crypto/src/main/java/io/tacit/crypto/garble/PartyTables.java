package io.tacit.crypto.garble;

import io.tacit.kernel.BlockArithmetic;

/**
 * How the tables of n-party garbling lie, the same for garblers and evaluator: for each AND gate and each party j four rows
 * of one block an instance. With p, r the external bits of the gate's inputs, rows T0 to T3 give
 * {@code T0 xor p T1 xor r T2 xor p r T3}.
 *
 * @param parties n
 * @param instances of the batch
 */
record PartyTables(int parties, int instances) {
    /** Rows of a gate for each party. */
    static final int ROWS = 4;

    /** Blocks hashed together: as in {@link Batch}. */
    private static final int HASHED_BLOCKS = 1 << 9;

    /** Bytes of tables in one piece, unless one gate has more. */
    private static final int PIECE_BYTES = 1 << 18;

    int rowBytes() {
        return instances * BlockArithmetic.BLOCK_BYTES;
    }

    int gateBytes() {
        return ROWS * parties * rowBytes();
    }

    int gatesPerPiece() {
        return Math.max(1, PIECE_BYTES / gateBytes());
    }

    /** Where in a piece row 0 of party j stands. */
    int place(int gateInPiece, int party) {
        return gateInPiece * gateBytes() + ROWS * party * rowBytes();
    }

    /** Instances of a gate that are hashed together if {@code runs} hashes an instance are. */
    int slice(int runs) {
        return Math.min(instances, HASHED_BLOCKS / runs);
    }

    /** Gates that are hashed together. */
    int gatesTogether(int runs) {
        return Math.max(1, HASHED_BLOCKS / (runs * instances));
    }

    /** Bytes of buffers for what is hashed together. */
    int hashedBytes(int runs) {
        return slice(runs) * gatesTogether(runs) * runs * BlockArithmetic.BLOCK_BYTES;
    }
}
