package io.tacit.protocol.outsourced;

import io.tacit.crypto.channel.AbortReason;
import io.tacit.crypto.channel.Channel;
import io.tacit.crypto.channel.Phase;
import io.tacit.crypto.channel.ProtocolAbort;
import io.tacit.crypto.random.Prg;
import io.tacit.crypto.random.Seed;
import io.tacit.crypto.share.Ring;
import io.tacit.crypto.share.RingVector;
import io.tacit.kernel.ConvolutionGeometry;
import io.tacit.model.ModelFileException;
import io.tacit.protocol.plan.SharingPlan;
import io.tacit.protocol.plan.SharingPlan.LinearLayer;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One server's share of all weights and biases.
 *
 * <p>Security: the garbler's is expanded from a seed, the evaluator's completes it to the network: each alone is uniform.
 * Both together are the network; a share is a secret of its server.
 */
public final class ModelShare implements AutoCloseable {
    /** Bytes in front of a share on the wire and in a file: hash of the plan, id of the deployment. */
    private static final int HEAD_BYTES = 32 + DeploymentId.BYTES;

    private final byte[] planHash;
    private final DeploymentId deployment;
    private final List<RingVector> weights;
    private final List<RingVector> biases;
    private final @Nullable Seed seed;

    private ModelShare(
            SharingPlan plan,
            DeploymentId deployment,
            List<RingVector> weights,
            List<RingVector> biases,
            @Nullable Seed seed) {
        this.planHash = plan.hash();
        this.deployment = deployment;
        this.weights = List.copyOf(weights);
        this.biases = List.copyOf(biases);
        this.seed = seed;
    }

    /** The garbler's share: drawn. */
    static ModelShare expand(SharingPlan plan, DeploymentId deployment, Seed seed) {
        List<RingVector> weights = new ArrayList<>();
        List<RingVector> biases = new ArrayList<>();
        for (LinearLayer layer : plan.layers()) {
            try (Prg prg = seed.generator("outsourced", "weights", Integer.toString(layer.step()))) {
                weights.add(draw(layer.ring(), layer.shape().geometry().weightCount(), prg));
                biases.add(draw(layer.ring(), layer.shape().geometry().outChannels(), prg));
            }
        }
        return new ModelShare(plan, deployment, weights, biases, seed);
    }

    private static RingVector draw(Ring ring, int length, Prg prg) {
        RingVector drawn = ring.zeros(length);
        drawn.randomize(prg, 0, length);
        return drawn;
    }

    /** The evaluator's share: what is left of the network. */
    static ModelShare complete(
            SharingPlan plan, DeploymentId deployment, List<RingVector> weights, List<RingVector> biases) {
        return new ModelShare(plan, deployment, weights, biases, null);
    }

    DeploymentId deployment() {
        return deployment;
    }

    /** Weights of a layer, over its ring. */
    RingVector weights(LinearLayer layer) {
        return weights.get(layer.index());
    }

    /** Biases of a layer, one an output channel, over its ring. */
    RingVector biases(LinearLayer layer) {
        return biases.get(layer.index());
    }

    /** @throws IllegalArgumentException if this is a share of another network, or for another disclosure */
    void requireOf(SharingPlan plan) {
        if (!MessageDigest.isEqual(planHash, plan.hash())) {
            throw new IllegalArgumentException("the share belongs to another network or another disclosure");
        }
    }

    // ---- on the wire

    /** Sends the share to its server. */
    void send(Channel server) {
        server.send(head());
        Seed drawn = seed;
        if (drawn != null) {
            byte[] revealed = drawn.reveal();
            server.send(revealed);
            Arrays.fill(revealed, (byte) 0);
        } else {
            for (int i = 0; i < weights.size(); i++) {
                weights.get(i).send(server, 0, weights.get(i).length());
                biases.get(i).send(server, 0, biases.get(i).length());
            }
        }
        server.flush();
    }

    /**
     * The garbler's end of the owner's {@link Owner#deploy}.
     *
     * @throws ProtocolAbort with {@link AbortReason#MODEL_MISMATCH} if the owner deploys something else than the plan's network
     */
    public static ModelShare receiveForGarbler(SharingPlan plan, Channel owner) {
        DeploymentId deployment = receiveHead(plan, owner);
        byte[] revealed = owner.receive(Seed.BYTES);
        ModelShare share = expand(plan, deployment, Seed.of(revealed));
        Arrays.fill(revealed, (byte) 0);
        acknowledge(owner);
        return share;
    }

    /** The evaluator's end of the owner's {@link Owner#deploy}; throws as {@link #receiveForGarbler}. */
    public static ModelShare receiveForEvaluator(SharingPlan plan, Channel owner) {
        DeploymentId deployment = receiveHead(plan, owner);
        List<RingVector> weights = new ArrayList<>();
        List<RingVector> biases = new ArrayList<>();
        for (LinearLayer layer : plan.layers()) {
            RingVector w = layer.ring().zeros(layer.shape().geometry().weightCount());
            w.receive(owner, 0, w.length(), "deploy");
            RingVector b = layer.ring().zeros(layer.shape().geometry().outChannels());
            b.receive(owner, 0, b.length(), "deploy");
            weights.add(w);
            biases.add(b);
        }
        acknowledge(owner);
        return complete(plan, deployment, weights, biases);
    }

    private static DeploymentId receiveHead(SharingPlan plan, Channel owner) {
        owner.enter(Phase.DEPLOY);
        byte[] head = owner.receive(HEAD_BYTES);
        if (!MessageDigest.isEqual(plan.hash(), Arrays.copyOf(head, 32))) {
            owner.abort(AbortReason.MODEL_MISMATCH);
            throw new ProtocolAbort(owner.peer(), "deploy", AbortReason.MODEL_MISMATCH);
        }
        return DeploymentId.of(head, 32);
    }

    private static void acknowledge(Channel owner) {
        owner.send(Command.ACCEPTED);
        owner.flush();
    }

    private byte[] head() {
        byte[] head = Arrays.copyOf(planHash, HEAD_BYTES);
        System.arraycopy(deployment.bytes(), 0, head, planHash.length, DeploymentId.BYTES);
        return head;
    }

    // ---- in a file

    /** Bytes of the share for its server's own file: secret. */
    public byte[] encode() {
        Seed drawn = seed;
        long size = HEAD_BYTES + 1L;
        for (int i = 0; i < weights.size(); i++) {
            size += weights.get(i).packedBytes() + biases.get(i).packedBytes();
        }
        byte[] bytes = Arrays.copyOf(head(), drawn != null ? HEAD_BYTES + 1 + Seed.BYTES : Math.toIntExact(size));
        int at = HEAD_BYTES + 1;
        if (drawn != null) {
            bytes[HEAD_BYTES] = 1;
            byte[] revealed = drawn.reveal();
            System.arraycopy(revealed, 0, bytes, at, Seed.BYTES);
            Arrays.fill(revealed, (byte) 0);
            return bytes;
        }
        for (int i = 0; i < weights.size(); i++) {
            for (RingVector part : List.of(weights.get(i), biases.get(i))) {
                part.store(0, part.length(), bytes, at);
                at += (int) part.packedBytes();
            }
        }
        return bytes;
    }

    /**
     * Reads what {@link #encode} wrote.
     *
     * @throws ModelFileException if it is a share of another network, or damaged
     */
    public static ModelShare decode(SharingPlan plan, byte[] bytes) {
        if (bytes.length < HEAD_BYTES + 1 || !MessageDigest.isEqual(plan.hash(), Arrays.copyOf(bytes, 32))) {
            throw new ModelFileException("this is not a share of the deployed network");
        }
        DeploymentId deployment = DeploymentId.of(bytes, 32);
        int at = HEAD_BYTES + 1;
        if (bytes[HEAD_BYTES] == 1) {
            requireLength(bytes, at + Seed.BYTES);
            byte[] revealed = Arrays.copyOfRange(bytes, at, bytes.length);
            try {
                return expand(plan, deployment, Seed.of(revealed));
            } finally {
                Arrays.fill(revealed, (byte) 0);
            }
        }
        long size = at;
        for (LinearLayer layer : plan.layers()) {
            ConvolutionGeometry geometry = layer.shape().geometry();
            size += layer.ring().packedBytes(geometry.weightCount())
                    + layer.ring().packedBytes(geometry.outChannels());
        }
        requireLength(bytes, size);
        List<RingVector> weights = new ArrayList<>();
        List<RingVector> biases = new ArrayList<>();
        for (LinearLayer layer : plan.layers()) {
            ConvolutionGeometry geometry = layer.shape().geometry();
            weights.add(load(layer.ring(), geometry.weightCount(), bytes, at));
            at += (int) layer.ring().packedBytes(geometry.weightCount());
            biases.add(load(layer.ring(), geometry.outChannels(), bytes, at));
            at += (int) layer.ring().packedBytes(geometry.outChannels());
        }
        return complete(plan, deployment, weights, biases);
    }

    private static void requireLength(byte[] bytes, long length) {
        if (bytes.length != length) {
            throw new ModelFileException("the share of the network has " + bytes.length + " bytes, not " + length);
        }
    }

    private static RingVector load(Ring ring, int length, byte[] bytes, int at) {
        RingVector vector = ring.zeros(length);
        if (!vector.load(bytes, at, 0, length)) {
            throw new ModelFileException("the share of the network is damaged");
        }
        return vector;
    }

    /** Overwrites the share. */
    @Override
    public void close() {
        weights.forEach(RingVector::wipe);
        biases.forEach(RingVector::wipe);
        if (seed != null) {
            seed.close();
        }
    }
}
