package io.tacit.server.seco;

import io.tacit.client.wire.Connector;
import io.tacit.client.wire.Session;
import io.tacit.client.wire.SessionId;
import io.tacit.client.wire.WireChannel;
import io.tacit.crypto.channel.Channel;
import io.tacit.crypto.channel.Mesh;
import io.tacit.protocol.flow.Endings;
import io.tacit.protocol.seco.SecoPlan;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;

/**
 * One server's connections to all others under one lane's name: of each pair the one with the smaller number dials.
 *
 * @param connections as they are
 * @param mesh as the role uses them
 */
record MeshLane(List<WireChannel> connections, Mesh mesh) implements AutoCloseable {

    /** The gateway's: it begins the session. */
    static MeshLane dial(SecoParts parts, SessionId session, String lane) {
        return open(parts, session, lane, other -> {
            throw new IllegalStateException("nobody dials the gateway");
        });
    }

    /** Another server's: it takes part in a session that others have begun here. */
    static MeshLane join(SecoParts parts, Session session, String lane) {
        return open(parts, session.id(), lane, other -> session.lane(SecoPlan.role(other), lane));
    }

    private static MeshLane open(SecoParts parts, SessionId session, String lane, IntFunction<WireChannel> awaited) {
        Connector connector = new Connector(parts.party());
        List<WireChannel> connections = new ArrayList<>();
        List<Optional<Channel>> channels = new ArrayList<>();
        try {
            for (int other = 0; other < parts.plan().servers(); other++) {
                if (other == parts.self()) {
                    channels.add(Optional.empty());
                    continue;
                }
                WireChannel connection = other < parts.self()
                        ? awaited.apply(other)
                        : connector.dial(SecoPlan.role(other), session, lane);
                connections.add(connection);
                channels.add(Optional.of(parts.tap().apply(connection)));
            }
            return new MeshLane(connections, new Mesh(parts.self(), channels));
        } catch (RuntimeException | Error e) {
            connections.forEach(connection -> Endings.end(connection, e));
            throw e;
        }
    }

    /** Whether all connections still stand, between queries, when it is this side's turn to speak. */
    boolean stillStands() {
        return connections.stream().allMatch(WireChannel::stillStands);
    }

    @Override
    public void close() {
        connections.forEach(WireChannel::close);
    }
}
