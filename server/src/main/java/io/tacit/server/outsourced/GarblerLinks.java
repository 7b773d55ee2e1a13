package io.tacit.server.outsourced;

import io.tacit.client.outsourced.OutsourcedLanes;
import io.tacit.client.wire.Connector;
import io.tacit.client.wire.LocalParty;
import io.tacit.client.wire.SessionId;
import io.tacit.crypto.channel.Channel;
import io.tacit.protocol.outsourced.Evaluator;
import java.util.ArrayDeque;
import java.util.Deque;
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
    private Evaluator.@Nullable JustInTime now;
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

    /** Answers a query with prepared material. */
    void predict(Channel client) {
        Channel online = takeOnline();
        try {
            evaluator.predict(online, client);
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
    synchronized void predictNow(Channel client) {
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
    public synchronized void close() {
        closed = true;
        idle.forEach(Channel::close);
        idle.clear();
        if (now != null) {
            now.close();
            now = null;
        }
    }
}
