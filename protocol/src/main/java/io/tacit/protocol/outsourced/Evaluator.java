package io.tacit.protocol.outsourced;

import io.tacit.crypto.channel.Channel;
import io.tacit.crypto.channel.LimitExceeded;
import io.tacit.crypto.channel.PeerUnavailable;
import io.tacit.crypto.channel.Phase;
import io.tacit.crypto.channel.ProtocolAbort;
import io.tacit.crypto.random.Seed;
import io.tacit.crypto.share.Ring;
import io.tacit.crypto.share.RingVector;
import io.tacit.kernel.Workers;
import io.tacit.protocol.flow.Endings;
import io.tacit.protocol.flow.SideBySide;
import io.tacit.protocol.linear.TripletSource;
import io.tacit.protocol.material.MaterialId;
import io.tacit.protocol.material.MaterialKind;
import io.tacit.protocol.material.MaterialStore;
import io.tacit.protocol.nonlinear.Block;
import io.tacit.protocol.nonlinear.Chunk;
import io.tacit.protocol.nonlinear.EvaluatorEnd;
import io.tacit.protocol.nonlinear.Results;
import io.tacit.protocol.nonlinear.SessionName;
import io.tacit.protocol.plan.Disclosure;
import io.tacit.protocol.plan.SharingPlan;
import io.tacit.protocol.plan.SharingPlan.LinearLayer;
import io.tacit.protocol.plan.SharingPlan.Opening;
import io.tacit.protocol.plan.SharingPlan.Stage;
import io.tacit.protocol.plan.SharingPrice;
import io.tacit.protocol.shares.Tensors;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;

/**
 * The server S1: it evaluates, and it is the one that asks the garbler. One object may use any number of lanes at a time,
 * each in one thread.
 *
 * <p>Security guarantee, if the garbler does not collude with it and neither deviates from the protocol: it learns nothing
 * about queries, values, results or the network but what the plan says, and timing. It sees its share of the weights and of
 * the input, values masked by B_0 or r, uniform and used once, and one label of each wire. Of the answer it gets colours,
 * which only the client can read.
 */
public final class Evaluator {
    private final SharingPlan plan;
    private final SharingPrice price;
    private final ModelShare model;
    private final MaterialStore store;
    private final SecureRandom random;
    private final Workers workers;
    private final Executor threads;
    private final ShareObserver observer;
    private final List<List<Chunk>> chunks;
    /** Read: a piece is being claimed at both servers. Write: they compare what they have. */
    private final ReentrantReadWriteLock claims = new ReentrantReadWriteLock();

    /** Pieces claimed here, that the garbler is asked to claim too. */
    private final Set<MaterialId> asked = ConcurrentHashMap.newKeySet();

    /** Pieces that are being prepared. */
    private final Set<MaterialId> underWay = ConcurrentHashMap.newKeySet();

    /**
     * @param model this server's share, from {@link ModelShare#receiveForEvaluator}
     * @param store keeps what is prepared
     * @param workers where products and evaluation run in parallel, beside the calling thread
     * @param threads runs what it is given at once, in a thread of its own
     * @throws IllegalArgumentException if the share does not belong to the plan
     */
    public Evaluator(
            SharingPlan plan,
            ModelShare model,
            MaterialStore store,
            SecureRandom random,
            Workers workers,
            Executor threads) {
        this(plan, model, store, random, workers, threads, ShareObserver.NONE);
    }

    /**
     * The same.
     *
     * @param observer sees this server's shares
     */
    public Evaluator(
            SharingPlan plan,
            ModelShare model,
            MaterialStore store,
            SecureRandom random,
            Workers workers,
            Executor threads,
            ShareObserver observer) {
        model.requireOf(plan);
        this.observer = observer;
        this.plan = plan;
        this.price = new SharingPrice(plan);
        this.model = model;
        this.store = store;
        this.random = random;
        this.workers = workers;
        this.threads = threads;
        this.chunks = plan.chunks();
    }

    /** Destroys prepared material of other sharings of the network: it is of no use any more. */
    public void discardForeignMaterial() {
        Set<MaterialKind> kinds = new HashSet<>(store.readyKinds());
        kinds.remove(model.deployment().tablesKind());
        kinds.remove(model.deployment().productsKind());
        kinds.forEach(store::discard);
    }

    /** Queries for which material is ready. */
    public int ready() {
        return store.ready(model.deployment().tablesKind());
    }

    // ---- prepare

    /**
     * Begins to prepare: makes the base transfers, and drops material that only one of the servers has. The garbler runs
     * {@link Garbler#servePreparation}.
     *
     * @param tables the lane on which circuits are garbled
     * @param triplets this server's end of the preparation of linear layers
     */
    public Preparation openPreparation(Channel tables, TripletSource triplets) {
        tables.enter(Phase.PREPARE);
        try {
            EvaluatorEnd end = connect(tables);
            compare(tables);
            return new Preparation(tables, triplets, end);
        } catch (RuntimeException | Error e) {
            Endings.end(tables, e);
            throw e;
        }
    }

    private EvaluatorEnd connect(Channel lane) {
        byte[] session = SessionName.agree(lane, random, false);
        try (Seed secret = Seed.random(random)) {
            return EvaluatorEnd.connect(lane, session, plan.settings().extension(), secret);
        }
    }

    private void compare(Channel tables) {
        claims.writeLock().lock();
        try {
            Set<MaterialId> tablesHere = store.readyIds(model.deployment().tablesKind());
            Set<MaterialId> productsHere = store.readyIds(model.deployment().productsKind());
            Set<MaterialId> own = new HashSet<>(tablesHere);
            own.retainAll(productsHere);
            own.addAll(underWay); // the garbler is done with a piece before this server is
            own.addAll(asked);
            Command.of(Command.Kind.COMPARE, model.deployment(), own.size()).send(tables);
            Ids.send(tables, own);
            Command reply = Command.receive(tables, model.deployment());
            Set<MaterialId> common = Set.copyOf(Ids.receive(tables, reply.count()));
            drop(model.deployment().tablesKind(), tablesHere, common);
            drop(model.deployment().productsKind(), productsHere, common);
        } finally {
            claims.writeLock().unlock();
        }
    }

    private void drop(MaterialKind kind, Set<MaterialId> here, Set<MaterialId> common) {
        for (MaterialId id : here) {
            if (!common.contains(id)) {
                store.discard(kind, id);
            }
        }
    }

    /** A lane on which queries are prepared, in one thread at a time. */
    public final class Preparation implements AutoCloseable {
        private final Channel tables;
        private final TripletSource triplets;
        private final EvaluatorEnd end;

        private Preparation(Channel tables, TripletSource triplets, EvaluatorEnd end) {
            this.tables = tables;
            this.triplets = triplets;
            this.end = end;
        }

        /**
         * Prepares queries: products of linear layers and garbled circuits, side by side.
         *
         * @throws LimitExceeded before anything is made, if the store has no room for all of it
         * @throws ProtocolAbort if the garbler refuses or deviates
         * @throws PeerUnavailable if it is gone
         */
        public void prepare(int queries) {
            List<MaterialStore.Draft> labels = new ArrayList<>();
            List<MaterialStore.Draft> products = new ArrayList<>();
            List<QuerySecrets> secrets = new ArrayList<>();
            List<MaterialId> ids = new ArrayList<>();
            try {
                for (int i = 0; i < queries; i++) {
                    MaterialId id = MaterialId.random(random);
                    ids.add(id);
                    underWay.add(id);
                    labels.add(store.create(model.deployment().tablesKind(), id, price.tablesMaterialBytes()));
                    products.add(store.create(model.deployment().productsKind(), id, price.productsMaterialBytes()));
                    secrets.add(new QuerySecrets(plan, Seed.random(random)));
                }
                Command.of(Command.Kind.PREPARE, model.deployment(), queries).send(tables);
                Ids.send(tables, ids);
                Command.expectAccepted(tables, "prepare");
                SideBySide.run(
                        threads,
                        () -> prepareProducts(triplets, secrets, products),
                        () -> {
                            for (int i = 0; i < queries; i++) {
                                receive(end, secrets.get(i), labels.get(i));
                            }
                        },
                        failure -> {
                            Endings.end(tables, failure);
                            triplets.close();
                        });
                Command.expectAccepted(tables, "prepare");
                for (int i = 0; i < queries; i++) {
                    products.get(i).commit();
                    labels.get(i).commit(); // last: what it lists has its products
                }
            } catch (LimitExceeded e) {
                throw e; // nothing was begun, or the garbler was told
            } catch (RuntimeException | Error e) {
                Endings.end(tables, e);
                throw e;
            } finally {
                underWay.removeAll(ids);
                labels.forEach(MaterialStore.Draft::close);
                products.forEach(MaterialStore.Draft::close);
                secrets.forEach(QuerySecrets::close);
            }
        }

        /** Closes the lane; the garbler's serving ends. */
        @Override
        public void close() {
            end.close();
            triplets.close();
            tables.close();
        }
    }

    private void prepareProducts(TripletSource triplets, List<QuerySecrets> queries, List<MaterialStore.Draft> drafts) {
        LayerProducts.prepare(plan, model, triplets, queries, QuerySecrets::mask, products -> {
            for (int i = 0; i < products.length; i++) {
                Material.write(drafts.get(i), products[i]);
            }
        });
    }

    private void receive(EvaluatorEnd end, QuerySecrets query, MaterialStore.Draft draft) {
        byte[] seed = query.seed().reveal();
        draft.write(seed, 0, seed.length);
        Arrays.fill(seed, (byte) 0);
        List<Chunk> all = chunks.stream().flatMap(List::stream).toList();
        end.receive(all, query.seed(), draft::write, threads);
    }

    // ---- predict

    /**
     * Takes a client's half of a query, for one of the predictions.
     *
     * @throws ProtocolAbort if it is none; the client is told
     * @throws PeerUnavailable if the client is gone
     */
    public ClientQuery receive(Channel client) {
        try {
            return ClientQuery.receiveForEvaluator(plan, client);
        } catch (RuntimeException | Error e) {
            Endings.end(client, e);
            throw e;
        }
    }

    /**
     * Answers one query of a client with prepared material. The garbler serves the lane with
     * {@link Garbler#servePredictions}.
     *
     * @throws LimitExceeded if nothing is prepared; the lane can go on
     * @throws ProtocolAbort if the client or the garbler refuses or deviates
     * @throws PeerUnavailable if one of them is gone
     */
    public void predict(Channel online, ClientQuery query) {
        predict(online, query, () -> {});
    }

    /**
     * The same.
     *
     * @param claimed run as soon as {@link #ready} no longer counts the material of this query
     */
    public void predict(Channel online, ClientQuery query, Runnable claimed) {
        online.enter(Phase.PREDICT);
        answer(online, query, () -> predictPrepared(online, query, claimed));
    }

    private static void answer(Channel online, ClientQuery query, Supplier<byte[]> prediction) {
        byte[] half;
        try {
            half = prediction.get();
        } catch (LimitExceeded e) { // before the garbler was asked
            query.fail(e);
            throw e;
        } catch (RuntimeException | Error e) {
            query.fail(e);
            Endings.end(online, e);
            throw e;
        }
        query.answer(half);
    }

    /** One piece of material, claimed at both servers. */
    private record Claimed(MaterialStore.Claim tables, MaterialStore.Claim products) implements AutoCloseable {
        @Override
        public void close() {
            tables.close();
            products.close();
        }
    }

    /** Claims a piece here and has the garbler claim its part: nothing of it is used before both have. */
    private Claimed claim(Channel online, ClientQuery query, Runnable claimed) {
        MaterialStore.Claim tables = claimTables();
        claimed.run();
        try {
            MaterialStore.Claim products = store.claim(model.deployment().productsKind(), tables.id());
            try {
                Command.predict(model.deployment(), query.id(), tables.id()).send(online);
                Command.expectAccepted(online, "predict"); // the garbler may wait for the client's other half
                return new Claimed(tables, products);
            } catch (RuntimeException | Error e) {
                products.close();
                throw e;
            }
        } catch (RuntimeException | Error e) {
            tables.close();
            throw e;
        } finally {
            asked.remove(tables.id());
        }
    }

    private MaterialStore.Claim claimTables() {
        claims.readLock().lock();
        try {
            MaterialStore.Claim tables = store.claim(model.deployment().tablesKind())
                    .orElseThrow(() -> new LimitExceeded("no query is prepared; prepare some, or run just in time"));
            asked.add(tables.id());
            return tables;
        } finally {
            claims.readLock().unlock();
        }
    }

    private byte[] predictPrepared(Channel online, ClientQuery query, Runnable claimed) {
        try (Claimed material = claim(online, query, claimed);
                QuerySecrets secrets = new QuerySecrets(plan, Material.readSeed(material.tables))) {
            return run(
                    online,
                    query,
                    secrets,
                    layer -> Material.read(
                            material.products,
                            layer.ring(),
                            layer.shape().geometry().outputSize()),
                    (blocks, first, tensors) -> {
                        for (int i = 0; i < blocks.size(); i++) {
                            RingVector share = tensors.get(blocks.get(i).source());
                            EvaluatorEnd.sendDifferences(online, chunks.get(first + i), secrets.seed(), share);
                        }
                        online.flush();
                        byte[] colours = new byte[0];
                        for (int i = 0; i < blocks.size(); i++) {
                            colours = EvaluatorEnd.evaluateStored(
                                    online,
                                    chunks.get(first + i),
                                    material.tables::read,
                                    target(blocks.get(i), tensors),
                                    workers);
                        }
                        return colours;
                    });
        }
    }

    /**
     * Begins to answer queries for which nothing is prepared: makes the base transfers. The garbler runs
     * {@link Garbler#serveJustInTime}.
     */
    public JustInTime openJustInTime(Channel online, TripletSource triplets) {
        online.enter(Phase.PREPARE);
        try {
            return new JustInTime(online, triplets, connect(online));
        } catch (RuntimeException | Error e) {
            Endings.end(online, e);
            throw e;
        }
    }

    /** A lane on which queries are answered without preparation, in one thread at a time. Nothing is stored. */
    public final class JustInTime implements AutoCloseable {
        private final Channel online;
        private final TripletSource triplets;
        private final EvaluatorEnd end;

        private JustInTime(Channel online, TripletSource triplets, EvaluatorEnd end) {
            this.online = online;
            this.triplets = triplets;
            this.end = end;
        }

        /** Answers one query of a client; throws as {@link Evaluator#predict}. */
        public void predict(ClientQuery query) {
            online.enter(Phase.PREDICT);
            answer(online, query, () -> predictNow(online, triplets, end, query));
        }

        /** Closes the lane; the garbler's serving ends. */
        @Override
        public void close() {
            end.close();
            triplets.close();
            online.close();
        }
    }

    private byte[] predictNow(Channel online, TripletSource triplets, EvaluatorEnd end, ClientQuery query) {
        Command.predictNow(model.deployment(), query.id()).send(online);
        try (QuerySecrets secrets = new QuerySecrets(plan, Seed.random(random))) {
            List<RingVector> products = new ArrayList<>();
            LayerProducts.prepare(
                    plan, model, triplets, List.of(secrets), QuerySecrets::mask, shares -> products.add(shares[0]));
            Command.expectAccepted(online, "predict");
            return run(online, query, secrets, layer -> products.get(layer.index()), (blocks, first, tensors) -> {
                byte[] colours = new byte[0];
                for (int i = 0; i < blocks.size(); i++) {
                    RingVector share = tensors.get(blocks.get(i).source());
                    colours = end.evaluateNow(
                            chunks.get(first + i),
                            secrets.seed(),
                            share,
                            target(blocks.get(i), tensors),
                            workers,
                            threads);
                }
                return colours;
            });
        }
    }

    /** Room for what a block makes, as this server's share of it: x - r. */
    private Results target(Block block, Tensors tensors) {
        if (block.isAnswer()) {
            return (chunk, planes) -> {};
        }
        RingVector target = new Ring(block.outputBits())
                .zeros(plan.network().steps().get(block.target()).shape().size());
        tensors.put(block.target(), target);
        return Results.into(target);
    }

    private interface Products {
        /** Z_1; asked for in the order of the layers. */
        RingVector of(LinearLayer layer);
    }

    private interface NonLinear {
        /** Runs a stage's blocks, of which the first has that number. @return colours of the answer if it is among them */
        byte[] run(List<Block> blocks, int first, Tensors tensors);
    }

    /** The online phase, stage by stage, after admission. @return this server's half of the answer */
    private byte[] run(
            Channel online, ClientQuery query, QuerySecrets secrets, Products products, NonLinear nonLinear) {
        Tensors tensors = new Tensors(plan, workers, (step, share) -> observer.share(query.id(), step, share));
        tensors.put(0, query.input());
        Map<Integer, RingVector> garblerParts = new HashMap<>(); // of fresh openings
        byte[] colours = new byte[0];
        int layer = 0;
        int block = 0;
        for (int number = 0; number < plan.stages().size(); number++) {
            Stage stage = plan.stages().get(number);
            stage.maps().forEach(tensors::map);

            // S1 -> S0: F' = map(out) - B_1, and its part of fresh openings
            Map<Integer, RingVector> opened = new HashMap<>();
            for (Opening opening : stage.openings()) {
                RingVector f = Material.masked(tensors.get(opening.tensor()), secrets.mask(opening), opening);
                f.send(online, 0, f.length());
                RingVector other = garblerParts.remove(opening.index());
                if (other != null) {
                    opening.ring().add(f, 0, other, 0, f, 0, f.length());
                }
                opened.put(opening.index(), f);
            }
            online.flush(); // the garbler computes its share while this server does

            // Y_1 = W_1 F + Z_1 + b_1
            for (int step : stage.steps()) {
                if (layer < plan.layers().size() && plan.layers().get(layer).step() == step) {
                    LinearLayer linear = plan.layers().get(layer++);
                    tensors.linear(
                            linear,
                            model.weights(linear),
                            model.biases(linear),
                            Objects.requireNonNull(opened.get(linear.opening())),
                            products.of(linear));
                } else {
                    tensors.map(step);
                }
            }

            // S1 -> S0: delta = Y_1 - s; S0 -> S1: the labels of y; out = x - r
            if (!stage.blocks().isEmpty()) {
                colours = nonLinear.run(stage.blocks(), block, tensors);
                block += stage.blocks().size();
            }

            // S0 -> S1: X_0 - B_0 of what is fresh in the next stage
            for (Opening opening : stage.replies()) {
                garblerParts.put(opening.index(), Material.receive(online, plan, opening));
            }
            tensors.keep(plan.isReadAfter(number));
        }
        return plan.settings().disclosure().kind() == Disclosure.Kind.SCORES ? Material.scores(plan, tensors) : colours;
    }
}
