package io.tacit.protocol.audit;

/**
 * Grey levels as the attacker has them: one row a pixel of unknown place, one column an image.
 *
 * @param levels 0 .. 255, unsigned, row-major
 * @param explainedRows rows whose values are small multiples of one constant, so that the levels are the true ones; the
 *     other rows hold the high byte of what was received
 */
record LevelMatrix(int rows, int columns, byte[] levels, int explainedRows) {

    int level(int row, int column) {
        return levels[row * columns + column] & 0xff;
    }
}
