package io.tacit.protocol.popcorn;

import io.tacit.crypto.garble.TableSink;
import io.tacit.crypto.garble.TableSource;
import java.util.ArrayDeque;
import java.util.Arrays;

/** Labels and tables that a client keeps in memory for one image, read once in the order in which they were written. */
final class StoredTables implements TableSink, TableSource {
    private final ArrayDeque<byte[]> pieces = new ArrayDeque<>();

    @Override
    public void write(byte[] bytes, int offset, int length) {
        pieces.add(Arrays.copyOfRange(bytes, offset, offset + length));
    }

    @Override
    public void read(byte[] into, int offset, int length) {
        byte[] piece = pieces.remove();
        if (piece.length != length) {
            throw new IllegalStateException(piece.length + " bytes stored, " + length + " read");
        }
        System.arraycopy(piece, 0, into, offset, length);
        Arrays.fill(piece, (byte) 0);
    }
}
