package io.tacit.crypto.garble;

import java.util.Arrays;

/** What is hashed together on its way through a hash, see {@link GateHash}, and rows of blocks; holds secrets. */
final class HashBuffers {
    byte[] in = new byte[0];
    byte[] permuted = new byte[0];
    byte[] tweaked = new byte[0];
    byte[] out = new byte[0];

    /** Makes room; what was there is lost. */
    void reserve(int bytes) {
        if (in.length < bytes) {
            wipe();
            in = new byte[bytes];
            permuted = new byte[bytes];
            tweaked = new byte[bytes];
            out = new byte[bytes];
        }
    }

    void wipe() {
        wipe(in, permuted, tweaked, out);
    }

    static void wipe(byte[]... rows) {
        for (byte[] row : rows) {
            Arrays.fill(row, (byte) 0);
        }
    }

    /** These rows, if there are enough of them and they are long enough; else new ones. */
    static byte[][] rows(byte[][] rows, int count, int bytes) {
        int width = rows.length == 0 ? 0 : rows[0].length;
        return rows.length >= count && width >= bytes
                ? rows
                : new byte[Math.max(rows.length, count)][Math.max(width, bytes)];
    }
}
