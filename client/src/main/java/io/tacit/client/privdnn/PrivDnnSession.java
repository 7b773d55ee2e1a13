package io.tacit.client.privdnn;

import io.tacit.client.deployment.Deployment;
import io.tacit.client.deployment.TrustSetting;
import io.tacit.client.wire.Connector;
import io.tacit.client.wire.LocalParty;
import io.tacit.client.wire.SessionId;
import io.tacit.crypto.channel.Channel;
import io.tacit.crypto.channel.LimitExceeded;
import io.tacit.crypto.channel.PeerUnavailable;
import io.tacit.crypto.channel.ProtocolAbort;
import io.tacit.crypto.channel.Traffic;
import io.tacit.kernel.Workers;
import io.tacit.model.ModelFileException;
import io.tacit.model.integer.IntegerTensor;
import io.tacit.protocol.plan.Disclosure;
import io.tacit.protocol.privdnn.Answer;
import io.tacit.protocol.privdnn.CoreEvaluation;
import io.tacit.protocol.privdnn.Mode;
import io.tacit.protocol.privdnn.User;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.DoubleConsumer;

/** A user's session with the owner of a deployment: any number of batches, one after another. After a failure it is over. */
public final class PrivDnnSession implements AutoCloseable {
    /** Role that serves. */
    public static final String OWNER = "owner";

    /** Names of the lanes that the owner serves. */
    public static final List<String> LANES = List.of("query");

    /** Share of the heap that the encrypted filters may take while they are used. */
    private static final double MEMORY_SHARE = 0.5;

    private final Bundle bundle;
    private final User user;
    private final Channel owner;

    private PrivDnnSession(Bundle bundle, User user, Channel owner) {
        this.bundle = bundle;
        this.user = user;
        this.owner = owner;
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
     * @throws ModelFileException unless the bundle is the deployment's, signed by its owner
     * @throws LimitExceeded if it was packed for another mode or disclosure
     */
    public static void requireBundle(Deployment deployment, Bundle bundle) {
        if (deployment.protocol() != TrustSetting.PRIVDNN || !bundle.hash().equals(deployment.modelHash())) {
            throw new ModelFileException("the bundle is not the one of the deployment file (model-hash): use that"
                    + " bundle, or make a new deployment for this one (tacit keygen)");
        }
        if (!bundle.isSignedBy(deployment.role(OWNER).certificates())) {
            throw new ModelFileException("the bundle is not signed by the deployment's owner: the owner signs it with"
                    + " 'tacit privdnn sign'");
        }
        if (mode(deployment) != bundle.plan().settings().mode()
                || !disclosure(deployment.disclosure())
                        .equals(bundle.plan().settings().disclosure())) {
            throw new LimitExceeded("the bundle was packed for another mode or disclosure than the deployment has");
        }
    }

    /**
     * Dials the owner.
     *
     * @param bundle stays open as long as the session; the caller closes it
     * @param threads runs what it is given at once, in a thread of its own
     * @throws PeerUnavailable if the owner does not answer
     * @throws ProtocolAbort if it refuses
     */
    public static PrivDnnSession open(
            LocalParty party, Bundle bundle, SecureRandom random, Workers workers, Executor threads) {
        requireBundle(party.deployment(), bundle);
        CoreEvaluation core = new CoreEvaluation(
                bundle.corePlan(),
                bundle.plainFilters(),
                bundle.relinearizationKey(),
                bundle.publicKey(),
                bundle.records(),
                (long) (Runtime.getRuntime().maxMemory() * MEMORY_SHARE),
                workers);
        Channel owner = new Connector(party).dial(OWNER, SessionId.random(random), LANES.get(0));
        try {
            User user = User.connect(bundle.plan(), owner, core, random, workers, threads);
            return new PrivDnnSession(bundle, user, owner);
        } catch (RuntimeException e) {
            owner.close();
            throw e;
        }
    }

    /** Asks about any number of images, in batches of as many as have a slot. @throws ProtocolAbort if the owner refuses */
    public List<Answer> predict(IntegerTensor inputs, DoubleConsumer progress) {
        int slots = bundle.corePlan().slots();
        List<Answer> answers = new ArrayList<>();
        for (int from = 0; from < inputs.batch(); from += slots) {
            int first = from;
            int count = Math.min(slots, inputs.batch() - from);
            answers.addAll(user.predict(
                    inputs.slice(from, count), share -> progress.accept((first + share * count) / inputs.batch())));
        }
        return answers;
    }

    /** Traffic so far. */
    public Traffic traffic() {
        return owner.traffic();
    }

    @Override
    public void close() {
        user.close();
    }
}
