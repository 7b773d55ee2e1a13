package io.tacit.client.popcorn;

import io.tacit.client.deployment.Deployment;
import io.tacit.client.deployment.Sha256;
import io.tacit.client.deployment.TrustSetting;
import io.tacit.client.wire.Connector;
import io.tacit.client.wire.LocalParty;
import io.tacit.client.wire.SessionId;
import io.tacit.crypto.channel.Channel;
import io.tacit.crypto.channel.PeerUnavailable;
import io.tacit.crypto.channel.ProtocolAbort;
import io.tacit.crypto.channel.Traffic;
import io.tacit.crypto.paillier.KeyLength;
import io.tacit.crypto.paillier.PaillierKeys;
import io.tacit.kernel.Workers;
import io.tacit.model.ModelFileException;
import io.tacit.model.integer.IntegerTensor;
import io.tacit.model.integer.PublicNetwork;
import io.tacit.protocol.plan.Disclosure;
import io.tacit.protocol.popcorn.Answer;
import io.tacit.protocol.popcorn.Client;
import io.tacit.protocol.popcorn.Mode;
import io.tacit.protocol.popcorn.PopcornPlan;
import io.tacit.protocol.popcorn.Settings;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.Executor;

/** A client's session with the server of a deployment: any number of queries, one after another. After a failure it is over. */
public final class PopcornSession implements AutoCloseable {
    /** Role that serves. */
    public static final String SERVER = "server";

    /** Names of the lanes that the server serves. */
    public static final List<String> LANES = List.of("query");

    private final PopcornPlan plan;
    private final Client client;
    private final Channel server;

    private PopcornSession(PopcornPlan plan, Client client, Channel server) {
        this.plan = plan;
        this.client = client;
        this.server = server;
    }

    /** The mode that a deployment asks for. */
    public static Mode mode(Deployment deployment) {
        return deployment.mode().equals("published") ? Mode.PUBLISHED : Mode.HARDENED;
    }

    /** A deployment's disclosure as the protocol knows it. */
    public static Disclosure disclosure(Deployment.Disclosure told) {
        return switch (told.policy()) {
            case LABEL -> Disclosure.LABEL;
            case TOP_K -> Disclosure.topK(told.topK());
            case SCORES -> Disclosure.SCORES;
        };
    }

    /** @throws ModelFileException unless the network is the deployment's */
    public static void requireNetwork(Deployment deployment, PublicNetwork network) {
        if (deployment.protocol() != TrustSetting.POPCORN
                || !Sha256.ofDigest(network.hash()).equals(deployment.modelHash())) {
            throw new ModelFileException("the network " + network.name() + " is not the one of the deployment file"
                    + " (model-hash): use that network, or make a new deployment for this one (tacit keygen)");
        }
    }

    /**
     * Dials the server and shows it the key.
     *
     * @param keys of the party; the caller closes them
     * @param images images to be asked about together: as many of them as fit travel in the same ciphertexts
     * @param threads runs what it is given at once, in a thread of its own
     * @throws PeerUnavailable if the server does not answer
     * @throws ProtocolAbort if it refuses
     */
    public static PopcornSession open(
            LocalParty party,
            PublicNetwork network,
            PaillierKeys keys,
            int images,
            SecureRandom random,
            Workers workers,
            Executor threads) {
        requireNetwork(party.deployment(), network);
        Settings wanted = Settings.of(
                mode(party.deployment()),
                KeyLength.ofBits(keys.publicKey().modulusBits()),
                disclosure(party.deployment().disclosure()),
                images);
        PopcornPlan plan = PopcornPlan.fitting(network, wanted);
        Channel server = new Connector(party).dial(SERVER, SessionId.random(random), LANES.get(0));
        try {
            return new PopcornSession(plan, Client.connect(plan, server, keys, random, workers, threads), server);
        } catch (RuntimeException e) {
            server.close();
            throw e;
        }
    }

    /** What runs, and its price. */
    public PopcornPlan plan() {
        return plan;
    }

    /** Images that are prepared for. */
    public int preparedImages() {
        return client.preparedImages();
    }

    /** Prepares for some images, whatever they will be: see {@link Client#prepare}. */
    public void prepare(int images) {
        client.prepare(images);
    }

    /** Asks about at most {@code plan().settings().images()} images. @throws ProtocolAbort if the server refuses */
    public List<Answer> predict(IntegerTensor inputs) {
        return client.predict(inputs);
    }

    /** Traffic so far. */
    public Traffic traffic() {
        return server.traffic();
    }

    @Override
    public void close() {
        client.close();
    }
}
