package io.tacit.client.outsourced;

import io.tacit.client.wire.Connector;
import io.tacit.client.wire.LocalParty;
import io.tacit.client.wire.SessionId;
import io.tacit.crypto.channel.Channel;
import io.tacit.crypto.channel.PeerUnavailable;
import io.tacit.crypto.channel.ProtocolAbort;
import io.tacit.crypto.channel.Traffic;
import io.tacit.model.integer.IntegerTensor;
import io.tacit.model.integer.PublicNetwork;
import io.tacit.protocol.outsourced.Answer;
import io.tacit.protocol.outsourced.Client;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A client's session with both servers: good for any number of queries, several at a time where there are several lanes. After
 * a failure the session is over.
 */
public final class OutsourcedSession implements AutoCloseable {
    private final Client client;
    private final List<Lane> lanes;

    private record Lane(Channel garbler, Channel evaluator) {}

    private OutsourcedSession(Client client, List<Lane> lanes) {
        this.client = client;
        this.lanes = lanes;
    }

    /**
     * Dials both servers.
     *
     * @param network the deployment's network
     * @param laneCount queries that can be under way at a time, 1 to the size of {@link OutsourcedLanes#QUERIES}
     * @throws PeerUnavailable if a server does not answer
     * @throws ProtocolAbort if a server refuses
     */
    public static OutsourcedSession open(LocalParty party, PublicNetwork network, int laneCount, SecureRandom random) {
        Client client = new Client(OutsourcedPlans.sharing(party.deployment(), network), random);
        Connector connector = new Connector(party);
        SessionId session = SessionId.random(random);
        List<Lane> lanes = new ArrayList<>();
        try {
            for (String name : OutsourcedLanes.QUERIES.subList(0, laneCount)) {
                Channel garbler = connector.dial(OutsourcedLanes.GARBLER, session, name);
                try {
                    lanes.add(new Lane(garbler, connector.dial(OutsourcedLanes.EVALUATOR, session, name)));
                } catch (RuntimeException e) {
                    garbler.close();
                    throw e;
                }
            }
            return new OutsourcedSession(client, lanes);
        } catch (RuntimeException e) {
            lanes.forEach(OutsourcedSession::close);
            throw e;
        }
    }

    /** Number of queries that can be under way at a time. */
    public int lanes() {
        return lanes.size();
    }

    /**
     * Asks for one input.
     *
     * @param lane 0 to {@link #lanes} - 1, one query at a time on each
     * @throws ProtocolAbort if a server refuses, with its reason
     * @throws PeerUnavailable if one is gone
     */
    public Answer predict(int lane, IntegerTensor input) {
        Lane own = lanes.get(lane);
        return client.predict(own.garbler, own.evaluator, input);
    }

    /** Traffic with each server so far. */
    public Map<String, Traffic> traffic() {
        Traffic garbler = new Traffic(Map.of());
        Traffic evaluator = new Traffic(Map.of());
        for (Lane lane : lanes) {
            garbler = garbler.plus(lane.garbler.traffic());
            evaluator = evaluator.plus(lane.evaluator.traffic());
        }
        return Map.of(OutsourcedLanes.GARBLER, garbler, OutsourcedLanes.EVALUATOR, evaluator);
    }

    @Override
    public void close() {
        lanes.forEach(OutsourcedSession::close);
    }

    private static void close(Lane lane) {
        lane.garbler.close();
        lane.evaluator.close();
    }
}
