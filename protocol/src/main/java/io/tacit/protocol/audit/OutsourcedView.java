package io.tacit.protocol.audit;

import io.tacit.crypto.channel.Channel;
import io.tacit.crypto.channel.MemoryChannel;
import io.tacit.crypto.channel.RecordingChannel;
import io.tacit.crypto.lattice.SecurityLevel;
import io.tacit.crypto.share.RingVector;
import io.tacit.kernel.Workers;
import io.tacit.model.integer.IntegerNetwork;
import io.tacit.model.integer.IntegerTensor;
import io.tacit.protocol.linear.LinearPreparation;
import io.tacit.protocol.linear.PackingGoal;
import io.tacit.protocol.linear.Pipeline;
import io.tacit.protocol.linear.TripletPlan;
import io.tacit.protocol.material.MaterialStore;
import io.tacit.protocol.material.MemoryMaterialStore;
import io.tacit.protocol.outsourced.Client;
import io.tacit.protocol.outsourced.Evaluator;
import io.tacit.protocol.outsourced.Garbler;
import io.tacit.protocol.outsourced.ModelShare;
import io.tacit.protocol.outsourced.Owner;
import io.tacit.protocol.outsourced.ServerLimits;
import io.tacit.protocol.plan.SharingPlan;
import io.tacit.protocol.plan.SharingPlan.LinearLayer;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * What each server of {@code outsourced} receives as it runs: the real roles, triplets and garbled circuits, in one process,
 * over channels that are recorded. Each call is a deployment and a session of its own.
 */
final class OutsourcedView {
    private static final long TIMEOUT_MILLIS = 60_000;
    private static final long BUDGET_BYTES = 1L << 28;

    private final SharingPlan plan;
    private final TripletPlan triplets;
    private final Function<String, SecureRandom> randoms;
    private final Executor threads;

    /** A server. */
    enum Server {
        GARBLER("garbler"),
        EVALUATOR("evaluator");

        private final String description;

        Server(String description) {
            this.description = description;
        }

        String description() {
            return description;
        }
    }

    /** A connection that a server receives on. */
    enum Lane {
        DEPLOY,
        TRIPLETS,
        TABLES,
        ONLINE,
        CLIENT
    }

    /**
     * What a server received.
     *
     * @param messages in the order of each lane
     * @param shares the server's share of each step's result; empty before a query
     */
    record Seen(Map<Lane, List<byte[]>> messages, Map<Integer, RingVector> shares) {
        List<byte[]> on(Lane lane) {
            return messages.getOrDefault(lane, List.of());
        }
    }

    /** What both received, in the setup of a session or for one query. */
    record Transcript(Seen garbler, Seen evaluator) {
        Seen of(Server server) {
            return server == Server.GARBLER ? garbler : evaluator;
        }
    }

    /**
     * @param randoms the source of a party's randomness, by role: owner, garbler, evaluator, client; asked once a session
     * @param threads runs what it is given at once, each in a thread of its own
     */
    OutsourcedView(SharingPlan plan, Function<String, SecureRandom> randoms, Executor threads) {
        this.plan = plan;
        this.randoms = randoms;
        this.threads = threads;
        triplets = new TripletPlan(
                plan.layers().stream().map(LinearLayer::shape).toList(), SecurityLevel.STANDARD, PackingGoal.BALANCED);
    }

    SharingPlan plan() {
        return plan;
    }

    /** What a server receives until it is drained. */
    private static final class Recorder {
        private final Map<Lane, List<byte[]>> messages = new EnumMap<>(Lane.class);
        private final Map<Integer, RingVector> shares = new TreeMap<>();

        Channel on(Lane lane, Channel end) {
            return new RecordingChannel(end, (bytes, offset, length) -> add(lane, bytes, offset, length));
        }

        private synchronized void add(Lane lane, byte[] bytes, int offset, int length) {
            messages.computeIfAbsent(lane, l -> Collections.synchronizedList(new ArrayList<>()))
                    .add(Arrays.copyOfRange(bytes, offset, offset + length));
        }

        synchronized void share(int step, RingVector share) {
            RingVector kept = share;
            if (step == 0) { // wiped after the query
                kept = share.ring().zeros(share.length());
                kept.copy(share, 0, 0, share.length());
            }
            shares.put(step, kept);
        }

        synchronized Seen drain() {
            Map<Lane, List<byte[]>> received = new EnumMap<>(Lane.class);
            messages.forEach((lane, list) -> received.put(lane, List.copyOf(list)));
            Seen seen = new Seen(received, Map.copyOf(shares));
            messages.clear();
            shares.clear();
            return seen;
        }
    }

    /**
     * Deploys, opens a session between the servers, and asks one question several times, each time with freshly prepared
     * material.
     *
     * @param setup takes what was received before the first query
     * @param queries takes what was received for each query, its preparation included
     */
    void run(
            IntegerNetwork network,
            IntegerTensor input,
            int count,
            Consumer<Transcript> setup,
            Consumer<Transcript> queries) {
        Recorder atGarbler = new Recorder();
        Recorder atEvaluator = new Recorder();
        SecureRandom ofGarbler = randoms.apply("garbler");
        SecureRandom ofEvaluator = randoms.apply("evaluator");
        SecureRandom ofClient = randoms.apply("client");
        List<MemoryChannel.Pair> open = new ArrayList<>();
        try (MaterialStore garblerStore = new MemoryMaterialStore(BUDGET_BYTES, ofGarbler);
                MaterialStore evaluatorStore = new MemoryMaterialStore(BUDGET_BYTES, ofEvaluator)) {
            MemoryChannel.Pair deployGarbler = connect(open, "owner", "garbler");
            MemoryChannel.Pair deployEvaluator = connect(open, "owner", "evaluator");
            FutureTask<ModelShare> garblerShare = start(() ->
                    ModelShare.receiveForGarbler(plan, atGarbler.on(Lane.DEPLOY, deployGarbler.right()), share -> {}));
            FutureTask<ModelShare> evaluatorShare = start(() -> ModelShare.receiveForEvaluator(
                    plan, atEvaluator.on(Lane.DEPLOY, deployEvaluator.right()), share -> {}));
            new Owner(plan, randoms.apply("owner")).deploy(network, deployGarbler.left(), deployEvaluator.left());
            Garbler garbler = new Garbler(
                    plan,
                    await(garblerShare),
                    garblerStore,
                    ServerLimits.usual(),
                    ofGarbler,
                    Workers.NONE,
                    threads,
                    (query, step, share) -> atGarbler.share(step, share));
            Evaluator evaluator = new Evaluator(
                    plan,
                    await(evaluatorShare),
                    evaluatorStore,
                    ofEvaluator,
                    Workers.NONE,
                    threads,
                    (query, step, share) -> atEvaluator.share(step, share));

            MemoryChannel.Pair tables = connect(open, "garbler", "evaluator");
            MemoryChannel.Pair products = connect(open, "garbler", "evaluator");
            MemoryChannel.Pair online = connect(open, "garbler", "evaluator");
            List<FutureTask<?>> serving = new ArrayList<>();
            serving.add(start(() -> {
                try (LinearPreparation own = preparation(atGarbler.on(Lane.TRIPLETS, products.left()), ofGarbler)) {
                    garbler.servePreparation(atGarbler.on(Lane.TABLES, tables.left()), own);
                }
                return true;
            }));
            serving.add(start(() -> {
                garbler.servePredictions(atGarbler.on(Lane.ONLINE, online.left()));
                return true;
            }));
            Channel onlineEnd = atEvaluator.on(Lane.ONLINE, online.right());
            try (LinearPreparation own = preparation(atEvaluator.on(Lane.TRIPLETS, products.right()), ofEvaluator);
                    Evaluator.Preparation preparation =
                            evaluator.openPreparation(atEvaluator.on(Lane.TABLES, tables.right()), own)) {
                setup.accept(new Transcript(atGarbler.drain(), atEvaluator.drain()));
                for (int query = 0; query < count; query++) {
                    preparation.prepare(1);
                    MemoryChannel.Pair toGarbler = connect(open, "client", "garbler");
                    MemoryChannel.Pair toEvaluator = connect(open, "client", "evaluator");
                    FutureTask<?> half = start(() -> {
                        garbler.serveClient(atGarbler.on(Lane.CLIENT, toGarbler.right()));
                        return true;
                    });
                    FutureTask<?> asking = start(
                            () -> new Client(plan, ofClient).predict(toGarbler.left(), toEvaluator.left(), input));
                    evaluator.predict(onlineEnd, evaluator.receive(atEvaluator.on(Lane.CLIENT, toEvaluator.right())));
                    await(asking);
                    await(half);
                    queries.accept(new Transcript(atGarbler.drain(), atEvaluator.drain()));
                }
            }
            onlineEnd.close();
            for (FutureTask<?> task : serving) {
                await(task);
            }
        } finally {
            open.forEach(pair -> {
                pair.left().close();
                pair.right().close();
            });
        }
    }

    private static MemoryChannel.Pair connect(List<MemoryChannel.Pair> open, String left, String right) {
        MemoryChannel.Pair pair = MemoryChannel.connect(left, right, TIMEOUT_MILLIS);
        open.add(pair);
        return pair;
    }

    private LinearPreparation preparation(Channel lane, SecureRandom random) {
        // one thing after another: an audit can be repeated
        return LinearPreparation.open(lane, triplets, Pipeline.OFF, random, Workers.NONE, threads);
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
