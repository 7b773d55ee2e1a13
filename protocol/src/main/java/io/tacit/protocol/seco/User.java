package io.tacit.protocol.seco;

import io.tacit.crypto.channel.AbortReason;
import io.tacit.crypto.channel.Channel;
import io.tacit.crypto.channel.LimitExceeded;
import io.tacit.crypto.channel.Phase;
import io.tacit.crypto.channel.ProtocolAbort;
import io.tacit.crypto.random.Seed;
import io.tacit.crypto.seal.OpeningKey;
import io.tacit.crypto.seal.SealingKey;
import io.tacit.crypto.share.Ring;
import io.tacit.crypto.share.RingVector;
import io.tacit.kernel.Workers;
import io.tacit.model.integer.IntegerTensor;
import io.tacit.model.integer.PublicNetwork;
import io.tacit.model.integer.Range;
import io.tacit.protocol.flow.Endings;
import io.tacit.protocol.linear.TripletSource;
import io.tacit.protocol.material.MaterialId;
import io.tacit.protocol.material.MaterialStore;
import io.tacit.protocol.nonlinear.Ranking;
import io.tacit.protocol.plan.Disclosure;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * The user: talks to the gateway alone. With it, it computes the gateway's layers; then it sends its masked part of their
 * result once and waits.
 *
 * <p>Security guarantee, as long as one server does not collude with the others and none deviates from the protocol:
 * nobody learns anything about the input or the answer. The user is assumed not to collude with servers.
 */
public final class User {
    /** Longest wait for an answer of a gateway that gives signs of life. */
    private static final Duration LONGEST_ANSWER = Duration.ofHours(1);

    private final UserPlan plan;
    private final List<SealingKey> servers;
    private final SecureRandom random;
    private final Optional<JointCircuits> circuits;
    private final Optional<ServerWork> first;

    /**
     * @param servers key of each server, the gateway's first; from the deployment, not from the gateway
     * @param store keeps what is prepared for the gateway's layers; nothing, if it has none
     * @param workers where circuits are evaluated in parallel, beside the calling thread
     * @param threads runs what it is given at once, in a thread of its own
     */
    public User(
            UserPlan plan,
            List<SealingKey> servers,
            MaterialStore store,
            SecureRandom random,
            Workers workers,
            Executor threads) {
        if (servers.size() != plan.servers()) {
            throw new IllegalArgumentException(servers.size() + " keys for " + plan.servers() + " servers");
        }
        this.plan = plan;
        this.servers = List.copyOf(servers);
        this.random = random;
        this.circuits =
                plan.first().map(own -> new TwoPartyCircuits(own.part(), SecoPlan.USER, random, workers, threads));
        this.first = plan.first()
                .map(own -> new ServerWork(
                        ServerShare.nothing(own.part(), SecoPlan.USER),
                        circuits.orElseThrow(),
                        store,
                        random,
                        workers));
    }

    // ---- prepare

    /**
     * Begins to prepare the gateway's layers, where it has some. The gateway runs {@link Gateway#servePreparation}.
     *
     * @param triplets this party's end of the preparation of linear layers
     */
    public Preparation openPreparation(Channel gateway, TripletSource triplets) {
        gateway.enter(Phase.PREPARE);
        try {
            JointCircuits.Lane lane = circuits.orElseThrow().connect(Gateway.pair(SecoPlan.USER, gateway));
            return new Preparation(gateway, triplets, lane, first.orElseThrow());
        } catch (RuntimeException | Error e) {
            Endings.end(gateway, e);
            throw e;
        }
    }

    /** How many of so many queries still have to be prepared with the gateway; 0 where it has no layers of its own. */
    public int unprepared(int queries) {
        return first.map(layers -> Math.max(0, queries - layers.ready())).orElse(0);
    }

    /** A session in which queries are prepared, in one thread at a time. */
    public final class Preparation implements AutoCloseable {
        private final Channel gateway;
        private final TripletSource triplets;
        private final JointCircuits.Lane lane;
        private final ServerWork layers;

        private Preparation(Channel gateway, TripletSource triplets, JointCircuits.Lane lane, ServerWork layers) {
            this.gateway = gateway;
            this.triplets = triplets;
            this.lane = lane;
            this.layers = layers;
        }

        /** Prepares queries. */
        public void prepare(int queries) {
            List<Command.Place> places = new ArrayList<>();
            for (int i = 0; i < queries; i++) {
                places.add(new Command.Place(MaterialId.random(random), SecoPlan.USER));
            }
            try {
                Command.sendPrepare(gateway, layers.part(), places);
                layers.prepare(places, lane, triplets, () -> Command.expectAccepted(gateway, "prepare"));
            } catch (RuntimeException | Error e) {
                Endings.end(gateway, e);
                throw e;
            }
        }

        /** Closes the lane; the gateway's serving ends. */
        @Override
        public void close() {
            lane.close();
            triplets.close();
            gateway.close();
        }
    }

    // ---- predict

    /**
     * Asks for one input.
     *
     * @param gateway which runs {@link Gateway#predict}
     * @param input integers of the network's input step, a batch of one
     * @return what is disclosed: of the very scores of {@link io.tacit.model.reference.IntegerEvaluator}
     * @throws IllegalArgumentException if the input has another shape or a value outside the input's range
     * @throws LimitExceeded if nothing is prepared for the gateway's layers
     * @throws ProtocolAbort if the gateway refuses or a server's part of the answer is none; in the name of the server that
     *     failed, if the gateway has lost one
     */
    public Answer predict(Channel gateway, IntegerTensor input) {
        requireInput(input);
        gateway.enter(Phase.PREDICT);
        try (OpeningKey answerKey = OpeningKey.generate(random)) {
            QueryId id = QueryId.random(random);
            List<byte[]> parts = first.isPresent()
                    ? askWithLayers(gateway, first.get(), id, answerKey, input)
                    : ask(gateway, id, answerKey, MaterialId.random(random), () -> values(plan.inputRing(), input));
            List<byte[]> opened = new ArrayList<>();
            for (int server = 0; server < plan.servers(); server++) {
                opened.add(answerKey.open(
                        parts.get(server),
                        Query.context(plan.hash(), "answer", id, answerKey.sealingKey(), server),
                        gateway.peer()));
            }
            return plan.disclosure().kind() == Disclosure.Kind.SCORES
                    ? scores(gateway, opened)
                    : classes(gateway, opened);
        }
    }

    private static RingVector values(Ring ring, IntegerTensor input) {
        RingVector values = ring.zeros(input.shape().size());
        for (int i = 0; i < values.length(); i++) {
            values.set(i, input.get(i));
        }
        return values;
    }

    /** F_A with the gateway: the user's share of its result is what is asked with. */
    private List<byte[]> askWithLayers(
            Channel gateway, ServerWork layers, QueryId id, OpeningKey answerKey, IntegerTensor input) {
        try (ServerWork.Claimed material = layers.claimNext()
                .orElseThrow(() -> new LimitExceeded("no query is prepared with the gateway; prepare some"))) {
            return ask(gateway, id, answerKey, material.id(), () -> {
                Command.expectAccepted(gateway, "predict");
                RingVector own = values(layers.part().sharing().ring(0), input);
                return layers.run(Gateway.pair(SecoPlan.USER, gateway), material, own)
                        .share();
            });
        }
    }

    /**
     * Sends r^0_k to server k, sealed to its key, and x - r^0, or the user's part of it, to the gateway.
     *
     * @param share the user's share of what the servers begin with; asked for when the gateway has the seeds
     * @return every server's part of the answer, sealed
     */
    private List<byte[]> ask(
            Channel gateway, QueryId id, OpeningKey answerKey, MaterialId material, Supplier<RingVector> share) {
        RingVector masks = plan.inputRing().zeros(plan.inputSize());
        List<byte[]> seeds = new ArrayList<>();
        for (int server = 0; server < plan.servers(); server++) {
            try (Seed seed = Seed.random(random)) {
                RingVector mask = Query.mask(plan.inputRing(), plan.inputSize(), seed);
                masks.ring().add(masks, 0, mask, 0, masks, 0, masks.length());
                mask.wipe();
                byte[] revealed = seed.reveal();
                byte[] context = Query.context(plan.hash(), "input", id, answerKey.sealingKey(), server);
                seeds.add(servers.get(server).seal(revealed, context, random));
                Arrays.fill(revealed, (byte) 0);
            }
        }
        new Query(id, material, answerKey.sealingKey(), seeds).send(gateway);

        RingVector masked = share.get().reduced(masks.ring());
        masks.ring().subtract(masked, 0, masks, 0, masked, 0, masked.length());
        masked.send(gateway, 0, masked.length());
        gateway.flush();

        gateway.awaitMessage(LONGEST_ANSWER); // a gateway that has ended says so in the next call
        List<byte[]> parts = new ArrayList<>();
        for (int server = 0; server < plan.servers(); server++) {
            parts.add(gateway.receive(SealingKey.sealedBytes(plan.answerBytes())));
        }
        return parts;
    }

    private void requireInput(IntegerTensor input) {
        PublicNetwork network = plan.outside();
        if (input.batch() != 1 || !input.shape().equals(network.input().shape())) {
            throw new IllegalArgumentException(
                    network.name() + " reads one " + network.input().shape());
        }
        Range range = network.inputRange();
        for (int i = 0; i < input.shape().size(); i++) {
            long value = input.get(i);
            if (value < range.low().longValueExact() || value > range.high().longValueExact()) {
                throw new IllegalArgumentException("input value outside " + range);
            }
        }
    }

    /** The exclusive or of all parts are the bits of the indices, a byte each. */
    private Answer classes(Channel gateway, List<byte[]> parts) {
        byte[] bits = new byte[plan.answerBytes()];
        for (byte[] part : parts) {
            for (int i = 0; i < bits.length; i++) {
                bits[i] ^= part[i];
            }
        }
        List<Integer> classes = Ranking.decode(
                        bits,
                        new byte[bits.length],
                        plan.disclosure().places(),
                        plan.outside().classes())
                .orElseThrow(() -> new ProtocolAbort(gateway.peer(), "answer", AbortReason.OUT_OF_RANGE));
        return new Answer(classes, List.of());
    }

    private Answer scores(Channel gateway, List<byte[]> parts) {
        Ring ring = plan.scoreRing();
        int count = plan.outside().classes();
        RingVector sum = ring.zeros(count);
        for (byte[] part : parts) {
            RingVector share = ring.zeros(count);
            if (!share.load(part, 0, 0, count)) {
                throw new ProtocolAbort(gateway.peer(), "answer", AbortReason.MALFORMED);
            }
            ring.add(sum, 0, share, 0, sum, 0, count);
        }
        long[] signed = new long[count];
        sum.decode(0, signed, 0, count);
        List<Long> scores = IntStream.range(0, count)
                .mapToObj(i -> plan.scoresAreUnsigned() ? sum.get(i) : signed[i])
                .toList();
        List<Integer> classes = IntStream.range(0, count)
                .boxed()
                .sorted(Comparator.comparing((Integer i) -> scores.get(i)).reversed())
                .toList();
        return new Answer(classes, scores);
    }
}
