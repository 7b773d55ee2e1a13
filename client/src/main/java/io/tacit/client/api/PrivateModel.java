package io.tacit.client.api;

import io.tacit.client.deployment.Deployment;
import io.tacit.client.deployment.Sha256;
import io.tacit.client.deployment.TrustSetting;
import io.tacit.client.wire.DeploymentFile;
import io.tacit.client.wire.Identity;
import io.tacit.client.wire.LocalParty;
import io.tacit.crypto.channel.LimitExceeded;
import io.tacit.crypto.channel.ProtocolAbort;
import io.tacit.crypto.channel.Traffic;
import io.tacit.kernel.Workers;
import io.tacit.model.ModelFileException;
import io.tacit.model.image.Picture;
import io.tacit.model.image.PictureReader;
import io.tacit.model.image.Preprocessor;
import io.tacit.model.integer.IntegerNetwork;
import io.tacit.model.integer.IntegerNetworkFile;
import io.tacit.model.integer.IntegerTensor;
import io.tacit.protocol.material.MaterialStore;
import io.tacit.protocol.material.MemoryMaterialStore;
import java.math.BigInteger;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A network that answers privately, under the trust setting of a deployment file.
 *
 * <pre>{@code
 * try (PrivateModel model = PrivateModel.open(Path.of("deployment.conf"), Path.of("user.pem"), Path.of("digits.tacit"))) {
 *     Prediction answer = model.predict(Path.of("picture.png"));
 *     System.out.println(answer.name() + " " + answer.probability());
 * }
 * }</pre>
 *
 * <p>Security guarantees: those of the deployment's protocol and mode ({@code tacit explain}). The answer is exactly the
 * plaintext evaluation's, or an exception. Not safe for use by several threads at once; batches use all cores.
 */
public final class PrivateModel implements AutoCloseable {
    /** Most bytes of prepared material kept in memory where no store is given. */
    public static final long MEMORY_STORE_BYTES = 1L << 30;

    private final IntegerNetwork network;
    private final Preprocessor preprocessor;
    private final int batchLimit;
    private final MaterialStore store;
    private final boolean ownsStore;
    private final LocalParty party;
    private final ExecutorService threads;
    private final PredictionSession session;

    private PrivateModel(
            IntegerNetwork network,
            int batchLimit,
            MaterialStore store,
            boolean ownsStore,
            LocalParty party,
            ExecutorService threads,
            PredictionSession session) {
        this.network = network;
        this.preprocessor = new Preprocessor(network.preprocessing());
        this.batchLimit = batchLimit;
        this.store = store;
        this.ownsStore = ownsStore;
        this.party = party;
        this.threads = threads;
        this.session = session;
    }

    /**
     * Connects to all parties and deploys the network; prepared material is made as it is needed and kept in memory.
     *
     * @param deploymentFile the deployment that all parties share
     * @param identityFile key and certificate of this party, from {@code tacit keygen}
     * @param networkFile the integer network, from {@code tacit quantize}
     * @throws io.tacit.client.deployment.InvalidDeployment if the deployment file is not one; names key and line
     * @throws io.tacit.client.wire.InvalidIdentity if the identity is unreadable or another role's
     * @throws ModelFileException if the network file is not one, or not the deployment's
     * @throws ProtocolAbort if the parties do not agree on who and what, with the reason
     * @throws io.tacit.crypto.channel.PeerUnavailable if a party cannot be reached
     */
    public static PrivateModel open(Path deploymentFile, Path identityFile, Path networkFile) {
        return open(
                DeploymentFile.read(deploymentFile),
                Identity.load(identityFile),
                IntegerNetworkFile.read(networkFile),
                new MemoryMaterialStore(MEMORY_STORE_BYTES, new SecureRandom()),
                true);
    }

    /** The same with a store for prepared material that outlives this object; the caller closes the store. */
    public static PrivateModel open(
            Deployment deployment, Identity identity, IntegerNetwork network, MaterialStore store) {
        return open(deployment, identity, network, store, false);
    }

    private static PrivateModel open(
            Deployment deployment, Identity identity, IntegerNetwork network, MaterialStore store, boolean ownsStore) {
        if (deployment.protocol() != TrustSetting.SECURENETS) {
            throw new LimitExceeded("this version cannot ask under protocol "
                    + deployment.protocol().id() + "; it can under securenets");
        }
        if (!Sha256.ofDigest(network.hash()).equals(deployment.modelHash())) {
            throw new ModelFileException("the network " + network.name() + " is not the one of the deployment file"
                    + " (model-hash): use that network, or make a new deployment for this one (tacit keygen)");
        }
        LocalParty party = LocalParty.open(deployment, "user", identity);
        int cores = Runtime.getRuntime().availableProcessors();
        ExecutorService threads = Executors.newFixedThreadPool(Math.max(cores, SecureNetsQueries.LANES), task -> {
            Thread thread = new Thread(task, "tacit user");
            thread.setDaemon(true);
            return thread;
        });
        try {
            Workers workers = new Workers(threads, Math.max(cores, SecureNetsQueries.LANES));
            return new PrivateModel(
                    network,
                    deployment.limits().batch(),
                    store,
                    ownsStore,
                    party,
                    threads,
                    SecureNetsQueries.open(party, network, store, workers));
        } catch (RuntimeException e) {
            threads.shutdown();
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

    /** The network that is asked. */
    public IntegerNetwork network() {
        return network;
    }

    /** Prepares ahead what so many predictions use up. */
    public void prepare(int images) {
        session.prepare(images);
    }

    /** Asks about one picture file (PNG or JPEG), brought to the network's size as its preprocessing says. */
    public Prediction predict(Path picture) {
        return predict(List.of(PictureReader.read(picture))).get(0);
    }

    /** Asks about several pictures at once. @throws LimitExceeded beyond the deployment's batch limit */
    public List<Prediction> predict(List<Picture> pictures) {
        if (pictures.isEmpty()) {
            return List.of();
        }
        int size = network.input().shape().size();
        int[] values = new int[Math.multiplyExact(pictures.size(), size)];
        for (int i = 0; i < pictures.size(); i++) {
            int[] one = preprocessor.integers(pictures.get(i), network.input().range());
            System.arraycopy(one, 0, values, i * size, size);
        }
        IntegerTensor scores =
                scores(IntegerTensor.ofInts(pictures.size(), network.input().shape(), values));
        List<Prediction> predictions = new ArrayList<>();
        for (int i = 0; i < pictures.size(); i++) {
            List<BigInteger> own = new ArrayList<>();
            for (int c = 0; c < network.classes(); c++) {
                own.add(scores.getBig(i * network.classes() + c));
            }
            predictions.add(Prediction.of(network, own));
        }
        return predictions;
    }

    /**
     * Exact scores for integer inputs, {@code [batch][classes]}.
     *
     * @throws ProtocolAbort naming the party and the step, if a party deviates; nothing of its answer is used
     * @throws io.tacit.crypto.channel.PeerUnavailable if a party is gone or silent
     * @throws LimitExceeded beyond the deployment's batch limit
     */
    public IntegerTensor scores(IntegerTensor inputs) {
        if (inputs.batch() > batchLimit) {
            throw new LimitExceeded(inputs.batch() + " pictures at once; the deployment allows " + batchLimit);
        }
        return session.scores(inputs);
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
            threads.shutdown();
            party.close();
            if (ownsStore) {
                store.close();
            }
        }
    }
}
