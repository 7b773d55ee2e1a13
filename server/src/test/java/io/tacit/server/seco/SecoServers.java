package io.tacit.server.seco;

import io.tacit.client.deployment.Deployment;
import io.tacit.client.deployment.Sha256;
import io.tacit.client.deployment.TrustSetting;
import io.tacit.client.seco.SecoLanes;
import io.tacit.client.seco.SecoSession;
import io.tacit.client.seco.ServerFile;
import io.tacit.client.seco.UserFile;
import io.tacit.client.wire.Identity;
import io.tacit.client.wire.Listener;
import io.tacit.client.wire.LocalParty;
import io.tacit.crypto.channel.Channel;
import io.tacit.crypto.seal.OpeningKey;
import io.tacit.kernel.Workers;
import io.tacit.model.integer.IntegerNetwork;
import io.tacit.protocol.material.MaterialStore;
import io.tacit.protocol.material.MemoryMaterialStore;
import io.tacit.protocol.plan.Disclosure;
import io.tacit.protocol.seco.Mode;
import io.tacit.protocol.seco.NetworkSplit;
import io.tacit.protocol.seco.SecoPlan;
import io.tacit.protocol.seco.ServerLimits;
import io.tacit.protocol.seco.UserPlan;
import io.tacit.server.identity.KeyGenerator;
import io.tacit.server.material.FileMaterialStore;
import io.tacit.server.quota.DailyQuota;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A gateway and other servers over TLS on loopback, each with its file of the split, its stores and keys; in one process. */
final class SecoServers implements AutoCloseable {
    /** Queries that a user may ask for. */
    static final int QUERIES_PER_DAY = 3;

    private static final long DISK_BUDGET = 1L << 30;
    private static final Deployment.Disclosure TOLD = new Deployment.Disclosure(Deployment.Policy.SCORES, 0);

    final SecureRandom random = new SecureRandom();
    final ExecutorService threads = Executors.newCachedThreadPool();
    final UserPlan userPlan;
    final MaterialStore userStore = new MemoryMaterialStore(DISK_BUDGET, random);
    final Map<String, UnaryOperator<Channel>> taps = new HashMap<>();
    private final Path folder;
    private final Deployment deployment;
    private final List<Path> files = new ArrayList<>();
    private final Map<String, OpeningKey> keys = new HashMap<>();
    private final Map<String, Running> running = new HashMap<>();

    private record Running(
            LocalParty party, MaterialStore store, @Nullable GatewayService service, Listener listener) {}

    /** @param layers the gateway's own */
    SecoServers(Path folder, IntegerNetwork network, int layers, int servers) throws IOException {
        this(folder, network, layers, servers, Mode.HARDENED, 0);
    }

    /** @param shownRounds 0 where the depth shows */
    SecoServers(Path folder, IntegerNetwork network, int layers, int servers, Mode mode, int shownRounds)
            throws IOException {
        this.folder = folder;
        NetworkSplit split = NetworkSplit.at(network, layers);
        SecoPlan plan = ServerFile.plan(mode, shownRounds, split, Disclosure.SCORES, servers);
        for (ServerFile part : ServerFile.of(plan, split, random)) {
            Path file = folder.resolve(SecoPlan.role(part.share().server()) + ".tacit");
            part.write(file);
            files.add(file);
        }
        UserFile.write(plan.forUser(), folder.resolve("net.user.tacit"));
        userPlan = UserFile.read(folder.resolve("net.user.tacit"));
        TreeMap<String, Deployment.Role> roles = new TreeMap<>();
        for (KeyGenerator.Issued one : new KeyGenerator(random)
                .generate(folder, TrustSetting.SECO.roles(servers - 1), Instant.now(), Duration.ofDays(1))) {
            OpeningKey key = OpeningKey.generate(random);
            keys.put(one.role(), key);
            boolean listens = TrustSetting.SECO.listens(one.role());
            roles.put(
                    one.role(),
                    new Deployment.Role(
                            listens ? Optional.of(new Deployment.Endpoint("127.0.0.1", freePort())) : Optional.empty(),
                            List.of(one.fingerprint()),
                            listens ? Optional.of(key.sealingKey()) : Optional.empty()));
        }
        deployment = new Deployment(
                TrustSetting.SECO,
                mode.id(),
                Sha256.ofDigest(plan.hash()),
                roles,
                TOLD,
                new Deployment.Quotas(QUERIES_PER_DAY, 10),
                new Deployment.Limits(64, 16, Duration.ofMinutes(1)),
                new Deployment.Validity(
                        Instant.now().minusSeconds(60), Instant.now().plusSeconds(86_400)));
        for (int server = servers - 1; server >= 0; server--) {
            start(server);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private LocalParty party(String role) {
        return LocalParty.open(deployment, role, Identity.load(folder.resolve(role + ".pem")));
    }

    /** Folder of a server's prepared material. */
    Path material(int server) {
        return folder.resolve(SecoPlan.role(server) + "-material");
    }

    void start(int server) {
        String role = SecoPlan.role(server);
        LocalParty party = party(role);
        MaterialStore store = new FileMaterialStore(material(server), DISK_BUDGET, random);
        SecoParts parts = new SecoParts(
                party,
                ServerFile.read(files.get(server), server),
                Objects.requireNonNull(keys.get(role)),
                store,
                ServerLimits.usual(),
                random,
                Workers.NONE,
                threads,
                channel -> taps.getOrDefault(role, UnaryOperator.identity()).apply(channel));
        InetSocketAddress address = new InetSocketAddress(
                InetAddress.getLoopbackAddress(),
                deployment.role(role).endpoint().orElseThrow().port());
        if (server == SecoPlan.GATEWAY) {
            GatewayService service = new GatewayService(
                    parts, DailyQuota.ofPredictions(deployment.quotas().queriesPerDay(), Clock.systemUTC()), 0);
            running.put(role, new Running(party, store, service, GatewayService.listen(address, service)));
        } else {
            running.put(role, new Running(party, store, null, RemoteService.listen(address, new RemoteService(parts))));
        }
    }

    /** Closes all connections of a server at once, as if its process had died. */
    void cut(int server) {
        Objects.requireNonNull(running.get(SecoPlan.role(server))).party().close();
    }

    /** Ends a server. */
    void stop(int server) {
        Running was = running.remove(SecoPlan.role(server));
        if (was == null) {
            throw new IllegalStateException(server + " does not run");
        }
        was.listener().close();
        if (was.service() != null) {
            was.service().close();
        }
        was.party().close();
        was.store().close();
    }

    /** Destroys what a server, which has ended, has prepared. */
    void loseMaterial(int server) throws IOException {
        try (Stream<Path> all = Files.walk(material(server))) {
            for (Path file : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    /** Cuts everything short that a server has prepared. */
    void tearMaterial(int server) throws IOException {
        try (Stream<Path> all = Files.list(material(server).resolve("ready"))) {
            for (Path file : all.toList()) {
                try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                    channel.truncate(channel.size() - 1);
                }
            }
        }
    }

    int ready() {
        Running gateway = running.get(SecoLanes.GATEWAY);
        return gateway == null || gateway.service() == null
                ? 0
                : gateway.service().ready();
    }

    LocalParty user() {
        return party(SecoLanes.USER);
    }

    SecoSession ask(LocalParty user) {
        return SecoSession.open(user, userPlan, userStore, random, Workers.NONE, threads);
    }

    @Override
    public void close() {
        for (int server = 0; server < files.size(); server++) {
            if (running.containsKey(SecoPlan.role(server))) {
                stop(server);
            }
        }
        threads.shutdownNow();
    }
}
