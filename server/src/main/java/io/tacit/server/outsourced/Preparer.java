package io.tacit.server.outsourced;

import io.tacit.crypto.channel.LimitExceeded;
import io.tacit.crypto.channel.PeerUnavailable;
import io.tacit.crypto.channel.ProtocolAbort;
import io.tacit.protocol.material.MaterialException;
import io.tacit.protocol.outsourced.Evaluator;
import io.tacit.protocol.plan.SharingPrice;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** Keeps queries prepared: as many as the operator wants, and more when the owner asks. One preparation at a time. */
final class Preparer implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Preparer.class.getName());

    /** Queries prepared in one go: their layers share ciphertexts. */
    private static final int AT_ONCE = 16;

    private static final long LOOK_MILLIS = 1000;
    private static final long LONGEST_PAUSE_MILLIS = 30_000;

    private final ServerParts parts;
    private final GarblerLinks links;
    private final Evaluator evaluator;
    private final int keepReady;
    private final int mostReady;
    private final Object signal = new Object();
    private GarblerLinks.@Nullable Kept<Evaluator.Preparation> open;
    private int preparedByOpen;
    private volatile boolean uncompared;
    private volatile boolean closed;

    /**
     * @param keepReady queries to which is filled up whenever less than half of them are ready; 0 for none
     * @param mostReady queries that the deployment allows to lie ready
     */
    Preparer(ServerParts parts, GarblerLinks links, Evaluator evaluator, int keepReady, int mostReady) {
        this.parts = parts;
        this.links = links;
        this.evaluator = evaluator;
        this.keepReady = keepReady;
        this.mostReady = mostReady;
        this.uncompared = evaluator.ready() > 0; // either store may have changed since they last met
    }

    /** Begins to look after the store, in a thread of its own. */
    void start() {
        parts.threads().execute(this::look);
    }

    /** Has the servers compare what lies ready, soon: they do not have the same. */
    void compare() {
        uncompared = true;
        used();
    }

    /** Something was used up. */
    void used() {
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
                if (keepReady > 0 && evaluator.ready() <= keepReady / 2) {
                    int before = evaluator.ready();
                    prepare(keepReady - before, done -> {});
                    LOG.log(System.Logger.Level.INFO, evaluator.ready() + " queries are prepared");
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

    /**
     * Prepares queries.
     *
     * @param progress told after each step how many are done
     * @throws LimitExceeded before anything is made, if there is no room for all
     */
    synchronized void prepare(int queries, LongConsumer progress) {
        SharingPrice price = new SharingPrice(parts.plan());
        long bytes = price.tablesMaterialBytes() + price.productsMaterialBytes();
        long room = parts.store().roomBytes();
        if (queries > mostReady - evaluator.ready() || bytes * queries > room) {
            throw new LimitExceeded("no room for " + queries + " more prepared queries: " + evaluator.ready() + " of "
                    + mostReady + " (quotas.prepared-queries) are ready, each takes " + bytes + " bytes, and " + room
                    + " bytes are left of the disk and its budget (tacit serve --disk-budget)");
        }
        try {
            for (int done = 0; done < queries; ) {
                GarblerLinks.Kept<Evaluator.Preparation> session = open;
                if (session == null || preparedByOpen >= GarblerLinks.QUERIES_A_SESSION || !session.stillStands()) {
                    session = reopen();
                }
                int step = Math.min(AT_ONCE, queries - done);
                preparedByOpen += step;
                session.work().prepare(step);
                done += step;
                progress.accept(done);
            }
        } catch (RuntimeException | Error e) {
            drop();
            throw e;
        }
    }

    /** A new session, in which the servers have compared what lies ready. */
    private synchronized GarblerLinks.Kept<Evaluator.Preparation> reopen() {
        drop();
        GarblerLinks.Kept<Evaluator.Preparation> session = links.openPreparation();
        open = session;
        preparedByOpen = 0;
        uncompared = false;
        return session;
    }

    private synchronized void drop() {
        if (open != null) {
            open.work().close();
            open = null;
        }
    }

    @Override
    public void close() {
        closed = true;
        used();
        drop();
    }
}
