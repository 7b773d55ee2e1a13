package io.tacit.server.seco;

import io.tacit.client.seco.SecoLanes;
import io.tacit.client.wire.Listener;
import io.tacit.client.wire.Session;
import io.tacit.client.wire.SessionHandler;
import io.tacit.crypto.channel.AbortReason;
import io.tacit.crypto.channel.Bulk;
import io.tacit.crypto.channel.Channel;
import io.tacit.crypto.channel.Mesh;
import io.tacit.crypto.channel.Phase;
import io.tacit.crypto.channel.ProtocolAbort;
import io.tacit.protocol.linear.WeightOwnerTriplets;
import io.tacit.protocol.material.MaterialException;
import io.tacit.protocol.seco.Gateway;
import io.tacit.protocol.seco.SecoPlan.FirstLayers;
import io.tacit.protocol.seco.ServerShare;
import io.tacit.server.material.Preparer;
import io.tacit.server.quota.DailyQuota;
import java.net.InetSocketAddress;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Serves the gateway's role to users, and asks the other servers. A query for which nothing is prepared is answered all the
 * same, after its preparation.
 */
public final class GatewayService implements SessionHandler, AutoCloseable {
    private final SecoParts parts;
    private final Gateway gateway;
    private final DailyQuota quota;
    private final ServerLinks links;
    private final Preparer preparer;

    /** @param keepReady queries to keep prepared; 0 to prepare only when somebody asks */
    public GatewayService(SecoParts parts, DailyQuota quota, int keepReady) {
        this.parts = parts;
        this.quota = quota;
        this.gateway = new Gateway(
                parts.plan(),
                parts.file()
                        .layers()
                        .map(own -> ServerShare.whole(
                                parts.plan().first().orElseThrow().part(), own)),
                parts.file().share(),
                parts.circuits(),
                parts.key(),
                parts.store(),
                parts.limits(),
                parts.random(),
                parts.workers(),
                parts.threads());
        this.links = new ServerLinks(parts, gateway);
        int most = parts.party().deployment().quotas().preparedQueries();
        this.preparer = new Preparer(links, keepReady, most);
        preparer.start(parts.threads());
    }

    /** Opens the port of the party's role and serves every session. */
    public static Listener listen(InetSocketAddress address, GatewayService service) {
        return Listener.open(
                service.parts.party(),
                address,
                Set.of(SecoLanes.QUERY, SecoLanes.CONTROL, SecoLanes.LAYERS, SecoLanes.LAYER_PRODUCTS),
                service);
    }

    /** Queries for which the servers are ready. */
    public int ready() {
        return gateway.ready();
    }

    /** The other servers are dialled, they do not dial. */
    @Override
    public boolean admits(String role) {
        return role.equals(SecoLanes.USER);
    }

    @Override
    public void serve(Session session) {
        Set<String> asked = session.lanes();
        if (asked.contains(SecoLanes.QUERY)) {
            serveQueries(ofUser(session, SecoLanes.QUERY), quota.of(session.certificateOf(SecoLanes.USER)));
        } else if (asked.contains(SecoLanes.CONTROL)) {
            prepare(ofUser(session, SecoLanes.CONTROL));
        } else {
            Channel layers = ofUser(session, SecoLanes.LAYERS);
            FirstLayers own = parts.plan()
                    .first()
                    .orElseThrow(() -> new ProtocolAbort(layers.peer(), "prepare", AbortReason.LANE_REFUSED));
            gateway.servePreparation(
                    layers,
                    WeightOwnerTriplets.open(
                            ofUser(session, SecoLanes.LAYER_PRODUCTS),
                            own.products(),
                            parts.random(),
                            parts.workers()));
        }
    }

    private Channel ofUser(Session session, String lane) {
        return parts.tap().apply(session.lane(SecoLanes.USER, lane));
    }

    /** A user asks for queries to be prepared, and is told of the progress. */
    private void prepare(Channel user) {
        user.enter(Phase.PREPARE);
        long queries = Bulk.receiveLong(user);
        if (queries < 1 || queries > Integer.MAX_VALUE) {
            throw new ProtocolAbort(user.peer(), "prepare", AbortReason.MALFORMED);
        }
        preparer.prepare((int) queries, done -> {
            Bulk.sendLong(user, done);
            user.flush();
        });
        Bulk.sendLong(user, gateway.ready());
        user.flush();
    }

    private void serveQueries(Channel user, LongConsumer allowance) {
        while (user.awaitMessage(parts.limits().idle())) {
            predict(user, allowance);
        }
    }

    private void predict(Channel user, LongConsumer allowance) {
        AtomicReference<@Nullable MeshLane> online = new AtomicReference<>();
        AtomicBoolean claiming = new AtomicBoolean();
        try {
            gateway.predict(user, () -> connections(online), () -> {
                allowance.accept(1);
                claiming.set(true);
            });
        } catch (ProtocolAbort | MaterialException e) {
            // what a user says before it has paid does not make the servers compare
            if (claiming.get() && leavesParts(e)) {
                preparer.compare();
            }
            throw e;
        } finally {
            MeshLane taken = online.get();
            if (taken != null) {
                preparer.release();
                links.giveBack(taken); // whether it still stands is found out at its next use
            }
        }
    }

    /** Whether some servers may still have their part of a query's material: one lost its part, or could not open its seed. */
    private static boolean leavesParts(RuntimeException failure) {
        if (failure instanceof ProtocolAbort abort) {
            return switch (abort.reason()) {
                case MATERIAL_SPENT, MATERIAL_DAMAGED, MALFORMED -> true;
                default -> false;
            };
        }
        return true; // the gateway's own part is torn
    }

    /** Keeps a prepared query for the caller, and takes connections to the other servers. */
    private Mesh connections(AtomicReference<@Nullable MeshLane> online) {
        preparer.reserve();
        try {
            MeshLane taken = links.takeOnline();
            online.set(taken);
            return taken.mesh();
        } catch (RuntimeException | Error e) {
            preparer.release();
            throw e;
        }
    }

    /** Ends what is idle and what prepares; sessions end with their listener. */
    @Override
    public void close() {
        preparer.close();
        links.close();
    }
}
