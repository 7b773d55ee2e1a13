package io.tacit.client.api;

import io.tacit.client.seco.SecoLanes;
import io.tacit.client.seco.SecoSession;
import io.tacit.client.wire.LocalParty;
import io.tacit.crypto.channel.Traffic;
import io.tacit.kernel.Workers;
import io.tacit.model.integer.IntegerTensor;
import io.tacit.model.integer.PublicNetwork;
import io.tacit.protocol.material.MaterialStore;
import io.tacit.protocol.seco.Answer;
import io.tacit.protocol.seco.UserPlan;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.function.DoubleConsumer;

/** The user of {@code seco}: the pictures of a batch are queries of their own, one after another. */
final class SecoQueries implements PredictionSession {
    private final PublicNetwork network;
    private final SecoSession session;
    private final ExecutorService threads;

    private SecoQueries(PublicNetwork network, SecoSession session, ExecutorService threads) {
        this.network = network;
        this.session = session;
        this.threads = threads;
    }

    static SecoQueries open(LocalParty party, UserPlan plan, MaterialStore store) {
        ExecutorService threads = PredictionSession.threads("user");
        try {
            Workers workers = new Workers(threads, Runtime.getRuntime().availableProcessors());
            SecoSession session = SecoSession.open(party, plan, store, new SecureRandom(), workers, threads);
            return new SecoQueries(plan.outside(), session, threads);
        } catch (RuntimeException e) {
            threads.shutdown();
            throw e;
        }
    }

    /** The gateway's own layers; the servers prepare theirs by themselves. */
    @Override
    public void prepare(int images) {
        session.prepare(images);
    }

    @Override
    public List<Prediction> predict(IntegerTensor inputs, DoubleConsumer done) {
        session.prepare(inputs.batch());
        List<Prediction> predictions = new ArrayList<>();
        int size = network.input().shape().size();
        for (int i = 0; i < inputs.batch(); i++) {
            int[] one = Arrays.copyOfRange(inputs.ints(), i * size, (i + 1) * size);
            Answer answer =
                    session.predict(IntegerTensor.ofInts(1, network.input().shape(), one));
            predictions.add(Prediction.of(network, answer.classes(), answer.scores()));
            done.accept((i + 1.0) / inputs.batch());
        }
        return predictions;
    }

    @Override
    public Map<String, Traffic> traffic() {
        return Map.of(SecoLanes.GATEWAY, session.traffic());
    }

    @Override
    public void close() {
        session.close();
        threads.shutdown();
    }
}
