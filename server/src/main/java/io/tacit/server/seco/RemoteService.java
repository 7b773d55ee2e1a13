package io.tacit.server.seco;

import io.tacit.client.seco.SecoLanes;
import io.tacit.client.wire.Listener;
import io.tacit.client.wire.Session;
import io.tacit.client.wire.SessionHandler;
import io.tacit.crypto.channel.Channel;
import io.tacit.protocol.linear.TripletSource;
import io.tacit.protocol.seco.SecoPlan;
import io.tacit.protocol.seco.Server;
import java.net.InetSocketAddress;
import java.util.Set;

/** Serves the role of a server other than the gateway: what the gateway asks for, with all other servers. */
public final class RemoteService implements SessionHandler {
    private final SecoParts parts;
    private final Server server;

    public RemoteService(SecoParts parts) {
        this.parts = parts;
        this.server = new Server(
                parts.plan(),
                parts.file().share(),
                parts.circuits(),
                parts.key(),
                parts.store(),
                parts.limits(),
                parts.random(),
                parts.workers());
    }

    /** Opens the port of the party's role and serves every session. */
    public static Listener listen(InetSocketAddress address, RemoteService service) {
        return Listener.open(
                service.parts.party(),
                address,
                Set.of(SecoLanes.CIRCUITS, SecoLanes.PRODUCTS, SecoLanes.ONLINE),
                service);
    }

    /** Servers with smaller numbers dial. */
    @Override
    public boolean admits(String role) {
        for (int other = 0; other < parts.self(); other++) {
            if (role.equals(SecoPlan.role(other))) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void serve(Session session) {
        if (session.lanes().contains(SecoLanes.ONLINE)) {
            try (MeshLane online = MeshLane.join(parts, session, SecoLanes.ONLINE)) {
                server.servePredictions(online.mesh());
            }
        } else {
            try (MeshLane circuits = MeshLane.join(parts, session, SecoLanes.CIRCUITS)) {
                Channel products = parts.tap().apply(session.lane(SecoLanes.GATEWAY, SecoLanes.PRODUCTS));
                TripletSource triplets = GroupTriplets.atServer(products, parts);
                server.servePreparation(circuits.mesh(), triplets);
            }
        }
    }
}
