package io.tacit.client.wire;

import io.tacit.client.deployment.Deployment.Endpoint;
import io.tacit.crypto.channel.PeerUnavailable;
import io.tacit.crypto.channel.ProtocolAbort;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Map;
import java.util.Optional;

/** Dials the other parties of a deployment. */
public final class Connector {
    private final LocalParty party;
    private final Map<String, Endpoint> detours;

    public Connector(LocalParty party) {
        this(party, Map.of());
    }

    /**
     * @param detours where to dial some roles instead of at their endpoints: a tunnel, a forwarded port, a shaped link. Who
     *     answers there must prove the role all the same.
     */
    public Connector(LocalParty party, Map<String, Endpoint> detours) {
        this.party = party;
        this.detours = Map.copyOf(detours);
    }

    /**
     * Opens one lane of a session to the peer at its endpoint in the deployment.
     *
     * @param peer the peer's role
     * @param session from {@link SessionId#random}; the same for all lanes of the session
     * @param lane name that the peer's role expects
     * @return a channel after a hello that matched in everything; the caller closes it
     * @throws PeerUnavailable if nobody answers there in time
     * @throws ProtocolAbort with the reason for which either side refused
     */
    public WireChannel dial(String peer, SessionId session, String lane) {
        return greet(peer, session, lane).channel();
    }

    /**
     * Connects to the peer as {@link #dial} does and measures the link for about a second. Opens no session.
     *
     * @throws PeerUnavailable if nobody answers there in time
     * @throws ProtocolAbort with the reason for which either side refused
     */
    public PeerReport probe(String peer, SessionId session) {
        long before = System.nanoTime();
        Greeting.Greeted greeted = greet(peer, session, LinkProbe.LANE);
        double connectMillis = (System.nanoTime() - before) / 1e6;
        try (WireChannel channel = greeted.channel()) {
            long ahead = greeted.theirs().epochMillis() - party.clock().millis();
            return new PeerReport(
                    greeted.theirs().software(),
                    ahead,
                    connectMillis,
                    greeted.certificate(),
                    LinkProbe.measure(channel));
        }
    }

    private Greeting.Greeted greet(String peer, SessionId session, String lane) {
        Endpoint endpoint = Optional.ofNullable(detours.get(peer))
                .or(() -> party.deployment().role(peer).endpoint())
                .orElseThrow(() -> new IllegalArgumentException("role " + peer + " does not listen"));
        return new Greeting(party).dial(connect(peer, endpoint), peer, session, lane);
    }

    private Socket connect(String peer, Endpoint endpoint) {
        Socket socket = new Socket();
        try {
            InetSocketAddress address = new InetSocketAddress(endpoint.host(), endpoint.port());
            if (address.isUnresolved()) {
                throw new IOException("the host name is not known");
            }
            socket.connect(address, (int) party.settings().connect().toMillis());
            return socket;
        } catch (IOException e) {
            Watchdog.closeQuietly(socket);
            throw new PeerUnavailable(
                    peer,
                    "no connection to " + endpoint + " (" + e.getMessage()
                            + "): start it there, or correct its endpoint in the deployment file");
        }
    }
}
