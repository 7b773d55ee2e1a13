package io.tacit.client.api;

import io.tacit.client.deployment.Deployment;
import io.tacit.client.deployment.Sha256;
import io.tacit.client.deployment.TrustSetting;
import io.tacit.client.privdnn.Bundle;
import io.tacit.client.seco.SecoLanes;
import io.tacit.client.seco.UserFile;
import io.tacit.client.wire.DeploymentFile;
import io.tacit.client.wire.Identity;
import io.tacit.client.wire.LocalParty;
import io.tacit.client.wire.PaillierKeyFile;
import io.tacit.crypto.channel.LimitExceeded;
import io.tacit.crypto.channel.ProtocolAbort;
import io.tacit.crypto.channel.Traffic;
import io.tacit.crypto.paillier.PaillierKeys;
import io.tacit.kernel.Workers;
import io.tacit.model.ModelFileException;
import io.tacit.model.image.Picture;
import io.tacit.model.image.PictureReader;
import io.tacit.model.image.Preprocessor;
import io.tacit.model.integer.IntegerNetwork;
import io.tacit.model.integer.IntegerNetworkFile;
import io.tacit.model.integer.IntegerTensor;
import io.tacit.model.integer.PublicNetwork;
import io.tacit.model.integer.PublicNetworkFile;
import io.tacit.protocol.material.MaterialStore;
import io.tacit.protocol.material.MemoryMaterialStore;
import io.tacit.protocol.seco.UserPlan;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A network that answers privately, under the trust setting of a deployment file.
 *
 * <pre>{@code
 * try (PrivateModel model = PrivateModel.open(Path.of("deployment.conf"), Path.of("user.pem"), Path.of("digits.tacit"))) {
 *     Prediction answer = model.predict(Path.of("picture.png"));
 *     System.out.println(answer.name());
 * }
 * }</pre>
 *
 * <p>Security guarantees: those of the deployment's protocol and mode ({@code tacit explain}). The answer is exactly the
 * plaintext evaluation's, or an exception. Not safe for use by several threads at once; batches use all cores.
 */
public final class PrivateModel implements AutoCloseable {
    /** Most bytes of prepared material kept in memory where no store is given. */
    public static final long MEMORY_STORE_BYTES = 1L << 30;

    private final PublicNetwork network;
    private final Preprocessor preprocessor;
    private final LocalParty party;
    private final @Nullable MaterialStore ownedStore;
    private final PredictionSession session;

    private PrivateModel(
            PublicNetwork network, LocalParty party, @Nullable MaterialStore ownedStore, PredictionSession session) {
        this.network = network;
        this.preprocessor = new Preprocessor(network.preprocessing());
        this.party = party;
        this.ownedStore = ownedStore;
        this.session = session;
    }

    /**
     * Connects to all parties. Under {@code securenets} the network is deployed, and prepared material is made as it is needed
     * and kept in memory; under {@code outsourced} the servers hold both already; under {@code popcorn} the server holds the
     * network, and this party's Paillier key is read from the file beside its identity ({@link PaillierKeyFile#beside}).
     *
     * @param deploymentFile the deployment that all parties share
     * @param identityFile key and certificate of this party, from {@code tacit keygen}
     * @param networkFile what this party holds of the network: the whole ({@code NAME.tacit}) under {@code securenets}, what
     *     may be known of it ({@code NAME.public.tacit}) under {@code outsourced} and {@code popcorn}, the bundle
     *     ({@code NAME.bundle.tacit}) under {@code privdnn}, the user's file ({@code NAME.user.tacit}) under {@code seco}
     * @throws io.tacit.client.deployment.InvalidDeployment if the deployment file is not one; names key and line
     * @throws io.tacit.client.wire.InvalidIdentity if the identity is unreadable or another role's
     * @throws ModelFileException if the network file is not one, or not the deployment's
     * @throws ProtocolAbort if the parties do not agree on who and what, with the reason
     * @throws io.tacit.crypto.channel.PeerUnavailable if a party cannot be reached
     */
    public static PrivateModel open(Path deploymentFile, Path identityFile, Path networkFile) {
        Deployment deployment = DeploymentFile.read(deploymentFile);
        Identity identity = Identity.load(identityFile);
        if (deployment.protocol() == TrustSetting.OUTSOURCED) {
            return open(deployment, identity, PublicNetworkFile.read(networkFile));
        }
        if (deployment.protocol() == TrustSetting.POPCORN) {
            PaillierKeys keys = PaillierKeyFile.read(
                    PaillierKeyFile.beside(identityFile), identity.fingerprint(), new SecureRandom());
            return open(deployment, identity, PublicNetworkFile.read(networkFile), keys);
        }
        if (deployment.protocol() == TrustSetting.PRIVDNN) {
            return open(deployment, identity, Bundle.open(networkFile));
        }
        MaterialStore store = new MemoryMaterialStore(MEMORY_STORE_BYTES, new SecureRandom());
        if (deployment.protocol() == TrustSetting.SECO) {
            return ofUser(deployment, identity, UserFile.read(networkFile), store, store);
        }
        return ofUser(deployment, identity, IntegerNetworkFile.read(networkFile), store, store);
    }

    /** The user of {@code securenets}, with a store for prepared material that outlives this object; the caller closes the store. */
    public static PrivateModel open(
            Deployment deployment, Identity identity, IntegerNetwork network, MaterialStore store) {
        return ofUser(deployment, identity, network, store, null);
    }

    /** The client of {@code outsourced}. */
    public static PrivateModel open(Deployment deployment, Identity identity, PublicNetwork network) {
        require(deployment, TrustSetting.OUTSOURCED, network.name(), network.hash());
        LocalParty party = LocalParty.open(deployment, "client", identity);
        return connect(party, network, null, () -> OutsourcedQueries.open(party, network));
    }

    /**
     * The client of {@code popcorn}.
     *
     * @param keys this party's key, from {@link PaillierKeyFile}; closed by this object
     */
    public static PrivateModel open(
            Deployment deployment, Identity identity, PublicNetwork network, PaillierKeys keys) {
        try {
            require(deployment, TrustSetting.POPCORN, network.name(), network.hash());
            LocalParty party = LocalParty.open(deployment, "client", identity);
            return connect(party, network, null, () -> PopcornQueries.open(party, network, keys));
        } catch (RuntimeException e) {
            keys.close();
            throw e;
        }
    }

    /**
     * The user of {@code privdnn}.
     *
     * @param bundle the partly encrypted network; closed by this object
     */
    public static PrivateModel open(Deployment deployment, Identity identity, Bundle bundle) {
        try {
            require(deployment, TrustSetting.PRIVDNN, bundle.plan().network().name(), bundle.hash());
            LocalParty party = LocalParty.open(deployment, "user", identity);
            return connect(party, bundle.plan().network(), null, () -> PrivDnnQueries.open(party, bundle));
        } catch (RuntimeException e) {
            bundle.close();
            throw e;
        }
    }

    /** The user of {@code seco}, with a store for prepared material that outlives this object; the caller closes the store. */
    public static PrivateModel open(Deployment deployment, Identity identity, UserPlan plan, MaterialStore store) {
        return ofUser(deployment, identity, plan, store, null);
    }

    private static PrivateModel ofUser(
            Deployment deployment,
            Identity identity,
            UserPlan plan,
            MaterialStore store,
            @Nullable MaterialStore owned) {
        require(deployment, TrustSetting.SECO, plan.outside().name(), plan.hash());
        LocalParty party = LocalParty.open(deployment, SecoLanes.USER, identity);
        return connect(party, plan.outside(), owned, () -> SecoQueries.open(party, plan, store));
    }

    private static PrivateModel ofUser(
            Deployment deployment,
            Identity identity,
            IntegerNetwork network,
            MaterialStore store,
            @Nullable MaterialStore owned) {
        require(deployment, TrustSetting.SECURENETS, network.name(), network.hash());
        LocalParty party = LocalParty.open(deployment, "user", identity);
        return connect(party, PublicNetwork.of(network), owned, () -> SecureNetsQueries.open(party, network, store));
    }

    private static void require(Deployment deployment, TrustSetting protocol, String name, byte[] hash) {
        require(deployment, protocol, name, Sha256.ofDigest(hash));
    }

    private static void require(Deployment deployment, TrustSetting protocol, String name, Sha256 hash) {
        if (deployment.protocol() != protocol) {
            throw new LimitExceeded("the deployment's protocol is "
                    + deployment.protocol().id() + "; this network file is for " + protocol.id());
        }
        if (!hash.equals(deployment.modelHash())) {
            throw new ModelFileException("the network " + name + " is not the one of the deployment file"
                    + " (model-hash): use that network, or make a new deployment for this one (tacit keygen)");
        }
    }

    private static PrivateModel connect(
            LocalParty party,
            PublicNetwork network,
            @Nullable MaterialStore owned,
            Supplier<PredictionSession> session) {
        try {
            return new PrivateModel(network, party, owned, session.get());
        } catch (RuntimeException e) {
            party.close();
            throw e;
        }
    }

    /**
     * Prepares ahead without any connection: material for {@code queries} queries of {@code images} pictures each.
     *
     * @return whether the deployment's mode needs any; nothing is made if not
     * @throws LimitExceeded before anything of a query is made, if the store has no room for it
     */
    public static boolean prepare(
            Deployment deployment,
            IntegerNetwork network,
            MaterialStore store,
            int queries,
            int images,
            Workers workers,
            Runnable afterEach) {
        return SecureNetsQueries.prepare(deployment, network, store, queries, images, workers, afterEach);
    }

    /** The network that is asked, as far as everybody may know it. */
    public PublicNetwork network() {
        return network;
    }

    /** Prepares ahead what so many predictions use up, where this party prepares anything. */
    public void prepare(int images) {
        session.prepare(images);
    }

    /** Asks about one picture file (PNG or JPEG), brought to the network's size as its preprocessing says. */
    public Prediction predict(Path picture) {
        return predict(List.of(PictureReader.read(picture))).get(0);
    }

    /** Asks about several pictures at once. @throws LimitExceeded beyond the deployment's batch limit */
    public List<Prediction> predict(List<Picture> pictures) {
        return predict(pictures, share -> {});
    }

    /**
     * The same, for answers that take long.
     *
     * @param done told the share of the work that is done, 0 to 1; not at all where answers take seconds
     */
    public List<Prediction> predict(List<Picture> pictures, DoubleConsumer done) {
        if (pictures.isEmpty()) {
            return List.of();
        }
        int size = network.input().shape().size();
        int[] values = new int[Math.multiplyExact(pictures.size(), size)];
        for (int i = 0; i < pictures.size(); i++) {
            int[] one = preprocessor.integers(pictures.get(i), network.inputRange());
            System.arraycopy(one, 0, values, i * size, size);
        }
        return predict(IntegerTensor.ofInts(pictures.size(), network.input().shape(), values), done);
    }

    /**
     * Asks about integer inputs, {@code [batch][the input's shape]}.
     *
     * @throws ProtocolAbort naming the party and the step, if a party deviates; nothing of its answer is used
     * @throws io.tacit.crypto.channel.PeerUnavailable if a party is gone or silent
     * @throws LimitExceeded beyond the deployment's batch limit
     */
    public List<Prediction> predict(IntegerTensor inputs) {
        return predict(inputs, share -> {});
    }

    /** The same, for answers that take long. @param done told the share of the work that is done, 0 to 1 */
    public List<Prediction> predict(IntegerTensor inputs, DoubleConsumer done) {
        int most = party.deployment().limits().batch();
        if (inputs.batch() > most) {
            throw new LimitExceeded(inputs.batch() + " pictures at once; the deployment allows " + most);
        }
        return session.predict(inputs, done);
    }

    /** Application bytes, messages and round trips with each peer so far. */
    public Map<String, Traffic> traffic() {
        return session.traffic();
    }

    @Override
    public void close() {
        try {
            session.close();
        } finally {
            party.close();
            if (ownedStore != null) {
                ownedStore.close();
            }
        }
    }
}
