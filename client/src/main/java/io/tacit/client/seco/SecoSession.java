package io.tacit.client.seco;

import io.tacit.client.wire.Connector;
import io.tacit.client.wire.LocalParty;
import io.tacit.client.wire.SessionId;
import io.tacit.client.wire.WireChannel;
import io.tacit.crypto.channel.Bulk;
import io.tacit.crypto.channel.Channel;
import io.tacit.crypto.channel.PeerUnavailable;
import io.tacit.crypto.channel.Phase;
import io.tacit.crypto.channel.ProtocolAbort;
import io.tacit.crypto.channel.Traffic;
import io.tacit.kernel.Workers;
import io.tacit.model.integer.IntegerTensor;
import io.tacit.protocol.linear.MaskOwnerTriplets;
import io.tacit.protocol.linear.TripletSource;
import io.tacit.protocol.material.MaterialStore;
import io.tacit.protocol.seco.Answer;
import io.tacit.protocol.seco.SecoPlan.FirstLayers;
import io.tacit.protocol.seco.User;
import io.tacit.protocol.seco.UserPlan;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.LongConsumer;

/** A user's session with the gateway: any number of queries, one after another. After a failure the session is over. */
public final class SecoSession implements AutoCloseable {
    /** Queries of which the gateway's layers are prepared together: they share ciphertexts. */
    private static final int AT_ONCE = 16;

    /** Longest wait for the next sign of progress in preparing, from a gateway that gives signs of life. */
    private static final Duration LONGEST_STEP = Duration.ofHours(6);

    private final LocalParty party;
    private final UserPlan plan;
    private final User user;
    private final Channel gateway;
    private final SecureRandom random;
    private final Workers workers;
    private Traffic preparing = new Traffic(Map.of());

    private SecoSession(
            LocalParty party, UserPlan plan, User user, Channel gateway, SecureRandom random, Workers workers) {
        this.party = party;
        this.plan = plan;
        this.user = user;
        this.gateway = gateway;
        this.random = random;
        this.workers = workers;
    }

    /**
     * Dials the gateway, and nobody else.
     *
     * @param store keeps what is prepared for the gateway's layers
     * @param workers where circuits are evaluated in parallel, beside the calling thread
     * @throws io.tacit.model.ModelFileException if the plan is not the deployment's
     * @throws PeerUnavailable if the gateway does not answer
     * @throws ProtocolAbort if it refuses
     */
    public static SecoSession open(
            LocalParty party,
            UserPlan plan,
            MaterialStore store,
            SecureRandom random,
            Workers workers,
            Executor threads) {
        SecoDeployment.require(party.deployment(), plan.hash(), plan.mode(), plan.disclosure(), plan.servers());
        User user = new User(
                plan, SecoDeployment.sealingKeys(party.deployment(), plan.servers()), store, random, workers, threads);
        Channel gateway = new Connector(party).dial(SecoLanes.GATEWAY, SessionId.random(random), SecoLanes.QUERY);
        return new SecoSession(party, plan, user, gateway, random, workers);
    }

    /**
     * Prepares the gateway's layers with it until so many queries can be asked; nothing to do where it has none.
     *
     * @throws ProtocolAbort if the gateway refuses
     * @throws PeerUnavailable if it is gone
     */
    public void prepare(int queries) {
        int missing = user.unprepared(queries);
        if (missing == 0) {
            return;
        }
        FirstLayers layers = plan.first().orElseThrow();
        Connector connector = new Connector(party);
        SessionId session = SessionId.random(random);
        WireChannel circuits = connector.dial(SecoLanes.GATEWAY, session, SecoLanes.LAYERS);
        try (circuits;
                WireChannel products = connector.dial(SecoLanes.GATEWAY, session, SecoLanes.LAYER_PRODUCTS)) {
            TripletSource triplets = MaskOwnerTriplets.open(products, layers.products(), random, workers);
            try (User.Preparation preparation = user.openPreparation(circuits, triplets)) {
                for (int done = 0; done < missing; done += AT_ONCE) {
                    preparation.prepare(Math.min(AT_ONCE, missing - done));
                }
            } finally {
                preparing = preparing.plus(circuits.traffic()).plus(products.traffic());
            }
        }
    }

    /**
     * Asks for one input.
     *
     * @throws ProtocolAbort in the name of the gateway, or of a server that it has lost, with the reason
     * @throws PeerUnavailable if the gateway is gone
     */
    public Answer predict(IntegerTensor input) {
        return user.predict(gateway, input);
    }

    /** Traffic with the gateway so far. */
    public Traffic traffic() {
        return preparing.plus(gateway.traffic());
    }

    @Override
    public void close() {
        gateway.close();
    }

    /**
     * Has the servers prepare their part of queries ahead.
     *
     * @param queries how many more
     * @param progress told how many of them are done, after each step
     * @return how many queries lie ready then
     * @throws ProtocolAbort if the gateway has no room for so many, before it begins; in the name of the server that failed, if
     *     the gateway has lost one
     */
    public static long prepareAtServers(LocalParty party, SecureRandom random, int queries, LongConsumer progress) {
        try (WireChannel gateway =
                new Connector(party).dial(SecoLanes.GATEWAY, SessionId.random(random), SecoLanes.CONTROL)) {
            gateway.enter(Phase.PREPARE);
            Bulk.sendLong(gateway, queries);
            gateway.flush();
            for (long done = next(gateway); done < queries; done = next(gateway)) {
                progress.accept(done);
            }
            progress.accept(queries);
            return next(gateway);
        }
    }

    private static long next(Channel gateway) {
        gateway.awaitMessage(LONGEST_STEP); // a gateway that has ended says so in the next call
        return Bulk.receiveLong(gateway);
    }
}
