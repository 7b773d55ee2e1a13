package io.tacit.bench.link;

import io.tacit.client.deployment.Deployment;
import io.tacit.client.deployment.Sha256;
import io.tacit.client.deployment.TrustSetting;
import io.tacit.client.wire.Connector;
import io.tacit.client.wire.Identity;
import io.tacit.client.wire.Listener;
import io.tacit.client.wire.LocalParty;
import io.tacit.client.wire.Session;
import io.tacit.client.wire.SessionId;
import io.tacit.crypto.channel.Channel;
import io.tacit.server.identity.KeyGenerator;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * All parties of a deployment in this process, connected by TLS 1.3 over loopback with fresh certificates as separate processes
 * would be, if wanted through a {@link LinkShaper} in front of each party that listens.
 */
public final class TlsLoopback implements AutoCloseable {
    private static final int SESSIONS = 64;
    private static final long PATIENCE_SECONDS = 30;

    private final SecureRandom random = new SecureRandom();
    private final Map<String, LocalParty> parties = new HashMap<>();
    private final Map<String, LinkedBlockingQueue<Session>> sessions = new HashMap<>();
    private final List<AutoCloseable> open = new ArrayList<>();
    private final CountDownLatch closed = new CountDownLatch(1);

    /** The two ends of one lane. */
    public record Lane(Channel dialling, Channel listening) {}

    /**
     * @param folder empty folder for the certificates and keys, which the caller removes
     * @param clouds number of clouds, for settings that have them
     * @param mode of the deployment
     * @param lanes that are opened at listening parties
     * @param link what bytes pass on their way; none for plain loopback
     */
    public TlsLoopback(
            Path folder,
            TrustSetting setting,
            int clouds,
            String mode,
            Set<String> lanes,
            Optional<LinkShaper.Link> link)
            throws IOException {
        List<KeyGenerator.Issued> issued =
                new KeyGenerator(random).generate(folder, setting.roles(clouds), Instant.now(), Duration.ofDays(1));
        TreeMap<String, Deployment.Role> roles = new TreeMap<>();
        Map<String, InetSocketAddress> addresses = new HashMap<>();
        for (KeyGenerator.Issued one : issued) {
            Optional<Deployment.Endpoint> endpoint = Optional.empty();
            if (setting.listens(one.role())) {
                InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), freePort());
                addresses.put(one.role(), address);
                int port = address.getPort();
                if (link.isPresent()) {
                    LinkShaper shaper = LinkShaper.open(address, link.get());
                    open.add(shaper);
                    port = shaper.port();
                }
                endpoint = Optional.of(new Deployment.Endpoint("127.0.0.1", port));
            }
            roles.put(one.role(), new Deployment.Role(endpoint, List.of(one.fingerprint())));
        }
        Deployment deployment = new Deployment(
                setting,
                mode,
                Sha256.of(new byte[] {0}),
                roles,
                new Deployment.Disclosure(Deployment.Policy.SCORES, 0),
                new Deployment.Quotas(1_000_000, 1_000),
                new Deployment.Limits(1 << 16, SESSIONS, Duration.ofMinutes(10)),
                new Deployment.Validity(
                        Instant.now().minusSeconds(60), Instant.now().plusSeconds(86_400)));
        for (KeyGenerator.Issued one : issued) {
            LocalParty party =
                    LocalParty.open(deployment, one.role(), Identity.load(folder.resolve(one.role() + ".pem")));
            parties.put(one.role(), party);
            open.add(0, party::close);
            InetSocketAddress address = addresses.get(one.role());
            if (address != null) {
                LinkedBlockingQueue<Session> arriving = new LinkedBlockingQueue<>();
                sessions.put(one.role(), arriving);
                open.add(0, Listener.open(party, address, lanes, fresh -> hold(arriving, fresh)));
            }
        }
    }

    /** A session's lanes live as long as its handler runs. */
    private void hold(LinkedBlockingQueue<Session> arriving, Session fresh) {
        arriving.add(fresh);
        try {
            closed.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** Opens one lane, a session of its own. */
    public synchronized Lane open(String dialling, String listening, String lane) {
        LocalParty party = parties.get(dialling);
        LinkedBlockingQueue<Session> arriving = sessions.get(listening);
        if (party == null || arriving == null) {
            throw new IllegalArgumentException(dialling + " does not dial " + listening);
        }
        Channel ours = new Connector(party).dial(listening, SessionId.random(random), lane);
        try {
            Session session = arriving.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            if (session == null) {
                throw new IllegalStateException(listening + " did not take the session");
            }
            return new Lane(ours, session.lane(dialling, lane));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    @Override
    public void close() {
        closed.countDown();
        for (AutoCloseable each : open) {
            try {
                each.close();
            } catch (Exception e) {
                throw new IllegalStateException("a party does not end", e);
            }
        }
    }
}
