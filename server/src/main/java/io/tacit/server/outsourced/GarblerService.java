package io.tacit.server.outsourced;

import io.tacit.client.outsourced.OutsourcedLanes;
import io.tacit.client.wire.Listener;
import io.tacit.client.wire.LocalParty;
import io.tacit.client.wire.Session;
import io.tacit.client.wire.SessionHandler;
import io.tacit.crypto.channel.AbortReason;
import io.tacit.crypto.channel.Channel;
import io.tacit.crypto.channel.LimitExceeded;
import io.tacit.crypto.channel.PeerUnavailable;
import io.tacit.crypto.channel.ProtocolAbort;
import io.tacit.protocol.linear.LinearPreparation;
import io.tacit.protocol.outsourced.Garbler;
import io.tacit.protocol.outsourced.ModelShare;
import io.tacit.protocol.outsourced.ServerLimits;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Serves the garbler's role to owner, evaluator and clients: one {@link Garbler} a deployed network. */
public final class GarblerService implements SessionHandler {
    private static final System.Logger LOG = System.getLogger(GarblerService.class.getName());

    private final ServerParts parts;
    private final ServerLimits limits;
    private final ShareFile file;
    private final AtomicReference<@Nullable Garbler> garbler = new AtomicReference<>();

    /** Takes up the share of the network that was kept, if there is one. */
    public GarblerService(ServerParts parts, ServerLimits limits) {
        this.parts = parts;
        this.limits = limits;
        this.file = new ShareFile(parts.folder());
        file.read(parts.plan()).ifPresent(share -> garbler.set(garbler(share)));
    }

    private Garbler garbler(ModelShare share) {
        Garbler made = new Garbler(
                parts.plan(), share, parts.store(), limits, parts.random(), parts.workers(), parts.threads());
        made.discardForeignMaterial();
        return made;
    }

    /** Opens the port of the party's role and serves every session. */
    public static Listener listen(LocalParty party, InetSocketAddress address, GarblerService service) {
        List<String> lanes = new ArrayList<>(OutsourcedLanes.QUERIES);
        lanes.addAll(List.of(
                OutsourcedLanes.DEPLOY,
                OutsourcedLanes.TABLES,
                OutsourcedLanes.TRIPLETS,
                OutsourcedLanes.ONLINE,
                OutsourcedLanes.NOW));
        return Listener.open(party, address, Set.copyOf(lanes), service);
    }

    /** Whether the owner's share of a network is there. */
    public boolean isDeployed() {
        return garbler.get() != null;
    }

    @Override
    public void serve(Session session) {
        Set<String> asked = session.lanes();
        if (asked.contains(OutsourcedLanes.DEPLOY)) {
            deploy(parts.tap().apply(session.lane(OutsourcedLanes.OWNER, OutsourcedLanes.DEPLOY)));
        } else if (asked.stream().anyMatch(OutsourcedLanes.QUERIES::contains)) {
            for (String name : OutsourcedLanes.QUERIES.subList(1, OutsourcedLanes.QUERIES.size())) {
                parts.threads().execute(() -> serveFurther(session, name));
            }
            serveClient(parts.tap().apply(session.lane(OutsourcedLanes.CLIENT, OutsourcedLanes.QUERIES.get(0))));
        } else if (asked.contains(OutsourcedLanes.ONLINE)) {
            Channel online = ofEvaluator(session, OutsourcedLanes.ONLINE);
            deployed(online).servePredictions(online);
        } else if (asked.contains(OutsourcedLanes.TABLES)) {
            Channel tables = ofEvaluator(session, OutsourcedLanes.TABLES);
            try (LinearPreparation triplets = triplets(session)) {
                deployed(tables).servePreparation(tables, triplets);
            }
        } else {
            Channel now = ofEvaluator(session, OutsourcedLanes.NOW);
            try (LinearPreparation triplets = triplets(session)) {
                deployed(now).serveJustInTime(now, triplets);
            }
        }
    }

    private Channel ofEvaluator(Session session, String lane) {
        return parts.tap().apply(session.lane(OutsourcedLanes.EVALUATOR, lane));
    }

    private LinearPreparation triplets(Session session) {
        return LinearPreparation.open(
                ofEvaluator(session, OutsourcedLanes.TRIPLETS),
                parts.triplets(),
                parts.pipeline(),
                parts.random(),
                parts.workers(),
                parts.threads());
    }

    private Garbler deployed(Channel peer) {
        Garbler current = garbler.get();
        if (current == null) {
            throw new ProtocolAbort(peer.peer(), "before deployment", AbortReason.NOT_DEPLOYED);
        }
        return current;
    }

    private void deploy(Channel owner) {
        ModelShare share = ModelShare.receiveForGarbler(parts.plan(), owner, file::write);
        garbler.set(garbler(share));
        LOG.log(System.Logger.Level.INFO, "a share of the network was deployed");
    }

    private void serveClient(Channel client) {
        while (client.awaitMessage(limits.idle())) {
            deployed(client).serveClient(client);
        }
    }

    /** A lane that the client need not open; its failures end it alone, the client is told on it. */
    private void serveFurther(Session session, String name) {
        try {
            serveClient(parts.tap().apply(session.lane(OutsourcedLanes.CLIENT, name)));
        } catch (ProtocolAbort | PeerUnavailable | LimitExceeded e) {
            LOG.log(System.Logger.Level.DEBUG, e.getMessage());
        }
    }
}
