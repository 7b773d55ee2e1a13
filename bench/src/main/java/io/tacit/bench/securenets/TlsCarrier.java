package io.tacit.bench.securenets;

import io.tacit.client.deployment.Deployment;
import io.tacit.client.deployment.Sha256;
import io.tacit.client.deployment.TrustSetting;
import io.tacit.client.securenets.SecureNetsSession;
import io.tacit.client.wire.Connector;
import io.tacit.client.wire.Identity;
import io.tacit.client.wire.Listener;
import io.tacit.client.wire.LocalParty;
import io.tacit.client.wire.Session;
import io.tacit.client.wire.SessionId;
import io.tacit.crypto.channel.Channel;
import io.tacit.protocol.securenets.Mode;
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
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

/** TLS 1.3 over loopback with fresh certificates, as separate processes would have it; one session. */
public final class TlsCarrier implements Carrier, AutoCloseable {
    private final SecureRandom random = new SecureRandom();
    private final LocalParty user;
    private final List<LocalParty> clouds = new ArrayList<>();
    private final List<Listener> listeners = new ArrayList<>();
    private final List<CompletableFuture<Session>> sessions = new ArrayList<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final SessionId session = SessionId.random(random);

    /** @param folder empty folder for the certificates and keys, which the caller removes */
    public TlsCarrier(Path folder, Mode mode) throws IOException {
        List<KeyGenerator.Issued> issued = new KeyGenerator(random)
                .generate(folder, TrustSetting.SECURENETS.roles(mode.clouds()), Instant.now(), Duration.ofDays(1));
        TreeMap<String, Deployment.Role> roles = new TreeMap<>();
        for (KeyGenerator.Issued one : issued) {
            Optional<Deployment.Endpoint> endpoint = TrustSetting.SECURENETS.listens(one.role())
                    ? Optional.of(new Deployment.Endpoint("127.0.0.1", freePort()))
                    : Optional.empty();
            roles.put(one.role(), new Deployment.Role(endpoint, List.of(one.fingerprint())));
        }
        Deployment deployment = new Deployment(
                TrustSetting.SECURENETS,
                switch (mode) {
                    case PUBLISHED -> "published";
                    case BLINDED_ONE -> "weights-public";
                    case BLINDED_TWO, BLINDED_THREE -> "blinded";
                },
                Sha256.of(new byte[] {0}),
                roles,
                new Deployment.Disclosure(Deployment.Policy.SCORES, 0),
                new Deployment.Quotas(1_000_000, 1_000),
                new Deployment.Limits(1 << 16, 8, Duration.ofMinutes(10)),
                new Deployment.Validity(
                        Instant.now().minusSeconds(60), Instant.now().plusSeconds(86_400)));
        user = LocalParty.open(deployment, "user", Identity.load(folder.resolve("user.pem")));
        for (String role : Carrier.clouds(mode.clouds())) {
            LocalParty cloud = LocalParty.open(deployment, role, Identity.load(folder.resolve(role + ".pem")));
            clouds.add(cloud);
            var opened = new CompletableFuture<Session>();
            sessions.add(opened);
            int port = deployment.role(role).endpoint().orElseThrow().port();
            listeners.add(Listener.open(
                    cloud,
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
                    Set.copyOf(SecureNetsSession.LANES),
                    fresh -> hold(opened, fresh)));
        }
    }

    /** A session's lanes live as long as its handler runs. */
    private void hold(CompletableFuture<Session> opened, Session fresh) {
        opened.complete(fresh);
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

    @Override
    public Lane open(int cloud, int lane) {
        String name = SecureNetsSession.LANES.get(lane);
        Channel ours = new Connector(user).dial("cloud-" + (cloud + 1), session, name);
        return new Lane(ours, sessions.get(cloud).join().lane("user", name));
    }

    @Override
    public void close() {
        closed.countDown();
        listeners.forEach(Listener::close);
        clouds.forEach(LocalParty::close);
        user.close();
    }
}
