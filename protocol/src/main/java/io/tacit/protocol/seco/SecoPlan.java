package io.tacit.protocol.seco;

import io.tacit.crypto.channel.Mesh;
import io.tacit.crypto.lattice.SecurityLevel;
import io.tacit.crypto.share.Ring;
import io.tacit.model.integer.PublicNetwork;
import io.tacit.protocol.linear.CollectivePlan;
import io.tacit.protocol.linear.LinearShape;
import io.tacit.protocol.linear.PackingGoal;
import io.tacit.protocol.linear.TripletPlan;
import io.tacit.protocol.nonlinear.BlockCircuits.Resharing;
import io.tacit.protocol.plan.Disclosure;
import io.tacit.protocol.plan.SharingPlan.LinearLayer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Optional;

/**
 * What user, gateway and servers compute: the gateway's first layers between user and gateway, if there are such, then
 * the rest on additive shares of all servers; and the encryption for the linear layers of both. The same for all parties.
 * Immutable.
 */
public final class SecoPlan {
    /** The gateway's number among the servers, and beside the user. */
    public static final int GATEWAY = 0;

    /** The user's number beside the gateway. */
    public static final int USER = 1;

    private final SharedPart rest;
    private final CollectivePlan restProducts;
    private final Optional<FirstLayers> first;

    /**
     * The gateway's own layers.
     *
     * @param part what user and gateway compute; all weights are the gateway's
     * @param products the encryption for its linear layers
     */
    public record FirstLayers(SharedPart part, TripletPlan products) {}

    /**
     * @param first the gateway's part, empty if it has none
     * @param rest what the servers hold in shares; its input is the result of the gateway's part
     * @param disclosure what the user learns of the result
     * @param servers n, the gateway included: 2 to {@link Mesh#MAX_PARTIES}
     * @throws io.tacit.model.UnsupportedModelException naming every step whose values are too wide for shares
     * @throws io.tacit.crypto.channel.LimitExceeded if no lattice carries a linear layer; names the limits
     */
    public SecoPlan(
            Optional<PublicNetwork> first, PublicNetwork rest, Disclosure disclosure, int servers, PackingGoal goal) {
        if (servers < 2 || servers > Mesh.MAX_PARTIES) {
            throw new IllegalArgumentException(servers + " servers: 2 to " + Mesh.MAX_PARTIES + " are allowed");
        }
        this.rest = new SharedPart(rest, disclosure, servers, 1, Resharing.SUBTRACTED);
        this.restProducts = new CollectivePlan(shapes(this.rest), servers, SecurityLevel.STANDARD, goal);
        this.first = first.map(network -> {
            if (!network.output().shape().equals(rest.input().shape())) {
                throw new IllegalArgumentException("the gateway's part does not end where the rest begins");
            }
            SharedPart part =
                    new SharedPart(network, Disclosure.SCORES, 2, inputRing().bits(), Resharing.PROJECTED);
            return new FirstLayers(part, new TripletPlan(shapes(part), SecurityLevel.STANDARD, goal));
        });
    }

    private static List<LinearShape> shapes(SharedPart part) {
        return part.sharing().layers().stream().map(LinearLayer::shape).toList();
    }

    /** What all servers hold in shares. */
    public SharedPart rest() {
        return rest;
    }

    /** The encryption for its linear layers. */
    public CollectivePlan restProducts() {
        return restProducts;
    }

    /** The gateway's own layers. */
    public Optional<FirstLayers> first() {
        return first;
    }

    /** n. */
    public int servers() {
        return rest.parties();
    }

    /** The network whose input is the user's. */
    public PublicNetwork asked() {
        return first.map(layers -> layers.part().sharing().network())
                .orElse(rest.sharing().network());
    }

    /** Ring of the shares of what the servers begin with. */
    Ring inputRing() {
        return rest.sharing().ring(0);
    }

    /** SHA-256 of everything that the plan is made from. Computed at each call. */
    public byte[] hash() {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(rest.hash());
            first.ifPresent(layers -> digest.update(layers.part().hash()));
            return digest.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
