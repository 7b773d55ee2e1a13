package io.tacit.client.securenets;

import io.tacit.client.deployment.Deployment;
import io.tacit.client.wire.Connector;
import io.tacit.client.wire.LocalParty;
import io.tacit.client.wire.SessionId;
import io.tacit.crypto.channel.Channel;
import io.tacit.crypto.channel.LimitExceeded;
import io.tacit.crypto.channel.PeerUnavailable;
import io.tacit.crypto.channel.ProtocolAbort;
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

/** A user's session with all clouds of a deployment: dialled and deployed when it is opened, good for any number of batches. */
public final class SecureNetsSession implements AutoCloseable {
    /** Names of the lanes that clouds serve; a session opens the first one or more. */
    public static final List<String> LANES = List.of("work-0", "work-1", "work-2", "work-3");

    private final SecureNetsPlan plan;
    private final User user;
    private final List<List<Channel>> lanes;

    private SecureNetsSession(SecureNetsPlan plan, User user, List<List<Channel>> lanes) {
        this.plan = plan;
        this.user = user;
        this.lanes = lanes;
    }

    /** The protocol's mode that a deployment asks for. */
    public static Mode mode(Deployment deployment) {
        long clouds = deployment.roles().keySet().stream()
                .filter(role -> role.startsWith("cloud-"))
                .count();
        return switch (deployment.mode()) {
            case "published" -> Mode.PUBLISHED;
            case "weights-public" -> Mode.BLINDED_ONE;
            default -> clouds == 3 ? Mode.BLINDED_THREE : Mode.BLINDED_TWO;
        };
    }

    /**
     * Dials every cloud on every lane and deploys the network.
     *
     * @param settings of the {@link #mode} that the deployment asks for
     * @param laneCount lanes to each cloud, 1 to {@link #LANES}: with two, clouds work on one round while the user works on
     *     another
     * @throws PeerUnavailable if a cloud does not answer
     * @throws ProtocolAbort if a cloud refuses
     */
    public static SecureNetsSession open(
            LocalParty party,
            IntegerNetwork network,
            Settings settings,
            int laneCount,
            SecureRandom random,
            Workers workers) {
        if (settings.mode() != mode(party.deployment())) {
            throw new IllegalArgumentException("the deployment asks for "
                    + mode(party.deployment()).description() + ", not for "
                    + settings.mode().description());
        }
        SecureNetsPlan plan = new SecureNetsPlan(network, settings);
        User user = new User(network, plan, random, workers);
        Connector connector = new Connector(party);
        SessionId session = SessionId.random(random);
        List<List<Channel>> lanes = new ArrayList<>();
        try {
            for (String name : LANES.subList(0, laneCount)) {
                List<Channel> lane = new ArrayList<>();
                lanes.add(lane);
                for (int k = 1; k <= settings.mode().clouds(); k++) {
                    lane.add(connector.dial("cloud-" + k, session, name));
                }
            }
            user.deploy(lanes.get(0));
            return new SecureNetsSession(plan, user, lanes);
        } catch (RuntimeException e) {
            close(lanes);
            user.close();
            throw e;
        }
    }

    /** What runs, and its price. */
    public SecureNetsPlan plan() {
        return plan;
    }

    /** Makes the pads for a batch. @throws LimitExceeded before anything is made, if the store has no room */
    public void prepare(MaterialStore store, int images) {
        user.prepare(store, images);
    }

    /** Rounds of a batch of {@code images} for which no pad is ready. */
    public int missingPads(MaterialStore store, int images) {
        return user.missingPads(store, images);
    }

    /**
     * Verified scores of a batch.
     *
     * @throws ProtocolAbort naming cloud and layer if an answer was wrong; the session is then over
     * @throws LimitExceeded if pads are missing
     */
    public IntegerTensor predict(MaterialStore store, IntegerTensor inputs) {
        return user.predict(lanes, store, inputs);
    }

    /** Traffic with one cloud so far, over all lanes. @param cloud counted from 0 */
    public Traffic traffic(int cloud) {
        Traffic sum = new Traffic(Map.of());
        for (List<Channel> lane : lanes) {
            sum = sum.plus(lane.get(cloud).traffic());
        }
        return sum;
    }

    @Override
    public void close() {
        user.close();
        close(lanes);
    }

    private static void close(List<List<Channel>> lanes) {
        lanes.forEach(lane -> lane.forEach(Channel::close));
    }
}
