package io.tacit.bench.securenets;

import io.tacit.crypto.channel.Channel;
import io.tacit.crypto.channel.Phase;
import io.tacit.crypto.channel.Traffic;
import io.tacit.kernel.Workers;
import io.tacit.model.integer.IntegerNetwork;
import io.tacit.model.integer.IntegerTensor;
import io.tacit.model.reference.IntegerEvaluator;
import io.tacit.protocol.material.MaterialStore;
import io.tacit.protocol.securenets.Cloud;
import io.tacit.protocol.securenets.CloudLimits;
import io.tacit.protocol.securenets.SecureNetsPlan;
import io.tacit.protocol.securenets.Settings;
import io.tacit.protocol.securenets.User;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Runs one network in one mode, several times, and keeps the best figures. All parties are in this process, each with
 * threads of its own whose processor time is counted; every answer is compared with the reference's.
 */
public final class Measurement {
    private final IntegerNetwork network;
    private final IntegerTensor inputs;
    private final int lanes;
    private final int repetitions;

    /**
     * @param inputs the batch that every run predicts
     * @param lanes lanes to each cloud: as many rounds are under way at a time
     * @param repetitions runs, of which the best counts; the first ones warm up
     */
    public Measurement(IntegerNetwork network, IntegerTensor inputs, int lanes, int repetitions) {
        this.network = network;
        this.inputs = inputs;
        this.lanes = lanes;
        this.repetitions = repetitions;
    }

    /** Processor seconds of one thread for the batch, evaluated in the clear by our own evaluator: the baseline. */
    public double local() {
        double best = Double.MAX_VALUE;
        IntegerEvaluator evaluator = new IntegerEvaluator(network, Workers.NONE);
        for (int run = 0; run < repetitions; run++) {
            double start = MeteredThreads.ownCpuSeconds();
            evaluator.evaluate(inputs);
            best = Math.min(best, MeteredThreads.ownCpuSeconds() - start);
        }
        return best;
    }

    /**
     * Deploys, then prepares and predicts the batch {@code repetitions} times.
     *
     * @param localSeconds from {@link #local}
     * @param store for pads
     */
    public Figures run(Settings settings, Carrier carrier, MaterialStore store, double localSeconds) {
        SecureNetsPlan plan = new SecureNetsPlan(network, settings);
        int clouds = settings.mode().clouds();
        long[] expected = values(new IntegerEvaluator(network, Workers.NONE).evaluate(inputs));
        try (MeteredThreads userThreads = new MeteredThreads("user");
                MeteredThreads cloudThreads = new MeteredThreads("cloud")) {
            List<List<Channel>> channels = open(carrier, clouds, cloudThreads);
            Workers workers = new Workers(userThreads.executor(), lanes);
            try (User user = new User(network, plan, new SecureRandom(), workers)) {
                user.deploy(channels.get(0));
                Figures best = null;
                for (int run = 0; run < repetitions; run++) {
                    double own = MeteredThreads.ownCpuSeconds();
                    double helpers = userThreads.cpuSeconds();
                    user.prepare(store, inputs.batch());
                    double offline = MeteredThreads.ownCpuSeconds() - own + userThreads.cpuSeconds() - helpers;

                    Traffic before = traffic(channels);
                    own = MeteredThreads.ownCpuSeconds();
                    helpers = userThreads.cpuSeconds();
                    double cloud = cloudThreads.cpuSeconds();
                    long start = System.nanoTime();
                    IntegerTensor scores = user.predict(channels, store, inputs);
                    double total = (System.nanoTime() - start) / 1e9;
                    double online = MeteredThreads.ownCpuSeconds() - own + userThreads.cpuSeconds() - helpers;
                    cloud = cloudThreads.cpuSeconds() - cloud;
                    Traffic.Count after = traffic(channels).in(Phase.PREDICT);
                    Traffic.Count earlier = before.in(Phase.PREDICT);
                    long bytes =
                            after.bytesSent() + after.bytesReceived() - earlier.bytesSent() - earlier.bytesReceived();
                    if (!Arrays.equals(values(scores), expected)) {
                        throw new IllegalStateException(network.name() + ": an answer is not the reference's");
                    }
                    Figures now = new Figures(
                            network.name(),
                            settings,
                            plan.checks(),
                            inputs.batch(),
                            localSeconds,
                            online,
                            offline,
                            cloud,
                            total,
                            bytes,
                            plan.field().bytesPerValue(),
                            plan.onlineMultiplications(),
                            network.multiplications(),
                            Figures.wrongEntryBits(plan));
                    best = best == null ? now : best.better(now);
                }
                channels.forEach(lane -> lane.forEach(Channel::close));
                return Objects.requireNonNull(best, "no repetitions");
            }
        }
    }

    private List<List<Channel>> open(Carrier carrier, int clouds, MeteredThreads threads) {
        List<List<Channel>> channels = new ArrayList<>();
        for (int lane = 0; lane < lanes; lane++) {
            channels.add(new ArrayList<>());
        }
        for (int k = 0; k < clouds; k++) {
            Cloud cloud = new Cloud(CloudLimits.usual(), Workers.NONE);
            for (int lane = 0; lane < lanes; lane++) {
                Carrier.Lane ends = carrier.open(k, lane);
                channels.get(lane).add(ends.user());
                threads.executor().execute(() -> cloud.serve(ends.cloud()));
            }
        }
        return channels;
    }

    private static Traffic traffic(List<List<Channel>> channels) {
        return channels.stream()
                .flatMap(List::stream)
                .map(Channel::traffic)
                .reduce(new Traffic(Map.of()), Traffic::plus);
    }

    private static long[] values(IntegerTensor tensor) {
        long[] values = new long[tensor.batch() * tensor.shape().size()];
        Arrays.setAll(values, tensor::get);
        return values;
    }
}
