package io.tacit.server.seco;

import io.tacit.client.seco.SecoLanes;
import io.tacit.client.wire.Connector;
import io.tacit.client.wire.SessionId;
import io.tacit.client.wire.WireChannel;
import io.tacit.crypto.channel.Channel;
import io.tacit.protocol.flow.Endings;
import io.tacit.protocol.linear.TripletSource;
import io.tacit.protocol.seco.Gateway;
import io.tacit.protocol.seco.SecoPlan;
import io.tacit.server.material.Preparer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The gateway's connections to the other servers, made when they are needed and kept while they work. Each query under way has
 * a session of its own: what fails takes nothing else with it. Thread-safe.
 */
final class ServerLinks implements Preparer.Servers, AutoCloseable {
    private final SecoParts parts;
    private final Gateway gateway;
    private final Deque<MeshLane> idle = new ArrayDeque<>();
    private boolean closed;

    ServerLinks(SecoParts parts, Gateway gateway) {
        this.parts = parts;
        this.gateway = gateway;
    }

    @Override
    public int ready() {
        return gateway.ready();
    }

    @Override
    public long materialBytes() {
        return gateway.materialBytes();
    }

    @Override
    public long roomBytes() {
        return parts.store().roomBytes();
    }

    /** Keys, base transfers. */
    @Override
    public Preparer.Preparation openPreparation() {
        SessionId session = SessionId.random(parts.random());
        MeshLane circuits = MeshLane.dial(parts, session, SecoLanes.CIRCUITS);
        List<WireChannel> products = new ArrayList<>();
        try {
            dialProducts(session, products);
            List<Channel> tapped = products.stream().map(parts.tap()::apply).toList();
            TripletSource triplets = GroupTriplets.atGateway(tapped, parts);
            Gateway.Preparation work = gateway.openPreparation(circuits.mesh(), triplets);
            return new Preparer.Preparation(work::prepare, circuits::stillStands, () -> {
                work.close();
                circuits.close();
            });
        } catch (RuntimeException | Error e) {
            // those that are left wait on either lane
            products.forEach(connection -> Endings.end(connection, e));
            circuits.connections().forEach(connection -> Endings.end(connection, e));
            throw e;
        }
    }

    private void dialProducts(SessionId session, List<WireChannel> connections) {
        Connector connector = new Connector(parts.party());
        for (int server = 1; server < parts.plan().servers(); server++) {
            connections.add(connector.dial(SecoPlan.role(server), session, SecoLanes.PRODUCTS));
        }
    }

    /** Connections for one query: those of an earlier one, if they still stand. */
    MeshLane takeOnline() {
        for (MeshLane waiting = pollIdle(); waiting != null; waiting = pollIdle()) {
            if (waiting.stillStands()) {
                return waiting;
            }
            waiting.close();
        }
        return MeshLane.dial(parts, SessionId.random(parts.random()), SecoLanes.ONLINE);
    }

    private synchronized @Nullable MeshLane pollIdle() {
        return idle.poll();
    }

    /** Keeps the connections of a query that is over for the next. */
    void giveBack(MeshLane online) {
        synchronized (this) {
            if (!closed) {
                idle.push(online);
                return;
            }
        }
        online.close();
    }

    /** Closes what is idle; what is under way is closed when it ends. */
    @Override
    public synchronized void close() {
        closed = true;
        idle.forEach(MeshLane::close);
        idle.clear();
    }
}
