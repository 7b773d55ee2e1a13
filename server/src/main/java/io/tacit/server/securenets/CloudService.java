package io.tacit.server.securenets;

import io.tacit.client.securenets.SecureNetsSession;
import io.tacit.client.wire.Listener;
import io.tacit.client.wire.LocalParty;
import io.tacit.client.wire.Session;
import io.tacit.client.wire.SessionHandler;
import io.tacit.crypto.channel.Channel;
import io.tacit.crypto.channel.LimitExceeded;
import io.tacit.crypto.channel.PeerUnavailable;
import io.tacit.crypto.channel.ProtocolAbort;
import io.tacit.kernel.Workers;
import io.tacit.protocol.securenets.Cloud;
import io.tacit.protocol.securenets.CloudLimits;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.UnaryOperator;

/** Serves the cloud's role: one {@link Cloud} a session, a thread a lane. */
public final class CloudService implements SessionHandler {
    private static final System.Logger LOG = System.getLogger(CloudService.class.getName());
    private static final String USER = "user";

    private final CloudLimits limits;
    private final Executor threads;
    private final Workers workers;
    private final DailyQuota quota;
    private final UnaryOperator<Channel> tap;

    /**
     * @param threads runs the lanes beside the first, a task each, blocking
     * @param workers where products run in parallel
     * @param quota of every client, over all sessions
     */
    public CloudService(CloudLimits limits, Executor threads, Workers workers, DailyQuota quota) {
        this(limits, threads, workers, quota, UnaryOperator.identity());
    }

    /** @param tap applied to each channel before the role gets it, such as a recorder of what this party receives */
    public CloudService(
            CloudLimits limits, Executor threads, Workers workers, DailyQuota quota, UnaryOperator<Channel> tap) {
        this.limits = limits;
        this.threads = threads;
        this.workers = workers;
        this.quota = quota;
        this.tap = tap;
    }

    /** Opens the port of the party's role and serves every session. */
    public static Listener listen(LocalParty party, InetSocketAddress address, CloudService service) {
        return Listener.open(party, address, Set.copyOf(SecureNetsSession.LANES), service);
    }

    @Override
    public void serve(Session session) {
        List<String> names = SecureNetsSession.LANES;
        Channel first = tap.apply(session.lane(USER, names.get(0)));
        Cloud cloud = new Cloud(limits, workers, quota.of(session.certificateOf(USER)));
        for (String name : names.subList(1, names.size())) {
            threads.execute(() -> serve(session, cloud, name, tap));
        }
        cloud.serve(first);
    }

    /** Clouds talk to the user alone: another cloud must not take the place of a session. */
    @Override
    public boolean admits(String role) {
        return role.equals(USER);
    }

    /** A lane that the user need not open; its failures end it alone, the user is told on it. */
    private static void serve(Session session, Cloud cloud, String name, UnaryOperator<Channel> tap) {
        try {
            cloud.serve(tap.apply(session.lane(USER, name)));
        } catch (ProtocolAbort | PeerUnavailable | LimitExceeded e) {
            LOG.log(System.Logger.Level.DEBUG, e.getMessage());
        }
    }
}
