package io.tacit.server.privdnn;

import io.tacit.client.privdnn.PrivDnnSession;
import io.tacit.client.wire.Listener;
import io.tacit.client.wire.LocalParty;
import io.tacit.client.wire.Session;
import io.tacit.client.wire.SessionHandler;
import io.tacit.crypto.channel.Channel;
import io.tacit.protocol.privdnn.Owner;
import io.tacit.server.quota.DailyQuota;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.util.Set;
import java.util.function.UnaryOperator;

/** Serves the owner's role: one owner for all sessions, a lane each. */
public final class OwnerService implements SessionHandler {
    private static final String USER = "user";

    private final Owner owner;
    private final DailyQuota quota;
    private final UnaryOperator<Channel> tap;

    /**
     * @param quota of every user over all sessions, in decrypted values of each core filter, see {@link #quota}
     * @param tap applied to each channel before the role gets it, such as a recorder of what this party receives
     */
    public OwnerService(Owner owner, DailyQuota quota, UnaryOperator<Channel> tap) {
        this.owner = owner;
        this.quota = quota;
        this.tap = tap;
    }

    /** A quota of so many values of each core filter a day: for an image as many are decrypted as the filter has positions. */
    public static DailyQuota quota(long valuesPerDay, Clock clock) {
        return new DailyQuota(valuesPerDay, "values of each core filter", clock);
    }

    /** Opens the port of the party's role and serves every session. */
    public static Listener listen(LocalParty party, InetSocketAddress address, OwnerService service) {
        return Listener.open(party, address, Set.copyOf(PrivDnnSession.LANES), service);
    }

    @Override
    public void serve(Session session) {
        Channel lane = tap.apply(session.lane(USER, PrivDnnSession.LANES.get(0)));
        var allowed = quota.of(session.certificateOf(USER));
        owner.serve(lane, (images, valuesPerFilter) -> allowed.accept(valuesPerFilter));
    }

    @Override
    public boolean admits(String role) {
        return role.equals(USER);
    }
}
