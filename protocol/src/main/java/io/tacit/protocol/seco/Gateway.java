package io.tacit.protocol.seco;

import io.tacit.crypto.channel.AbortReason;
import io.tacit.crypto.channel.Channel;
import io.tacit.crypto.channel.LimitExceeded;
import io.tacit.crypto.channel.Mesh;
import io.tacit.crypto.channel.Phase;
import io.tacit.crypto.channel.ProtocolAbort;
import io.tacit.crypto.random.Seed;
import io.tacit.crypto.seal.OpeningKey;
import io.tacit.crypto.seal.SealingKey;
import io.tacit.crypto.share.RingVector;
import io.tacit.kernel.Workers;
import io.tacit.protocol.flow.Endings;
import io.tacit.protocol.linear.TripletSource;
import io.tacit.protocol.material.MaterialId;
import io.tacit.protocol.material.MaterialStore;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;

/**
 * The gateway A, server 0: the only one that users know. With the user it computes its own layers; it has queries for the
 * rest prepared, by all servers together, and passes on what users and servers seal for each other. One object may use
 * any number of sessions at a time.
 *
 * <p>Security guarantee: that of every {@link Server}. Of a query it sees tensors less masks that the user drew, and x -
 * r^0, r^0 the sum of masks of which each server has one. Its own layers stay with it: the user learns their shapes.
 */
public final class Gateway {
    private final SecoPlan plan;
    private final JointCircuits circuits;
    private final OpeningKey key;
    private final ServerLimits limits;
    private final SecureRandom random;
    private final ServerWork work;
    private final Optional<ServerWork> first;
    private final Optional<JointCircuits> firstCircuits;
    private final AtomicInteger turn = new AtomicInteger();

    /** Read: a query is being claimed at all servers. Write: they compare what they have. */
    private final ReentrantReadWriteLock claims = new ReentrantReadWriteLock();

    /**
     * @param layers the gateway's own layers, whole: present if the plan has some
     * @param share the gateway's share of what all servers hold
     * @param circuits back end of the servers' non-linear steps
     * @param key opens what users seal for the gateway
     * @param store keeps what is prepared
     * @param workers where products and circuits run in parallel, beside the calling thread
     * @param threads runs what it is given at once, in a thread of its own
     */
    public Gateway(
            SecoPlan plan,
            Optional<ServerShare> layers,
            ServerShare share,
            JointCircuits circuits,
            OpeningKey key,
            MaterialStore store,
            ServerLimits limits,
            SecureRandom random,
            Workers workers,
            Executor threads) {
        if (share.server() != SecoPlan.GATEWAY
                || layers.isPresent() != plan.first().isPresent()) {
            throw new IllegalArgumentException("these are not the gateway's shares");
        }
        this.plan = plan;
        this.circuits = circuits;
        this.key = key;
        this.limits = limits;
        this.random = random;
        this.work = new ServerWork(share, circuits, store, random, workers);
        this.firstCircuits =
                plan.first().map(own -> new TwoPartyCircuits(own.part(), SecoPlan.GATEWAY, random, workers, threads));
        this.first = layers.map(whole -> new ServerWork(whole, firstCircuits.orElseThrow(), store, random, workers));
    }

    static void enter(Mesh mesh, Phase phase) {
        for (int other : mesh.others()) {
            mesh.to(other).enter(phase);
        }
    }

    /** Gateway and user, as the two parties of the gateway's layers. */
    static Mesh pair(int self, Channel peer) {
        return new Mesh(
                self,
                self == SecoPlan.GATEWAY
                        ? List.of(Optional.empty(), Optional.of(peer))
                        : List.of(Optional.of(peer), Optional.empty()));
    }

    /** Queries for which the servers' material is ready. */
    public int ready() {
        return work.ready();
    }

    /** Bytes that the servers' part of a prepared query takes here, at most: an evaluator's. */
    public long materialBytes() {
        return work.materialBytes();
    }

    // ---- prepare

    /**
     * Begins to prepare the servers' part. All other servers run {@link Server#servePreparation}.
     *
     * @param lane channels to all other servers
     * @param triplets this server's end of the preparation of linear layers
     */
    public Preparation openPreparation(Mesh lane, TripletSource triplets) {
        enter(lane, Phase.PREPARE);
        try {
            JointCircuits.Lane prepared = circuits.connect(lane);
            compare(lane);
            return new Preparation(lane, triplets, prepared);
        } catch (RuntimeException | Error e) {
            ServerWork.end(lane, e);
            throw e;
        }
    }

    /** All servers drop what one of them does not have. */
    private void compare(Mesh lane) {
        claims.writeLock().lock();
        try {
            Set<MaterialId> common = work.readyIds();
            for (int server : lane.others()) {
                Command.sendIds(lane.to(server), common);
            }
            for (int server : lane.others()) {
                common.retainAll(Command.receiveIds(lane.to(server)));
            }
            for (int server : lane.others()) {
                Command.sendIds(lane.to(server), common);
            }
            work.keepOnly(common);
        } finally {
            claims.writeLock().unlock();
        }
    }

    /** A session in which queries are prepared, in one thread at a time. */
    public final class Preparation implements AutoCloseable {
        private final Mesh lane;
        private final TripletSource triplets;
        private final JointCircuits.Lane prepared;

        private Preparation(Mesh lane, TripletSource triplets, JointCircuits.Lane prepared) {
            this.lane = lane;
            this.triplets = triplets;
            this.prepared = prepared;
        }

        /**
         * Prepares queries.
         *
         * @throws ProtocolAbort if a server refuses or deviates
         * @throws io.tacit.crypto.channel.PeerUnavailable if one is gone
         */
        public void prepare(int queries) {
            List<Command.Place> places = new ArrayList<>();
            for (int i = 0; i < queries; i++) {
                places.add(new Command.Place(MaterialId.random(random), plan.evaluator(turn.getAndIncrement())));
            }
            try {
                for (int server : lane.others()) {
                    Command.sendPrepare(lane.to(server), plan.rest(), places);
                }
                work.prepare(places, prepared, triplets, () -> {
                    for (int server : lane.others()) {
                        Command.expectAccepted(lane.to(server), "prepare");
                    }
                });
            } catch (RuntimeException | Error e) {
                ServerWork.end(lane, e);
                throw e;
            }
        }

        /** Closes the lane; the others' serving ends. */
        @Override
        public void close() {
            prepared.close();
            triplets.close();
            for (int server : lane.others()) {
                lane.to(server).close();
            }
        }
    }

    /**
     * Serves a user's {@link User.Preparation} of the gateway's layers until the user closes the lane.
     *
     * @param triplets this party's end of the preparation of linear layers; closed at the end
     */
    public void servePreparation(Channel user, TripletSource triplets) {
        user.enter(Phase.PREPARE);
        ServerWork layers = first.orElseThrow();
        try (triplets;
                JointCircuits.Lane prepared = firstCircuits.orElseThrow().connect(pair(SecoPlan.GATEWAY, user))) {
            while (user.awaitMessage(limits.idle())) {
                List<Command.Place> places =
                        Command.receivePrepare(user, layers.part(), limits.queriesPerPreparation());
                layers.prepare(places, prepared, triplets, () -> {});
                Command.accept(user);
            }
        } catch (RuntimeException | Error e) {
            Endings.end(user, e);
            throw e;
        }
    }

    // ---- predict

    /**
     * Answers one query of a user. All other servers run {@link Server#servePredictions}.
     *
     * @param servers gives channels to all other servers, when the user has asked; they are ended if a server fails, not if
     *     the user does or a server refuses the query
     * @param claiming told when prepared material is about to be used up for the user, once a query; what it throws ends the
     *     query before
     * @throws LimitExceeded if nothing is prepared; the lane can go on, and the user is told
     * @throws ProtocolAbort if the user or a server refuses or deviates
     * @throws io.tacit.protocol.material.MaterialException if the gateway's own material is torn
     * @throws io.tacit.crypto.channel.PeerUnavailable if one of them is gone
     */
    public void predict(Channel user, Supplier<Mesh> servers, Runnable claiming) {
        user.enter(Phase.PREDICT);
        try {
            Query query = Query.receive(plan.servers(), user);
            RingVector input = mask(query, user); // X_0 = (x - r^0) + r^0_0
            try {
                Mesh online = servers.get();
                enter(online, Phase.PREDICT);
                if (work.ready() == 0) {
                    throw nothingPrepared();
                }
                claiming.run();
                addMasked(query, user, input);
                try (ServerWork.Claimed material = claimAtAll(query, online)) {
                    List<byte[]> parts = predict(query, material, input, online);
                    parts.forEach(user::send);
                    user.flush();
                }
            } finally {
                input.wipe();
            }
        } catch (RuntimeException | Error e) {
            Endings.end(user, e); // the user talks to the gateway alone
            throw e;
        }
    }

    private static LimitExceeded nothingPrepared() {
        return new LimitExceeded("no query is prepared; prepare some");
    }

    private byte[] context(String purpose, Query query) {
        return Query.context(plan.hash(), purpose, query.id(), query.answerKey(), SecoPlan.GATEWAY);
    }

    /** r^0_0. A seed that does not open, or is for another answer key, ends the query before anything is used up. */
    private RingVector mask(Query query, Channel user) {
        byte[] revealed = key.open(query.seeds().get(SecoPlan.GATEWAY), context("input", query), user.peer());
        requireSeed(revealed, user.peer());
        try (Seed seed = Seed.of(revealed)) {
            return Query.mask(plan.inputRing(), plan.rest().size(0), seed);
        } finally {
            Arrays.fill(revealed, (byte) 0);
        }
    }

    /** F_A with the user; then x - r^0, of which the user sends its part. */
    private void addMasked(Query query, Channel user, RingVector input) {
        if (first.isPresent()) {
            add(firstLayers(first.get(), query, user), input);
        }
        RingVector masked = input.ring().zeros(input.length());
        masked.receive(user, 0, masked.length(), "query");
        add(masked, input);
    }

    /** Every server claims its part of the material before any of it is used; if one cannot, only the query ends. */
    private ServerWork.Claimed claimAtAll(Query query, Mesh online) {
        claims.readLock().lock();
        try {
            return claim(query, online);
        } finally {
            claims.readLock().unlock();
        }
    }

    private ServerWork.Claimed claim(Query query, Mesh online) {
        ServerWork.Claimed material = work.claimNext().orElseThrow(Gateway::nothingPrepared);
        Optional<ProtocolAbort> refusal = Optional.empty();
        try {
            for (int server : online.others()) {
                Command.sendPredict(
                        online.to(server),
                        plan,
                        new Command.Predict(
                                material.id(),
                                query.id(),
                                query.answerKey(),
                                query.seeds().get(server)));
            }
            for (int server : online.others()) {
                Channel peer = online.to(server);
                Optional<AbortReason> reason = Command.receiveReply(peer);
                if (reason.isPresent() && refusal.isEmpty()) {
                    refusal = Optional.of(new ProtocolAbort(peer.peer(), "predict", reason.get()));
                }
            }
            for (int server : online.others()) {
                Command.sendDecision(online.to(server), refusal.isEmpty());
            }
        } catch (RuntimeException | Error e) {
            ServerWork.end(online, e);
            material.close();
            throw e;
        }
        if (refusal.isPresent()) {
            material.close();
            throw refusal.get();
        }
        return material;
    }

    private List<byte[]> predict(Query query, ServerWork.Claimed material, RingVector input, Mesh online) {
        try {
            byte[] own = work.answer(online, work.run(online, material, input));
            ServerWork.runEmptyRounds(online, plan.emptyRounds());
            List<byte[]> parts = new ArrayList<>();
            parts.add(query.answerKey().seal(own, context("answer", query), random));
            for (int server : online.others()) {
                parts.add(online.to(server)
                        .receive(SealingKey.sealedBytes(plan.rest().answerBytes())));
            }
            return parts;
        } catch (RuntimeException | Error e) {
            ServerWork.end(online, e);
            throw e;
        }
    }

    private static void add(RingVector part, RingVector sum) {
        sum.ring().add(sum, 0, part.reduced(sum.ring()), 0, sum, 0, sum.length());
    }

    /** The gateway's share of the result of its own layers. */
    private RingVector firstLayers(ServerWork layers, Query query, Channel user) {
        try (ServerWork.Claimed material = layers.claim(query.material())) {
            Command.accept(user);
            RingVector nothing =
                    layers.part().sharing().ring(0).zeros(layers.part().size(0));
            return layers.run(pair(SecoPlan.GATEWAY, user), material, nothing).share();
        }
    }

    static void requireSeed(byte[] revealed, String peer) {
        if (revealed.length != Seed.BYTES) {
            throw new ProtocolAbort(peer, "query", AbortReason.MALFORMED);
        }
    }
}
