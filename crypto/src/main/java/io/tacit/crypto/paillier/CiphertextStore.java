package io.tacit.crypto.paillier;

import io.tacit.crypto.channel.LimitExceeded;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.util.Objects;

/**
 * Places for ciphertexts under one key, which are put and got batch by batch: in memory, or in a scratch file that is gone once the
 * store is closed, or the process is. Not for several threads.
 *
 * <p>Security: a file is readable by this account only, and as secret as what its ciphertexts were computed from. Sums are stored
 * without fresh randomness: whoever reads inputs and results can test guesses at the weights, without any key.
 */
public abstract class CiphertextStore implements AutoCloseable {
    private final PublicKey key;
    private final int size;

    private CiphertextStore(PublicKey key, int size) {
        this.key = key;
        this.size = size;
    }

    /** These ciphertexts, in memory. They are not copied, and not written to: nothing can be put there. */
    public static CiphertextStore of(CiphertextBatch batch) {
        return new Given(batch);
    }

    /** Places in memory. */
    public static CiphertextStore inMemory(PublicKey key, int size) {
        return new InMemory(key, size);
    }

    /**
     * Places in a new file.
     *
     * @throws LimitExceeded if there is no room for it, now or when something is put there
     */
    public static CiphertextStore inFile(PublicKey key, int size, ScratchSpace space) {
        return new InFile(key, size, space);
    }

    /** Number of places. */
    public final int size() {
        return size;
    }

    /** Puts ciphertexts into places {@code from}, {@code from + 1}, ... */
    public final void put(int from, CiphertextBatch batch) {
        Objects.checkFromIndexSize(from, batch.size(), size);
        require(batch);
        write(from, batch.residues(), 0, batch.size());
    }

    /** Puts ciphertexts into places {@code places[0]}, {@code places[1]}, ... */
    public final void put(int[] places, CiphertextBatch batch) {
        if (places.length != batch.size()) {
            throw new IllegalArgumentException(places.length + " places for " + batch.size() + " ciphertexts");
        }
        require(batch);
        long[] residues = batch.residues();
        for (int at = 0; at < places.length; ) {
            int run = runFrom(places, at);
            write(places[at], residues, at, run);
            at += run;
        }
    }

    /** Ciphertexts in places {@code from .. from + count - 1}. */
    public CiphertextBatch slice(int from, int count) {
        Objects.checkFromIndexSize(from, count, size);
        long[] residues = new long[Math.multiplyExact(count, longs())];
        read(from, residues, 0, count);
        return CiphertextBatch.ofResidues(key, residues, count);
    }

    /** Ciphertexts in places {@code places[0]}, {@code places[1]}, ... */
    public final CiphertextBatch gather(int[] places) {
        long[] residues = new long[Math.multiplyExact(places.length, longs())];
        for (int at = 0; at < places.length; ) {
            int run = runFrom(places, at);
            read(places[at], residues, at, run);
            at += run;
        }
        return CiphertextBatch.ofResidues(key, residues, places.length);
    }

    /** All of them, in memory. */
    public final CiphertextBatch all() {
        return slice(0, size);
    }

    /** Length of the run of neighbouring places that begins there. */
    private int runFrom(int[] places, int at) {
        Objects.checkIndex(places[at], size);
        int run = 1;
        while (at + run < places.length && places[at + run] == places[at] + run) {
            Objects.checkIndex(places[at + run], size);
            run++;
        }
        return run;
    }

    private void require(CiphertextBatch batch) {
        if (batch.key() != key) {
            throw new IllegalArgumentException("ciphertexts under another key");
        }
    }

    final int longs() {
        return key.ring().longs();
    }

    /** Writes residues {@code at .. at + count - 1} to places from {@code place} on. */
    abstract void write(int place, long[] residues, int at, int count);

    /** Reads places from {@code place} on to residues {@code at .. at + count - 1}. */
    abstract void read(int place, long[] residues, int at, int count);

    @Override
    public void close() {}

    /** A batch that is there already. */
    private static final class Given extends CiphertextStore {
        private final CiphertextBatch batch;

        Given(CiphertextBatch batch) {
            super(batch.key(), batch.size());
            this.batch = batch;
        }

        @Override
        public CiphertextBatch slice(int from, int count) {
            return from == 0 && count == batch.size() ? batch : super.slice(from, count);
        }

        @Override
        void write(int place, long[] residues, int at, int count) {
            throw new IllegalStateException("nothing can be put into what was given");
        }

        @Override
        void read(int place, long[] residues, int at, int count) {
            System.arraycopy(batch.residues(), place * longs(), residues, at * longs(), count * longs());
        }
    }

    private static final class InMemory extends CiphertextStore {
        private final long[] kept;

        InMemory(PublicKey key, int size) {
            super(key, size);
            kept = new long[Math.multiplyExact(size, longs())];
        }

        @Override
        void write(int place, long[] residues, int at, int count) {
            System.arraycopy(residues, at * longs(), kept, place * longs(), count * longs());
        }

        @Override
        void read(int place, long[] residues, int at, int count) {
            System.arraycopy(kept, place * longs(), residues, at * longs(), count * longs());
        }
    }

    private static final class InFile extends CiphertextStore {
        private static final int BUFFER_BYTES = 1 << 20;

        private final ScratchSpace space;
        private final long bytes;
        private final ByteBuffer buffer;
        private final FileChannel file;

        InFile(PublicKey key, int size, ScratchSpace space) {
            super(key, size);
            int each = longs() * Long.BYTES;
            this.space = space;
            this.bytes = (long) size * each;
            buffer = ByteBuffer.allocateDirect(Math.max(1, BUFFER_BYTES / each) * each)
                    .order(ByteOrder.nativeOrder());
            space.take(bytes);
            try {
                file = space.open();
            } catch (IOException e) {
                space.giveBack(bytes);
                throw noRoom(e);
            }
        }

        private LimitExceeded noRoom(IOException e) {
            return new LimitExceeded("scratch files in " + space.folder() + " cannot be used (serve --scratch): " + e);
        }

        private interface Piece {
            /** Moves {@code count} longs between an array, from {@code index} on, and the file, from {@code position} on. */
            void move(int index, int count, long position) throws IOException;
        }

        /** Cuts a run of residues into pieces that fill the buffer. */
        private void inPieces(int place, int at, int count, Piece piece) {
            int all = count * longs();
            int atOnce = buffer.capacity() / Long.BYTES;
            try {
                for (int done = 0; done < all; done += atOnce) {
                    int now = Math.min(atOnce, all - done);
                    buffer.clear().limit(now * Long.BYTES);
                    piece.move(at * longs() + done, now, ((long) place * longs() + done) * Long.BYTES);
                }
            } catch (IOException e) {
                throw noRoom(e);
            }
        }

        @Override
        void write(int place, long[] residues, int at, int count) {
            inPieces(place, at, count, (index, now, position) -> {
                buffer.asLongBuffer().put(residues, index, now);
                while (buffer.hasRemaining()) {
                    file.write(buffer, position + buffer.position());
                }
            });
        }

        @Override
        void read(int place, long[] residues, int at, int count) {
            inPieces(place, at, count, (index, now, position) -> {
                while (buffer.hasRemaining()) {
                    if (file.read(buffer, position + buffer.position()) < 0) {
                        throw new IllegalStateException("ciphertexts that were not put there");
                    }
                }
                buffer.flip();
                buffer.asLongBuffer().get(residues, index, now);
            });
        }

        @Override
        public void close() {
            if (!file.isOpen()) {
                return;
            }
            try {
                file.close();
            } catch (IOException e) {
                // nothing in it is wanted any more
            }
            space.giveBack(bytes);
        }
    }
}
