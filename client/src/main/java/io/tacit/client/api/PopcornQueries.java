package io.tacit.client.api;

import io.tacit.client.popcorn.PopcornSession;
import io.tacit.client.wire.LocalParty;
import io.tacit.crypto.channel.Traffic;
import io.tacit.crypto.paillier.PaillierKeys;
import io.tacit.kernel.Workers;
import io.tacit.model.integer.IntegerTensor;
import io.tacit.model.integer.PublicNetwork;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.function.DoubleConsumer;

/**
 * The client of {@code popcorn}. Several pictures travel in the same ciphertexts, as many as fit; what is garbled ahead is
 * kept in memory, and streamed where that would be too much.
 */
final class PopcornQueries implements PredictionSession {
    private final LocalParty party;
    private final PublicNetwork network;
    private final PaillierKeys keys;
    private final SecureRandom random = new SecureRandom();
    private final List<PopcornSession> sessions = new ArrayList<>(); // all but the last are over
    private int dialledFor;
    private final ExecutorService threads = PredictionSession.threads("client");

    private PopcornQueries(LocalParty party, PublicNetwork network, PaillierKeys keys) {
        this.party = party;
        this.network = network;
        this.keys = keys;
    }

    static PopcornQueries open(LocalParty party, PublicNetwork network, PaillierKeys keys) {
        PopcornQueries queries = new PopcornQueries(party, network, keys);
        try {
            queries.dial(1);
            return queries;
        } catch (RuntimeException e) {
            queries.close();
            throw e;
        }
    }

    private PopcornSession dial(int images) {
        Workers workers = new Workers(threads, Runtime.getRuntime().availableProcessors());
        PopcornSession session = PopcornSession.open(party, network, keys, images, random, workers, threads);
        sessions.add(session);
        dialledFor = images;
        return session;
    }

    /** The open session, or a new one where more images fit its ciphertexts. */
    private PopcornSession session(int images) {
        PopcornSession open = sessions.get(sessions.size() - 1);
        if (images == 1 || dialledFor >= images || open.images() > 1) {
            return open;
        }
        open.close();
        return dial(images);
    }

    @Override
    public void prepare(int images) {
        PopcornSession session = session(images);
        int missing = images - session.preparedImages();
        if (missing > 0 && session.preparedBytes() * images <= PrivateModel.MEMORY_STORE_BYTES) {
            session.prepare(missing);
        }
    }

    @Override
    public List<Prediction> predict(IntegerTensor inputs, DoubleConsumer done) {
        PopcornSession session = session(inputs.batch());
        int together = session.images();
        List<Prediction> predictions = new ArrayList<>();
        for (int from = 0; from < inputs.batch(); from += together) {
            IntegerTensor part = inputs.slice(from, Math.min(together, inputs.batch() - from));
            double before = (double) from / inputs.batch();
            double own = (double) part.batch() / inputs.batch();
            session.predict(part, share -> done.accept(before + share * own))
                    .forEach(answer -> predictions.add(Prediction.of(network, answer.classes(), answer.scores())));
        }
        return predictions;
    }

    @Override
    public Map<String, Traffic> traffic() {
        Traffic sum = new Traffic(Map.of());
        for (PopcornSession session : sessions) {
            sum = sum.plus(session.traffic());
        }
        return Map.of(PopcornSession.SERVER, sum);
    }

    @Override
    public void close() {
        sessions.forEach(PopcornSession::close);
        keys.close();
        threads.shutdown();
    }
}
