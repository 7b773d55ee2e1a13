package io.tacit.protocol.seco;

import io.tacit.crypto.channel.Mesh;
import io.tacit.crypto.channel.ProtocolAbort;
import io.tacit.crypto.garble.TableSink;
import io.tacit.crypto.garble.TableSource;
import io.tacit.crypto.random.Prg;
import io.tacit.crypto.random.Seed;
import io.tacit.crypto.share.Ring;
import io.tacit.crypto.share.RingVector;
import io.tacit.kernel.Workers;
import io.tacit.protocol.flow.Endings;
import io.tacit.protocol.linear.TripletSource;
import io.tacit.protocol.material.MaterialException;
import io.tacit.protocol.material.MaterialId;
import io.tacit.protocol.material.MaterialKind;
import io.tacit.protocol.material.MaterialStore;
import io.tacit.protocol.nonlinear.Block;
import io.tacit.protocol.plan.Disclosure;
import io.tacit.protocol.plan.SharingPlan;
import io.tacit.protocol.plan.SharingPlan.LinearLayer;
import io.tacit.protocol.plan.SharingPlan.Opening;
import io.tacit.protocol.plan.SharingPlan.Stage;
import io.tacit.protocol.shares.Tensors;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * What every party does that computes on shares, the gateway like the other servers, and the user beside the gateway: its
 * part of the preparation, and of the stages.
 */
final class ServerWork {
    /** Bytes of a message that says nothing. */
    static final int EMPTY_BYTES = 1 << 10;

    private final SharedPart part;
    private final SharingPlan sharing;
    private final ServerShare share;
    private final JointCircuits circuits;
    private final MaterialStore store;
    private final SecureRandom random;
    private final Workers workers;

    ServerWork(ServerShare share, JointCircuits circuits, MaterialStore store, SecureRandom random, Workers workers) {
        this.part = share.part();
        this.sharing = part.sharing();
        this.share = share;
        this.circuits = circuits;
        this.store = store;
        this.random = random;
        this.workers = workers;
    }

    /** What a server has for a query: seed, masks and secrets of circuits, products of linear layers. */
    private MaterialKind secretsKind() {
        return new MaterialKind(share.kindWord() + "-s");
    }

    /** Tables of the queries that this server evaluates. */
    private MaterialKind tablesKind() {
        return new MaterialKind(share.kindWord() + "-t");
    }

    SharedPart part() {
        return part;
    }

    /** Queries for which this server is ready. */
    int ready() {
        return store.ready(secretsKind());
    }

    /**
     * What this server has for one query, all of it claimed: used up, whatever comes.
     *
     * @param evaluator number of the server that evaluates its circuits
     * @param secrets read up to the seed
     * @param tables where this server evaluates
     */
    record Claimed(int evaluator, MaterialStore.Claim secrets, Optional<MaterialStore.Claim> tables)
            implements AutoCloseable {
        MaterialId id() {
            return secrets.id();
        }

        @Override
        public void close() {
            try {
                tables.ifPresent(MaterialStore.Claim::close);
            } finally {
                secrets.close();
            }
        }
    }

    /**
     * Claims the next query that is ready, if there is one. Only the gateway chooses.
     *
     * @throws ProtocolAbort with reason {@code MATERIAL_SPENT} if its tables are gone
     * @throws MaterialException if they are torn
     */
    Optional<Claimed> claimNext() {
        return store.claim(secretsKind()).map(this::withTables);
    }

    /**
     * Claims one query.
     *
     * @throws ProtocolAbort with reason {@code MATERIAL_SPENT} if it was claimed before or never prepared, or its tables are
     *     gone
     * @throws MaterialException if it is torn
     */
    Claimed claim(MaterialId id) {
        return withTables(store.claim(secretsKind(), id));
    }

    private Claimed withTables(MaterialStore.Claim secrets) {
        try {
            byte[] evaluator = new byte[1];
            secrets.read(evaluator, 0, 1);
            return new Claimed(
                    evaluator[0],
                    secrets,
                    evaluator[0] == share.server()
                            ? Optional.of(store.claim(tablesKind(), secrets.id()))
                            : Optional.empty());
        } catch (RuntimeException | Error e) {
            secrets.close();
            throw e;
        }
    }

    /** Names of the queries for which this server is ready. */
    Set<MaterialId> readyIds() {
        return new HashSet<>(store.readyIds(secretsKind()));
    }

    /** Destroys what is ready of all other queries. */
    void keepOnly(Set<MaterialId> common) {
        for (MaterialKind kind : List.of(secretsKind(), tablesKind())) {
            for (MaterialId id : store.readyIds(kind)) {
                if (!common.contains(id)) {
                    store.discard(kind, id);
                }
            }
        }
    }

    // ---- prepare

    /** Bytes that a query takes, if this server evaluates it. */
    long materialBytes() {
        return secretsBytes() + circuits.tableBytes();
    }

    private long secretsBytes() {
        long bytes = 1 + Seed.BYTES + circuits.keptBytes();
        for (Block block : part.blocks()) {
            bytes += block.isAnswer() ? 0 : resultRing(block).packedBytes(part.size(block.target()));
        }
        for (LinearLayer layer : sharing.layers()) {
            bytes += layer.ring().packedBytes(layer.shape().geometry().outputSize());
        }
        return bytes;
    }

    static Ring resultRing(Block block) {
        return new Ring(block.outputBits());
    }

    /**
     * Prepares queries, at all servers at once.
     *
     * @param others waits until the other parties are ready: the one that chooses a query is ready last
     */
    void prepare(List<Command.Place> places, JointCircuits.Lane lane, TripletSource triplets, Runnable others) {
        List<MaterialStore.Draft> secrets = new ArrayList<>();
        List<MaterialStore.Draft> tables = new ArrayList<>();
        List<Seed> seeds = new ArrayList<>();
        try {
            for (Command.Place place : places) {
                secrets.add(store.create(secretsKind(), place.id(), secretsBytes()));
                if (place.evaluator() == share.server()) {
                    tables.add(store.create(tablesKind(), place.id(), circuits.tableBytes()));
                }
                seeds.add(Seed.random(random));
            }
            List<QueryMasks> masks = new ArrayList<>();
            int evaluated = 0;
            for (int i = 0; i < places.size(); i++) {
                boolean evaluates = places.get(i).evaluator() == share.server();
                masks.add(garble(
                        places.get(i).evaluator(),
                        seeds.get(i),
                        lane,
                        secrets.get(i),
                        evaluates ? tables.get(evaluated++)::write : (bytes, offset, length) -> {}));
            }
            triplets.products(
                    sharing.layers().stream().map(LinearLayer::shape).toList(),
                    places.size(),
                    new LayerProducts(masks, secrets));
            others.run();
            // What the secrets list has its tables.
            tables.forEach(MaterialStore.Draft::commit);
            secrets.forEach(MaterialStore.Draft::commit);
        } finally {
            secrets.forEach(MaterialStore.Draft::close);
            tables.forEach(MaterialStore.Draft::close);
            seeds.forEach(Seed::close);
        }
    }

    /** Draws the masks of a query and garbles its blocks. */
    private QueryMasks garble(
            int evaluator, Seed seed, JointCircuits.Lane lane, MaterialStore.Draft secrets, TableSink tables) {
        secrets.write(new byte[] {(byte) evaluator}, 0, 1);
        byte[] revealed = seed.reveal();
        secrets.write(revealed, 0, revealed.length);
        Arrays.fill(revealed, (byte) 0);
        JointCircuits.Preparation preparation = lane.prepare(seed);
        List<RingVector> results = new ArrayList<>();
        for (int block = 0; block < part.blocks().size(); block++) {
            if (!part.blocks().get(block).isAnswer()) {
                RingVector mask = preparation.mask(block);
                write(secrets, mask);
                results.add(mask);
            }
        }
        preparation.garble(evaluator, secrets::write, tables);
        return new QueryMasks(sharing, seed, results, workers);
    }

    /** F^k and r^k of all layers go to the preparation, Z_k come from it. */
    private final class LayerProducts implements TripletSource.Layers {
        private final List<QueryMasks> masks;
        private final List<MaterialStore.Draft> drafts;

        LayerProducts(List<QueryMasks> masks, List<MaterialStore.Draft> drafts) {
            this.masks = masks;
            this.drafts = drafts;
        }

        @Override
        public RingVector weightShare(int layer) {
            return share.weights(sharing.layers().get(layer));
        }

        @Override
        public RingVector[] maskShares(int layer) {
            LinearLayer linear = sharing.layers().get(layer);
            Opening opening = sharing.openings().get(linear.opening());
            return masks.stream()
                    .map(query -> query.of(opening).reduced(linear.ring()))
                    .toArray(RingVector[]::new);
        }

        @Override
        public void take(int layer, RingVector[] products) {
            for (int i = 0; i < products.length; i++) {
                write(drafts.get(i), products[i]);
            }
        }
    }

    private static void write(MaterialStore.Draft draft, RingVector vector) {
        byte[] bytes = new byte[Math.toIntExact(vector.packedBytes())];
        vector.store(0, vector.length(), bytes, 0);
        draft.write(bytes, 0, bytes.length);
        Arrays.fill(bytes, (byte) 0);
    }

    private static RingVector read(MaterialStore.Claim claim, Ring ring, int length) {
        RingVector vector = ring.zeros(length);
        byte[] bytes = new byte[Math.toIntExact(vector.packedBytes())];
        claim.read(bytes, 0, bytes.length);
        if (!vector.load(bytes, 0, 0, length)) {
            throw new MaterialException("material " + claim.id() + " is damaged; prepare new material");
        }
        Arrays.fill(bytes, (byte) 0);
        return vector;
    }

    // ---- predict

    /**
     * The online phase, stage by stage.
     *
     * @param query claimed by all servers
     * @param input this server's share of the input
     * @return this server's share of the result, and its part of the answer
     */
    Result run(Mesh online, Claimed query, RingVector input) {
        byte[] revealed = new byte[Seed.BYTES];
        query.secrets().read(revealed, 0, revealed.length);
        try (Seed seed = Seed.of(revealed)) {
            return run(online, query, seed, input);
        } finally {
            Arrays.fill(revealed, (byte) 0);
        }
    }

    private Result run(Mesh online, Claimed query, Seed seed, RingVector input) {
        MaterialStore.Claim secrets = query.secrets();
        TableSource tables = (into, offset, length) ->
                query.tables().orElseThrow().read(into, offset, length); // asked for by the evaluator alone
        List<RingVector> results = new ArrayList<>();
        for (Block block : part.blocks()) {
            if (!block.isAnswer()) {
                results.add(read(secrets, resultRing(block), part.size(block.target())));
            }
        }
        QueryMasks masks = new QueryMasks(sharing, seed, results, workers);
        try (JointCircuits.Online nonLinear = circuits.online(online, seed, query.evaluator(), secrets::read, tables)) {
            return stages(online, secrets, masks, nonLinear, input);
        }
    }

    private Result stages(
            Mesh online,
            MaterialStore.Claim secrets,
            QueryMasks masks,
            JointCircuits.Online nonLinear,
            RingVector input) {
        Tensors shares = new Tensors(sharing, workers);
        Tensors opened = new Tensors(sharing, workers); // x - r of results of blocks, and maps of them
        shares.put(0, input.reduced(sharing.ring(0)));
        byte[] answer = new byte[0];
        int layer = 0;
        int block = 0;
        for (int number = 0; number < sharing.stages().size(); number++) {
            Stage stage = sharing.stages().get(number);
            for (int step : stage.maps()) {
                opened.map(step);
                shares.map(step);
            }

            // x - r: known to all, or, where x is an input or the sum of linear layers, opened: X_k - r^k to all
            Map<Integer, RingVector> f = new HashMap<>();
            for (Opening opening : stage.openings()) {
                f.put(
                        opening.index(),
                        opening.fresh()
                                ? open(online, opening, shares.get(opening.tensor()), masks.of(opening))
                                : opened.get(opening.tensor()).reduced(opening.ring()));
            }

            // Y_k = F^k (x - r) + Z_k + b^k
            for (int step : stage.steps()) {
                if (layer < sharing.layers().size()
                        && sharing.layers().get(layer).step() == step) {
                    LinearLayer linear = sharing.layers().get(layer++);
                    RingVector product = read(
                            secrets, linear.ring(), linear.shape().geometry().outputSize());
                    if (share.isZero()) {
                        shares.put(step, product);
                    } else {
                        shares.linear(
                                linear,
                                share.weights(linear),
                                share.biases(linear),
                                Objects.requireNonNull(f.get(linear.opening())),
                                product);
                    }
                } else {
                    shares.map(step);
                }
            }

            // x' - r' in the clear to all, r' = sum of theirs
            for (Block made : stage.blocks()) {
                RingVector source = shares.get(made.source());
                if (made.isAnswer()) {
                    answer = nonLinear.answer(block, source);
                } else {
                    RingVector open = nonLinear.run(block, source);
                    opened.put(made.target(), open);
                    shares.put(made.target(), own(open, masks.ofResult(made)));
                }
                block++;
            }
            boolean[] read = sharing.isReadAfter(number);
            shares.keep(read);
            opened.keep(read);
        }
        int last = part.last();
        return new Result(shares.get(last).reduced(sharing.ring(last)), answer);
    }

    /**
     * What a query leaves at one server.
     *
     * @param share of the result of the last step
     * @param ranked the server's part of the ranking, if the answer is one; else nothing
     */
    record Result(RingVector share, byte[] ranked) {}

    /** This server's part of the answer. */
    byte[] answer(Mesh online, Result result) {
        return sharing.disclosure().kind() == Disclosure.Kind.SCORES ? scores(online, result.share()) : result.ranked();
    }

    /** This server's share of x: r_k, and at the gateway x - r besides. */
    private RingVector own(RingVector opened, RingVector mask) {
        if (share.server() != SecoPlan.GATEWAY) {
            return mask;
        }
        RingVector own = mask.ring().zeros(mask.length());
        mask.ring().add(mask, 0, opened, 0, own, 0, own.length());
        return own;
    }

    /** X - r: every server sends X_k - r^k to all others. */
    private RingVector open(Mesh online, Opening opening, RingVector own, RingVector mask) {
        Ring ring = opening.ring();
        RingVector part = ring.zeros(own.length());
        ring.subtract(own.reduced(ring), 0, mask, 0, part, 0, part.length());
        RingVector sum = ring.zeros(part.length());
        ring.add(sum, 0, part, 0, sum, 0, sum.length());
        String name = sharing.network().steps().get(opening.tensor()).name();
        online.exchange(other -> part.send(online.to(other), 0, part.length()), other -> {
            RingVector theirs = ring.zeros(part.length());
            theirs.receive(online.to(other), 0, theirs.length(), name);
            ring.add(sum, 0, theirs, 0, sum, 0, sum.length());
        });
        return sum;
    }

    /** Rounds in which all servers tell each other nothing. */
    static void runEmptyRounds(Mesh online, int rounds) {
        for (int round = 0; round < rounds; round++) {
            online.exchange(
                    other -> online.to(other).send(new byte[EMPTY_BYTES]),
                    other -> online.to(other).receive(EMPTY_BYTES));
        }
    }

    /** Tells all other servers that there is no going on. */
    static void end(Mesh mesh, Throwable failure) {
        for (int other : mesh.others()) {
            Endings.end(mesh.to(other), failure);
        }
    }

    /** This server's share of the scores plus a share of zero: all shares tell their sum and nothing else. */
    private byte[] scores(Mesh online, RingVector share) {
        Ring ring = share.ring();
        RingVector sum = ring.zeros(share.length());
        ring.add(sum, 0, share, 0, sum, 0, sum.length());
        online.exchange(
                other -> {
                    try (Seed drawn = Seed.random(random)) {
                        byte[] revealed = drawn.reveal();
                        online.to(other).send(revealed);
                        Arrays.fill(revealed, (byte) 0);
                        RingVector given = zeroPart(ring, sum.length(), drawn);
                        ring.add(sum, 0, given, 0, sum, 0, sum.length());
                    }
                },
                other -> {
                    try (Seed theirs = Seed.of(online.to(other).receive(Seed.BYTES))) {
                        RingVector taken = zeroPart(ring, sum.length(), theirs);
                        ring.subtract(sum, 0, taken, 0, sum, 0, sum.length());
                    }
                });
        byte[] bytes = new byte[Math.toIntExact(sum.packedBytes())];
        sum.store(0, sum.length(), bytes, 0);
        return bytes;
    }

    private static RingVector zeroPart(Ring ring, int length, Seed seed) {
        RingVector drawn = ring.zeros(length);
        try (Prg prg = seed.generator("seco", "share of zero")) {
            drawn.randomize(prg, 0, length);
        }
        return drawn;
    }
}
