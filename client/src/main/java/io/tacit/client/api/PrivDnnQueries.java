package io.tacit.client.api;

import io.tacit.client.privdnn.Bundle;
import io.tacit.client.privdnn.PrivDnnSession;
import io.tacit.client.wire.LocalParty;
import io.tacit.crypto.channel.Traffic;
import io.tacit.kernel.Workers;
import io.tacit.model.integer.IntegerTensor;
import io.tacit.model.integer.PublicNetwork;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.function.DoubleConsumer;

/** The user of {@code privdnn}: all pictures of a batch share the work on the encrypted filters. */
final class PrivDnnQueries implements PredictionSession {
    private final Bundle bundle;
    private final PublicNetwork network;
    private final PrivDnnSession session;
    private final ExecutorService threads;

    private PrivDnnQueries(Bundle bundle, PrivDnnSession session, ExecutorService threads) {
        this.bundle = bundle;
        this.network = bundle.plan().network();
        this.session = session;
        this.threads = threads;
    }

    static PrivDnnQueries open(LocalParty party, Bundle bundle) {
        ExecutorService threads = PredictionSession.threads("user");
        try {
            Workers workers = new Workers(threads, Runtime.getRuntime().availableProcessors());
            PrivDnnSession session = PrivDnnSession.open(party, bundle, new SecureRandom(), workers, threads);
            return new PrivDnnQueries(bundle, session, threads);
        } catch (RuntimeException e) {
            threads.shutdown();
            throw e;
        }
    }

    /** Nothing: the owner garbles as it answers. */
    @Override
    public void prepare(int images) {}

    @Override
    public List<Prediction> predict(IntegerTensor inputs, DoubleConsumer done) {
        return session.predict(inputs, done).stream()
                .map(answer -> Prediction.of(network, answer.classes(), answer.scores()))
                .toList();
    }

    @Override
    public Map<String, Traffic> traffic() {
        return Map.of(PrivDnnSession.OWNER, session.traffic());
    }

    @Override
    public void close() {
        session.close();
        bundle.close();
        threads.shutdown();
    }
}
