package io.tacit.crypto.paillier;

import java.util.Arrays;

/**
 * N-th residues made ahead, while nothing else is to be done. Each is handed out once and overwritten here. Thread-safe:
 * one thread may fill while others take.
 */
public final class RandomizerPool implements AutoCloseable {
    private static final int FILL_STEP = 64;

    private final RandomizerSource source;
    private final int longs;
    private final long[] residues;
    private int filled;
    private boolean closed;

    /** @param capacity most residues held; each takes about 330 bytes for each 1024 bits of N */
    public RandomizerPool(RandomizerSource source, int capacity) {
        this.source = source;
        this.longs = source.key().ring().longs();
        this.residues = new long[Math.multiplyExact(capacity, longs)];
    }

    public PublicKey key() {
        return source.key();
    }

    /** Residues ready. */
    public synchronized int available() {
        return filled;
    }

    /** Makes at most {@code count} more, in steps so that takers wait for little; returns how many are ready then. */
    public int fill(int count) {
        for (int made = 0; made < count; ) {
            int room;
            synchronized (this) {
                requireOpen();
                room = residues.length / longs - filled;
            }
            int step = Math.min(Math.min(FILL_STEP, count - made), room);
            if (step == 0) {
                break;
            }
            long[] fresh = make(step);
            synchronized (this) {
                int kept = Math.min(step, residues.length / longs - filled); // others may have filled meanwhile
                System.arraycopy(fresh, 0, residues, filled * longs, kept * longs);
                filled += kept;
            }
            Arrays.fill(fresh, 0);
            made += step;
        }
        return available();
    }

    /** {@code count} residues in Montgomery form, from the pool as far as it goes, the rest made now. */
    long[] take(int count) {
        long[] taken = new long[Math.multiplyExact(count, longs)];
        int ready;
        synchronized (this) {
            requireOpen();
            ready = Math.min(count, filled);
            filled -= ready;
            int from = filled * longs;
            System.arraycopy(residues, from, taken, 0, ready * longs);
            Arrays.fill(residues, from, from + ready * longs, 0);
        }
        if (ready < count) {
            long[] fresh = make(count - ready);
            System.arraycopy(fresh, 0, taken, ready * longs, fresh.length);
            Arrays.fill(fresh, 0);
        }
        return taken;
    }

    private long[] make(int count) {
        synchronized (source) {
            return source.next(count);
        }
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the pool has been closed");
        }
    }

    /** Overwrites what is left and closes the source. */
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            filled = 0;
            Arrays.fill(residues, 0);
        }
        synchronized (source) {
            source.close();
        }
    }
}
