package io.tacit.server.material;

import io.tacit.crypto.channel.LimitExceeded;
import io.tacit.crypto.channel.PeerUnavailable;
import io.tacit.crypto.channel.ProtocolAbort;
import io.tacit.protocol.material.MaterialException;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import java.util.function.IntConsumer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Keeps queries prepared that several servers prepare together, at the one that chooses which is used: as many as its operator
 * wants, and more when somebody asks. One preparation at a time.
 */
public final class Preparer implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Preparer.class.getName());

    /** Queries prepared in one go: their layers share ciphertexts. */
    private static final int AT_ONCE = 16;

    /** After so many queries transfers and keys are made anew: who learned what they rest on would learn no more. */
    public static final int QUERIES_A_SESSION = 1 << 10;

    private static final long LOOK_MILLIS = 1000;
    private static final long LONGEST_PAUSE_MILLIS = 30_000;

    private final Servers servers;
    private final int keepReady;
    private final int mostReady;
    private final Object signal = new Object();
    private @Nullable Preparation open;
    private int preparedByOpen;
    private int reserved;
    private volatile boolean uncompared;
    private volatile boolean closed;

    /** All servers, as the one that chooses sees them. */
    public interface Servers {
        /** Queries that are ready. */
        int ready();

        /** Bytes that one takes here, at most. */
        long materialBytes();

        /** Bytes that can still be stored here. */
        long roomBytes();

        /** Begins to prepare, after the servers have compared what lies ready. The caller ends it. */
        Preparation openPreparation();
    }

    /**
     * A session in which queries are prepared.
     *
     * @param prepare prepares so many queries, all or none of them
     * @param stillStands whether its connections stand, asked before anything is entrusted to them
     * @param end ends it
     */
    public record Preparation(IntConsumer prepare, BooleanSupplier stillStands, Runnable end) {}

    /**
     * @param keepReady queries to which is filled up whenever less than half of them are ready; 0 for none
     * @param mostReady queries that the deployment allows to lie ready
     */
    public Preparer(Servers servers, int keepReady, int mostReady) {
        this.servers = servers;
        this.keepReady = keepReady;
        this.mostReady = mostReady;
        this.uncompared = servers.ready() > 0; // a store may have changed since they last met
    }

    /** Begins to look after the store. @param threads runs what it is given at once, in a thread of its own */
    public void start(Executor threads) {
        threads.execute(this::look);
    }

    /** Has the servers compare what lies ready, soon: they do not have the same. */
    public void compare() {
        uncompared = true;
        used();
    }

    /** Something was used up. */
    public void used() {
        synchronized (signal) {
            signal.notifyAll();
        }
    }

    private void look() {
        long pause = LOOK_MILLIS;
        while (!closed) {
            try {
                if (uncompared) {
                    reopen();
                }
                if (keepReady > 0 && servers.ready() <= keepReady / 2) {
                    prepare(keepReady - servers.ready(), done -> {});
                    LOG.log(System.Logger.Level.INFO, servers.ready() + " queries are prepared");
                }
                pause = LOOK_MILLIS;
            } catch (ProtocolAbort | PeerUnavailable | LimitExceeded | MaterialException e) {
                if (!closed) {
                    LOG.log(System.Logger.Level.WARNING, "preparing: " + e.getMessage());
                }
                pause = Math.min(LONGEST_PAUSE_MILLIS, 2 * pause);
            }
            await(pause);
        }
    }

    private void await(long millis) {
        synchronized (signal) {
            try {
                if (!closed) {
                    signal.wait(millis);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                closed = true;
            }
        }
    }

    /** Keeps a prepared query for the caller until {@link #release}; prepares one if none is ready. */
    public void reserve() {
        synchronized (signal) {
            reserved++;
        }
        try {
            prepareMissing();
        } catch (RuntimeException | Error e) {
            release();
            throw e;
        }
    }

    private synchronized void prepareMissing() {
        int wanted;
        synchronized (signal) {
            wanted = reserved;
        }
        int ready = servers.ready();
        int missing = wanted - ready;
        if (missing > 0) { // some who reserved may have taken theirs already: no more than may lie ready, but one
            prepare(Math.min(missing, Math.max(1, mostReady - ready)), done -> {});
        }
    }

    /** The query has been used up, or is not needed. */
    public void release() {
        synchronized (signal) {
            reserved--;
            signal.notifyAll();
        }
    }

    /**
     * Prepares queries.
     *
     * @param progress told after each step how many are done
     * @throws LimitExceeded before anything is made, if there is no room for all
     */
    public synchronized void prepare(int queries, LongConsumer progress) {
        int ready = servers.ready();
        long room = servers.roomBytes();
        long bytes = servers.materialBytes();
        if (queries > mostReady - ready || bytes * queries > room) {
            throw new LimitExceeded("no room for " + queries + " more prepared queries: " + ready + " of " + mostReady
                    + " (quotas.prepared-queries) are ready, each takes up to " + bytes + " bytes, and " + room
                    + " bytes are left of the disk and its budget (tacit serve --disk-budget)");
        }
        try {
            for (int done = 0; done < queries; ) {
                Preparation session = open;
                if (session == null
                        || preparedByOpen >= QUERIES_A_SESSION
                        || !session.stillStands().getAsBoolean()) {
                    session = reopen();
                }
                int step = Math.min(AT_ONCE, queries - done);
                preparedByOpen += step;
                session.prepare().accept(step);
                done += step;
                progress.accept(done);
            }
        } catch (RuntimeException | Error e) {
            drop();
            throw e;
        }
    }

    /** A new session, in which the servers have compared what lies ready. */
    private synchronized Preparation reopen() {
        drop();
        uncompared = false;
        try {
            Preparation session = servers.openPreparation();
            open = session;
            return session;
        } catch (RuntimeException | Error e) {
            uncompared = true;
            throw e;
        }
    }

    private synchronized void drop() {
        if (open != null) {
            open.end().run();
            open = null;
        }
        preparedByOpen = 0;
    }

    @Override
    public void close() {
        closed = true;
        used();
        drop();
    }
}
