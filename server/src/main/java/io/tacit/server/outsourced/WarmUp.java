package io.tacit.server.outsourced;

import io.tacit.client.outsourced.OutsourcedLanes;
import io.tacit.client.outsourced.OutsourcedPlans;
import io.tacit.crypto.channel.MemoryChannel;
import io.tacit.kernel.Workers;
import io.tacit.model.integer.IntegerNetwork;
import io.tacit.model.integer.IntegerTensor;
import io.tacit.model.integer.TensorShape;
import io.tacit.protocol.linear.LinearPreparation;
import io.tacit.protocol.linear.Pipeline;
import io.tacit.protocol.linear.TripletPlan;
import io.tacit.protocol.material.MemoryMaterialStore;
import io.tacit.protocol.outsourced.Client;
import io.tacit.protocol.outsourced.Evaluator;
import io.tacit.protocol.outsourced.Garbler;
import io.tacit.protocol.outsourced.ModelShare;
import io.tacit.protocol.outsourced.Owner;
import io.tacit.protocol.outsourced.ServerLimits;
import io.tacit.protocol.plan.Disclosure;
import io.tacit.protocol.plan.SharingPlan;
import io.tacit.protocol.plan.SharingSettings;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * Has a server's code compiled before the first query comes: until then it takes ten times as long and more. The whole
 * protocol is run in this process, all parties together, on a small made-up network. No secret is touched, nothing is kept.
 */
public final class WarmUp {
    private static final long TIMEOUT_MILLIS = 60_000;
    private static final long ROOM_BYTES = 1L << 26;
    private static final int CLASSES = 10;
    private static final int SIDE = 16;
    private static final int CHANNELS = 8;

    private final SecureRandom random;
    private final Workers workers;
    private final Executor threads;
    private final IntegerNetwork network = network();
    private final SharingPlan plan =
            new SharingPlan(Disclosure.LABEL.known(network), SharingSettings.of(Disclosure.LABEL));
    private final TripletPlan triplets = OutsourcedPlans.triplets(plan);

    private WarmUp(SecureRandom random, Workers workers, Executor threads) {
        this.random = random;
        this.workers = workers;
        this.threads = threads;
    }

    /** Runs until the time is over, to the end of the query that is then under way; not at all for zero. */
    public static void run(Duration time, SecureRandom random, Workers workers, Executor threads) {
        if (!time.isZero()) {
            new WarmUp(random, workers, threads).run(System.nanoTime() + time.toNanos());
        }
    }

    private void run(long deadline) {
        MemoryChannel.Pair deployGarbler = connect(OutsourcedLanes.OWNER, OutsourcedLanes.GARBLER);
        MemoryChannel.Pair deployEvaluator = connect(OutsourcedLanes.OWNER, OutsourcedLanes.EVALUATOR);
        CompletableFuture<ModelShare> ofGarbler = CompletableFuture.supplyAsync(
                () -> ModelShare.receiveForGarbler(plan, deployGarbler.right(), share -> {}), threads);
        CompletableFuture<ModelShare> ofEvaluator = CompletableFuture.supplyAsync(
                () -> ModelShare.receiveForEvaluator(plan, deployEvaluator.right(), share -> {}), threads);
        new Owner(plan, random).deploy(network, deployGarbler.left(), deployEvaluator.left());
        Garbler garbler = new Garbler(
                plan,
                ofGarbler.join(),
                new MemoryMaterialStore(ROOM_BYTES, random),
                ServerLimits.usual(),
                random,
                workers,
                threads);
        Evaluator evaluator = new Evaluator(
                plan, ofEvaluator.join(), new MemoryMaterialStore(ROOM_BYTES, random), random, workers, threads);
        MemoryChannel.Pair tables = connect(OutsourcedLanes.EVALUATOR, OutsourcedLanes.GARBLER);
        MemoryChannel.Pair products = connect(OutsourcedLanes.EVALUATOR, OutsourcedLanes.GARBLER);
        MemoryChannel.Pair online = connect(OutsourcedLanes.EVALUATOR, OutsourcedLanes.GARBLER);
        CompletableFuture<Void> preparing = CompletableFuture.runAsync(
                () -> garbler.servePreparation(tables.right(), preparation(products.right())), threads);
        CompletableFuture<Void> predicting =
                CompletableFuture.runAsync(() -> garbler.servePredictions(online.right()), threads);
        try (Evaluator.Preparation preparation =
                evaluator.openPreparation(tables.left(), preparation(products.left()))) {
            do {
                preparation.prepare(1);
                ask(garbler, evaluator, online.left());
            } while (System.nanoTime() < deadline);
        } finally {
            online.left().close();
        }
        preparing.join();
        predicting.join();
    }

    private static MemoryChannel.Pair connect(String left, String right) {
        return MemoryChannel.connect(left, right, TIMEOUT_MILLIS);
    }

    private LinearPreparation preparation(MemoryChannel lane) {
        return LinearPreparation.open(lane, triplets, Pipeline.ON, random, workers, threads);
    }

    private void ask(Garbler garbler, Evaluator evaluator, MemoryChannel online) {
        MemoryChannel.Pair toGarbler = connect(OutsourcedLanes.CLIENT, OutsourcedLanes.GARBLER);
        MemoryChannel.Pair toEvaluator = connect(OutsourcedLanes.CLIENT, OutsourcedLanes.EVALUATOR);
        CompletableFuture<Void> atGarbler =
                CompletableFuture.runAsync(() -> garbler.serveClient(toGarbler.right()), threads);
        CompletableFuture<Void> atEvaluator = CompletableFuture.runAsync(
                () -> evaluator.predict(online, evaluator.receive(toEvaluator.right())), threads);
        TensorShape shape = network.input().shape();
        new Client(plan, random)
                .predict(toGarbler.left(), toEvaluator.left(), IntegerTensor.ofInts(1, shape, new int[shape.size()]));
        atGarbler.join();
        atEvaluator.join();
        toGarbler.left().close();
        toEvaluator.left().close();
    }

    /** A convolution, ReLU, largest values of windows and a dense layer: every kind of work there is. */
    private static IntegerNetwork network() {
        return new MadeUpNetwork(SIDE)
                .convolution(CHANNELS)
                .relu()
                .maxPool()
                .dense(CLASSES)
                .build();
    }
}
