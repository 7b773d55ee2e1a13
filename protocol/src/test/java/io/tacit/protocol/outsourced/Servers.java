package io.tacit.protocol.outsourced;

import io.tacit.crypto.channel.Channel;
import io.tacit.crypto.channel.MemoryChannel;
import io.tacit.crypto.channel.RecordingChannel;
import io.tacit.crypto.channel.Traffic;
import io.tacit.kernel.Workers;
import io.tacit.model.integer.IntegerNetwork;
import io.tacit.model.integer.IntegerTensor;
import io.tacit.protocol.linear.IdealTriplets;
import io.tacit.protocol.material.MaterialStore;
import io.tacit.protocol.material.MemoryMaterialStore;
import io.tacit.protocol.plan.SharingPlan;
import io.tacit.protocol.plan.SharingSettings;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Both servers in threads of this process, with one network deployed, and a client. */
class Servers implements AutoCloseable {
    static final long TIMEOUT_MILLIS = 60_000;

    private static final Duration QUERY_WAIT = Duration.ofSeconds(20);

    final SecureRandom random = new SecureRandom();
    final ExecutorService threads = Executors.newCachedThreadPool();
    final ConcurrentLinkedQueue<Throwable> garblerFailures = new ConcurrentLinkedQueue<>();
    /** What the garbler received on the last online lane. */
    final ConcurrentLinkedQueue<byte[]> garblerSaw = new ConcurrentLinkedQueue<>();

    final SharingPlan plan;
    final MaterialStore garblerStore;
    final MaterialStore evaluatorStore;
    final ModelShare garblerShare;
    final ModelShare evaluatorShare;
    final Garbler garbler;
    final Evaluator evaluator;
    final Traffic deployedToGarbler;
    final Traffic deployedToEvaluator;
    MemoryChannel.Pair tables = MemoryChannel.connect("garbler", "evaluator", TIMEOUT_MILLIS);
    MemoryChannel.Pair online = MemoryChannel.connect("garbler", "evaluator", TIMEOUT_MILLIS);

    Servers(IntegerNetwork network, SharingSettings settings, int workerThreads) throws Exception {
        this(network, settings, workerThreads, QUERY_WAIT);
    }

    /** @param queryWait how long the garbler's half of a query waits for the evaluator's */
    Servers(IntegerNetwork network, SharingSettings settings, int workerThreads, Duration queryWait) throws Exception {
        plan = new SharingPlan(settings.disclosure().known(network), settings);
        garblerStore = new MemoryMaterialStore(1L << 31, random);
        evaluatorStore = new MemoryMaterialStore(1L << 31, random);
        MemoryChannel.Pair toGarbler = MemoryChannel.connect("owner", "garbler", TIMEOUT_MILLIS);
        MemoryChannel.Pair toEvaluator = MemoryChannel.connect("owner", "evaluator", TIMEOUT_MILLIS);
        Future<ModelShare> atGarbler =
                threads.submit(() -> ModelShare.receiveForGarbler(plan, toGarbler.right(), share -> {}));
        Future<ModelShare> atEvaluator =
                threads.submit(() -> ModelShare.receiveForEvaluator(plan, toEvaluator.right(), share -> {}));
        new Owner(plan, random).deploy(network, toGarbler.left(), toEvaluator.left());
        garblerShare = ModelShare.decode(plan, atGarbler.get().encode());
        evaluatorShare = ModelShare.decode(plan, atEvaluator.get().encode());
        deployedToGarbler = toGarbler.left().traffic();
        deployedToEvaluator = toEvaluator.left().traffic();
        Workers workers = workerThreads == 1 ? Workers.NONE : new Workers(threads, workerThreads);
        ServerLimits limits = new ServerLimits(Duration.ofHours(1), queryWait, Duration.ofSeconds(10), 256, 1 << 10);
        garbler = new Garbler(plan, garblerShare, garblerStore, limits, random, workers, threads);
        evaluator = new Evaluator(plan, evaluatorShare, evaluatorStore, random, workers, threads);
    }

    /** The evaluator's end of a lane of preparation that the garbler serves. */
    Evaluator.Preparation openPreparation() {
        tables = MemoryChannel.connect("garbler", "evaluator", TIMEOUT_MILLIS);
        IdealTriplets.Pair triplets = connectTriplets();
        Channel garblerEnd = tables.left();
        serve(() -> garbler.servePreparation(garblerEnd, triplets.garbler()));
        return evaluator.openPreparation(tables.right(), triplets.evaluator());
    }

    /** Both ends of a preparation of products: ideal, unless a test has something real. */
    IdealTriplets.Pair connectTriplets() {
        return IdealTriplets.connect();
    }

    void prepare(int queries) {
        try (Evaluator.Preparation preparation = openPreparation()) {
            preparation.prepare(queries);
        }
    }

    /** The evaluator's end of an online lane that the garbler serves. */
    Channel openOnline() {
        online = MemoryChannel.connect("garbler", "evaluator", TIMEOUT_MILLIS);
        Channel garblerEnd = new RecordingChannel(online.left(), copyTo(garblerSaw));
        serve(() -> garbler.servePredictions(garblerEnd));
        return online.right();
    }

    static RecordingChannel.Sink copyTo(Collection<byte[]> messages) {
        return (bytes, offset, length) -> messages.add(Arrays.copyOfRange(bytes, offset, offset + length));
    }

    Evaluator.JustInTime openJustInTime() {
        online = MemoryChannel.connect("garbler", "evaluator", TIMEOUT_MILLIS);
        IdealTriplets.Pair triplets = connectTriplets();
        Channel garblerEnd = online.left();
        serve(() -> garbler.serveJustInTime(garblerEnd, triplets.garbler()));
        return evaluator.openJustInTime(online.right(), triplets.evaluator());
    }

    private void serve(Runnable serving) {
        threads.execute(() -> {
            try {
                serving.run();
            } catch (Throwable e) {
                garblerFailures.add(e);
            }
        });
    }

    /** What the evaluator does with a client. */
    interface Predicting {
        void predict(Channel client);
    }

    /** An answer and what the client's channels counted. */
    record Asked(Answer answer, Traffic toGarbler, Traffic toEvaluator) {}

    Asked ask(IntegerTensor input, Predicting predicting) throws Exception {
        MemoryChannel.Pair toGarbler = MemoryChannel.connect("client", "garbler", TIMEOUT_MILLIS);
        MemoryChannel.Pair toEvaluator = MemoryChannel.connect("client", "evaluator", TIMEOUT_MILLIS);
        serve(() -> garbler.serveClient(toGarbler.right()));
        Callable<Answer> client = () -> new Client(plan, random).predict(toGarbler.left(), toEvaluator.left(), input);
        Future<Answer> answer = threads.submit(client);
        predicting.predict(toEvaluator.right());
        try {
            return new Asked(
                    answer.get(), toGarbler.left().traffic(), toEvaluator.left().traffic());
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
    }

    @Override
    public void close() throws Exception {
        tables.right().close();
        online.right().close();
        threads.shutdown();
        if (!threads.awaitTermination(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS)) {
            throw new IllegalStateException("a server does not end");
        }
    }
}
