package io.tacit.bench.privdnn;

import io.tacit.bench.MeteredThreads;
import io.tacit.crypto.channel.MemoryChannel;
import io.tacit.crypto.random.Seed;
import io.tacit.crypto.share.RingVector;
import io.tacit.kernel.Workers;
import io.tacit.protocol.nonlinear.Block;
import io.tacit.protocol.nonlinear.Chunk;
import io.tacit.protocol.nonlinear.EvaluatorEnd;
import io.tacit.protocol.nonlinear.GarblerEnd;
import io.tacit.protocol.nonlinear.ResultMasks;
import io.tacit.protocol.nonlinear.Results;
import io.tacit.protocol.privdnn.PrivDnnPlan;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;

/**
 * Seconds of processor time that a plan's circuits take for one image on this machine, now: they are garbled and evaluated on
 * shares that mean nothing, over a channel in memory.
 *
 * @param owner garbling, the owner's half of the transfers
 * @param user evaluating, the user's half
 */
public record CircuitSeconds(double owner, double user) {
    private static final long TIMEOUT_MILLIS = 600_000;
    private static final long WARM_UP_GATES = 30_000_000;
    private static final long MEASURED_GATES = 15_000_000;

    /** Measures in a few seconds; large circuits take as long as two images do. */
    public static CircuitSeconds measure(PrivDnnPlan plan) {
        if (plan.andGates() == 0) {
            return new CircuitSeconds(0, 0);
        }
        int images = (int) Math.max(1, Math.min(plan.groupImages(), MEASURED_GATES / plan.andGates()));
        long gates = plan.andGates() * images;
        int warmUp = (int) Math.max(1, WARM_UP_GATES / gates);
        int measured = (int) Math.max(1, MEASURED_GATES / gates);
        MemoryChannel.Pair lane = MemoryChannel.connect("owner", "user", TIMEOUT_MILLIS);
        byte[] session = new byte[2 * Seed.BYTES];
        Seed seed = Seed.of(new byte[Seed.BYTES]);
        try (MeteredThreads owners = new MeteredThreads("owner");
                MeteredThreads users = new MeteredThreads("user")) {
            Callable<Double> garbling = () -> {
                try (GarblerEnd end =
                        GarblerEnd.connect(lane.left(), session, plan.settings().extension(), seed.derive("owner"))) {
                    garble(plan, end, seed, images, warmUp);
                    double before = owners.cpuSeconds();
                    garble(plan, end, seed, images, measured);
                    return owners.cpuSeconds() - before;
                }
            };
            Callable<Double> evaluating = () -> {
                try (EvaluatorEnd end = EvaluatorEnd.connect(
                        lane.right(), session, plan.settings().extension(), seed.derive("user"))) {
                    evaluate(plan, end, seed, images, warmUp, users);
                    double before = users.cpuSeconds();
                    evaluate(plan, end, seed, images, measured, users);
                    return users.cpuSeconds() - before;
                }
            };
            Future<Double> owner = owners.executor().submit(garbling);
            Future<Double> user = users.executor().submit(evaluating);
            double evaluated = user.get();
            return new CircuitSeconds(owner.get() / (measured * images), evaluated / (measured * images));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("circuits cannot be measured", e.getCause());
        }
    }

    private static void garble(PrivDnnPlan plan, GarblerEnd end, Seed seed, int images, int times) {
        List<List<Chunk>> chunks = plan.chunks(images);
        for (int time = 0; time < times; time++) {
            for (int i = 0; i < chunks.size(); i++) {
                if (plan.items().get(i) instanceof PrivDnnPlan.Round round) {
                    Block block = round.block();
                    ResultMasks masks = block.isAnswer()
                            ? (chunk, planes) -> {}
                            : ResultMasks.of(zeros(plan, block.target(), images));
                    end.garbleNow(chunks.get(i), seed, any -> masks, share(plan, block, images), Workers.NONE);
                }
            }
        }
    }

    private static void evaluate(
            PrivDnnPlan plan, EvaluatorEnd end, Seed seed, int images, int times, MeteredThreads threads) {
        List<List<Chunk>> chunks = plan.chunks(images);
        for (int time = 0; time < times; time++) {
            for (int i = 0; i < chunks.size(); i++) {
                if (plan.items().get(i) instanceof PrivDnnPlan.Round round) {
                    Block block = round.block();
                    Results results = block.isAnswer()
                            ? (chunk, planes) -> {}
                            : Results.into(zeros(plan, block.target(), images));
                    end.evaluateNow(
                            chunks.get(i), seed, share(plan, block, images), results, Workers.NONE, threads.executor());
                }
            }
        }
    }

    private static RingVector zeros(PrivDnnPlan plan, int step, int images) {
        return plan.ring(step).zeros(images * size(plan, step));
    }

    private static RingVector share(PrivDnnPlan plan, Block block, int images) {
        return block.input().zeros(images * size(plan, block.source()));
    }

    private static int size(PrivDnnPlan plan, int step) {
        return plan.network().steps().get(step).shape().size();
    }
}
