package io.tacit.protocol.popcorn;

import io.tacit.crypto.channel.AbortReason;
import io.tacit.crypto.channel.Bulk;
import io.tacit.crypto.channel.Channel;
import io.tacit.crypto.channel.LimitExceeded;
import io.tacit.crypto.channel.PeerUnavailable;
import io.tacit.crypto.channel.Phase;
import io.tacit.crypto.channel.ProtocolAbort;
import io.tacit.crypto.paillier.CiphertextBatch;
import io.tacit.crypto.paillier.CiphertextStore;
import io.tacit.crypto.paillier.KeyLength;
import io.tacit.crypto.paillier.PublicKey;
import io.tacit.crypto.paillier.RandomizerPool;
import io.tacit.crypto.paillier.SlotLayout;
import io.tacit.crypto.random.Prg;
import io.tacit.crypto.random.Seed;
import io.tacit.crypto.share.RingVector;
import io.tacit.kernel.Workers;
import io.tacit.model.integer.IntegerNetwork;
import io.tacit.model.integer.PublicNetwork;
import io.tacit.protocol.flow.Endings;
import io.tacit.protocol.nonlinear.Chunk;
import io.tacit.protocol.nonlinear.GarblerEnd;
import io.tacit.protocol.nonlinear.ResultMasks;
import io.tacit.protocol.nonlinear.SessionName;
import io.tacit.protocol.plan.Disclosure;
import io.tacit.protocol.popcorn.PopcornPlan.Computed;
import io.tacit.protocol.popcorn.PopcornPlan.Item;
import io.tacit.protocol.popcorn.PopcornPlan.Round;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The server, in hardened mode: owns the network, computes on the client's ciphertexts, garbles what is not linear.
 *
 * <p>Security guarantee, if neither party deviates from the protocol: the server learns nothing, since all that it sees is
 * encrypted, or a uniform difference; its client learns the answer and what the {@link PublicNetwork} says, and nothing else
 * but for 2^-40 a query. The client's key is checked before anything is computed under it, and every ciphertext before it
 * is used. Ciphertexts leave under fresh randomness that is uniform whatever the client's key is made of. A client that
 * encrypts other than what it was told to is not caught: it can learn the weights.
 *
 * <p>Serves any number of sessions at a time, each in its calling thread.
 */
public final class Server {
    private final IntegerNetwork network;
    private final PublicNetwork known;
    private final Disclosure disclosure;
    private final ConcurrentMap<Settings, LinearWork> works = new ConcurrentHashMap<>();
    private final ServerLimits limits;
    private final Lock oneStep = new ReentrantLock(true); // of all sessions
    private final SecureRandom random;
    private final Workers workers;

    /**
     * Counts what each layer costs for one image, under keys of each length: seconds for large networks.
     *
     * @param disclosure what clients learn
     * @param workers where products and garbling run in parallel, beside the calling thread
     * @throws LimitExceeded if a layer takes more memory than the limits allow, however it is cut
     */
    public Server(
            IntegerNetwork network, Disclosure disclosure, ServerLimits limits, SecureRandom random, Workers workers) {
        this.network = network;
        this.known = disclosure.known(network);
        this.disclosure = disclosure;
        this.limits = limits;
        this.random = random;
        this.workers = workers;
        for (KeyLength length : KeyLength.values()) {
            work(new PopcornPlan(known, Settings.of(Mode.HARDENED, length, disclosure, 1)));
        }
    }

    /** How layers are computed, counted once for each key length and number of images. */
    private LinearWork work(PopcornPlan plan) {
        return works.computeIfAbsent(plan.settings(), settings -> LinearWork.of(network, plan, limits.ciphertexts()));
    }

    /**
     * Serves one client until it closes the lane.
     *
     * @param allowance asked before each query, or before what is prepared for it
     * @throws ProtocolAbort if the client deviates or aborts
     * @throws PeerUnavailable if it is gone
     * @throws LimitExceeded if it asks for more than it may
     */
    public void serve(Channel client, Allowance allowance) {
        try (Session session = new Session(client, allowance)) {
            session.run();
        } catch (RuntimeException | Error e) {
            Endings.end(client, e);
            throw e;
        }
    }

    /** What is kept for one image between its preparation and its query: the seed of masks and garbling, and the answer's decoding bits. */
    private record Prepared(Seed seed, byte[] decoding) {}

    /** One client's connection. */
    private final class Session implements AutoCloseable {
        private final Channel client;
        private final Allowance allowance;
        private final PopcornPlan plan;
        private final LinearWork work;
        private final PublicKey key;
        private final CipherLane lane;
        private final RandomizerPool randomizers;
        private final GarblerEnd circuits;
        private final Deque<Prepared> prepared = new ArrayDeque<>();
        private final List<Chunk> allChunks;

        Session(Channel client, Allowance allowance) {
            this.client = client;
            this.allowance = allowance;
            client.enter(Phase.DEPLOY);
            Greeting greeting = Greeting.receive(client);
            // more images than fit a ciphertext are refused here
            plan = new PopcornPlan(
                    known,
                    Settings.of(Mode.HARDENED, Admission.keyLength(client, greeting), disclosure, greeting.images()));
            Admission.requirePlan(client, greeting, plan.hash());
            work = work(plan); // layers that are too large for so many images are refused here
            key = Admission.receiveKey(client, plan.settings().keyLength());
            lane = new CipherLane(client, key, workers);
            allChunks = plan.rounds().stream()
                    .flatMap(round -> round.chunks().stream())
                    .toList();
            randomizers = Admission.randomizers(key, plan.ciphertextsDown(), random, workers);
            try (Seed secret = Seed.random(random)) {
                circuits = GarblerEnd.connect(
                        client,
                        SessionName.agree(client, random, true),
                        plan.settings().extension(),
                        secret);
            }
        }

        void run() {
            while (client.awaitMessage(limits.idle())) {
                Command command = Command.receive(client);
                switch (command.kind()) {
                    case PREPARE -> prepare(command.images());
                    case PREDICT -> predict(command.images(), true);
                    case PREDICT_NOW -> predict(command.images(), false);
                }
            }
        }

        // ---- prepare

        private void prepare(int images) {
            client.enter(Phase.PREPARE);
            if (images > limits.preparedImages() - prepared.size()) {
                throw new LimitExceeded("at most " + limits.preparedImages() + " images are prepared for at a time");
            }
            allowance.take(images); // their queries take no more
            for (int i = 0; i < images; i++) {
                Seed seed = Seed.random(random);
                prepared.add(new Prepared(seed, circuits.garble(allChunks, seed, masks(seed), workers)));
            }
            randomizers.fill(Math.toIntExact(plan.ciphertextsDown()));
            client.send(new byte[1]);
            client.flush();
        }

        /** Masks of the rounds' results: those of the round that was asked for last are kept. */
        private GarblerEnd.Masks masks(Seed image) {
            return block -> {
                Round round = plan.rounds().stream()
                        .filter(candidate -> candidate.block() == block)
                        .findFirst()
                        .orElseThrow();
                return lastMasks.of(round, image);
            };
        }

        private final LastMasks lastMasks = new LastMasks();

        /** One round's masks of one image. */
        private final class LastMasks {
            private @Nullable Round round;
            private @Nullable Seed image;
            private ResultMasks masks = (chunk, planes) -> {};

            ResultMasks of(Round wanted, Seed of) {
                if (round != wanted || image != of) {
                    WideWords words = outputMasks(wanted, of);
                    masks = words::writeNegated;
                    round = wanted;
                    image = of;
                }
                return masks;
            }
        }

        private WideWords outputMasks(Round round, Seed image) {
            return OutputMasks.of(round, plan.size(round.block().target()), image);
        }

        // ---- predict

        private void predict(int images, boolean withPrepared) {
            client.enter(Phase.PREDICT);
            if (images > plan.settings().images()) {
                throw new ProtocolAbort(client.peer(), "query", AbortReason.MALFORMED);
            }
            if (withPrepared && images > prepared.size()) {
                throw new ProtocolAbort(client.peer(), "query", AbortReason.MATERIAL_SPENT);
            }
            if (!withPrepared) {
                allowance.take(images);
            }
            List<Prepared> own = new ArrayList<>();
            for (int i = 0; i < images; i++) {
                own.add(withPrepared ? prepared.remove() : new Prepared(Seed.random(random), new byte[0]));
            }
            try (Seed seed = Seed.random(random);
                    Prg masks = seed.generator("popcorn", "masks")) {
                answer(own, withPrepared, masks);
            } finally {
                own.forEach(image -> image.seed().close());
            }
        }

        private void answer(List<Prepared> images, boolean withPrepared, Prg masks) {
            try (CipherSteps steps =
                    new CipherSteps(network, work, limits.scratch(), oneStep, key, plan::placement, workers)) {
                answer(steps, images, withPrepared, masks);
            }
            client.flush();
        }

        private void answer(CipherSteps steps, List<Prepared> images, boolean withPrepared, Prg masks) {
            lane.receive(steps.places(0), "input", (batch, from) -> batch);
            for (int i = 0; i < plan.items().size(); i++) {
                Item item = plan.items().get(i);
                if (item instanceof Computed computed) {
                    // [[z_j]] = [[b_j]] prod_i [[x_i]]^w_ij, and sums
                    steps.compute(computed.step());
                } else if (item instanceof Round round) {
                    // c = a + rho, packed, under fresh randomness: to the client
                    List<RingVector> shares =
                            sendMasked(round, steps.get(round.block().source()), masks);
                    // the circuit: the client's u, the server's v = -rho; the client gets x + tau
                    List<byte[]> decoding =
                            withPrepared ? finishPrepared(round, images, shares) : garbleNow(round, images, shares);
                    if (round.block().isAnswer()) {
                        decoding.forEach(bits -> Bulk.sendBytes(client, bits, 0, bits.length));
                    } else {
                        // [[x + tau]] from the client, times [[-tau]]
                        receiveResults(round, images, steps.places(round.block().target()));
                    }
                }
                for (int step = 0; step < network.steps().size(); step++) {
                    if (plan.isDoneAfter(step, i)) {
                        steps.drop(step);
                    }
                }
            }
            SlotLayout scoreSlots = plan.scoreSlots();
            if (scoreSlots != null) {
                CiphertextBatch scores = steps.get(network.steps().size() - 1).all();
                sendScores(scoreSlots, scores, images.size(), masks);
            }
        }

        /**
         * Sends scores as they are. The slots of images that there are none of hold what biases make of zeros: they go out
         * under masks.
         *
         * @param present images that there are
         */
        private void sendScores(SlotLayout slots, CiphertextBatch scores, int present, Prg generator) {
            int last = network.steps().size() - 1;
            Placement placement = plan.placement(last);
            int used = placement.slots();
            int maskBits = known.output().valueBits() + plan.hidingBits();
            BigInteger[] masks = new BigInteger[scores.size() * used];
            for (int i = 0; i < masks.length; i++) {
                boolean asked = placement.image(i % used) < present && placement.index(i / used, i % used) >= 0;
                masks[i] = asked ? BigInteger.ZERO : generator.nextSigned(maskBits);
            }
            lane.packed(scores, slots, used)
                    .plus(slots.pack(masks))
                    .rerandomized(randomizers)
                    .send(client);
        }

        /**
         * Sends masked values, in chunks.
         *
         * @return v = -rho mod 2^k, one vector an image
         */
        private List<RingVector> sendMasked(Round round, CiphertextStore values, Prg generator) {
            int source = round.block().source();
            Placement placement = plan.placement(source);
            int used = placement.slots();
            SlotLayout slots = round.downlink();
            List<RingVector> shares = new ArrayList<>();
            for (int image = 0; image < plan.settings().images(); image++) {
                shares.add(round.block().input().zeros(plan.size(source)));
            }
            int chunk = CipherLane.CHUNK * slots.slots() / used;
            for (int from = 0; from < values.size(); from += chunk) {
                int count = Math.min(chunk, values.size() - from);
                BigInteger[] masks = new BigInteger[count * used];
                for (int i = 0; i < masks.length; i++) {
                    masks[i] = generator.nextSigned(round.maskBits());
                    int index = placement.index(from + i / used, i % used);
                    if (index >= 0) { // of a value in several tiles the last one counts
                        shares.get(placement.image(i % used)).set(index, -masks[i].longValue());
                    }
                }
                lane.packed(values.slice(from, count), slots, used)
                        .plus(slots.pack(masks))
                        .rerandomized(randomizers)
                        .send(client);
            }
            client.flush();
            return shares;
        }

        private List<byte[]> finishPrepared(Round round, List<Prepared> images, List<RingVector> shares) {
            List<List<RingVector>> differences = new ArrayList<>();
            for (int i = 0; i < images.size(); i++) {
                differences.add(GarblerEnd.receiveDifferences(client, round.chunks()));
            }
            byte[] revealed = circuits.revealOffsetSeed();
            try (Seed offset = Seed.of(revealed)) {
                Arrays.fill(revealed, (byte) 0);
                for (int i = 0; i < images.size(); i++) {
                    GarblerEnd.sendLabels(
                            client,
                            round.chunks(),
                            differences.get(i),
                            offset,
                            images.get(i).seed(),
                            shares.get(i));
                }
            }
            client.flush();
            return images.stream().map(Prepared::decoding).toList();
        }

        private List<byte[]> garbleNow(Round round, List<Prepared> images, List<RingVector> shares) {
            List<byte[]> decoding = new ArrayList<>();
            for (int i = 0; i < images.size(); i++) {
                Seed seed = images.get(i).seed();
                decoding.add(circuits.garbleNow(round.chunks(), seed, masks(seed), shares.get(i), workers));
            }
            return decoding;
        }

        private void receiveResults(Round round, List<Prepared> images, CiphertextStore results) {
            Placement placement = plan.placement(round.block().target());
            List<WideWords> masks = images.stream()
                    .map(image -> outputMasks(round, image.seed()))
                    .toList();
            lane.receive(results, round.block().name(), (masked, from) -> {
                BigInteger[] negated = new BigInteger[masked.size()];
                for (int i = 0; i < negated.length; i++) {
                    negated[i] = placement
                            .plaintext(
                                    from + i,
                                    masks.size(),
                                    (image, index) -> masks.get(image).get(index))
                            .negate();
                }
                return masked.plus(negated);
            });
            masks.forEach(WideWords::wipe);
        }

        @Override
        public void close() {
            prepared.forEach(image -> image.seed().close());
            randomizers.close();
            circuits.close();
        }
    }
}
