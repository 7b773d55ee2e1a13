package io.tacit.server.popcorn;

import io.tacit.client.popcorn.PopcornSession;
import io.tacit.client.wire.Listener;
import io.tacit.client.wire.LocalParty;
import io.tacit.client.wire.Session;
import io.tacit.client.wire.SessionHandler;
import io.tacit.crypto.channel.Channel;
import io.tacit.protocol.popcorn.Allowance;
import io.tacit.server.quota.DailyQuota;
import java.net.InetSocketAddress;
import java.util.Set;
import java.util.function.UnaryOperator;

/** Serves the server's role: one server for all sessions, a lane each. */
public final class PopcornService implements SessionHandler {
    private static final String CLIENT = "client";

    private final Role server;
    private final DailyQuota quota;
    private final UnaryOperator<Channel> tap;

    /** What serves a lane: {@link io.tacit.protocol.popcorn.Server#serve}, or the published mode's. */
    @FunctionalInterface
    public interface Role {
        void serve(Channel client, Allowance allowance);
    }

    /**
     * @param quota of every client, over all sessions
     * @param tap applied to each channel before the role gets it, such as a recorder of what this party receives
     */
    public PopcornService(Role server, DailyQuota quota, UnaryOperator<Channel> tap) {
        this.server = server;
        this.quota = quota;
        this.tap = tap;
    }

    /** Opens the port of the party's role and serves every session. */
    public static Listener listen(LocalParty party, InetSocketAddress address, PopcornService service) {
        return Listener.open(party, address, Set.copyOf(PopcornSession.LANES), service);
    }

    @Override
    public void serve(Session session) {
        Channel lane = tap.apply(session.lane(CLIENT, PopcornSession.LANES.get(0)));
        server.serve(lane, quota.of(session.certificateOf(CLIENT))::accept);
    }

    @Override
    public boolean admits(String role) {
        return role.equals(CLIENT);
    }
}
