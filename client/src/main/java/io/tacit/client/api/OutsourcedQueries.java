package io.tacit.client.api;

import io.tacit.client.outsourced.OutsourcedLanes;
import io.tacit.client.outsourced.OutsourcedSession;
import io.tacit.client.wire.LocalParty;
import io.tacit.crypto.channel.Traffic;
import io.tacit.model.integer.IntegerTensor;
import io.tacit.model.integer.PublicNetwork;
import io.tacit.protocol.outsourced.Answer;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.function.DoubleConsumer;

/** The client of {@code outsourced}: the servers prepare, it asks; inputs of a batch are queries of their own. */
final class OutsourcedQueries implements PredictionSession {
    private final LocalParty party;
    private final PublicNetwork network;
    private final SecureRandom random = new SecureRandom();
    private final List<OutsourcedSession> sessions = new ArrayList<>(); // all but the last are over
    private final ExecutorService threads = PredictionSession.threads("client");

    private OutsourcedQueries(LocalParty party, PublicNetwork network) {
        this.party = party;
        this.network = network;
    }

    static OutsourcedQueries open(LocalParty party, PublicNetwork network) {
        OutsourcedQueries queries = new OutsourcedQueries(party, network);
        try {
            queries.dial(1);
            return queries;
        } catch (RuntimeException e) {
            queries.close();
            throw e;
        }
    }

    private OutsourcedSession dial(int lanes) {
        OutsourcedSession session = OutsourcedSession.open(party, network, lanes, random);
        sessions.add(session);
        return session;
    }

    @Override
    public void prepare(int images) {} // the servers do

    @Override
    public List<Prediction> predict(IntegerTensor inputs, DoubleConsumer done) {
        OutsourcedSession session = sessions.get(sessions.size() - 1);
        int wanted = Math.min(inputs.batch(), OutsourcedLanes.QUERIES.size());
        if (session.lanes() < wanted) {
            session.close();
            session = dial(wanted);
        }
        OutsourcedSession open = session;
        Prediction[] predictions = new Prediction[inputs.batch()];
        List<CompletableFuture<Void>> lanes = new ArrayList<>();
        for (int lane = 0; lane < wanted; lane++) {
            int first = lane;
            lanes.add(CompletableFuture.runAsync(
                    () -> {
                        for (int i = first; i < predictions.length; i += wanted) {
                            Answer answer = open.predict(first, input(inputs, i));
                            predictions[i] = Prediction.of(network, answer.classes(), answer.scores());
                        }
                    },
                    threads));
        }
        try {
            CompletableFuture.allOf(lanes.toArray(CompletableFuture[]::new)).join();
        } catch (CompletionException e) {
            open.close();
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
        return Arrays.asList(predictions);
    }

    private IntegerTensor input(IntegerTensor inputs, int index) {
        int size = network.input().shape().size();
        return IntegerTensor.ofInts(
                1, network.input().shape(), Arrays.copyOfRange(inputs.ints(), index * size, (index + 1) * size));
    }

    @Override
    public Map<String, Traffic> traffic() {
        Traffic garbler = new Traffic(Map.of());
        Traffic evaluator = new Traffic(Map.of());
        for (OutsourcedSession session : sessions) {
            garbler = garbler.plus(session.traffic().getOrDefault(OutsourcedLanes.GARBLER, new Traffic(Map.of())));
            evaluator =
                    evaluator.plus(session.traffic().getOrDefault(OutsourcedLanes.EVALUATOR, new Traffic(Map.of())));
        }
        return Map.of(OutsourcedLanes.GARBLER, garbler, OutsourcedLanes.EVALUATOR, evaluator);
    }

    @Override
    public void close() {
        sessions.forEach(OutsourcedSession::close);
        threads.shutdown();
    }
}
