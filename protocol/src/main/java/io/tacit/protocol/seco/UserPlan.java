package io.tacit.protocol.seco;

import io.tacit.crypto.channel.Mesh;
import io.tacit.crypto.share.Ring;
import io.tacit.kernel.ConvolutionGeometry;
import io.tacit.model.integer.PublicNetwork;
import io.tacit.model.integer.PublicStep;
import io.tacit.model.integer.TensorShape;
import io.tacit.protocol.linear.PackingGoal;
import io.tacit.protocol.nonlinear.Ranking;
import io.tacit.protocol.plan.Disclosure;
import io.tacit.protocol.seco.SecoPlan.FirstLayers;
import java.util.List;
import java.util.Optional;

/**
 * A {@link SecoPlan} as the user knows it: the gateway's own layers, what goes to the servers and what comes back. How many
 * layers the servers hold, and which, is not in it. Immutable.
 */
public final class UserPlan {
    private static final int HASH_BYTES = 32;

    private final PublicNetwork outside;
    private final Optional<FirstLayers> first;
    private final Ring inputRing;
    private final Disclosure disclosure;
    private final boolean scoresAreUnsigned;
    private final int servers;
    private final Mode mode;
    private final byte[] hash;

    /** @param outside as {@link #outside()} */
    UserPlan(
            PublicNetwork outside,
            Optional<FirstLayers> first,
            Ring inputRing,
            Disclosure disclosure,
            boolean scoresAreUnsigned,
            int servers,
            Mode mode,
            byte[] hash) {
        if (servers < 2 || servers > Mesh.MAX_PARTIES || hash.length != HASH_BYTES) {
            throw new IllegalArgumentException(servers + " servers, a hash of " + hash.length + " bytes");
        }
        if (outside.steps().size() != 2 || !disclosure.suits(outside.classes())) {
            throw new IllegalArgumentException(outside.name() + " is not a network as seen from outside");
        }
        this.outside = outside;
        this.first = first;
        this.inputRing = inputRing;
        this.disclosure = disclosure;
        this.scoresAreUnsigned = scoresAreUnsigned;
        this.servers = servers;
        this.mode = mode;
        this.hash = hash.clone();
    }

    /**
     * The plan from its parts, as a file has them.
     *
     * @param outside as {@link #outside()}
     * @param first as {@link #firstNetwork()}
     * @param inputBits as {@link #inputRing()}
     * @throws IllegalArgumentException if they contradict each other
     * @throws io.tacit.model.UnsupportedModelException naming every step whose values are too wide for shares
     * @throws io.tacit.crypto.channel.LimitExceeded if no lattice carries a linear layer; names the limits
     */
    public static UserPlan of(
            PublicNetwork outside,
            Optional<PublicNetwork> first,
            int inputBits,
            Disclosure disclosure,
            boolean scoresAreUnsigned,
            int servers,
            Mode mode,
            byte[] hash,
            PackingGoal goal) {
        if (inputBits < 1 || inputBits > Long.SIZE) {
            throw new IllegalArgumentException("shares of " + inputBits + " bits");
        }
        Ring ring = new Ring(inputBits);
        first.ifPresent(network -> {
            if (!network.input().equals(outside.input())
                    || !network.inputRange().equals(outside.inputRange())) {
                throw new IllegalArgumentException("the gateway's part reads another input");
            }
        });
        return new UserPlan(
                outside,
                first.map(network -> FirstLayers.of(network, ring, goal)),
                ring,
                disclosure,
                scoresAreUnsigned,
                servers,
                mode,
                hash);
    }

    /** One layer of unknown weights in place of all layers. */
    static PublicNetwork outside(PublicNetwork asked, int classes, double outputScale, int scoreBits) {
        PublicStep input = asked.input();
        TensorShape in = input.shape();
        ConvolutionGeometry whole = new ConvolutionGeometry(
                in.channels(), in.height(), in.width(), classes, in.height(), in.width(), 1, 1, 0, 0, 0, 0, 1, 1, 1);
        PublicStep answer = new PublicStep(
                "all layers",
                new PublicStep.Operation.Linear(whole),
                List.of(0),
                new TensorShape(classes, 1, 1),
                scoreBits);
        return new PublicNetwork(
                asked.name(), asked.preprocessing(), asked.inputRange(), List.of(input, answer), outputScale);
    }

    /**
     * The network from outside: its input, and one layer of unknown weights to the scores; their bits are those of shares of
     * them.
     */
    public PublicNetwork outside() {
        return outside;
    }

    /** The gateway's own layers. */
    public Optional<FirstLayers> first() {
        return first;
    }

    /** What is known of them. */
    public Optional<PublicNetwork> firstNetwork() {
        return first.map(layers -> layers.part().sharing().network());
    }

    /** Ring of the shares of what the servers begin with. */
    public Ring inputRing() {
        return inputRing;
    }

    /** Values of what the servers begin with. */
    int inputSize() {
        return firstNetwork()
                .map(PublicNetwork::output)
                .orElse(outside.input())
                .shape()
                .size();
    }

    /** What the user learns of the result. */
    public Disclosure disclosure() {
        return disclosure;
    }

    /** Whether scores cannot be negative. */
    public boolean scoresAreUnsigned() {
        return scoresAreUnsigned;
    }

    /** n, the gateway included. */
    public int servers() {
        return servers;
    }

    /** Against whom the servers are secure. */
    public Mode mode() {
        return mode;
    }

    /** {@link SecoPlan#hash}. */
    public byte[] hash() {
        return hash.clone();
    }

    Ring scoreRing() {
        return new Ring(outside.output().valueBits());
    }

    /** Bytes of one server's part of the answer. */
    int answerBytes() {
        return disclosure.kind() == Disclosure.Kind.SCORES
                ? Math.toIntExact(scoreRing().packedBytes(outside.classes()))
                : Ranking.bits(disclosure.places(), outside.classes());
    }
}
