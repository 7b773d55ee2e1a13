package io.tacit.client.wire;

import io.tacit.client.deployment.Deployment;
import io.tacit.client.deployment.Sha256;
import io.tacit.client.deployment.TrustSetting;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** A user and clouds on loopback, with fresh certificates and short times. */
final class Parties implements AutoCloseable {
    static final WireSettings QUICK = new WireSettings(
            Duration.ofSeconds(5),
            Duration.ofSeconds(5),
            Duration.ofMillis(200),
            Duration.ofMillis(1_500),
            Duration.ofSeconds(20),
            Duration.ofMillis(500));

    final TestAuthority authority = new TestAuthority("tests");
    final Identity userIdentity = authority.identity("user");
    final Identity cloudIdentity = authority.identity("cloud-1");
    final Identity secondIdentity = authority.identity("cloud-2");
    final int cloudPort = freePort();
    final Deployment deployment = deployment(cloudPort);
    final LocalParty user;
    final LocalParty cloud;
    private final SecureRandom random = new SecureRandom();

    Parties() {
        this(QUICK);
    }

    Parties(WireSettings settings) {
        user = LocalParty.open(deployment, "user", userIdentity, settings);
        cloud = LocalParty.open(deployment, "cloud-1", cloudIdentity, settings);
    }

    /** The same parties with cloud-1 reached at another port: for relays in between. The user's side only. */
    Deployment deployment(int port) {
        TreeMap<String, Deployment.Role> roles = new TreeMap<>();
        roles.put("user", new Deployment.Role(Optional.empty(), List.of(userIdentity.fingerprint())));
        roles.put("cloud-1", role(port, cloudIdentity));
        roles.put("cloud-2", role(port == 65_535 ? 1 : port + 1, secondIdentity));
        return new Deployment(
                TrustSetting.SECURENETS,
                "blinded",
                Sha256.of(new byte[] {1}),
                roles,
                new Deployment.Disclosure(Deployment.Policy.SCORES, 0),
                new Deployment.Quotas(1_000, 10),
                new Deployment.Limits(256, 8, Duration.ofMinutes(10)),
                new Deployment.Validity(Instant.parse("2020-01-01T00:00:00Z"), Instant.parse("2120-01-01T00:00:00Z")));
    }

    private static Deployment.Role role(int port, Identity identity) {
        return new Deployment.Role(
                Optional.of(new Deployment.Endpoint("127.0.0.1", port)), List.of(identity.fingerprint()));
    }

    Listener listen(SessionHandler handler) {
        return Listener.open(
                cloud,
                new InetSocketAddress(InetAddress.getLoopbackAddress(), cloudPort),
                java.util.Set.of("online", "offline"),
                handler);
    }

    WireChannel dial(String lane) {
        return new Connector(user).dial("cloud-1", session(), lane);
    }

    SessionId session() {
        return SessionId.random(random);
    }

    /** A party that skips the checks of its own side. */
    static LocalParty unchecked(Deployment deployment, String role, Identity identity) {
        return new LocalParty(deployment, role, identity, QUICK, Clock.systemUTC());
    }

    static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        user.close();
        cloud.close();
    }
}
