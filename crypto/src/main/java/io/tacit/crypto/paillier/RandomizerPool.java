package io.tacit.crypto.paillier;

import java.util.Arrays;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * N-th residues made ahead, while nothing else is to be done. Each is handed out once and overwritten here. Their source is
 * opened when the first is made, and memory is taken as the pool fills. Thread-safe: one thread may fill while others take.
 */
public final class RandomizerPool implements AutoCloseable {
    private static final int FILL_STEP = 64;

    private final PublicKey key;
    private final Supplier<? extends RandomizerSource> opener;
    private final int longs;
    private final int capacity;
    private final int mostLongs;
    private final Object making = new Object();
    private @Nullable RandomizerSource source; // guarded by making
    private long[] residues = {};
    private int filled;
    private volatile boolean closed;

    /**
     * @param key that the source is for
     * @param source opened at most once; this pool closes it
     * @param capacity most residues held; each takes about 330 bytes for each 1024 bits of N
     */
    public RandomizerPool(PublicKey key, Supplier<? extends RandomizerSource> source, int capacity) {
        this.key = key;
        this.opener = source;
        this.longs = key.ring().longs();
        this.capacity = capacity;
        this.mostLongs = Math.multiplyExact(capacity, longs);
    }

    /** Of a source that is open. */
    public RandomizerPool(RandomizerSource source, int capacity) {
        this(source.key(), () -> source, capacity);
        this.source = source;
    }

    public PublicKey key() {
        return key;
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
                room = capacity - filled;
            }
            int step = Math.min(Math.min(FILL_STEP, count - made), room);
            if (step == 0) {
                break;
            }
            long[] fresh = make(step);
            try {
                keep(fresh, step);
            } finally {
                Arrays.fill(fresh, 0);
            }
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
        synchronized (making) {
            requireOpen();
            RandomizerSource open = source;
            if (open == null) {
                open = opener.get();
                source = open;
            }
            return open.next(count);
        }
    }

    private synchronized void keep(long[] fresh, int count) {
        requireOpen();
        int kept = Math.min(count, capacity - filled); // others may have filled meanwhile
        if ((filled + kept) * longs > residues.length) { // at least doubled, and what they were in is overwritten
            int wanted = Math.max((filled + kept) * longs, (int) Math.min(mostLongs, 2L * residues.length));
            long[] grown = Arrays.copyOf(residues, wanted);
            Arrays.fill(residues, 0);
            residues = grown;
        }
        System.arraycopy(fresh, 0, residues, filled * longs, kept * longs);
        filled += kept;
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
        synchronized (making) {
            if (source != null) {
                source.close();
            }
        }
    }
}
