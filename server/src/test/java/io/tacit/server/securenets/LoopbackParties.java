package io.tacit.server.securenets;

import io.tacit.client.deployment.Deployment;
import io.tacit.client.deployment.Sha256;
import io.tacit.client.deployment.TrustSetting;
import io.tacit.client.securenets.SecureNetsSession;
import io.tacit.client.wire.Identity;
import io.tacit.client.wire.Listener;
import io.tacit.client.wire.LocalParty;
import io.tacit.client.wire.SessionHandler;
import io.tacit.kernel.Workers;
import io.tacit.protocol.securenets.CloudLimits;
import io.tacit.protocol.securenets.Mode;
import io.tacit.server.identity.KeyGenerator;
import io.tacit.server.quota.DailyQuota;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.IntFunction;

/** A user and listening clouds on loopback, TLS and all, in one process. */
final class LoopbackParties implements AutoCloseable {
    final LocalParty user;
    final SecureRandom random = new SecureRandom();
    final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<AutoCloseable> open = new ArrayList<>();

    LoopbackParties(Path folder, Mode mode, Sha256 model) {
        this(folder, mode, model, null);
    }

    /** @param handlers what cloud number (from 0) does with a session; null for the service */
    LoopbackParties(
            Path folder,
            Mode mode,
            Sha256 model,
            @org.jspecify.annotations.Nullable IntFunction<SessionHandler> handlers) {
        try {
            List<String> names = TrustSetting.SECURENETS.roles(mode.clouds());
            List<KeyGenerator.Issued> issued =
                    new KeyGenerator(random).generate(folder, names, Instant.now(), Duration.ofDays(1));
            TreeMap<String, Deployment.Role> roles = new TreeMap<>();
            for (KeyGenerator.Issued one : issued) {
                Optional<Deployment.Endpoint> endpoint = one.role().equals("user")
                        ? Optional.empty()
                        : Optional.of(new Deployment.Endpoint("127.0.0.1", freePort()));
                roles.put(one.role(), new Deployment.Role(endpoint, List.of(one.fingerprint())));
            }
            Deployment deployment = new Deployment(
                    TrustSetting.SECURENETS,
                    switch (mode) {
                        case PUBLISHED -> "published";
                        case BLINDED_ONE -> "weights-public";
                        default -> "blinded";
                    },
                    model,
                    roles,
                    new Deployment.Disclosure(Deployment.Policy.SCORES, 0),
                    new Deployment.Quotas(1_000, 10),
                    new Deployment.Limits(256, 8, Duration.ofMinutes(1)),
                    new Deployment.Validity(
                            Instant.now().minusSeconds(60), Instant.now().plusSeconds(86_400)));
            user = LocalParty.open(deployment, "user", Identity.load(folder.resolve("user.pem")));
            for (int k = 0; k < mode.clouds(); k++) {
                String role = "cloud-" + (k + 1);
                LocalParty cloud = LocalParty.open(deployment, role, Identity.load(folder.resolve(role + ".pem")));
                SessionHandler handler = handlers == null
                        ? new CloudService(
                                CloudLimits.usual(),
                                threads,
                                Workers.NONE,
                                DailyQuota.ofPredictions(deployment.quotas().queriesPerDay(), Clock.systemUTC()))
                        : handlers.apply(k);
                InetSocketAddress address = new InetSocketAddress(
                        InetAddress.getLoopbackAddress(),
                        deployment.role(role).endpoint().orElseThrow().port());
                Listener listener = Listener.open(cloud, address, Set.copyOf(SecureNetsSession.LANES), handler);
                open.add(listener);
                open.add(cloud);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Override
    public void close() throws Exception {
        user.close();
        for (AutoCloseable one : open) {
            one.close();
        }
        threads.shutdownNow();
    }
}
