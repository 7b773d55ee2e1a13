package io.tacit.protocol.audit;

import io.tacit.crypto.channel.Channel;
import io.tacit.crypto.channel.MemoryChannel;
import io.tacit.crypto.channel.Mesh;
import io.tacit.crypto.channel.RecordingChannel;
import io.tacit.crypto.garble.TableSink;
import io.tacit.crypto.garble.TableSource;
import io.tacit.crypto.lattice.multiparty.MemoryShareLedger;
import io.tacit.crypto.random.Seed;
import io.tacit.crypto.seal.OpeningKey;
import io.tacit.crypto.share.RingVector;
import io.tacit.kernel.Workers;
import io.tacit.model.integer.IntegerNetwork;
import io.tacit.model.integer.IntegerTensor;
import io.tacit.protocol.linear.GroupKeys;
import io.tacit.protocol.linear.HolderTriplets;
import io.tacit.protocol.linear.ReceiverTriplets;
import io.tacit.protocol.linear.TripletSource;
import io.tacit.protocol.material.MemoryMaterialStore;
import io.tacit.protocol.seco.Gateway;
import io.tacit.protocol.seco.JointCircuits;
import io.tacit.protocol.seco.SecoPlan;
import io.tacit.protocol.seco.Server;
import io.tacit.protocol.seco.ServerLimits;
import io.tacit.protocol.seco.ServerShare;
import io.tacit.protocol.seco.User;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * What the servers of {@code seco} receive as they run, and what they themselves know of masks: the real roles in one
 * process, all layers with the servers, over channels that are recorded. Each call is a session of its own.
 */
final class SecoView {
    /** In the place of a server's number: the user. */
    static final int USER = -1;

    private static final long TIMEOUT_MILLIS = 600_000;
    private static final long BUDGET_BYTES = 1L << 28;

    private final SecoPlan plan;
    private final Function<String, SecureRandom> randoms;
    private final Executor threads;

    /** A connection that a server receives on. */
    enum Lane {
        CIRCUITS,
        PRODUCTS,
        ONLINE,
        QUERY
    }

    /** Who received something, from whom, where. */
    record Link(int receiver, int sender, Lane lane) implements Comparable<Link> {
        @Override
        public int compareTo(Link other) {
            return Comparator.comparingInt(Link::receiver)
                    .thenComparingInt(Link::sender)
                    .thenComparing(Link::lane)
                    .compare(this, other);
        }
    }

    /**
     * One query.
     *
     * @param evaluator number of the server that evaluates its circuits: what is received depends on it
     * @param messages all that servers received for it, its preparation included, in the order of each link
     * @param masks r_k of each server's, by block
     * @param opened x - r by block, the same at all servers
     */
    record Transcript(
            int evaluator,
            Map<Link, List<byte[]>> messages,
            List<Map<Integer, RingVector>> masks,
            Map<Integer, RingVector> opened) {

        /** What some servers together received from others. */
        List<byte[]> receivedBy(Set<Integer> servers) {
            List<byte[]> received = new ArrayList<>();
            messages.forEach((link, list) -> {
                if (servers.contains(link.receiver()) && !servers.contains(link.sender())) {
                    received.addAll(list);
                }
            });
            return received;
        }

        /** What the evaluator received from a server when the query was answered: that server's labels, above all. */
        List<byte[]> labelsFrom(int server) {
            return messages.getOrDefault(new Link(evaluator, server, Lane.ONLINE), List.of());
        }

        /** x less the masks of all but some servers: what these together know of what a block makes. */
        long[] known(int block, Set<Integer> servers) {
            RingVector sum = RecordedCircuits.copy(value(opened, block));
            for (int server : servers) {
                sum.ring().add(sum, 0, value(masks.get(server), block), 0, sum, 0, sum.length());
            }
            long[] values = new long[sum.length()];
            Arrays.setAll(values, sum::get);
            return values;
        }

        private static RingVector value(Map<Integer, RingVector> values, int block) {
            RingVector value = values.get(block);
            if (value == null) {
                throw new IllegalStateException("block " + block + " has not run");
            }
            return value;
        }
    }

    /**
     * @param randoms the source of a party's randomness, by role: owner, user, server-0 (the gateway) and so on; asked once
     *     a session
     * @param threads runs what it is given at once, each in a thread of its own
     */
    SecoView(SecoPlan plan, Function<String, SecureRandom> randoms, Executor threads) {
        this.plan = plan;
        this.randoms = randoms;
        this.threads = threads;
    }

    SecoPlan plan() {
        return plan;
    }

    /** What is received until it is drained. */
    private static final class Recorder {
        private final Map<Link, List<byte[]>> messages = new TreeMap<>();
        private final List<Map<Integer, RingVector>> masks = new ArrayList<>();
        private final List<Map<Integer, RingVector>> opened = new ArrayList<>();
        private int evaluator;

        Recorder(int servers) {
            for (int i = 0; i < servers; i++) {
                masks.add(new TreeMap<>());
                opened.add(new TreeMap<>());
            }
        }

        Channel on(Link link, Channel end) {
            return new RecordingChannel(end, (bytes, offset, length) -> add(link, bytes, offset, length));
        }

        private synchronized void add(Link link, byte[] bytes, int offset, int length) {
            messages.computeIfAbsent(link, l -> new ArrayList<>())
                    .add(Arrays.copyOfRange(bytes, offset, offset + length));
        }

        synchronized void evaluator(int server) {
            evaluator = server;
        }

        synchronized void mask(int server, int block, RingVector mask) {
            masks.get(server).put(block, RecordedCircuits.copy(mask));
        }

        synchronized void opened(int server, int block, RingVector value) {
            opened.get(server).put(block, RecordedCircuits.copy(value));
        }

        synchronized Transcript drain() {
            for (Map<Integer, RingVector> each : opened) {
                each.forEach((block, value) -> {
                    RingVector first = Transcript.value(opened.get(0), block);
                    for (int i = 0; i < first.length(); i++) {
                        if (first.get(i) != value.get(i)) {
                            throw new IllegalStateException("servers open different values");
                        }
                    }
                });
            }
            Transcript transcript = new Transcript(
                    evaluator,
                    new TreeMap<>(messages),
                    masks.stream().<Map<Integer, RingVector>>map(TreeMap::new).toList(),
                    new TreeMap<>(opened.get(0)));
            messages.clear();
            masks.forEach(Map::clear);
            opened.forEach(Map::clear);
            return transcript;
        }
    }

    /** A server's circuits, of which masks and results are written down: both are the server's own to know. */
    private record RecordedCircuits(JointCircuits circuits, int server, Recorder recorder) implements JointCircuits {
        static RingVector copy(RingVector vector) {
            RingVector copy = vector.ring().zeros(vector.length());
            copy.copy(vector, 0, 0, vector.length());
            return copy;
        }

        @Override
        public long keptBytes() {
            return circuits.keptBytes();
        }

        @Override
        public long tableBytes() {
            return circuits.tableBytes();
        }

        @Override
        public Lane connect(Mesh mesh) {
            Lane lane = circuits.connect(mesh);
            return new Lane() {
                @Override
                public Preparation prepare(Seed query) {
                    Preparation preparation = lane.prepare(query);
                    return new Preparation() {
                        @Override
                        public RingVector mask(int block) {
                            RingVector mask = preparation.mask(block);
                            recorder.mask(server, block, mask);
                            return mask;
                        }

                        @Override
                        public void garble(int evaluator, TableSink kept, TableSink tables) {
                            recorder.evaluator(evaluator);
                            preparation.garble(evaluator, kept, tables);
                        }
                    };
                }

                @Override
                public void close() {
                    lane.close();
                }
            };
        }

        @Override
        public Online online(Mesh mesh, Seed query, int evaluator, TableSource kept, TableSource tables) {
            Online online = circuits.online(mesh, query, evaluator, kept, tables);
            return new Online() {
                @Override
                public RingVector run(int block, RingVector share) {
                    RingVector opened = online.run(block, share);
                    recorder.opened(server, block, opened);
                    return opened;
                }

                @Override
                public byte[] answer(int block, RingVector share) {
                    return online.answer(block, share);
                }

                @Override
                public void close() {
                    online.close();
                }
            };
        }
    }

    private static String role(int server) {
        return "server-" + server;
    }

    /**
     * Splits the network, opens a session between the servers, and asks one question several times, each time with freshly
     * prepared material.
     *
     * @param queries takes what was received for each query
     */
    void run(IntegerNetwork network, IntegerTensor input, int count, Consumer<Transcript> queries) {
        int servers = plan.servers();
        Recorder recorder = new Recorder(servers);
        List<MemoryChannel.Pair> open = new ArrayList<>();
        List<SecureRandom> random = new ArrayList<>();
        List<OpeningKey> keys = new ArrayList<>();
        List<JointCircuits> circuits = new ArrayList<>();
        for (int i = 0; i < servers; i++) {
            random.add(randoms.apply(role(i)));
            keys.add(OpeningKey.generate(random.get(i)));
            circuits.add(new RecordedCircuits(plan.circuits(i, random.get(i), Workers.NONE, threads), i, recorder));
        }
        List<ServerShare> shares = ServerShare.split(plan.rest(), network, randoms.apply("owner"));
        ServerLimits limits = new ServerLimits(Duration.ofMillis(TIMEOUT_MILLIS), 1);
        Gateway gateway = new Gateway(
                plan,
                Optional.empty(),
                shares.get(0),
                circuits.get(0),
                keys.get(0),
                new MemoryMaterialStore(BUDGET_BYTES, random.get(0)),
                limits,
                random.get(0),
                Workers.NONE,
                threads);
        User user = new User(
                plan.forUser(),
                keys.stream().map(OpeningKey::sealingKey).toList(),
                new MemoryMaterialStore(BUDGET_BYTES, random.get(0)),
                randoms.apply("user"),
                Workers.NONE,
                threads);
        List<Mesh> lanes = mesh(Lane.CIRCUITS, recorder, open);
        List<Mesh> products = mesh(Lane.PRODUCTS, recorder, open);
        List<Mesh> online = mesh(Lane.ONLINE, recorder, open);
        List<FutureTask<?>> serving = new ArrayList<>();
        try {
            for (int i = 1; i < servers; i++) {
                int number = i;
                Server server = new Server(
                        plan,
                        shares.get(i),
                        circuits.get(i),
                        keys.get(i),
                        new MemoryMaterialStore(BUDGET_BYTES, random.get(i)),
                        limits,
                        random.get(i),
                        Workers.NONE);
                serving.add(start(() -> {
                    server.servePreparation(lanes.get(number), source(products.get(number), random.get(number)));
                    return true;
                }));
                serving.add(start(() -> {
                    server.servePredictions(online.get(number));
                    return true;
                }));
            }
            try (Gateway.Preparation preparation =
                    gateway.openPreparation(lanes.get(0), source(products.get(0), random.get(0)))) {
                // the first query is dropped: what servers sent each other to begin may still come during it
                for (int query = -1; query < count; query++) {
                    preparation.prepare(1);
                    MemoryChannel.Pair toGateway = connect(open, "user", role(0));
                    FutureTask<?> asking = start(() -> user.predict(toGateway.left(), input));
                    gateway.predict(
                            recorder.on(new Link(0, USER, Lane.QUERY), toGateway.right()),
                            () -> online.get(0),
                            () -> {});
                    await(asking);
                    Transcript transcript = recorder.drain();
                    if (query >= 0) {
                        queries.accept(transcript);
                    }
                }
            }
            for (int other : online.get(0).others()) {
                online.get(0).to(other).close();
            }
            serving.forEach(SecoView::await);
        } finally {
            open.forEach(pair -> {
                pair.left().close();
                pair.right().close();
            });
            shares.forEach(ServerShare::close);
        }
    }

    private List<Mesh> mesh(Lane lane, Recorder recorder, List<MemoryChannel.Pair> open) {
        int servers = plan.servers();
        List<List<Optional<Channel>>> channels = new ArrayList<>();
        for (int i = 0; i < servers; i++) {
            channels.add(new ArrayList<>());
        }
        for (int i = 0; i < servers; i++) {
            channels.get(i).add(Optional.empty());
            for (int j = i + 1; j < servers; j++) {
                MemoryChannel.Pair pair = connect(open, role(i), role(j));
                channels.get(i).add(Optional.of(recorder.on(new Link(i, j, lane), pair.left())));
                channels.get(j).add(Optional.of(recorder.on(new Link(j, i, lane), pair.right())));
            }
        }
        List<Mesh> meshes = new ArrayList<>();
        for (int i = 0; i < servers; i++) {
            meshes.add(new Mesh(i, channels.get(i)));
        }
        return meshes;
    }

    private TripletSource source(Mesh products, SecureRandom random) {
        if (products.self() != SecoPlan.GATEWAY) {
            Channel receiver = products.to(SecoPlan.GATEWAY);
            GroupKeys own = GroupKeys.makeAtHolder(
                    receiver, plan.servers(), plan.restProducts().ring(), random);
            return new HolderTriplets(
                    receiver,
                    plan.restProducts(),
                    own.share(),
                    own.open(),
                    new MemoryShareLedger(),
                    Workers.NONE,
                    random);
        }
        List<Channel> holders = new ArrayList<>();
        for (int other : products.others()) {
            holders.add(products.to(other));
        }
        GroupKeys own = GroupKeys.makeAtReceiver(holders, plan.restProducts().ring(), random);
        return new ReceiverTriplets(holders, plan.restProducts(), own.share(), own.open(), Workers.NONE, random);
    }

    private static MemoryChannel.Pair connect(List<MemoryChannel.Pair> open, String left, String right) {
        MemoryChannel.Pair pair = MemoryChannel.connect(left, right, TIMEOUT_MILLIS);
        open.add(pair);
        return pair;
    }

    private <T> FutureTask<T> start(Callable<T> part) {
        FutureTask<T> task = new FutureTask<>(part);
        threads.execute(task);
        return task;
    }

    private static <T> T await(FutureTask<T> task) {
        try {
            return task.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("the audit was interrupted", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("a party failed", e.getCause());
        }
    }
}
