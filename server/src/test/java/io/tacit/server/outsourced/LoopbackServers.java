package io.tacit.server.outsourced;

import io.tacit.client.deployment.Deployment;
import io.tacit.client.deployment.Sha256;
import io.tacit.client.deployment.TrustSetting;
import io.tacit.client.outsourced.OutsourcedPlans;
import io.tacit.client.outsourced.OutsourcedSession;
import io.tacit.client.wire.Identity;
import io.tacit.client.wire.Listener;
import io.tacit.client.wire.LocalParty;
import io.tacit.kernel.Workers;
import io.tacit.model.integer.IntegerNetwork;
import io.tacit.model.integer.PublicNetwork;
import io.tacit.protocol.linear.Pipeline;
import io.tacit.protocol.material.MaterialStore;
import io.tacit.protocol.outsourced.ServerLimits;
import io.tacit.protocol.plan.SharingPlan;
import io.tacit.server.identity.KeyGenerator;
import io.tacit.server.material.FileMaterialStore;
import io.tacit.server.quota.DailyQuota;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Garbler and evaluator on loopback, TLS, files and all, in one process; either can be stopped and started again. */
final class LoopbackServers implements AutoCloseable {
    static final int QUERIES_PER_DAY = 40;
    private static final long DISK_BUDGET = 1L << 30;

    /** Waits short enough for a test to see them end. */
    static final ServerLimits LIMITS =
            new ServerLimits(Duration.ofMinutes(5), Duration.ofSeconds(10), Duration.ofSeconds(10), 64, 64);

    final SecureRandom random = new SecureRandom();
    final ExecutorService threads = Executors.newCachedThreadPool();
    final IntegerNetwork network;
    final PublicNetwork known;
    final Deployment deployment;
    final SharingPlan plan;
    private final Path folder;
    private @Nullable Server garbler;
    private @Nullable Server evaluator;
    private @Nullable EvaluatorService evaluatorService;

    private record Server(LocalParty party, MaterialStore store, AutoCloseable service, Listener listener)
            implements AutoCloseable {
        @Override
        public void close() throws Exception {
            listener.close();
            service.close();
            party.close();
            store.close();
        }
    }

    LoopbackServers(Path folder, IntegerNetwork network, Deployment.Disclosure disclosure) throws IOException {
        this.folder = folder;
        this.network = network;
        this.known = OutsourcedPlans.disclosure(disclosure).known(network);
        List<KeyGenerator.Issued> issued = new KeyGenerator(random)
                .generate(folder, TrustSetting.OUTSOURCED.roles(0), Instant.now(), Duration.ofDays(1));
        TreeMap<String, Deployment.Role> roles = new TreeMap<>();
        for (KeyGenerator.Issued one : issued) {
            roles.put(
                    one.role(),
                    new Deployment.Role(
                            TrustSetting.OUTSOURCED.listens(one.role())
                                    ? Optional.of(new Deployment.Endpoint("127.0.0.1", freePort()))
                                    : Optional.empty(),
                            List.of(one.fingerprint())));
        }
        deployment = new Deployment(
                TrustSetting.OUTSOURCED,
                "hardened",
                Sha256.ofDigest(known.hash()),
                roles,
                disclosure,
                new Deployment.Quotas(QUERIES_PER_DAY, 30),
                new Deployment.Limits(64, 64, Duration.ofMinutes(1)),
                new Deployment.Validity(
                        Instant.now().minusSeconds(60), Instant.now().plusSeconds(86_400)));
        plan = OutsourcedPlans.sharing(deployment, known);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    LocalParty party(String role) {
        return LocalParty.open(deployment, role, Identity.load(folder.resolve(role + ".pem")));
    }

    private InetSocketAddress address(String role) {
        return new InetSocketAddress(
                InetAddress.getLoopbackAddress(),
                deployment.role(role).endpoint().orElseThrow().port());
    }

    /** Folder in which a server keeps what must outlive it. */
    Path state(String role) {
        return folder.resolve(role);
    }

    private ServerParts parts(String role, MaterialStore store) {
        return new ServerParts(
                plan,
                OutsourcedPlans.triplets(plan),
                Pipeline.ON,
                store,
                state(role),
                random,
                Workers.NONE,
                threads,
                UnaryOperator.identity());
    }

    private MaterialStore store(String role) {
        return new FileMaterialStore(state(role).resolve("material"), DISK_BUDGET, random);
    }

    void startGarbler() {
        LocalParty party = party("garbler");
        MaterialStore store = store("garbler");
        GarblerService service = new GarblerService(parts("garbler", store), LIMITS);
        Listener listener = GarblerService.listen(party, address("garbler"), service);
        garbler = new Server(party, store, () -> {}, listener);
    }

    EvaluatorService startEvaluator(int keepReady) {
        LocalParty party = party("evaluator");
        MaterialStore store = store("evaluator");
        EvaluatorService service = new EvaluatorService(
                parts("evaluator", store),
                party,
                LIMITS,
                new DailyQuota(deployment.quotas().queriesPerDay(), Clock.systemUTC()),
                keepReady);
        Listener listener = EvaluatorService.listen(party, address("evaluator"), service);
        evaluator = new Server(party, store, service, listener);
        evaluatorService = service;
        return service;
    }

    /** Queries that are ready at the evaluator. */
    int ready() {
        EvaluatorService service = evaluatorService;
        return service == null ? 0 : service.ready();
    }

    void stopGarbler() throws Exception {
        Server running = garbler;
        garbler = null;
        if (running != null) {
            running.close();
        }
    }

    void stopEvaluator() throws Exception {
        Server running = evaluator;
        evaluator = null;
        evaluatorService = null;
        if (running != null) {
            running.close();
        }
    }

    OutsourcedSession ask(LocalParty client, int lanes) {
        return OutsourcedSession.open(client, known, lanes, random);
    }

    @Override
    public void close() throws Exception {
        stopEvaluator();
        stopGarbler();
        threads.shutdownNow();
    }
}
