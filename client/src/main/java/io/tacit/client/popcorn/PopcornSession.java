package io.tacit.client.popcorn;

import io.tacit.client.deployment.Deployment;
import io.tacit.client.deployment.Sha256;
import io.tacit.client.deployment.TrustSetting;
import io.tacit.client.wire.Connector;
import io.tacit.client.wire.LocalParty;
import io.tacit.client.wire.SessionId;
import io.tacit.crypto.channel.Channel;
import io.tacit.crypto.channel.LimitExceeded;
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
import io.tacit.protocol.popcorn.KeyHolder;
import io.tacit.protocol.popcorn.Mode;
import io.tacit.protocol.popcorn.PopcornPlan;
import io.tacit.protocol.popcorn.PublishedClient;
import io.tacit.protocol.popcorn.PublishedPlan;
import io.tacit.protocol.popcorn.Settings;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.DoubleConsumer;

/** A client's session with the server of a deployment: any number of queries, one after another. After a failure it is over. */
public final class PopcornSession implements AutoCloseable {
    /** Role that serves. */
    public static final String SERVER = "server";

    /** Names of the lanes that the server serves. */
    public static final List<String> LANES = List.of("query");

    private final Asking asking;
    private final Channel server;

    /** What both modes' clients do. */
    private interface Asking extends AutoCloseable {
        int images();

        long preparedBytes();

        int preparedImages();

        void prepare(int images);

        List<Answer> predict(IntegerTensor inputs, DoubleConsumer done);

        @Override
        void close();
    }

    private PopcornSession(Asking asking, Channel server) {
        this.asking = asking;
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

    /**
     * @throws ModelFileException unless the network is the deployment's
     * @throws LimitExceeded if the deployment's mode cannot keep to its disclosure
     */
    public static void requireNetwork(Deployment deployment, PublicNetwork network) {
        if (deployment.protocol() != TrustSetting.POPCORN
                || !Sha256.ofDigest(network.hash()).equals(deployment.modelHash())) {
            throw new ModelFileException("the network " + network.name() + " is not the one of the deployment file"
                    + " (model-hash): use that network, or make a new deployment for this one (tacit keygen)");
        }
        if (mode(deployment) == Mode.PUBLISHED
                && disclosure(deployment.disclosure()).kind() != Disclosure.Kind.SCORES) {
            throw new LimitExceeded("mode published discloses all scores; the deployment's policy is "
                    + deployment.disclosure().policy().id() + ": make one with policy scores (tacit keygen)");
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
        KeyLength length = KeyLength.ofBits(keys.publicKey().modulusBits());
        Disclosure disclosure = disclosure(party.deployment().disclosure());
        Channel server = new Connector(party).dial(SERVER, SessionId.random(random), LANES.get(0));
        KeyHolder holder = new KeyHolder(server, keys, random, workers, threads);
        try {
            Asking asking;
            if (mode(party.deployment()) == Mode.PUBLISHED) {
                PublishedPlan plan = new PublishedPlan(network, Settings.of(Mode.PUBLISHED, length, disclosure, 1));
                asking = published(PublishedClient.connect(plan, holder));
            } else {
                PopcornPlan plan = PopcornPlan.fitting(network, Settings.of(Mode.HARDENED, length, disclosure, images));
                asking = hardened(plan, Client.connect(plan, holder));
            }
            return new PopcornSession(asking, server);
        } catch (RuntimeException e) {
            server.close();
            throw e;
        }
    }

    private static Asking hardened(PopcornPlan plan, Client client) {
        return new Asking() {
            @Override
            public int images() {
                return plan.settings().images();
            }

            @Override
            public long preparedBytes() {
                return plan.preparedBytes();
            }

            @Override
            public int preparedImages() {
                return client.preparedImages();
            }

            @Override
            public void prepare(int number) {
                client.prepare(number);
            }

            @Override
            public List<Answer> predict(IntegerTensor inputs, DoubleConsumer done) {
                return client.predict(inputs, done);
            }

            @Override
            public void close() {
                client.close();
            }
        };
    }

    private static Asking published(PublishedClient client) {
        return new Asking() {
            @Override
            public int images() {
                return 1;
            }

            @Override
            public long preparedBytes() {
                return 0;
            }

            @Override
            public int preparedImages() {
                return 0;
            }

            @Override
            public void prepare(int number) {
                client.prepare();
            }

            @Override
            public List<Answer> predict(IntegerTensor inputs, DoubleConsumer done) {
                return List.of(client.predict(inputs, done));
            }

            @Override
            public void close() {
                client.close();
            }
        };
    }

    /** Images that travel in the same ciphertexts. */
    public int images() {
        return asking.images();
    }

    /** Bytes of memory that an image takes that is prepared for. */
    public long preparedBytes() {
        return asking.preparedBytes();
    }

    /** Images that are prepared for. */
    public int preparedImages() {
        return asking.preparedImages();
    }

    /** Prepares for some images, whatever they will be: circuits where there are any, and randomness for a query. */
    public void prepare(int number) {
        asking.prepare(number);
    }

    /**
     * Asks about at most {@link #images} images.
     *
     * @param done told the share of the work that is done, 0 to 1
     * @throws ProtocolAbort if the server refuses
     */
    public List<Answer> predict(IntegerTensor inputs, DoubleConsumer done) {
        return asking.predict(inputs, done);
    }

    /** Traffic so far. */
    public Traffic traffic() {
        return server.traffic();
    }

    @Override
    public void close() {
        asking.close();
    }
}
