package io.tacit.protocol.popcorn;

import io.tacit.crypto.channel.Channel;
import io.tacit.crypto.paillier.CiphertextBatch;
import io.tacit.crypto.paillier.CiphertextStore;
import io.tacit.crypto.paillier.PublicKey;
import io.tacit.crypto.paillier.SlotLayout;
import io.tacit.kernel.Workers;
import java.util.Arrays;

/** The server's end of a lane of ciphertexts under one client's key, and what it does to many of them on several threads. */
final class CipherLane {
    /** Ciphertexts that travel together, either way. */
    static final int CHUNK = 512;

    private final Channel client;
    private final PublicKey key;
    private final Workers workers;

    CipherLane(Channel client, PublicKey key, Workers workers) {
        this.client = client;
        this.key = key;
        this.workers = workers;
    }

    interface OnReceived {
        /** What is kept of some ciphertexts, the first of which has that index. */
        CiphertextBatch apply(CiphertextBatch batch, int from);
    }

    /** Receives ciphertexts in chunks, as many as there are places. @return the places */
    CiphertextStore receive(CiphertextStore into, String step, OnReceived onReceived) {
        for (int from = 0; from < into.size(); from += CHUNK) {
            int count = Math.min(CHUNK, into.size() - from);
            into.put(from, onReceived.apply(CiphertextBatch.receive(client, key, count, step), from));
        }
        return into;
    }

    interface OnPiece {
        /** Result for {@code count} ciphertexts from {@code from}. */
        CiphertextBatch apply(int from, int count);
    }

    /** Work on pieces that fill the lanes of a thread, put together in order. @param multiple pieces are cut at its multiples */
    CiphertextBatch inPieces(int size, int multiple, OnPiece onPiece) {
        int piece = key.lanes() * multiple;
        CiphertextBatch[] pieces = new CiphertextBatch[(size + piece - 1) / piece];
        workers.forEach(pieces.length, i -> pieces[i] = onPiece.apply(i * piece, Math.min(piece, size - i * piece)));
        return CiphertextBatch.concat(key, Arrays.asList(pieces));
    }

    /** Ciphertexts of which each has so many slots in use, packed into as few as hold them. */
    CiphertextBatch packed(CiphertextBatch values, SlotLayout slots, int used) {
        int groups = slots.slots() / used;
        if (groups == 1) {
            return values;
        }
        SlotLayout layout = new SlotLayout(slots.slotBits() * used, groups);
        return inPieces(values.size(), groups, (from, count) -> layout.pack(values.slice(from, count)));
    }
}
