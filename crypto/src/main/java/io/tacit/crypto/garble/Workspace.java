package io.tacit.crypto.garble;

import java.util.Arrays;

/**
 * Working memory of garblers or evaluators that are used one after another, by one thread at a time: a megabyte or two that
 * would else be made anew for each. Holds labels while one of them works; its user overwrites them.
 */
public final class Workspace {
    byte[][] rows = new byte[0][];
    byte[] labels = new byte[0];
    byte[] permuted = new byte[0];
    byte[] tweaked = new byte[0];
    byte[] finished = new byte[0];
    byte[] pieceBytes = new byte[0];

    /** Makes room; what was there is lost. */
    void reserve(int rowCount, int rowBytes, int hashedBytes, int wantedPieceBytes) {
        int width = rows.length == 0 ? 0 : rows[0].length;
        if (rows.length < rowCount || width < rowBytes) {
            wipe();
            rows = new byte[Math.max(rows.length, rowCount)][Math.max(width, rowBytes)];
        }
        if (labels.length < hashedBytes) {
            wipe();
            labels = new byte[hashedBytes];
            permuted = new byte[hashedBytes];
            tweaked = new byte[hashedBytes];
            finished = new byte[hashedBytes];
        }
        if (pieceBytes.length < wantedPieceBytes) {
            pieceBytes = new byte[wantedPieceBytes];
        }
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
