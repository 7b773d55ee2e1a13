package io.tacit.client.api;

import io.tacit.client.deployment.Deployment;
import io.tacit.client.securenets.SecureNetsSession;
import io.tacit.client.wire.LocalParty;
import io.tacit.crypto.channel.Traffic;
import io.tacit.kernel.Workers;
import io.tacit.model.integer.IntegerNetwork;
import io.tacit.model.integer.IntegerTensor;
import io.tacit.model.integer.PublicNetwork;
import io.tacit.protocol.material.MaterialStore;
import io.tacit.protocol.securenets.SecureNetsPlan;
import io.tacit.protocol.securenets.Settings;
import io.tacit.protocol.securenets.User;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.DoubleConsumer;

/** The user of {@code securenets}; material that is missing is made when it is needed. */
final class SecureNetsQueries implements PredictionSession {
    /** Clouds work on the rounds of one lane while the user works on those of the other. */
    static final int LANES = 2;

    private final PublicNetwork network;
    private final ExecutorService threads;
    private final SecureNetsSession session;
    private final MaterialStore store;

    private SecureNetsQueries(
            PublicNetwork network, ExecutorService threads, SecureNetsSession session, MaterialStore store) {
        this.network = network;
        this.threads = threads;
        this.session = session;
        this.store = store;
    }

    static SecureNetsQueries open(LocalParty party, IntegerNetwork network, MaterialStore store) {
        Settings settings = Settings.of(SecureNetsSession.mode(party.deployment()));
        int count = Math.max(Runtime.getRuntime().availableProcessors(), LANES);
        ExecutorService threads = Executors.newFixedThreadPool(count, task -> {
            Thread thread = new Thread(task, "tacit user");
            thread.setDaemon(true);
            return thread;
        });
        try {
            SecureNetsSession session = SecureNetsSession.open(
                    party, network, settings, LANES, new SecureRandom(), new Workers(threads, count));
            return new SecureNetsQueries(PublicNetwork.of(network), threads, session, store);
        } catch (RuntimeException e) {
            threads.shutdown();
            throw e;
        }
    }

    /** Material for queries to come; needs no cloud. @return whether the mode needs any */
    static boolean prepare(
            Deployment deployment,
            IntegerNetwork network,
            MaterialStore store,
            int queries,
            int images,
            Workers workers,
            Runnable afterEach) {
        SecureNetsPlan plan = new SecureNetsPlan(network, Settings.of(SecureNetsSession.mode(deployment)));
        if (!plan.mode().needsPads()) {
            return false;
        }
        try (User user = new User(network, plan, new SecureRandom(), workers)) {
            for (int query = 0; query < queries; query++) {
                user.prepare(store, images);
                afterEach.run();
            }
        }
        return true;
    }

    @Override
    public void prepare(int images) {
        if (session.missingPads(store, images) > 0) {
            session.prepare(store, images);
        }
    }

    @Override
    public List<Prediction> predict(IntegerTensor inputs, DoubleConsumer done) {
        prepare(inputs.batch());
        IntegerTensor scores = session.predict(store, inputs);
        List<Prediction> predictions = new ArrayList<>();
        int classes = network.classes();
        for (int i = 0; i < inputs.batch(); i++) {
            List<BigInteger> own = new ArrayList<>();
            for (int c = 0; c < classes; c++) {
                own.add(scores.getBig(i * classes + c));
            }
            predictions.add(Prediction.ofScores(network, own));
        }
        return predictions;
    }

    @Override
    public Map<String, Traffic> traffic() {
        Map<String, Traffic> traffic = new TreeMap<>();
        for (int cloud = 0; cloud < session.plan().mode().clouds(); cloud++) {
            traffic.put("cloud-" + (cloud + 1), session.traffic(cloud));
        }
        return traffic;
    }

    @Override
    public void close() {
        try {
            session.close();
        } finally {
            threads.shutdown();
        }
    }
}
