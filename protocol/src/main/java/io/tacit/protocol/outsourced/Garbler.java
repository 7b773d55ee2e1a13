package io.tacit.protocol.outsourced;

import io.tacit.crypto.channel.AbortReason;
import io.tacit.crypto.channel.Channel;
import io.tacit.crypto.channel.LimitExceeded;
import io.tacit.crypto.channel.PeerUnavailable;
import io.tacit.crypto.channel.Phase;
import io.tacit.crypto.channel.ProtocolAbort;
import io.tacit.crypto.random.Seed;
import io.tacit.crypto.share.RingVector;
import io.tacit.kernel.Workers;
import io.tacit.protocol.flow.Endings;
import io.tacit.protocol.flow.SideBySide;
import io.tacit.protocol.linear.TripletSource;
import io.tacit.protocol.material.MaterialException;
import io.tacit.protocol.material.MaterialId;
import io.tacit.protocol.material.MaterialKind;
import io.tacit.protocol.material.MaterialStore;
import io.tacit.protocol.nonlinear.Block;
import io.tacit.protocol.nonlinear.Chunk;
import io.tacit.protocol.nonlinear.GarblerEnd;
import io.tacit.protocol.nonlinear.ResultMasks;
import io.tacit.protocol.nonlinear.SessionName;
import io.tacit.protocol.plan.Disclosure;
import io.tacit.protocol.plan.SharingPlan;
import io.tacit.protocol.plan.SharingPlan.LinearLayer;
import io.tacit.protocol.plan.SharingPlan.Opening;
import io.tacit.protocol.plan.SharingPlan.Stage;
import io.tacit.protocol.plan.SharingPrice;
import io.tacit.protocol.shares.Tensors;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Executor;

/**
 * The server S0: it garbles. It answers what the evaluator and clients ask; each method serves one lane, in the calling
 * thread, until the peer closes it. One object serves any number of lanes at a time.
 *
 * <p>Security guarantee, if the evaluator does not collude with it and neither deviates from the protocol: it learns nothing
 * about queries, values, results or the network but what the plan says, and timing. It sees its share of the weights, its
 * half of the input (a seed), and from the evaluator only values masked by B_1 or s, uniform and used once.
 */
public final class Garbler {
    private final SharingPlan plan;
    private final SharingPrice price;
    private final ModelShare model;
    private final MaterialStore store;
    private final ServerLimits limits;
    private final SecureRandom random;
    private final Workers workers;
    private final Executor threads;
    private final ShareObserver observer;
    private final WaitingQueries waiting;
    private final List<List<Chunk>> chunks;
    private final Map<Integer, Block> blockOfTarget = new HashMap<>();

    /**
     * @param model this server's share, from {@link ModelShare#receiveForGarbler}
     * @param store keeps what is prepared
     * @param workers where products and garbling run in parallel, beside the calling thread
     * @param threads runs what it is given at once, in a thread of its own
     * @throws IllegalArgumentException if the share does not belong to the plan
     */
    public Garbler(
            SharingPlan plan,
            ModelShare model,
            MaterialStore store,
            ServerLimits limits,
            SecureRandom random,
            Workers workers,
            Executor threads) {
        this(plan, model, store, limits, random, workers, threads, ShareObserver.NONE);
    }

    /**
     * The same.
     *
     * @param observer sees this server's shares
     */
    public Garbler(
            SharingPlan plan,
            ModelShare model,
            MaterialStore store,
            ServerLimits limits,
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
        this.limits = limits;
        this.random = random;
        this.workers = workers;
        this.threads = threads;
        this.waiting = new WaitingQueries(limits.waitingQueries());
        this.chunks = plan.chunks();
        plan.blocks().forEach(block -> blockOfTarget.put(block.target(), block));
    }

    /** Destroys prepared material of other sharings of the network: it is of no use any more. */
    public void discardForeignMaterial() {
        Set<MaterialKind> kinds = new HashSet<>(store.readyKinds());
        kinds.remove(model.deployment().garblerKind());
        kinds.forEach(store::discard);
    }

    // ---- clients

    /** Serves a client: takes its half of one query and returns when it has its half of the answer. */
    public void serveClient(Channel client) {
        try {
            ClientQuery query = ClientQuery.receiveForGarbler(plan, client);
            waiting.put(query);
            if (!query.awaitEnd(limits.queryWait()) && waiting.remove(query)) {
                throw new ProtocolAbort(client.peer(), "query", AbortReason.UNKNOWN_SESSION);
            }
            query.awaitEnd(limits.idle());
        } catch (RuntimeException | Error e) {
            Endings.end(client, e);
            throw e;
        }
    }

    // ---- prepare

    /**
     * Serves the evaluator's {@link Evaluator.Preparation} until it closes the lane.
     *
     * @param tables the lane on which circuits are garbled
     * @param triplets this server's end of the preparation of linear layers; closed at the end
     * @throws ProtocolAbort if the evaluator deviates or aborts
     * @throws PeerUnavailable if it is gone
     */
    public void servePreparation(Channel tables, TripletSource triplets) {
        serve(tables, triplets, end -> {
            Command command = Command.receive(tables, model.deployment());
            switch (command.kind()) {
                case COMPARE -> compare(tables, command.count());
                case PREPARE -> prepare(tables, triplets, end, command.count());
                default -> throw new ProtocolAbort(tables.peer(), "prepare", AbortReason.MALFORMED);
            }
        });
    }

    private interface OnCommand {
        void run(GarblerEnd end);
    }

    /** A lane with a session of transfers. */
    private void serve(Channel lane, TripletSource triplets, OnCommand next) {
        lane.enter(Phase.PREPARE);
        try (triplets;
                Seed secret = Seed.random(random);
                GarblerEnd end = GarblerEnd.connect(
                        lane,
                        SessionName.agree(lane, random, true),
                        plan.settings().extension(),
                        secret)) {
            while (lane.awaitMessage(limits.idle())) {
                next.run(end);
            }
        } catch (RuntimeException | Error e) {
            Endings.end(lane, e);
            throw e;
        }
    }

    /** Drops what only one of the servers has, after a crash or a restored backup of either. */
    private void compare(Channel tables, int count) {
        Set<MaterialId> common = new HashSet<>(Ids.receive(tables, count));
        Set<MaterialId> own = store.readyIds(model.deployment().garblerKind());
        common.retainAll(own);
        for (MaterialId id : own) {
            if (!common.contains(id)) {
                store.discard(model.deployment().garblerKind(), id);
            }
        }
        Command.of(Command.Kind.COMPARE, model.deployment(), common.size()).send(tables);
        Ids.send(tables, common);
    }

    private void prepare(Channel tables, TripletSource triplets, GarblerEnd end, int queries) {
        if (queries < 1 || queries > limits.queriesPerPreparation()) {
            throw new LimitExceeded("at most " + limits.queriesPerPreparation() + " queries are prepared at a time");
        }
        List<MaterialId> ids = Ids.receive(tables, queries);
        List<MaterialStore.Draft> drafts = new ArrayList<>();
        List<QuerySecrets> secrets = new ArrayList<>();
        try {
            for (MaterialId id : ids) {
                drafts.add(draft(tables, id));
                secrets.add(new QuerySecrets(plan, Seed.random(random)));
            }
            Command.accept(tables);
            tables.flush();
            List<byte[]> answers = new ArrayList<>();
            SideBySide.run(
                    threads,
                    () -> prepareProducts(triplets, end, secrets, drafts),
                    () -> secrets.forEach(query -> answers.add(garble(end, query))),
                    failure -> {
                        Endings.end(tables, failure);
                        triplets.close();
                    });
            for (int i = 0; i < queries; i++) {
                drafts.get(i).write(answers.get(i), 0, answers.get(i).length);
                drafts.get(i).commit();
            }
            Command.accept(tables);
            tables.flush();
        } finally {
            drafts.forEach(MaterialStore.Draft::close);
            secrets.forEach(QuerySecrets::close);
        }
    }

    /** @throws ProtocolAbort if the evaluator names material that there is, or was */
    private MaterialStore.Draft draft(Channel tables, MaterialId id) {
        try {
            return store.create(model.deployment().garblerKind(), id, price.garblerMaterialBytes());
        } catch (MaterialException e) {
            if (e.getCause() != null) {
                throw e; // the disk's failure
            }
            throw new ProtocolAbort(tables.peer(), "prepare", AbortReason.MATERIAL_SPENT);
        }
    }

    /** Seeds and Z_0 of all layers go into the drafts. */
    private void prepareProducts(
            TripletSource triplets, GarblerEnd end, List<QuerySecrets> queries, List<MaterialStore.Draft> drafts) {
        for (int i = 0; i < drafts.size(); i++) {
            write(drafts.get(i), end.revealOffsetSeed());
            write(drafts.get(i), queries.get(i).seed().reveal());
        }
        LayerProducts.prepare(plan, model, triplets, queries, this::mask, products -> {
            for (int i = 0; i < products.length; i++) {
                Material.write(drafts.get(i), products[i]);
            }
        });
    }

    private static void write(MaterialStore.Draft draft, byte[] seed) {
        draft.write(seed, 0, seed.length);
        Arrays.fill(seed, (byte) 0);
    }

    /** B_0: uniform, or, where this server's share of the tensor consists of its own masks r, that share. */
    private RingVector mask(QuerySecrets query, Opening opening) {
        if (opening.fresh()) {
            return query.mask(opening);
        }
        Tensors tensors = new Tensors(plan, workers);
        share(query, opening.tensor(), tensors);
        return tensors.get(opening.tensor()).reduced(opening.ring());
    }

    private void share(QuerySecrets query, int step, Tensors tensors) {
        if (tensors.has(step)) {
            return;
        }
        Block block = blockOfTarget.get(step);
        if (block != null) {
            tensors.put(step, query.reshare(block));
            return;
        }
        plan.network().steps().get(step).sources().forEach(source -> share(query, source, tensors));
        tensors.map(step);
    }

    private byte[] garble(GarblerEnd end, QuerySecrets query) {
        List<Chunk> all = chunks.stream().flatMap(List::stream).toList();
        return all.isEmpty() ? new byte[0] : end.garble(all, query.seed(), new LastMasks(query), workers);
    }

    /** The masks of the block that is being garbled. */
    private static final class LastMasks implements GarblerEnd.Masks {
        private final QuerySecrets query;
        private int target = Block.TO_CLIENT;
        private ResultMasks masks = (chunk, planes) -> {};

        LastMasks(QuerySecrets query) {
            this.query = query;
        }

        @Override
        public ResultMasks of(Block block) {
            if (block.target() != target) {
                target = block.target();
                masks = ResultMasks.of(query.reshare(block));
            }
            return masks;
        }
    }

    // ---- predict

    /**
     * Serves the evaluator's predictions with prepared material, one after another, until it closes the lane.
     *
     * @throws ProtocolAbort if the evaluator deviates or aborts, or asks for material that is spent
     * @throws PeerUnavailable if it is gone
     */
    public void servePredictions(Channel online) {
        online.enter(Phase.PREDICT);
        try {
            while (online.awaitMessage(limits.idle())) {
                Command command = Command.receive(online, model.deployment());
                if (command.kind() != Command.Kind.PREDICT) {
                    throw new ProtocolAbort(online.peer(), "predict", AbortReason.MALFORMED);
                }
                answer(online, command, limits.queryWait(), query -> predict(online, query, command.material()));
            }
        } catch (RuntimeException | Error e) {
            Endings.end(online, e);
            throw e;
        }
    }

    /**
     * Serves the evaluator's predictions for which nothing was prepared, one after another, until it closes the lane.
     * Nothing is stored: tables are streamed.
     *
     * @param triplets this server's end of the preparation of linear layers; closed at the end
     */
    public void serveJustInTime(Channel online, TripletSource triplets) {
        serve(online, triplets, end -> {
            Command command = Command.receive(online, model.deployment());
            if (command.kind() != Command.Kind.PREDICT_NOW) {
                throw new ProtocolAbort(online.peer(), "predict", AbortReason.MALFORMED);
            }
            answer(online, command, limits.justInTimeWait(), query -> predictNow(online, triplets, end, query));
        });
    }

    private interface Prediction {
        byte[] run(ClientQuery query);
    }

    private void answer(Channel online, Command command, Duration longestWait, Prediction prediction) {
        ClientQuery query = waiting.take(command.query(), longestWait, online.peer());
        byte[] half;
        try {
            half = prediction.run(query);
        } catch (RuntimeException | Error e) {
            query.fail(e);
            throw e;
        }
        try {
            query.answer(half);
        } catch (ProtocolAbort | PeerUnavailable e) {
            query.fail(e); // the client has gone: the lane between the servers is for others as well
        }
    }

    private byte[] predict(Channel online, ClientQuery query, MaterialId id) {
        try (MaterialStore.Claim material = store.claim(model.deployment().garblerKind(), id);
                Seed offsetSeed = Material.readSeed(material);
                QuerySecrets secrets = new QuerySecrets(plan, Material.readSeed(material))) {
            List<RingVector> products = new ArrayList<>();
            for (LinearLayer layer : plan.layers()) {
                products.add(Material.read(
                        material, layer.ring(), layer.shape().geometry().outputSize()));
            }
            byte[] decoding = new byte[price.answerBytes()];
            material.read(decoding, 0, decoding.length);
            return run(online, query, secrets, products, (blocks, first, tensors) -> {
                List<List<RingVector>> differences = new ArrayList<>();
                for (int i = 0; i < blocks.size(); i++) {
                    differences.add(GarblerEnd.receiveDifferences(online, chunks.get(first + i)));
                }
                for (int i = 0; i < blocks.size(); i++) {
                    RingVector share = tensors.get(blocks.get(i).source());
                    GarblerEnd.sendLabels(
                            online, chunks.get(first + i), differences.get(i), offsetSeed, secrets.seed(), share);
                }
                return decoding;
            });
        }
    }

    private byte[] predictNow(Channel online, TripletSource triplets, GarblerEnd end, ClientQuery query) {
        try (QuerySecrets secrets = new QuerySecrets(plan, Seed.random(random))) {
            List<RingVector> products = new ArrayList<>();
            LayerProducts.prepare(
                    plan, model, triplets, List.of(secrets), this::mask, shares -> products.add(shares[0]));
            return run(online, query, secrets, products, (blocks, first, tensors) -> {
                byte[] decoding = new byte[0];
                for (int i = 0; i < blocks.size(); i++) {
                    RingVector share = tensors.get(blocks.get(i).source());
                    decoding = end.garbleNow(
                            chunks.get(first + i), secrets.seed(), new LastMasks(secrets), share, workers);
                }
                return decoding;
            });
        }
    }

    private interface NonLinear {
        /** Runs a stage's blocks, of which the first has that number. @return decoding bits of the answer if it is among them */
        byte[] run(List<Block> blocks, int first, Tensors tensors);
    }

    /** The online phase, stage by stage. @return this server's half of the answer */
    private byte[] run(
            Channel online, ClientQuery query, QuerySecrets secrets, List<RingVector> products, NonLinear nonLinear) {
        Tensors tensors = new Tensors(plan, workers, (step, share) -> observer.share(query.id(), step, share));
        tensors.put(0, query.input());
        Map<Integer, RingVector> ownParts = new HashMap<>(); // of fresh openings
        byte[] decoding = new byte[0];
        int layer = 0;
        int block = 0;
        for (int number = 0; number < plan.stages().size(); number++) {
            Stage stage = plan.stages().get(number);
            if (number == 0) {
                Command.accept(online); // the query is here, and nothing of its material was used before
            }
            stage.maps().forEach(tensors::map);

            // S1 -> S0: F' = map(out) - B_1, and its part of fresh openings
            Map<Integer, RingVector> opened = new HashMap<>();
            for (Opening opening : stage.openings()) {
                RingVector f = Material.receive(online, plan, opening);
                RingVector own = ownParts.remove(opening.index());
                if (own != null) {
                    opening.ring().add(f, 0, own, 0, f, 0, f.length());
                }
                opened.put(opening.index(), f);
            }

            // Y_0 = W_0 F + Z_0 + b_0
            for (int step : stage.steps()) {
                if (layer < plan.layers().size() && plan.layers().get(layer).step() == step) {
                    LinearLayer linear = plan.layers().get(layer);
                    tensors.linear(
                            linear,
                            model.weights(linear),
                            model.biases(linear),
                            Objects.requireNonNull(opened.get(linear.opening())),
                            products.get(layer++));
                } else {
                    tensors.map(step);
                }
            }

            // S1 -> S0: delta; S0 -> S1: the labels of y = Y_0 + delta
            if (!stage.blocks().isEmpty()) {
                decoding = nonLinear.run(stage.blocks(), block, tensors);
                block += stage.blocks().size();
                for (Block made : stage.blocks()) {
                    if (!made.isAnswer()) {
                        tensors.put(made.target(), secrets.reshare(made));
                    }
                }
            }

            // S0 -> S1: X_0 - B_0 of what is fresh in the next stage
            for (Opening opening : stage.replies()) {
                RingVector part = Material.masked(tensors.get(opening.tensor()), secrets.mask(opening), opening);
                part.send(online, 0, part.length());
                ownParts.put(opening.index(), part);
            }
            online.flush();
            tensors.keep(plan.isReadAfter(number));
        }
        return plan.settings().disclosure().kind() == Disclosure.Kind.SCORES
                ? Material.scores(plan, tensors)
                : decoding;
    }
}
