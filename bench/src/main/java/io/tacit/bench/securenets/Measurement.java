package io.tacit.bench.securenets;

import io.tacit.bench.MeteredThreads;
import io.tacit.crypto.channel.Channel;
import io.tacit.crypto.channel.Phase;
import io.tacit.crypto.channel.Traffic;
import io.tacit.kernel.Workers;
import io.tacit.model.integer.IntegerNetwork;
import io.tacit.model.integer.IntegerTensor;
import io.tacit.model.reference.IntegerEvaluator;
import io.tacit.protocol.material.MaterialStore;
import io.tacit.protocol.material.MemoryMaterialStore;
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

/**
 * Runs one network in one mode, several times, and takes medians. All parties are in this process, each with threads of its
 * own whose processor time is counted; every answer is compared with the reference's.
 */
public final class Measurement {
    private static final long STORE_BYTES = 4L << 30;

    private final IntegerNetwork network;
    private final IntegerTensor inputs;
    private final int lanes;
    private final int warmUps;
    private final int repetitions;

    /**
     * @param inputs the batch that every run predicts
     * @param lanes lanes to each cloud: as many rounds are under way at a time
     * @param warmUps runs that do not count: code is compiled during them
     * @param repetitions runs after them, of which the medians are taken
     */
    public Measurement(IntegerNetwork network, IntegerTensor inputs, int lanes, int warmUps, int repetitions) {
        this.network = network;
        this.inputs = inputs;
        this.lanes = lanes;
        this.warmUps = warmUps;
        this.repetitions = repetitions;
    }

    /**
     * Figures over each of some carriers. In every run plain local evaluation comes first and then each carrier in turn, so
     * that whatever else loads the machine loads all of them alike.
     *
     * @return the medians, in the order of the carriers
     */
    public List<Figures> run(Settings settings, List<Carrier> carriers) {
        IntegerEvaluator evaluator = new IntegerEvaluator(network, Workers.NONE);
        long[] expected = values(evaluator.evaluate(inputs));
        List<Parties> parties = new ArrayList<>();
        try {
            List<List<Figures>> runs = new ArrayList<>();
            for (Carrier carrier : carriers) {
                parties.add(new Parties(settings, carrier));
                runs.add(new ArrayList<>());
            }
            for (int run = -warmUps; run < repetitions; run++) {
                double before = MeteredThreads.ownCpuSeconds();
                evaluator.evaluate(inputs);
                double local = MeteredThreads.ownCpuSeconds() - before;
                for (int i = 0; i < carriers.size(); i++) {
                    Figures figures = parties.get(i).predict(expected, local);
                    if (run >= 0) {
                        runs.get(i).add(figures);
                    }
                }
            }
            return runs.stream().map(Figures::median).toList();
        } finally {
            parties.forEach(Parties::close);
        }
    }

    /** A user and its clouds over one carrier, deployed. */
    private final class Parties implements AutoCloseable {
        private final Settings settings;
        private final SecureNetsPlan plan;
        private final MeteredThreads userThreads = new MeteredThreads("user");
        private final MeteredThreads cloudThreads = new MeteredThreads("cloud");
        private final MaterialStore store = new MemoryMaterialStore(STORE_BYTES, new SecureRandom());
        private final List<List<Channel>> channels = new ArrayList<>();
        private final User user;

        Parties(Settings settings, Carrier carrier) {
            this.settings = settings;
            plan = new SecureNetsPlan(network, settings);
            user = new User(network, plan, new SecureRandom(), new Workers(userThreads.executor(), lanes));
            for (int lane = 0; lane < lanes; lane++) {
                channels.add(new ArrayList<>());
            }
            for (int k = 0; k < settings.mode().clouds(); k++) {
                Cloud cloud = new Cloud(CloudLimits.usual(), Workers.NONE);
                for (int lane = 0; lane < lanes; lane++) {
                    Carrier.Lane ends = carrier.open(k, lane);
                    channels.get(lane).add(ends.user());
                    cloudThreads.executor().execute(() -> cloud.serve(ends.cloud()));
                }
            }
            user.deploy(channels.get(0));
        }

        Figures predict(long[] expected, double localSeconds) {
            double own = MeteredThreads.ownCpuSeconds();
            double helpers = userThreads.cpuSeconds();
            user.prepare(store, inputs.batch());
            double offline = MeteredThreads.ownCpuSeconds() - own + userThreads.cpuSeconds() - helpers;

            long bytes = -onlineBytes();
            own = MeteredThreads.ownCpuSeconds();
            helpers = userThreads.cpuSeconds();
            double cloud = -cloudThreads.cpuSeconds();
            long start = System.nanoTime();
            IntegerTensor scores = user.predict(channels, store, inputs);
            double total = (System.nanoTime() - start) / 1e9;
            double online = MeteredThreads.ownCpuSeconds() - own + userThreads.cpuSeconds() - helpers;
            cloud += cloudThreads.cpuSeconds();
            bytes += onlineBytes();
            if (!Arrays.equals(values(scores), expected)) {
                throw new IllegalStateException(network.name() + ": an answer is not the reference's");
            }
            return new Figures(
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
        }

        private long onlineBytes() {
            Traffic.Count online = channels.stream()
                    .flatMap(List::stream)
                    .map(Channel::traffic)
                    .reduce(new Traffic(Map.of()), Traffic::plus)
                    .in(Phase.PREDICT);
            return online.bytesSent() + online.bytesReceived();
        }

        @Override
        public void close() {
            user.close();
            channels.forEach(lane -> lane.forEach(Channel::close));
            store.close();
            userThreads.close();
            cloudThreads.close();
        }
    }

    private static long[] values(IntegerTensor tensor) {
        long[] values = new long[tensor.batch() * tensor.shape().size()];
        Arrays.setAll(values, tensor::get);
        return values;
    }
}
