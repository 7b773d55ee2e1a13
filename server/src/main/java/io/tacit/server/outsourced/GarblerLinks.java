package io.tacit.server.outsourced;

import io.tacit.client.outsourced.OutsourcedLanes;
import io.tacit.client.wire.Connector;
import io.tacit.client.wire.LocalParty;
import io.tacit.client.wire.SessionId;
import io.tacit.crypto.channel.Channel;
import io.tacit.protocol.linear.LinearPreparation;
import io.tacit.protocol.outsourced.Evaluator;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The evaluator's connections to the garbler, made when they are needed and kept while they work. Each purpose and each query
 * under way has a session of its own: what fails takes nothing else with it. Thread-safe.
 */
final class GarblerLinks implements AutoCloseable {
    private final ServerParts parts;
    private final LocalParty party;
    private final Evaluator evaluator;
    private final Deque<Channel> idle = new ArrayDeque<>();
    private final Object justInTime = new Object();
    private Evaluator.@Nullable JustInTime now; // guarded by justInTime
    private int reserved;
    private boolean closed;

    GarblerLinks(ServerParts parts, LocalParty party, Evaluator evaluator) {
        this.parts = parts;
        this.party = party;
        this.evaluator = evaluator;
    }

    private Channel dial(SessionId session, String lane) {
        return parts.tap().apply(new Connector(party).dial(OutsourcedLanes.GARBLER, session, lane));
    }

    private SessionId newSession() {
        return SessionId.random(parts.random());
    }

    /** Begins to prepare: base transfers, keys. The caller closes it. */
    Evaluator.Preparation openPreparation() {
        SessionId session = newSession();
        Channel tables = dial(session, OutsourcedLanes.TABLES);
        try {
            return evaluator.openPreparation(tables, triplets(session));
        } catch (RuntimeException | Error e) {
            tables.close();
            throw e;
        }
    }

    private LinearPreparation triplets(SessionId session) {
        Channel lane = dial(session, OutsourcedLanes.TRIPLETS);
        try {
            return LinearPreparation.open(
                    lane, parts.triplets(), parts.pipeline(), parts.random(), parts.workers(), parts.threads());
        } catch (RuntimeException | Error e) {
            lane.close();
            throw e;
        }
    }

    /**
     * Whether a query can be answered with prepared material; a piece is then kept for it until {@link #predict} has claimed one.
     */
    synchronized boolean reserve() {
        if (evaluator.ready() <= reserved) {
            return false;
        }
        reserved++;
        return true;
    }

    private synchronized void release() {
        reserved--;
    }

    /** Answers a query with the prepared material that was {@link #reserve}d for it. */
    void predict(Channel client) {
        AtomicBoolean claimed = new AtomicBoolean();
        Runnable release = () -> {
            if (!claimed.getAndSet(true)) {
                release();
            }
        };
        try {
            predict(client, release);
        } finally {
            release.run();
        }
    }

    private void predict(Channel client, Runnable claimed) {
        Channel online = takeOnline();
        try {
            evaluator.predict(online, client, claimed);
        } catch (RuntimeException | Error e) {
            online.close();
            throw e;
        }
        giveBack(online);
    }

    private Channel takeOnline() {
        synchronized (this) {
            Channel waiting = idle.poll();
            if (waiting != null) {
                return waiting;
            }
        }
        return dial(newSession(), OutsourcedLanes.ONLINE);
    }

    private synchronized void giveBack(Channel online) {
        if (closed) {
            online.close();
        } else {
            idle.push(online);
        }
    }

    /** Answers a query for which nothing is prepared, one at a time: all cores are at work on it. */
    void predictNow(Channel client) {
        synchronized (justInTime) {
            runNow(client);
        }
    }

    private void runNow(Channel client) {
        if (now == null) {
            SessionId session = newSession();
            Channel lane = dial(session, OutsourcedLanes.NOW);
            try {
                now = evaluator.openJustInTime(lane, triplets(session));
            } catch (RuntimeException | Error e) {
                lane.close();
                throw e;
            }
        }
        try {
            now.predict(client);
        } catch (RuntimeException | Error e) {
            now.close();
            now = null;
            throw e;
        }
    }

    /** Closes what is idle; what is under way is closed when it ends. */
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            idle.forEach(Channel::close);
            idle.clear();
        }
        synchronized (justInTime) {
            if (now != null) {
                now.close();
                now = null;
            }
        }
    }
}
