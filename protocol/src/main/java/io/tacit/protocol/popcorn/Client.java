package io.tacit.protocol.popcorn;

import io.tacit.crypto.channel.AbortReason;
import io.tacit.crypto.channel.Bulk;
import io.tacit.crypto.channel.Channel;
import io.tacit.crypto.channel.PeerUnavailable;
import io.tacit.crypto.channel.Phase;
import io.tacit.crypto.channel.ProtocolAbort;
import io.tacit.crypto.paillier.PaillierKeys;
import io.tacit.crypto.paillier.SlotLayout;
import io.tacit.crypto.random.Seed;
import io.tacit.crypto.share.RingVector;
import io.tacit.model.integer.IntegerTensor;
import io.tacit.protocol.flow.Endings;
import io.tacit.protocol.nonlinear.Chunk;
import io.tacit.protocol.nonlinear.EvaluatorEnd;
import io.tacit.protocol.nonlinear.Ranking;
import io.tacit.protocol.nonlinear.SessionName;
import io.tacit.protocol.popcorn.PopcornPlan.Computed;
import io.tacit.protocol.popcorn.PopcornPlan.Item;
import io.tacit.protocol.popcorn.PopcornPlan.Round;
import java.math.BigInteger;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.DoubleConsumer;

/**
 * The client, in hardened mode: owns the query and a Paillier key. One object is one session on one lane.
 *
 * <p>Security guarantee, if neither party deviates from the protocol: the client learns the answer and what the
 * {@link io.tacit.model.integer.PublicNetwork} says; the server learns nothing about the query or the answer, under the
 * decisional composite residuosity assumption at the key's length and the guarantees of oblivious transfer. A server that
 * deviates can make answers wrong and, by garbling wrongly, learn of the query: the client notices nothing.
 *
 * <p>The first failure ends the session.
 */
public final class Client implements AutoCloseable {
    private final PopcornPlan plan;
    private final KeyHolder party;
    private final Channel server;
    private final KeyHolderLane lane;
    private final EvaluatorEnd circuits;
    private final PopcornWork work;
    private final Deque<Prepared> prepared = new ArrayDeque<>();

    /** Seed of the circuits' inputs, and what the server has garbled for one image. */
    private record Prepared(Seed seed, StoredTables tables) {}

    private Client(PopcornPlan plan, KeyHolder party, KeyHolderLane lane, EvaluatorEnd circuits) {
        this.plan = plan;
        this.party = party;
        this.server = party.server();
        this.lane = lane;
        this.circuits = circuits;
        this.work = new PopcornWork(plan);
    }

    /**
     * Shows the server the key and that it is well formed, and makes the base transfers.
     *
     * @throws ProtocolAbort if the server refuses, with its reason
     * @throws PeerUnavailable if it is gone
     */
    public static Client connect(PopcornPlan plan, KeyHolder party) {
        PaillierKeys keys = party.keys();
        Channel server = party.server();
        if (keys.publicKey().modulusBits() != plan.settings().keyLength().modulusBits()) {
            throw new IllegalArgumentException("a key of " + keys.publicKey().modulusBits() + " bits");
        }
        try (Seed secret = Seed.random(party.random())) {
            server.enter(Phase.DEPLOY);
            Greeting greeting =
                    new Greeting(keys.publicKey().modulusBits(), plan.settings().images(), plan.hash());
            Admission.request(server, greeting, keys, secret);
            EvaluatorEnd circuits = EvaluatorEnd.connect(
                    server,
                    SessionName.agree(server, party.random(), false),
                    plan.settings().extension(),
                    secret);
            return new Client(plan, party, new KeyHolderLane(party, secret, plan.ciphertextsUp()), circuits);
        } catch (RuntimeException | Error e) {
            Endings.end(server, e);
            throw e;
        }
    }

    /** Images that have been prepared for. */
    public int preparedImages() {
        return prepared.size();
    }

    /**
     * Takes circuits for some images, whatever they will be, and makes randomness for a query, while the server does. What is
     * prepared is kept in memory and used up by {@link #predict}.
     */
    public void prepare(int images) {
        try {
            server.enter(Phase.PREPARE);
            new Command(Command.Kind.PREPARE, images).send(server);
            List<Chunk> all = plan.rounds().stream()
                    .flatMap(round -> round.chunks().stream())
                    .toList();
            for (int i = 0; i < images; i++) {
                Prepared image = new Prepared(Seed.random(party.random()), new StoredTables());
                circuits.receive(all, image.seed(), image.tables(), party.threads());
                prepared.add(image);
            }
            lane.prepare();
            server.receive(1);
        } catch (RuntimeException | Error e) {
            Endings.end(server, e);
            throw e;
        }
    }

    /**
     * Answers to some images that travel in the same ciphertexts. Uses what is prepared if it is enough, else nothing of it.
     *
     * @param inputs at most as many as the plan has slots for
     * @throws IllegalArgumentException if they have another shape or a value outside the input's range; nothing is sent
     * @throws ProtocolAbort if the server deviates or aborts
     */
    public List<Answer> predict(IntegerTensor inputs) {
        return predict(inputs, share -> {});
    }

    /** The same, telling what share of the work is done, 0 to 1. */
    public List<Answer> predict(IntegerTensor inputs, DoubleConsumer done) {
        Inputs.require(plan.network(), inputs, plan.settings().images());
        int count = inputs.batch();
        boolean withPrepared = count <= prepared.size();
        List<Prepared> images = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            images.add(
                    withPrepared ? prepared.remove() : new Prepared(Seed.random(party.random()), new StoredTables()));
        }
        try {
            server.enter(Phase.PREDICT);
            new Command(withPrepared ? Command.Kind.PREDICT : Command.Kind.PREDICT_NOW, count).send(server);
            return ask(inputs, images, withPrepared, new QueryProgress(work.total(withPrepared), done));
        } catch (RuntimeException | Error e) {
            Endings.end(server, e);
            throw e;
        } finally {
            images.forEach(image -> image.seed().close());
        }
    }

    private List<Answer> ask(
            IntegerTensor inputs, List<Prepared> images, boolean withPrepared, QueryProgress progress) {
        int size = plan.size(0);
        sendEncrypted(0, images.size(), (image, index) -> inputs.getBig(image * size + index), progress);
        List<Answer> answers = new ArrayList<>();
        for (Item item : plan.items()) {
            if (item instanceof Computed computed) {
                progress.add(work.linear(computed.step())); // at the server, before what it sends next
                continue;
            }
            Round round = (Round) item;
            // c = a + rho; u = c mod 2^k
            List<RingVector> shares = receiveMasked(round, progress);
            // the circuit "add, (max over the window), activation, shift, saturate", with s as input: x + tau
            List<WideWords> results = new ArrayList<>();
            if (withPrepared) {
                for (int i = 0; i < images.size(); i++) {
                    EvaluatorEnd.sendDifferences(
                            server, round.chunks(), images.get(i).seed(), shares.get(i));
                }
                server.flush();
            }
            List<byte[]> colours = new ArrayList<>();
            for (int i = 0; i < images.size(); i++) {
                WideWords words = new WideWords(
                        round.block().outputBits(),
                        round.block().isAnswer() ? 0 : plan.size(round.block().target()));
                results.add(words);
                colours.add(
                        withPrepared
                                ? EvaluatorEnd.evaluateStored(
                                        server, round.chunks(), images.get(i).tables(), words::place, party.workers())
                                : circuits.evaluateNow(
                                        round.chunks(),
                                        images.get(i).seed(),
                                        shares.get(i),
                                        words::place,
                                        party.workers(),
                                        party.threads()));
                progress.add(work.circuits(round, withPrepared));
            }
            if (round.block().isAnswer()) {
                colours.forEach(bits -> answers.add(ranking(bits)));
            } else {
                // [[x + tau]]
                sendEncrypted(
                        round.block().target(),
                        images.size(),
                        (image, index) -> results.get(image).get(index),
                        progress);
            }
        }
        SlotLayout scoreSlots = plan.scoreSlots();
        return scoreSlots == null ? answers : receiveScores(scoreSlots, images.size());
    }

    /** A step's values, each in every tile that it lies in. */
    private void sendEncrypted(int step, int images, Placement.Values values, QueryProgress progress) {
        Placement placement = plan.placement(step);
        lane.send(
                placement.ciphertexts(),
                ciphertext -> placement.plaintext(ciphertext, images, values),
                count -> progress.add(count * PopcornWork.UP));
    }

    private List<RingVector> receiveMasked(Round round, QueryProgress progress) {
        int source = round.block().source();
        Placement placement = plan.placement(source);
        int used = placement.slots();
        int size = placement.ciphertexts();
        List<RingVector> shares = new ArrayList<>();
        for (int image = 0; image < plan.settings().images(); image++) {
            shares.add(round.block().input().zeros(plan.size(source)));
        }
        int chunk = CipherLane.CHUNK * round.downlink().slots() / used;
        for (int from = 0; from < size; from += chunk) {
            int count = Math.min(chunk, size - from);
            BigInteger[] values =
                    lane.receive(round.downlink(), count * used, round.block().name());
            progress.add(round.downlink().packedSize(values.length) * PopcornWork.DOWN);
            party.observer().decrypted(round.block().name(), values);
            for (int i = 0; i < values.length; i++) {
                int index = placement.index(from + i / used, i % used);
                if (index >= 0) { // of a value in several tiles the last one counts
                    shares.get(placement.image(i % used)).set(index, values[i].longValue());
                }
            }
        }
        return shares;
    }

    /** Colours and decoding bits give the bits of the indices, a byte each. */
    private Answer ranking(byte[] colours) {
        byte[] decoding = new byte[colours.length];
        Bulk.receiveBytes(server, decoding, 0, decoding.length);
        List<Integer> classes = Ranking.decode(
                        decoding,
                        colours,
                        plan.settings().disclosure().places(),
                        plan.network().classes())
                .orElseThrow(() -> new ProtocolAbort(server.peer(), "answer", AbortReason.OUT_OF_RANGE));
        return new Answer(classes, List.of());
    }

    private List<Answer> receiveScores(SlotLayout slots, int images) {
        Placement placement = plan.placement(plan.network().steps().size() - 1);
        int classes = plan.network().classes();
        int used = placement.slots();
        BigInteger[] values = lane.receive(slots, placement.ciphertexts() * used, "scores");
        BigInteger[][] ofImages = new BigInteger[plan.settings().images()][classes];
        for (int i = 0; i < values.length; i++) {
            int index = placement.index(i / used, i % used);
            if (index >= 0) {
                ofImages[placement.image(i % used)][index] = values[i];
            }
        }
        List<Answer> answers = new ArrayList<>();
        for (int image = 0; image < images; image++) {
            answers.add(KeyHolderLane.answer(List.of(ofImages[image])));
        }
        return answers;
    }

    /** Ends the session in order. */
    @Override
    public void close() {
        prepared.forEach(image -> image.seed().close());
        lane.close();
        circuits.close();
        server.close();
    }
}
