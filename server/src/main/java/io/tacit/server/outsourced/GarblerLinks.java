package io.tacit.server.outsourced;

import io.tacit.client.outsourced.OutsourcedLanes;
import io.tacit.client.wire.Connector;
import io.tacit.client.wire.LocalParty;
import io.tacit.client.wire.SessionId;
import io.tacit.client.wire.WireChannel;
import io.tacit.crypto.channel.Channel;
import io.tacit.protocol.linear.LinearPreparation;
import io.tacit.protocol.outsourced.ClientQuery;
import io.tacit.protocol.outsourced.Evaluator;
import io.tacit.protocol.plan.SharingPrice;
import io.tacit.server.material.Preparer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The evaluator's connections to the garbler, made when they are needed and kept while they work. Each purpose and each query
 * under way has a session of its own: what fails takes nothing else with it. Thread-safe.
 */
final class GarblerLinks implements Preparer.Servers, AutoCloseable {
    private final ServerParts parts;
    private final LocalParty party;
    private final Evaluator evaluator;
    private final Deque<Link> idle = new ArrayDeque<>();
    private final Object justInTime = new Object();
    private @Nullable OpenJustInTime now; // guarded by justInTime
    private int answeredNow; // guarded by justInTime
    private int reserved;
    private boolean closed;

    GarblerLinks(ServerParts parts, LocalParty party, Evaluator evaluator) {
        this.parts = parts;
        this.party = party;
        this.evaluator = evaluator;
    }

    /** A lane as the connection that it is, and as the role uses it. */
    private record Link(WireChannel connection, Channel channel) {}

    /** A session in which queries are answered without preparation, with the lane on which it asks the garbler. */
    private record OpenJustInTime(Evaluator.JustInTime work, WireChannel lane) {
        boolean stillStands() {
            return lane.stillStands();
        }
    }

    @Override
    public int ready() {
        return evaluator.ready();
    }

    @Override
    public long materialBytes() {
        SharingPrice price = new SharingPrice(parts.plan());
        return price.tablesMaterialBytes() + price.productsMaterialBytes();
    }

    @Override
    public long roomBytes() {
        return parts.store().roomBytes();
    }

    private Link dial(SessionId session, String lane) {
        WireChannel connection = new Connector(party).dial(OutsourcedLanes.GARBLER, session, lane);
        return new Link(connection, parts.tap().apply(connection));
    }

    private SessionId newSession() {
        return SessionId.random(parts.random());
    }

    /** Base transfers, keys. */
    @Override
    public Preparer.Preparation openPreparation() {
        SessionId session = newSession();
        Link tables = dial(session, OutsourcedLanes.TABLES);
        try {
            Evaluator.Preparation work = evaluator.openPreparation(tables.channel, triplets(session));
            return new Preparer.Preparation(work::prepare, tables.connection::stillStands, work::close);
        } catch (RuntimeException | Error e) {
            tables.channel.close();
            throw e;
        }
    }

    private LinearPreparation triplets(SessionId session) {
        Channel lane = dial(session, OutsourcedLanes.TRIPLETS).channel;
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
    void predict(ClientQuery query) {
        AtomicBoolean claimed = new AtomicBoolean();
        Runnable release = () -> {
            if (!claimed.getAndSet(true)) {
                release();
            }
        };
        try {
            predict(query, release);
        } finally {
            release.run();
        }
    }

    private void predict(ClientQuery query, Runnable claimed) {
        Link online = takeOnline();
        try {
            evaluator.predict(online.channel, query, claimed);
        } catch (RuntimeException | Error e) {
            online.channel.close();
            throw e;
        }
        giveBack(online);
    }

    private Link takeOnline() {
        for (Link waiting = pollIdle(); waiting != null; waiting = pollIdle()) {
            if (waiting.connection.stillStands()) {
                return waiting;
            }
        }
        return dial(newSession(), OutsourcedLanes.ONLINE);
    }

    private synchronized @Nullable Link pollIdle() {
        return idle.poll();
    }

    private synchronized void giveBack(Link online) {
        if (closed) {
            online.channel.close();
        } else {
            idle.push(online);
        }
    }

    /** Answers a query for which nothing is prepared, one at a time: all cores are at work on it. */
    void predictNow(ClientQuery query) {
        synchronized (justInTime) {
            runNow(query);
        }
    }

    private void runNow(ClientQuery query) {
        OpenJustInTime open = now;
        if (open != null && (answeredNow >= Preparer.QUERIES_A_SESSION || !open.stillStands())) {
            open.work.close();
            open = null;
        }
        if (open == null) {
            now = null;
            open = openJustInTime();
            answeredNow = 0;
            now = open;
        }
        try {
            answeredNow++;
            open.work.predict(query);
        } catch (RuntimeException | Error e) {
            open.work.close();
            now = null;
            throw e;
        }
    }

    private OpenJustInTime openJustInTime() {
        SessionId session = newSession();
        Link lane = dial(session, OutsourcedLanes.NOW);
        try {
            return new OpenJustInTime(evaluator.openJustInTime(lane.channel, triplets(session)), lane.connection);
        } catch (RuntimeException | Error e) {
            lane.channel.close();
            throw e;
        }
    }

    /** Closes what is idle; what is under way is closed when it ends. */
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            idle.forEach(link -> link.channel.close());
            idle.clear();
        }
        synchronized (justInTime) {
            if (now != null) {
                now.work.close();
                now = null;
            }
        }
    }
}
