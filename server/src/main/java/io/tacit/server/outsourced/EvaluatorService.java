package io.tacit.server.outsourced;

import io.tacit.client.outsourced.OutsourcedLanes;
import io.tacit.client.wire.Listener;
import io.tacit.client.wire.LocalParty;
import io.tacit.client.wire.Session;
import io.tacit.client.wire.SessionHandler;
import io.tacit.crypto.channel.AbortReason;
import io.tacit.crypto.channel.Bulk;
import io.tacit.crypto.channel.Channel;
import io.tacit.crypto.channel.LimitExceeded;
import io.tacit.crypto.channel.PeerUnavailable;
import io.tacit.crypto.channel.Phase;
import io.tacit.crypto.channel.ProtocolAbort;
import io.tacit.protocol.flow.Endings;
import io.tacit.protocol.outsourced.ClientQuery;
import io.tacit.protocol.outsourced.Evaluator;
import io.tacit.protocol.outsourced.ModelShare;
import io.tacit.protocol.outsourced.ServerLimits;
import io.tacit.server.material.Preparer;
import io.tacit.server.quota.DailyQuota;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Serves the evaluator's role to owner and clients, and asks the garbler: one {@link Evaluator} a deployed network. A query for
 * which nothing is prepared is answered all the same, at the price of its preparation.
 */
public final class EvaluatorService implements SessionHandler, AutoCloseable {
    private static final System.Logger LOG = System.getLogger(EvaluatorService.class.getName());

    private final ServerParts parts;
    private final LocalParty party;
    private final ServerLimits limits;
    private final DailyQuota quota;
    private final int keepReady;
    private final ShareFile file;
    private @Nullable Deployed deployed;
    private boolean closed;

    /** What belongs to one sharing of the network. */
    private record Deployed(Evaluator evaluator, GarblerLinks links, Preparer preparer) implements AutoCloseable {
        @Override
        public void close() {
            preparer.close();
            links.close();
        }
    }

    /**
     * Takes up the share of the network that was kept, if there is one.
     *
     * @param party dials the garbler
     * @param keepReady queries to keep prepared; 0 to prepare only when the owner asks
     */
    public EvaluatorService(ServerParts parts, LocalParty party, ServerLimits limits, DailyQuota quota, int keepReady) {
        this.parts = parts;
        this.party = party;
        this.limits = limits;
        this.quota = quota;
        this.keepReady = keepReady;
        this.file = new ShareFile(parts.folder());
        file.read(parts.plan()).ifPresent(this::take);
    }

    private synchronized void take(ModelShare share) {
        Deployed before = deployed;
        if (before != null) {
            before.close();
        }
        Evaluator evaluator =
                new Evaluator(parts.plan(), share, parts.store(), parts.random(), parts.workers(), parts.threads());
        evaluator.discardForeignMaterial();
        GarblerLinks links = new GarblerLinks(parts, party, evaluator);
        int most = party.deployment().quotas().preparedQueries();
        Deployed now = new Deployed(evaluator, links, new Preparer(links, keepReady, most));
        deployed = now;
        if (closed) {
            now.close();
        } else {
            now.preparer.start(parts.threads());
        }
    }

    /** Opens the port of the party's role and serves every session. */
    public static Listener listen(LocalParty party, InetSocketAddress address, EvaluatorService service) {
        List<String> lanes = new ArrayList<>(OutsourcedLanes.QUERIES);
        lanes.addAll(List.of(OutsourcedLanes.DEPLOY, OutsourcedLanes.CONTROL));
        return Listener.open(party, address, Set.copyOf(lanes), service);
    }

    /** Whether the owner's share of a network is there. */
    public synchronized boolean isDeployed() {
        return deployed != null;
    }

    /** Queries for which material is ready. */
    public synchronized int ready() {
        return deployed == null ? 0 : deployed.evaluator.ready();
    }

    private synchronized Deployed deployed(Channel peer) {
        if (deployed == null) {
            throw new ProtocolAbort(peer.peer(), "before deployment", AbortReason.NOT_DEPLOYED);
        }
        return deployed;
    }

    /** The garbler is dialled, it does not dial. */
    @Override
    public boolean admits(String role) {
        return role.equals(OutsourcedLanes.OWNER) || role.equals(OutsourcedLanes.CLIENT);
    }

    @Override
    public void serve(Session session) {
        Set<String> asked = session.lanes();
        if (asked.contains(OutsourcedLanes.DEPLOY)) {
            Channel owner = parts.tap().apply(session.lane(OutsourcedLanes.OWNER, OutsourcedLanes.DEPLOY));
            take(ModelShare.receiveForEvaluator(parts.plan(), owner, file::write));
            LOG.log(System.Logger.Level.INFO, "a share of the network was deployed");
        } else if (asked.contains(OutsourcedLanes.CONTROL)) {
            prepare(parts.tap().apply(session.lane(OutsourcedLanes.OWNER, OutsourcedLanes.CONTROL)));
        } else {
            Channel first = parts.tap().apply(session.lane(OutsourcedLanes.CLIENT, OutsourcedLanes.QUERIES.get(0)));
            IntConsumer allowance = quota.of(session.certificateOf(OutsourcedLanes.CLIENT))::accept;
            for (String name : OutsourcedLanes.QUERIES.subList(1, OutsourcedLanes.QUERIES.size())) {
                parts.threads().execute(() -> serveFurther(session, name, allowance));
            }
            serveClient(first, allowance);
        }
    }

    /** The owner asks for queries to be prepared, and is told of the progress. */
    private void prepare(Channel owner) {
        owner.enter(Phase.PREPARE);
        long queries = Bulk.receiveLong(owner);
        if (queries < 1 || queries > Integer.MAX_VALUE) {
            throw new ProtocolAbort(owner.peer(), "prepare", AbortReason.MALFORMED);
        }
        Deployed current = deployed(owner);
        current.preparer.prepare((int) queries, done -> {
            Bulk.sendLong(owner, done);
            owner.flush();
        });
        Bulk.sendLong(owner, current.evaluator.ready());
        owner.flush();
    }

    private void serveClient(Channel client, IntConsumer allowance) {
        while (client.awaitMessage(limits.idle())) {
            try {
                allowance.accept(1);
            } catch (LimitExceeded e) {
                Endings.end(client, e);
                throw e;
            }
            Deployed current = deployed(client);
            ClientQuery query = current.evaluator.receive(client);
            if (current.links.reserve()) {
                predict(current, query);
            } else {
                current.links.predictNow(query);
            }
            current.preparer.used();
        }
    }

    private static void predict(Deployed current, ClientQuery query) {
        try {
            current.links.predict(query);
        } catch (ProtocolAbort e) {
            if (e.reason() == AbortReason.MATERIAL_SPENT) {
                current.preparer.compare(); // one of the servers was restored from a backup
            }
            throw e;
        }
    }

    /** A lane that the client need not open; its failures end it alone, the client is told on it. */
    private void serveFurther(Session session, String name, IntConsumer allowance) {
        try {
            serveClient(parts.tap().apply(session.lane(OutsourcedLanes.CLIENT, name)), allowance);
        } catch (ProtocolAbort | PeerUnavailable | LimitExceeded e) {
            LOG.log(System.Logger.Level.DEBUG, e.getMessage());
        }
    }

    /** Ends what is idle and what prepares; sessions end with their listener. */
    @Override
    public synchronized void close() {
        closed = true;
        if (deployed != null) {
            deployed.close();
        }
    }
}
