package io.tacit.protocol.seco;

import io.tacit.crypto.channel.LimitExceeded;
import io.tacit.crypto.channel.Mesh;
import io.tacit.crypto.lattice.SecurityLevel;
import io.tacit.crypto.share.Ring;
import io.tacit.kernel.Workers;
import io.tacit.model.integer.PublicNetwork;
import io.tacit.protocol.linear.CollectivePlan;
import io.tacit.protocol.linear.LinearShape;
import io.tacit.protocol.linear.PackingGoal;
import io.tacit.protocol.linear.TripletPlan;
import io.tacit.protocol.nonlinear.BlockCircuits.Resharing;
import io.tacit.protocol.plan.Disclosure;
import io.tacit.protocol.plan.SharingPlan;
import io.tacit.protocol.plan.SharingPlan.LinearLayer;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;

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

    /** Most rounds that a query can be made to take. */
    public static final int MOST_SHOWN_ROUNDS = 1 << 12;

    /** Bits of the ring in which the servers' input is shared where the depth is hidden: more than 8-bit networks need. */
    private static final int HIDDEN_INPUT_BITS = 32;

    private final Mode mode;
    private final int shownRounds;
    private final SharedPart rest;
    private final CollectivePlan restProducts;
    private final Optional<FirstLayers> first;
    private final Optional<byte[]> firstHash;

    /**
     * The gateway's own layers.
     *
     * @param part what user and gateway compute; all weights are the gateway's
     * @param products the encryption for its linear layers
     */
    public record FirstLayers(SharedPart part, TripletPlan products) {
        static FirstLayers of(PublicNetwork network, Ring resultRing, PackingGoal goal) {
            SharedPart part = new SharedPart(network, Disclosure.SCORES, 2, resultRing.bits(), Resharing.PROJECTED);
            return new FirstLayers(part, new TripletPlan(shapes(part), SecurityLevel.STANDARD, goal));
        }
    }

    /** Hardened, and the depth of the rest shows in the time that an answer takes. */
    public SecoPlan(
            Optional<PublicNetwork> first, PublicNetwork rest, Disclosure disclosure, int servers, PackingGoal goal) {
        this(Mode.HARDENED, 0, first, rest, disclosure, servers, goal);
    }

    /**
     * @param shownRounds how often servers wait for each other for each query, whatever the rest needs, so that users cannot
     *     tell its depth: {@link SharedPart#rounds} at least, {@link #MOST_SHOWN_ROUNDS} at most; 0 if it is not hidden
     * @param first the gateway's part, empty if it has none
     * @param rest what the servers hold in shares; its input is the result of the gateway's part
     * @param disclosure what the user learns of the result
     * @param servers n, the gateway included: 2 to {@link Mesh#MAX_PARTIES}
     * @throws io.tacit.model.UnsupportedModelException naming every step whose values are too wide for shares
     * @throws LimitExceeded if no lattice carries a linear layer, or the rest takes more rounds; names the limits
     */
    public SecoPlan(
            Mode mode,
            int shownRounds,
            Optional<PublicNetwork> first,
            PublicNetwork rest,
            Disclosure disclosure,
            int servers,
            PackingGoal goal) {
        if (servers < 2 || servers > Mesh.MAX_PARTIES) {
            throw new IllegalArgumentException(servers + " servers: 2 to " + Mesh.MAX_PARTIES + " are allowed");
        }
        if (shownRounds < 0 || shownRounds > MOST_SHOWN_ROUNDS) {
            throw new IllegalArgumentException(shownRounds + " rounds: 0 to " + MOST_SHOWN_ROUNDS + " are allowed");
        }
        boolean hardened = mode == Mode.HARDENED;
        this.mode = mode;
        this.shownRounds = shownRounds;
        this.rest = new SharedPart(rest, disclosure, servers, 1, hardened ? Resharing.SUBTRACTED : Resharing.PROJECTED);
        this.restProducts = hardened
                ? new CollectivePlan(shapes(this.rest), servers, SecurityLevel.STANDARD, goal)
                : CollectivePlan.unsmudged(shapes(this.rest), servers, SecurityLevel.STANDARD, goal);
        if (shownRounds > 0) {
            requireHidden(this.rest.rounds(), shownRounds, "rounds between servers");
            requireHidden(this.rest.sharing().ring(0).bits(), HIDDEN_INPUT_BITS, "bits of the shares of its input");
        }
        this.first = first.map(network -> {
            if (!network.output().shape().equals(rest.input().shape())) {
                throw new IllegalArgumentException("the gateway's part does not end where the rest begins");
            }
            return FirstLayers.of(network, inputRing(), goal);
        });
        this.firstHash = this.first.map(layers -> layers.part().hash());
    }

    private static void requireHidden(int own, int most, String what) {
        if (own > most) {
            throw new LimitExceeded("the depth of a network is hidden among those of at most " + most + " " + what
                    + ", and this one has " + own);
        }
    }

    private SecoPlan(SecoPlan whole, Optional<byte[]> firstHash) {
        this.mode = whole.mode;
        this.shownRounds = whole.shownRounds;
        this.rest = whole.rest;
        this.restProducts = whole.restProducts;
        this.first = Optional.empty();
        this.firstHash = firstHash;
    }

    /**
     * The plan as a remote server has it: of the gateway's own layers it knows no more than a hash.
     *
     * @param firstHash of the gateway's part ({@link SharedPart#hash}), empty if it has none
     */
    public static SecoPlan atServer(
            Optional<byte[]> firstHash, PublicNetwork rest, Disclosure disclosure, int servers, PackingGoal goal) {
        return atServer(Mode.HARDENED, 0, firstHash, rest, disclosure, servers, goal);
    }

    /** The same with mode and rounds, see {@link #SecoPlan(Mode, int, Optional, PublicNetwork, Disclosure, int, PackingGoal)}. */
    public static SecoPlan atServer(
            Mode mode,
            int shownRounds,
            Optional<byte[]> firstHash,
            PublicNetwork rest,
            Disclosure disclosure,
            int servers,
            PackingGoal goal) {
        return new SecoPlan(
                new SecoPlan(mode, shownRounds, Optional.empty(), rest, disclosure, servers, goal), firstHash);
    }

    /** The plan as the user has it: of what the servers hold in shares, it knows what it gives and what it gets. */
    public UserPlan forUser() {
        SharingPlan sharing = rest.sharing();
        int last = sharing.network().steps().size() - 1;
        return new UserPlan(
                UserPlan.outside(
                        asked(),
                        sharing.network().classes(),
                        sharing.network().outputScale(),
                        sharing.disclosure().kind() == Disclosure.Kind.SCORES
                                ? sharing.ring(last).bits()
                                : 1),
                first,
                inputRing(),
                sharing.disclosure(),
                sharing.disclosure().kind() == Disclosure.Kind.SCORES && sharing.scoresAreUnsigned(),
                servers(),
                mode,
                hash());
    }

    /** Role of a server: {@code gateway}, {@code server-1}, ... */
    public static String role(int server) {
        return server == GATEWAY ? "gateway" : "server-" + server;
    }

    private static List<LinearShape> shapes(SharedPart part) {
        return part.sharing().layers().stream().map(LinearLayer::shape).toList();
    }

    public Mode mode() {
        return mode;
    }

    /** How often servers wait for each other for each query, if it is made to be always the same; else 0. */
    public int shownRounds() {
        return shownRounds;
    }

    /** The back end of a server's non-linear steps. @param threads runs what it is given at once, in a thread of its own */
    public JointCircuits circuits(int server, SecureRandom random, Workers workers, Executor threads) {
        return switch (mode) {
            case HARDENED -> new GarbledCircuits(rest, random, workers);
            case PUBLISHED -> new TwoPartyCircuits(rest, server, random, workers, threads);
        };
    }

    /** Who evaluates the circuits of the query with that number: all in turn, where all garble. */
    int evaluator(int number) {
        return mode == Mode.HARDENED ? Math.floorMod(number, servers()) : TwoPartyCircuits.evaluator(servers());
    }

    /** Rounds after a query that do nothing but take their time. */
    int emptyRounds() {
        return Math.max(0, shownRounds - rest.rounds());
    }

    /** What all servers hold in shares. */
    public SharedPart rest() {
        return rest;
    }

    /** The encryption for its linear layers. */
    public CollectivePlan restProducts() {
        return restProducts;
    }

    /** The gateway's own layers, where they are known. */
    public Optional<FirstLayers> first() {
        return first;
    }

    /** Hash of the gateway's own layers, if it has some. */
    public Optional<byte[]> firstHash() {
        return firstHash.map(byte[]::clone);
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

    /** Ring in which user and gateway share what the servers begin with: at least that of the servers. */
    Ring inputRing() {
        return shownRounds > 0 ? new Ring(HIDDEN_INPUT_BITS) : rest.sharing().ring(0);
    }

    /** SHA-256 of everything that the plan is made from. Computed at each call. */
    public byte[] hash() {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(rest.hash());
            firstHash.ifPresent(digest::update);
            digest.update(ByteBuffer.allocate(2 * Integer.BYTES)
                    .putInt(mode.ordinal())
                    .putInt(shownRounds)
                    .array());
            return digest.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
