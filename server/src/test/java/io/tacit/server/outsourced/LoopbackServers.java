package io.tacit.server.outsourced;

import io.tacit.client.deployment.Deployment;
import io.tacit.client.deployment.Sha256;
import io.tacit.client.deployment.TrustSetting;
import io.tacit.client.outsourced.OutsourcedPlans;
import io.tacit.client.outsourced.OutsourcedSession;
import io.tacit.client.wire.Identity;
import io.tacit.client.wire.Listener;
import io.tacit.client.wire.LocalParty;
import io.tacit.crypto.channel.Channel;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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

    /**
     * What tests differ in.
     *
     * @param clients certificates that may ask
     * @param queriesPerDay of each of them
     * @param preparedQueries most that may lie ready
     * @param messageDeadline of all connections
     * @param queryWait how long one half of a query waits for the other
     * @param taps applied to the channels of a server, by its role
     */
    record Options(
            int clients,
            long queriesPerDay,
            int preparedQueries,
            Duration messageDeadline,
            Duration queryWait,
            Map<String, UnaryOperator<Channel>> taps) {

        /** Waits short enough for a test to see them end. */
        static final Options USUAL =
                new Options(1, QUERIES_PER_DAY, 30, Duration.ofMinutes(1), Duration.ofSeconds(10), Map.of());
    }

    static final Duration IDLE = Duration.ofMinutes(5);
    private static final int WAITING_QUERIES = 64;

    final SecureRandom random = new SecureRandom();
    final ExecutorService threads = Executors.newCachedThreadPool();
    final IntegerNetwork network;
    final PublicNetwork known;
    final Deployment deployment;
    final SharingPlan plan;
    private final Path folder;
    private final Options options;
    private final ServerLimits limits;
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
        this(folder, network, disclosure, Options.USUAL);
    }

    LoopbackServers(Path folder, IntegerNetwork network, Deployment.Disclosure disclosure, Options options)
            throws IOException {
        this.folder = folder;
        this.options = options;
        this.limits = new ServerLimits(IDLE, options.queryWait, options.queryWait, WAITING_QUERIES, WAITING_QUERIES);
        this.network = network;
        this.known = OutsourcedPlans.disclosure(disclosure).known(network);
        List<String> names = new ArrayList<>(TrustSetting.OUTSOURCED.roles(0));
        for (int client = 1; client < options.clients; client++) {
            names.add(identityOfClient(client));
        }
        TreeMap<String, Deployment.Role> roles = new TreeMap<>();
        for (KeyGenerator.Issued one :
                new KeyGenerator(random).generate(folder, names, Instant.now(), Duration.ofDays(1))) {
            String role = one.role().startsWith("client-") ? "client" : one.role();
            List<Sha256> certificates = new ArrayList<>(List.of(one.fingerprint()));
            if (roles.containsKey(role)) {
                certificates.addAll(roles.get(role).certificates());
            }
            roles.put(
                    role,
                    new Deployment.Role(
                            TrustSetting.OUTSOURCED.listens(role)
                                    ? Optional.of(new Deployment.Endpoint("127.0.0.1", freePort()))
                                    : Optional.empty(),
                            certificates));
        }
        deployment = new Deployment(
                TrustSetting.OUTSOURCED,
                "hardened",
                Sha256.ofDigest(known.hash()),
                roles,
                disclosure,
                new Deployment.Quotas(options.queriesPerDay, options.preparedQueries),
                new Deployment.Limits(64, 64, options.messageDeadline),
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

    /** One of several clients, each with a certificate of its own. */
    LocalParty client(int number) {
        return LocalParty.open(deployment, "client", Identity.load(folder.resolve(identityOfClient(number) + ".pem")));
    }

    private static String identityOfClient(int number) {
        return number == 0 ? "client" : "client-" + number;
    }

    InetSocketAddress address(String role) {
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
                options.taps.getOrDefault(role, UnaryOperator.identity()));
    }

    private MaterialStore store(String role) {
        return new FileMaterialStore(state(role).resolve("material"), DISK_BUDGET, random);
    }

    void startGarbler() {
        LocalParty party = party("garbler");
        MaterialStore store = store("garbler");
        GarblerService service = new GarblerService(parts("garbler", store), limits);
        Listener listener = GarblerService.listen(party, address("garbler"), service);
        garbler = new Server(party, store, () -> {}, listener);
    }

    EvaluatorService startEvaluator(int keepReady) {
        LocalParty party = party("evaluator");
        MaterialStore store = store("evaluator");
        EvaluatorService service = new EvaluatorService(
                parts("evaluator", store),
                party,
                limits,
                DailyQuota.ofPredictions(deployment.quotas().queriesPerDay(), Clock.systemUTC()),
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
