package io.tacit.client.api;

import io.tacit.crypto.channel.Traffic;
import io.tacit.model.integer.IntegerTensor;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.DoubleConsumer;

/** One protocol's session of the querying party: connections, deployed model, prepared material. */
interface PredictionSession extends AutoCloseable {

    /** Prepares what {@code images} predictions use up, as far as this party prepares anything; needs no query. */
    void prepare(int images);

    /**
     * Answers to a batch, in order: as much as the deployment's disclosure policy tells.
     *
     * @param done told the share of the work that is done, 0 to 1, where answers take long
     */
    List<Prediction> predict(IntegerTensor inputs, DoubleConsumer done);

    /** Traffic with each peer so far, over all lanes. */
    Map<String, Traffic> traffic();

    /** Threads for a session, as many as it asks for; they keep no process alive. @param role of the party */
    static ExecutorService threads(String role) {
        return Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task, "tacit " + role);
            thread.setDaemon(true);
            return thread;
        });
    }

    @Override
    void close();
}
