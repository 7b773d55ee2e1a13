package io.tacit.client.api;

import io.tacit.client.deployment.Deployment;
import io.tacit.client.wire.Connector;
import io.tacit.client.wire.LocalParty;
import io.tacit.client.wire.SessionId;
import io.tacit.crypto.channel.Channel;
import io.tacit.crypto.channel.Traffic;
import io.tacit.kernel.Workers;
import io.tacit.model.integer.IntegerNetwork;
import io.tacit.model.integer.IntegerTensor;
import io.tacit.protocol.material.MaterialStore;
import io.tacit.protocol.securenets.Mode;
import io.tacit.protocol.securenets.SecureNetsPlan;
import io.tacit.protocol.securenets.Settings;
import io.tacit.protocol.securenets.User;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The user of {@code securenets}: every lane has a channel to each cloud; rounds run on all lanes at once. */
final class SecureNetsSession implements PredictionSession {
    private final List<List<Channel>> lanes = new ArrayList<>();
    private final MaterialStore store;
    private final User user;

    private SecureNetsSession(MaterialStore store, User user) {
        this.store = store;
        this.user = user;
    }

    /** Dials every cloud and deploys the network. */
    static SecureNetsSession open(LocalParty party, IntegerNetwork network, MaterialStore store, Workers workers) {
        SecureRandom random = new SecureRandom();
        SecureNetsPlan plan = new SecureNetsPlan(network, Settings.of(mode(party.deployment())));
        SecureNetsSession session = new SecureNetsSession(store, new User(network, plan, random, workers));
        try {
            Connector connector = new Connector(party);
            SessionId id = SessionId.random(random);
            for (String lane : SecureNets.LANES) {
                List<Channel> channels = new ArrayList<>();
                session.lanes.add(channels);
                for (int cloud = 1; cloud <= plan.mode().clouds(); cloud++) {
                    channels.add(connector.dial("cloud-" + cloud, id, lane));
                }
            }
            session.user.deploy(session.lanes.get(0));
            return session;
        } catch (RuntimeException e) {
            session.user.close();
            session.lanes.forEach(lane -> lane.forEach(Channel::close));
            throw e;
        }
    }

    /** The role's mode that a deployment names. */
    static Mode mode(Deployment deployment) {
        long clouds = deployment.roles().keySet().stream()
                .filter(role -> role.startsWith("cloud-"))
                .count();
        return switch (deployment.mode()) {
            case "published" -> Mode.PUBLISHED;
            case "weights-public" -> Mode.BLINDED_ONE;
            default -> clouds == 3 ? Mode.BLINDED_THREE : Mode.BLINDED_TWO;
        };
    }

    @Override
    public void prepare(int images) {
        if (user.missingPads(store, images) > 0) {
            user.prepare(store, images);
        }
    }

    @Override
    public IntegerTensor scores(IntegerTensor inputs) {
        prepare(inputs.batch());
        return user.predict(lanes, store, inputs);
    }

    @Override
    public Map<String, Traffic> traffic() {
        Map<String, Traffic> traffic = new TreeMap<>();
        for (List<Channel> lane : lanes) {
            for (Channel channel : lane) {
                traffic.merge(channel.peer(), channel.traffic(), Traffic::plus);
            }
        }
        return traffic;
    }

    @Override
    public void close() {
        try {
            user.leave(lanes);
        } finally {
            lanes.forEach(lane -> lane.forEach(Channel::close));
            user.close();
        }
    }
}
