package io.tacit.bench.outsourced;

import io.tacit.bench.MeteredThreads;
import io.tacit.bench.link.LinkShaper;
import io.tacit.bench.link.TlsLoopback;
import io.tacit.client.deployment.TrustSetting;
import io.tacit.client.outsourced.OutsourcedLanes;
import io.tacit.client.outsourced.OutsourcedPlans;
import io.tacit.crypto.channel.Channel;
import io.tacit.crypto.channel.Traffic;
import io.tacit.crypto.random.Seed;
import io.tacit.crypto.share.Ring;
import io.tacit.crypto.share.RingVector;
import io.tacit.kernel.Workers;
import io.tacit.model.integer.IntegerNetwork;
import io.tacit.model.integer.IntegerTensor;
import io.tacit.protocol.linear.LinearPreparation;
import io.tacit.protocol.linear.LinearShape;
import io.tacit.protocol.linear.Pipeline;
import io.tacit.protocol.linear.TripletPlan;
import io.tacit.protocol.linear.TripletSource;
import io.tacit.protocol.material.MaterialStore;
import io.tacit.protocol.nonlinear.Chunk;
import io.tacit.protocol.nonlinear.EvaluatorEnd;
import io.tacit.protocol.nonlinear.GarblerEnd;
import io.tacit.protocol.nonlinear.ResultMasks;
import io.tacit.protocol.outsourced.Answer;
import io.tacit.protocol.outsourced.Client;
import io.tacit.protocol.outsourced.Evaluator;
import io.tacit.protocol.outsourced.Garbler;
import io.tacit.protocol.outsourced.ModelShare;
import io.tacit.protocol.outsourced.Owner;
import io.tacit.protocol.outsourced.ServerLimits;
import io.tacit.protocol.plan.Disclosure;
import io.tacit.protocol.plan.SharingPlan;
import io.tacit.protocol.plan.SharingSettings;
import io.tacit.server.material.FileMaterialStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;

/**
 * Owner, both servers and clients in this process, over TLS 1.3 and with material in files, as the processes of a deployment run
 * them; each server has threads of its own, whose processor time is counted. One network is deployed.
 */
public final class OutsourcedParties implements AutoCloseable {
    private static final long DISK_BYTES = 32L << 30;
    private static final Traffic NOTHING = new Traffic(Map.of());

    private final SecureRandom random = new SecureRandom();
    private final IntegerNetwork network;
    private final SharingPlan plan;
    private final TripletPlan triplets;
    private final Pipeline pipeline;
    private final TlsLoopback links;
    private final MeteredThreads garblerThreads = new MeteredThreads("garbler");
    private final MeteredThreads evaluatorThreads = new MeteredThreads("evaluator");
    private final MeteredThreads clientThreads = new MeteredThreads("clients");
    private final MaterialStore garblerStore;
    private final MaterialStore evaluatorStore;
    private final Workers garblerWorkers;
    private final Workers evaluatorWorkers;
    private final Garbler garbler;
    private final Evaluator evaluator;
    private final List<Channel> channels = new ArrayList<>();
    private final double deploySeconds;
    private final Traffic deployed;

    /**
     * Deploys.
     *
     * @param folder empty, for keys and material; the caller removes it
     * @param link between client and servers, and between the servers
     * @param threads threads for each server's computation
     */
    public OutsourcedParties(
            IntegerNetwork network,
            Disclosure disclosure,
            Path folder,
            Optional<LinkShaper.Link> link,
            Pipeline pipeline,
            int threads)
            throws IOException {
        this.network = network;
        this.pipeline = pipeline;
        plan = new SharingPlan(disclosure.known(network), SharingSettings.of(disclosure));
        triplets = OutsourcedPlans.triplets(plan);
        List<String> lanes = new ArrayList<>(OutsourcedLanes.QUERIES);
        lanes.addAll(List.of(
                OutsourcedLanes.DEPLOY,
                OutsourcedLanes.TABLES,
                OutsourcedLanes.TRIPLETS,
                OutsourcedLanes.ONLINE,
                OutsourcedLanes.NOW));
        links = new TlsLoopback(folder, TrustSetting.OUTSOURCED, 0, "hardened", Set.copyOf(lanes), link);
        garblerStore = new FileMaterialStore(Files.createDirectory(folder.resolve("garbler")), DISK_BYTES, random);
        evaluatorStore = new FileMaterialStore(Files.createDirectory(folder.resolve("evaluator")), DISK_BYTES, random);
        garblerWorkers = threads == 1 ? Workers.NONE : new Workers(garblerThreads.executor(), threads);
        evaluatorWorkers = threads == 1 ? Workers.NONE : new Workers(evaluatorThreads.executor(), threads);
        long start = System.nanoTime();
        TlsLoopback.Lane toGarbler = open(OutsourcedLanes.OWNER, OutsourcedLanes.GARBLER, OutsourcedLanes.DEPLOY);
        TlsLoopback.Lane toEvaluator = open(OutsourcedLanes.OWNER, OutsourcedLanes.EVALUATOR, OutsourcedLanes.DEPLOY);
        Future<ModelShare> atGarbler = garblerThreads
                .executor()
                .submit(() -> ModelShare.receiveForGarbler(plan, toGarbler.listening(), share -> {}));
        Future<ModelShare> atEvaluator = evaluatorThreads
                .executor()
                .submit(() -> ModelShare.receiveForEvaluator(plan, toEvaluator.listening(), share -> {}));
        new Owner(plan, random).deploy(network, toGarbler.dialling(), toEvaluator.dialling());
        garbler = new Garbler(
                plan,
                get(atGarbler),
                garblerStore,
                ServerLimits.usual(),
                random,
                garblerWorkers,
                garblerThreads.executor());
        evaluator = new Evaluator(
                plan, get(atEvaluator), evaluatorStore, random, evaluatorWorkers, evaluatorThreads.executor());
        deploySeconds = (System.nanoTime() - start) / 1e9;
        deployed = toGarbler.dialling().traffic().plus(toEvaluator.dialling().traffic());
    }

    private TlsLoopback.Lane open(String dialling, String listening, String lane) {
        TlsLoopback.Lane ends = links.open(dialling, listening, lane);
        channels.add(ends.dialling());
        channels.add(ends.listening());
        return ends;
    }

    public SharingPlan plan() {
        return plan;
    }

    /** How linear layers are prepared. */
    public TripletPlan triplets() {
        return triplets;
    }

    /** Seconds that deployment took, connections included. */
    public double deploySeconds() {
        return deploySeconds;
    }

    /** What the owner's channels counted. */
    public Traffic deployed() {
        return deployed;
    }

    /** Prepared queries. */
    public int ready() {
        return evaluator.ready();
    }

    // ---- measuring

    /**
     * What some work took.
     *
     * @param seconds by the clock
     * @param garblerSeconds of the garbler's processors
     * @param evaluatorSeconds of the evaluator's
     */
    public record Took(double seconds, double garblerSeconds, double evaluatorSeconds) {
        double processorSeconds() {
            return garblerSeconds + evaluatorSeconds;
        }
    }

    /** Runs some work at the evaluator, or at clients, and measures both servers. */
    private Took measure(Runnable work) {
        double ofGarbler = garblerThreads.cpuSeconds();
        double ofEvaluator = evaluatorThreads.cpuSeconds();
        long start = System.nanoTime();
        work.run();
        double seconds = (System.nanoTime() - start) / 1e9;
        return new Took(seconds, garblerThreads.cpuSeconds() - ofGarbler, evaluatorThreads.cpuSeconds() - ofEvaluator);
    }

    private static <T> T get(Future<T> future) {
        try {
            return future.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new IllegalStateException("a party failed", e.getCause());
        }
    }

    private <T> T atEvaluator(Callable<T> work) {
        return get(evaluatorThreads.executor().submit(work));
    }

    private LinearPreparation preparation(Channel lane, MeteredThreads threads, Workers workers) {
        return LinearPreparation.open(lane, triplets, pipeline, random, workers, threads.executor());
    }

    // ---- preparation

    /** The servers' connection for preparations. */
    public final class PreparationLink implements AutoCloseable {
        private final TlsLoopback.Lane tables = open(OutsourcedLanes.EVALUATOR, OutsourcedLanes.GARBLER, "tables");
        private final TlsLoopback.Lane products = open(OutsourcedLanes.EVALUATOR, OutsourcedLanes.GARBLER, "triplets");
        private final Evaluator.Preparation preparation;

        private PreparationLink() {
            garblerThreads.executor().execute(() -> {
                try (LinearPreparation own = preparation(products.listening(), garblerThreads, garblerWorkers)) {
                    garbler.servePreparation(tables.listening(), own);
                }
            });
            preparation = atEvaluator(() -> evaluator.openPreparation(
                    tables.dialling(), preparation(products.dialling(), evaluatorThreads, evaluatorWorkers)));
        }

        /** Prepares some queries. */
        public Took prepare(int queries) {
            return measure(() -> atEvaluator(() -> {
                preparation.prepare(queries);
                return true;
            }));
        }

        /** What the evaluator's end of the lane of garbled circuits counted, set-up included. */
        public Traffic tables() {
            return tables.dialling().traffic();
        }

        /** What the evaluator's end of the lane of products counted, keys included. */
        public Traffic products() {
            return products.dialling().traffic();
        }

        @Override
        public void close() {
            atEvaluator(() -> {
                preparation.close();
                return true;
            });
        }
    }

    /** Connects the servers for preparations: base transfers, keys. */
    public PreparationLink openPreparation() {
        return new PreparationLink();
    }

    // ---- parts of a preparation alone

    /** Products for any values: the work is the same for all. */
    private record AnyValues(List<LinearShape> shapes, int queries) implements TripletSource.Layers {
        @Override
        public RingVector weightShare(int layer) {
            LinearShape shape = shapes.get(layer);
            return shape.ring().zeros(shape.geometry().weightCount());
        }

        @Override
        public RingVector[] maskShares(int layer) {
            LinearShape shape = shapes.get(layer);
            RingVector[] shares = new RingVector[queries];
            Arrays.setAll(shares, i -> shape.ring().zeros(shape.geometry().inputSize()));
            return shares;
        }

        @Override
        public void take(int layer, RingVector[] products) {}
    }

    /** The products of all layers, without anything beside them; keys and connections are made before. */
    public Took prepareProducts(int queries, Pipeline stages) {
        TlsLoopback.Lane lane = open(OutsourcedLanes.EVALUATOR, OutsourcedLanes.GARBLER, OutsourcedLanes.TRIPLETS);
        List<LinearShape> shapes =
                plan.layers().stream().map(SharingPlan.LinearLayer::shape).toList();
        Future<LinearPreparation> opening = garblerThreads
                .executor()
                .submit(() -> LinearPreparation.open(
                        lane.listening(), triplets, stages, random, garblerWorkers, garblerThreads.executor()));
        try (LinearPreparation ofEvaluator = atEvaluator(() -> LinearPreparation.open(
                lane.dialling(), triplets, stages, random, evaluatorWorkers, evaluatorThreads.executor()))) {
            LinearPreparation ofGarbler = get(opening);
            try {
                return measure(() -> {
                    Future<?> other = garblerThreads
                            .executor()
                            .submit(() -> ofGarbler.products(shapes, queries, new AnyValues(shapes, queries)));
                    atEvaluator(() -> {
                        ofEvaluator.products(shapes, queries, new AnyValues(shapes, queries));
                        return true;
                    });
                    get(other);
                });
            } finally {
                garblerThreads.executor().execute(ofGarbler::close); // each end waits for the other's
            }
        }
    }

    /** The garbled circuits of a query, without anything beside them; base transfers and connections are made before. */
    public Took prepareCircuits() {
        TlsLoopback.Lane lane = open(OutsourcedLanes.EVALUATOR, OutsourcedLanes.GARBLER, OutsourcedLanes.TABLES);
        List<Chunk> chunks = plan.chunks().stream().flatMap(List::stream).toList();
        byte[] session = new byte[16];
        random.nextBytes(session);
        try (Seed seed = Seed.random(random);
                Seed choices = Seed.random(random)) {
            Future<GarblerEnd> opening = garblerThreads
                    .executor()
                    .submit(() -> GarblerEnd.connect(
                            lane.listening(), session, plan.settings().extension(), seed.derive("lane")));
            try (EvaluatorEnd evaluatorEnd = atEvaluator(() -> EvaluatorEnd.connect(
                            lane.dialling(), session, plan.settings().extension(), choices.derive("lane")));
                    GarblerEnd garblerEnd = get(opening)) {
                return measure(() -> {
                    Future<?> other = garblerThreads
                            .executor()
                            .submit(() -> garblerEnd.garble(
                                    chunks,
                                    seed,
                                    block -> ResultMasks.of(new Ring(block.outputBits())
                                            .zeros(plan.network()
                                                    .steps()
                                                    .get(block.target())
                                                    .shape()
                                                    .size())),
                                    garblerWorkers));
                    atEvaluator(() -> {
                        evaluatorEnd.receive(
                                chunks, choices, (bytes, offset, length) -> {}, evaluatorThreads.executor());
                        return true;
                    });
                    get(other);
                });
            }
        } finally {
            garblerThreads.executor().execute(lane.listening()::close);
            lane.dialling().close();
        }
    }

    // ---- predictions

    /** Clients, each with connections of its own to both servers, and the servers' connections for their queries. */
    public final class Clients implements AutoCloseable {
        private final List<OneClient> clients = new ArrayList<>();

        private Clients(int count, boolean justInTime) {
            for (int i = 0; i < count; i++) {
                clients.add(new OneClient(justInTime));
            }
        }

        /** Each client asks for each input, one after another. @return all answers, client after client */
        public Took ask(List<IntegerTensor> inputs, List<Answer> answers) {
            return measure(() -> {
                List<Future<List<Answer>>> asking = clients.stream()
                        .map(client -> clientThreads.executor().submit(() -> client.ask(inputs)))
                        .toList();
                asking.forEach(future -> answers.addAll(get(future)));
            });
        }

        /** What the evaluator's ends of the servers' lanes counted. */
        public Traffic online() {
            return clients.stream()
                    .map(client -> client.online.dialling().traffic())
                    .reduce(NOTHING, Traffic::plus);
        }

        /** What the evaluator's ends of the lanes of products counted; nothing with prepared material. */
        public Traffic products() {
            return clients.stream()
                    .flatMap(client -> client.products.stream())
                    .map(lane -> lane.dialling().traffic())
                    .reduce(NOTHING, Traffic::plus);
        }

        /** What the clients' channels counted. */
        public Traffic clients() {
            return clients.stream()
                    .map(client -> client.toGarbler
                            .dialling()
                            .traffic()
                            .plus(client.toEvaluator.dialling().traffic()))
                    .reduce(NOTHING, Traffic::plus);
        }

        @Override
        public void close() {
            clients.forEach(OneClient::close);
        }
    }

    /** Opens clients whose queries are answered with prepared material, or without any. */
    public Clients openClients(int count, boolean justInTime) {
        return new Clients(count, justInTime);
    }

    private final class OneClient {
        final TlsLoopback.Lane toGarbler = open(OutsourcedLanes.CLIENT, OutsourcedLanes.GARBLER, "query-0");
        final TlsLoopback.Lane toEvaluator = open(OutsourcedLanes.CLIENT, OutsourcedLanes.EVALUATOR, "query-0");
        final TlsLoopback.Lane online;
        final Optional<TlsLoopback.Lane> products;
        private final Optional<Evaluator.JustInTime> now;

        OneClient(boolean justInTime) {
            online = open(OutsourcedLanes.EVALUATOR, OutsourcedLanes.GARBLER, justInTime ? "now" : "online");
            if (justInTime) {
                TlsLoopback.Lane lane = open(OutsourcedLanes.EVALUATOR, OutsourcedLanes.GARBLER, "triplets");
                products = Optional.of(lane);
                garblerThreads.executor().execute(() -> {
                    try (LinearPreparation own = preparation(lane.listening(), garblerThreads, garblerWorkers)) {
                        garbler.serveJustInTime(online.listening(), own);
                    }
                });
                now = Optional.of(atEvaluator(() -> evaluator.openJustInTime(
                        online.dialling(), preparation(lane.dialling(), evaluatorThreads, evaluatorWorkers))));
            } else {
                products = Optional.empty();
                now = Optional.empty();
                garblerThreads.executor().execute(() -> garbler.servePredictions(online.listening()));
            }
        }

        List<Answer> ask(List<IntegerTensor> inputs) {
            Client client = new Client(plan, random);
            List<Answer> answers = new ArrayList<>();
            for (IntegerTensor input : inputs) {
                Future<?> half = garblerThreads.executor().submit(() -> garbler.serveClient(toGarbler.listening()));
                Future<?> other = evaluatorThreads.executor().submit(() -> {
                    if (now.isPresent()) {
                        now.get().predict(evaluator.receive(toEvaluator.listening()));
                    } else {
                        evaluator.predict(online.dialling(), evaluator.receive(toEvaluator.listening()));
                    }
                });
                answers.add(client.predict(toGarbler.dialling(), toEvaluator.dialling(), input));
                get(other);
                get(half);
            }
            return answers;
        }

        void close() {
            if (now.isPresent()) {
                atEvaluator(() -> {
                    now.get().close();
                    return true;
                });
            }
            online.dialling().close();
        }
    }

    /** The network that is deployed. */
    public IntegerNetwork network() {
        return network;
    }

    @Override
    public void close() {
        channels.forEach(Channel::close);
        links.close();
        garblerStore.close();
        evaluatorStore.close();
        garblerThreads.close();
        evaluatorThreads.close();
        clientThreads.close();
    }
}
