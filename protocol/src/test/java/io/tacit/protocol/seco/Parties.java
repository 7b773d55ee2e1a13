package io.tacit.protocol.seco;

import io.tacit.crypto.channel.Channel;
import io.tacit.crypto.channel.MemoryChannel;
import io.tacit.crypto.channel.Mesh;
import io.tacit.crypto.channel.Traffic;
import io.tacit.crypto.lattice.multiparty.MemoryShareLedger;
import io.tacit.crypto.seal.OpeningKey;
import io.tacit.crypto.seal.SealingKey;
import io.tacit.kernel.Workers;
import io.tacit.model.integer.IntegerNetwork;
import io.tacit.model.integer.IntegerTensor;
import io.tacit.model.integer.PublicNetwork;
import io.tacit.protocol.linear.GroupKeys;
import io.tacit.protocol.linear.HolderTriplets;
import io.tacit.protocol.linear.MaskOwnerTriplets;
import io.tacit.protocol.linear.PackingGoal;
import io.tacit.protocol.linear.ReceiverTriplets;
import io.tacit.protocol.linear.TripletPlan;
import io.tacit.protocol.linear.TripletSource;
import io.tacit.protocol.linear.WeightOwnerTriplets;
import io.tacit.protocol.material.MaterialStore;
import io.tacit.protocol.material.MemoryMaterialStore;
import io.tacit.protocol.plan.Disclosure;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntFunction;

/** All servers in threads of this process, with one network split over them, and a user. */
final class Parties implements AutoCloseable {
    static final long TIMEOUT_MILLIS = 600_000;

    final SecureRandom random = new SecureRandom();
    final ExecutorService threads = Executors.newCachedThreadPool();
    final ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();
    final SecoPlan plan;
    final List<ServerShare> shares;
    final List<TearableStore> stores = new ArrayList<>();
    final List<OpeningKey> keys = new ArrayList<>();
    final Gateway gateway;
    final List<Server> servers = new ArrayList<>();
    /** Bytes that servers sent each other to prepare, keys included. */
    final AtomicLong prepared = new AtomicLong();

    /** The same between user and gateway. */
    final AtomicLong preparedWithUser = new AtomicLong();

    /** How often the gateway was about to use material up. */
    final AtomicInteger claims = new AtomicInteger();

    final MaterialStore userStore = new MemoryMaterialStore(1L << 31, random);
    List<Mesh> online = List.of();

    /** What the user's channels counted when queries were prepared. */
    final List<Traffic.Count> userCounts = new ArrayList<>();

    /** What non-linear steps are done by. */
    enum BackEnd {
        IDEAL,
        GARBLED
    }

    /** How the servers' part is set up. @param shownRounds 0 where the depth shows */
    record Setting(Mode mode, BackEnd backEnd, int shownRounds) {
        static Setting of(BackEnd backEnd) {
            return new Setting(Mode.HARDENED, backEnd, 0);
        }

        static Setting published() {
            return new Setting(Mode.PUBLISHED, BackEnd.GARBLED, 0);
        }
    }

    Parties(IntegerNetwork network, Disclosure disclosure, int count, BackEnd backEnd) {
        this(network, 0, disclosure, count, backEnd);
    }

    /** @param layers of the gateway's own part */
    Parties(IntegerNetwork network, int layers, Disclosure disclosure, int count, BackEnd backEnd) {
        this(network, layers, disclosure, count, Setting.of(backEnd));
    }

    Parties(IntegerNetwork network, int layers, Disclosure disclosure, int count, Setting setting) {
        NetworkSplit split = NetworkSplit.at(network, layers);
        plan = plan(split, disclosure, count, setting);
        IdealCircuits.Somebody somebody = new IdealCircuits.Somebody(count);
        IntFunction<JointCircuits> circuits = server -> setting.backEnd() == BackEnd.IDEAL
                ? new IdealCircuits(plan.rest(), somebody, server)
                : plan.circuits(server, random, Workers.NONE, threads);
        shares = ServerShare.split(plan.rest(), split.remotePart(), random).stream()
                .map(share -> ServerShare.decode(plan.rest(), share.encode()))
                .toList();
        for (int i = 0; i < count; i++) {
            stores.add(new TearableStore(new MemoryMaterialStore(1L << 31, random)));
            keys.add(OpeningKey.generate(random));
        }
        ServerLimits limits = new ServerLimits(Duration.ofHours(1), 16);
        gateway = new Gateway(
                plan,
                split.gatewayPart()
                        .map(first ->
                                ServerShare.whole(plan.first().orElseThrow().part(), first)),
                shares.get(0),
                circuits.apply(0),
                keys.get(0),
                stores.get(0),
                limits,
                random,
                Workers.NONE,
                threads);
        for (int i = 1; i < count; i++) {
            servers.add(new Server(
                    plan, shares.get(i), circuits.apply(i), keys.get(i), stores.get(i), limits, random, Workers.NONE));
        }
    }

    static SecoPlan plan(NetworkSplit split, Disclosure disclosure, int count) {
        return plan(split, disclosure, count, Setting.of(BackEnd.GARBLED));
    }

    private static SecoPlan plan(NetworkSplit split, Disclosure disclosure, int count, Setting setting) {
        return new SecoPlan(
                setting.mode(),
                setting.shownRounds(),
                split.gatewayPart().map(PublicNetwork::of),
                disclosure.known(split.remotePart()),
                disclosure,
                count,
                PackingGoal.BALANCED);
    }

    /** Every server makes its share anew. */
    void rerandomise() throws Exception {
        List<Mesh> lanes = mesh();
        List<Future<?>> futures = new ArrayList<>();
        for (int i = 0; i < plan.servers(); i++) {
            int server = i;
            futures.add(threads.submit(() -> shares.get(server).rerandomise(lanes.get(server), random)));
        }
        for (Future<?> future : futures) {
            future.get(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    static String role(int server) {
        return SecoPlan.role(server);
    }

    /** Channels between all servers. */
    List<Mesh> mesh() {
        List<List<Optional<Channel>>> channels = new ArrayList<>();
        for (int i = 0; i < plan.servers(); i++) {
            channels.add(new ArrayList<>());
            for (int j = 0; j < plan.servers(); j++) {
                channels.get(i).add(Optional.empty());
            }
        }
        for (int i = 0; i < plan.servers(); i++) {
            for (int j = i + 1; j < plan.servers(); j++) {
                MemoryChannel.Pair pair = MemoryChannel.connect(role(i), role(j), TIMEOUT_MILLIS);
                channels.get(i).set(j, Optional.of(pair.left()));
                channels.get(j).set(i, Optional.of(pair.right()));
            }
        }
        List<Mesh> meshes = new ArrayList<>();
        for (int i = 0; i < plan.servers(); i++) {
            meshes.add(new Mesh(i, channels.get(i)));
        }
        return meshes;
    }

    /** Makes the keys of a group, and prepares. */
    void prepare(int queries) throws Exception {
        List<Mesh> lanes = mesh();
        List<Mesh> products = mesh();
        List<Future<TripletSource>> sources = new ArrayList<>();
        for (int i = 0; i < plan.servers(); i++) {
            int server = i;
            sources.add(threads.submit(() -> source(products.get(server))));
        }
        for (int i = 1; i < plan.servers(); i++) {
            Server server = servers.get(i - 1);
            Mesh lane = lanes.get(i);
            TripletSource source = sources.get(i).get(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
            serve(() -> server.servePreparation(lane, source));
        }
        try (Gateway.Preparation preparation =
                gateway.openPreparation(lanes.get(0), sources.get(0).get(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS))) {
            preparation.prepare(queries);
            prepareFirst(queries);
            prepared.addAndGet(bytes(lanes) + bytes(products));
        }
    }

    /** The gateway's layers, with the user. */
    private void prepareFirst(int queries) {
        if (plan.first().isEmpty()) {
            return;
        }
        MemoryChannel.Pair tables = MemoryChannel.connect("user", "gateway", TIMEOUT_MILLIS);
        MemoryChannel.Pair products = MemoryChannel.connect("user", "gateway", TIMEOUT_MILLIS);
        TripletPlan linear = plan.first().orElseThrow().products();
        serve(() -> gateway.servePreparation(
                tables.right(), WeightOwnerTriplets.open(products.right(), linear, random, Workers.NONE)));
        try (User.Preparation preparation = user().openPreparation(
                        tables.left(), MaskOwnerTriplets.open(products.left(), linear, random, Workers.NONE))) {
            preparation.prepare(queries);
        }
        for (MemoryChannel end : List.of(tables.left(), products.left())) {
            Traffic.Count count = end.traffic().total();
            // round trips depend on how two threads take turns
            userCounts.add(new Traffic.Count(
                    count.bytesSent(), count.bytesReceived(), count.messagesSent(), count.messagesReceived(), 0));
            preparedWithUser.addAndGet(count.bytesSent() + count.bytesReceived());
        }
    }

    /** One who knows the right keys. */
    User user() {
        return user(keys.stream().map(OpeningKey::sealingKey).toList());
    }

    private User user(List<SealingKey> known) {
        return new User(plan.forUser(), known, userStore, random, Workers.NONE, threads);
    }

    private static long bytes(List<Mesh> meshes) {
        long bytes = 0;
        for (Mesh mesh : meshes) {
            for (int other : mesh.others()) {
                bytes += mesh.to(other).traffic().total().bytesSent();
            }
        }
        return bytes;
    }

    /** Bytes that servers sent each other on the online lanes. */
    long onlineBytes() {
        return bytes(online);
    }

    private TripletSource source(Mesh products) {
        if (products.self() == SecoPlan.GATEWAY) {
            List<Channel> holders = new ArrayList<>();
            for (int other : products.others()) {
                holders.add(products.to(other));
            }
            GroupKeys own =
                    GroupKeys.makeAtReceiver(holders, plan.restProducts().ring(), random);
            return new ReceiverTriplets(holders, plan.restProducts(), own.share(), own.open(), Workers.NONE, random);
        }
        Channel receiver = products.to(SecoPlan.GATEWAY);
        GroupKeys own = GroupKeys.makeAtHolder(
                receiver, plan.servers(), plan.restProducts().ring(), random);
        return new HolderTriplets(
                receiver, plan.restProducts(), own.share(), own.open(), new MemoryShareLedger(), Workers.NONE, random);
    }

    private void serve(Runnable serving) {
        threads.execute(() -> {
            try {
                serving.run();
            } catch (Throwable e) {
                failures.add(e);
            }
        });
    }

    /** Lanes between the servers on which queries are answered. */
    void openOnline() {
        online = mesh();
        for (int i = 1; i < plan.servers(); i++) {
            Server server = servers.get(i - 1);
            Mesh own = online.get(i);
            serve(() -> server.servePredictions(own));
        }
    }

    /** An answer and what the user's channel counted. */
    record Asked(Answer answer, Traffic traffic) {}

    Asked ask(IntegerTensor input) throws Exception {
        return ask(input, keys.stream().map(OpeningKey::sealingKey).toList());
    }

    Asked ask(IntegerTensor input, List<SealingKey> known) throws Exception {
        MemoryChannel.Pair pair = MemoryChannel.connect("user", "gateway", TIMEOUT_MILLIS);
        Future<Answer> answer = threads.submit(() -> user(known).predict(pair.left(), input));
        try {
            gateway.predict(pair.right(), () -> online.get(0), claims::incrementAndGet);
            return new Asked(
                    answer.get(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS),
                    pair.left().traffic());
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
    }

    @Override
    public void close() throws Exception {
        for (Mesh mesh : online) {
            for (int other : mesh.others()) {
                mesh.to(other).close();
            }
        }
        threads.shutdown();
        if (!threads.awaitTermination(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS)) {
            throw new IllegalStateException("a server does not end");
        }
    }
}
