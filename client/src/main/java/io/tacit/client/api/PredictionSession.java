package io.tacit.client.api;

import io.tacit.crypto.channel.Traffic;
import io.tacit.model.integer.IntegerTensor;
import java.util.Map;

/** One protocol's session of the querying party: connections, deployed model, prepared material. */
interface PredictionSession extends AutoCloseable {

    /** Prepares what {@code images} predictions use up, as far as it is not ready yet; needs no query. */
    void prepare(int images);

    /** Exact scores of a batch. */
    IntegerTensor scores(IntegerTensor inputs);

    /** Traffic with each peer so far, over all lanes. */
    Map<String, Traffic> traffic();

    @Override
    void close();
}
