package io.tacit.protocol.popcorn;

import io.tacit.crypto.channel.AbortReason;
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
import io.tacit.crypto.random.Prg;
import io.tacit.crypto.random.Seed;
import io.tacit.kernel.Workers;
import io.tacit.model.integer.IntegerNetwork;
import io.tacit.model.integer.PublicNetwork;
import io.tacit.protocol.flow.Endings;
import io.tacit.protocol.plan.Disclosure;
import io.tacit.protocol.popcorn.PublishedPlan.Computed;
import io.tacit.protocol.popcorn.PublishedPlan.Exchange;
import io.tacit.protocol.popcorn.PublishedPlan.Item;
import io.tacit.protocol.popcorn.PublishedPlan.Pooled;
import io.tacit.protocol.popcorn.PublishedPlan.Rectified;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The server, in published mode: as the paper has it, for comparison. It hides activations from the client by a factor each,
 * which does not hide them: see {@code tacit audit popcorn}. A server that follows the protocol learns nothing.
 *
 * <p>Serves any number of sessions at a time, each in its calling thread. All values of a layer that go to the client are in
 * memory at a time.
 */
public final class PublishedServer {
    private final IntegerNetwork network;
    private final PublicNetwork known;
    private final ConcurrentMap<KeyLength, LinearWork> works = new ConcurrentHashMap<>();
    private final ServerLimits limits;
    private final Lock oneStep = new ReentrantLock(true); // of all sessions
    private final SecureRandom random;
    private final Workers workers;

    /**
     * Counts what each layer costs: seconds for large networks.
     *
     * @param workers where products run in parallel, beside the calling thread
     * @throws LimitExceeded if a layer takes more memory than the limits allow, however it is cut
     */
    public PublishedServer(IntegerNetwork network, ServerLimits limits, SecureRandom random, Workers workers) {
        this.network = network;
        this.known = PublicNetwork.of(network);
        this.limits = limits;
        this.random = random;
        this.workers = workers;
        for (KeyLength length : KeyLength.values()) {
            work(plan(length));
        }
    }

    private PublishedPlan plan(KeyLength length) {
        return new PublishedPlan(known, Settings.of(Mode.PUBLISHED, length, Disclosure.SCORES, 1));
    }

    /** How layers are computed, counted once for each key length. */
    private LinearWork work(PublishedPlan plan) {
        return works.computeIfAbsent(
                plan.settings().keyLength(), length -> LinearWork.of(network, plan, limits.ciphertexts()));
    }

    /**
     * Serves one client until it closes the lane.
     *
     * @param allowance asked before each query
     * @throws ProtocolAbort if the client deviates or aborts
     * @throws PeerUnavailable if it is gone
     * @throws LimitExceeded if it asks for more than it may
     */
    public void serve(Channel client, Allowance allowance) {
        try {
            client.enter(Phase.DEPLOY);
            Greeting greeting = Greeting.receive(client);
            if (greeting.images() != 1) {
                throw new LimitExceeded("published mode answers one image a query");
            }
            PublishedPlan plan = plan(Admission.keyLength(client, greeting));
            Admission.requirePlan(client, greeting, plan.hash());
            PublicKey key = Admission.receiveKey(client, plan.settings().keyLength());
            client.send(new byte[1]);
            client.flush();
            try (RandomizerPool randomizers = Admission.randomizers(key, plan.ciphertextsDown(), random, workers)) {
                while (client.awaitMessage(limits.idle())) {
                    Command command = Command.receive(client);
                    if (command.kind() != Command.Kind.PREDICT_NOW || command.images() != 1) {
                        throw new ProtocolAbort(client.peer(), "query", AbortReason.MALFORMED);
                    }
                    allowance.take(1);
                    client.enter(Phase.PREDICT);
                    try (Seed seed = Seed.random(random);
                            Prg factors = seed.generator("popcorn", "factors")) {
                        CipherSteps steps = new CipherSteps(
                                network, work(plan), limits.scratch(), oneStep, key, plan::placement, workers);
                        try (steps) {
                            new Query(plan, client, key, randomizers, factors, steps).answer();
                        }
                    }
                }
            }
        } catch (RuntimeException | Error e) {
            Endings.end(client, e);
            throw e;
        }
    }

    /** One query. */
    private final class Query {
        private final PublishedPlan plan;
        private final Channel client;
        private final PublicKey key;
        private final RandomizerPool randomizers;
        private final Prg factors;
        private final CipherLane lane;
        private final CipherSteps steps;

        Query(
                PublishedPlan plan,
                Channel client,
                PublicKey key,
                RandomizerPool randomizers,
                Prg factors,
                CipherSteps steps) {
            this.plan = plan;
            this.client = client;
            this.key = key;
            this.randomizers = randomizers;
            this.factors = factors;
            this.lane = new CipherLane(client, key, workers);
            this.steps = steps;
        }

        void answer() {
            lane.receive(steps.places(0), "input", (batch, from) -> batch);
            for (Item item : plan.items()) {
                if (item instanceof Computed computed) {
                    steps.compute(computed.step());
                } else if (item instanceof Pooled pooled) {
                    steps.put(pooled.step(), tournament(pooled));
                } else if (item instanceof Rectified rectified) {
                    steps.put(
                            rectified.step(),
                            exchange(
                                    rectified.exchange(),
                                    steps.get(rectified.source()).all()));
                }
            }
            CiphertextBatch scores = steps.get(network.steps().size() - 1).all();
            lane.packed(scores, plan.scoreSlots(), 1).rerandomized(randomizers).send(client);
            client.flush();
        }

        /** max(a, b) = b + max(0, a - b), pair by pair, until one value of each window is left. */
        private CiphertextBatch tournament(Pooled pooled) {
            CiphertextBatch values = steps.get(pooled.source()).all();
            int[][] open = pooled.cells();
            for (Exchange level : pooled.levels()) {
                int[] left = new int[level.values()];
                int[] right = new int[level.values()];
                List<Integer> byes = new ArrayList<>();
                int[][] next = new int[open.length][];
                int pairs = 0;
                for (int cell = 0; cell < open.length; cell++) {
                    int size = open[cell].length;
                    next[cell] = new int[size - size / 2];
                    for (int i = 0; i + 1 < size; i += 2) {
                        left[pairs] = open[cell][i];
                        right[pairs] = open[cell][i + 1];
                        next[cell][i / 2] = pairs++;
                    }
                    if (size % 2 == 1) {
                        next[cell][size / 2] = level.values() + byes.size();
                        byes.add(open[cell][size - 1]);
                    }
                }
                CiphertextBatch b = values.gather(right);
                CiphertextBatch larger =
                        exchange(level, values.gather(left).plus(b.negated())).plus(b);
                CiphertextBatch waiting =
                        values.gather(byes.stream().mapToInt(Integer::intValue).toArray());
                values = CiphertextBatch.concat(key, List.of(larger, waiting));
                open = next;
            }
            int[] last = new int[open.length];
            for (int cell = 0; cell < last.length; cell++) {
                last[cell] = open[cell][0];
            }
            return values.gather(last);
        }

        /** [[a]]^r in random order; back comes [[max(0, r a)]] or [[(r a)^2]]; to the power 1 / |r| or 1 / r^2. */
        private CiphertextBatch exchange(Exchange exchange, CiphertextBatch values) {
            int count = exchange.values();
            int[] order = factors.permutation(count);
            BigInteger[] r = new BigInteger[count];
            for (int i = 0; i < count; i++) {
                BigInteger length = new BigInteger(Long.toUnsignedString(factors.nextLong() | Long.MIN_VALUE));
                r[i] = (factors.nextInt() & 1) == 0 ? length : length.negate();
            }
            CiphertextBatch permuted = values.gather(order);
            int chunk = CipherLane.CHUNK * exchange.slots().slots();
            for (int from = 0; from < count; from += chunk) {
                int first = from;
                CiphertextBatch masked = lane.inPieces(
                        Math.min(chunk, count - from),
                        1,
                        (at, size) -> permuted.slice(first + at, size)
                                .times(Arrays.copyOfRange(r, first + at, first + at + size)));
                lane.packed(masked, exchange.slots(), 1)
                        .rerandomized(randomizers)
                        .send(client);
            }
            client.flush();
            CiphertextBatch returned = lane.receive(
                            CiphertextStore.inMemory(key, count), exchange.name(), (batch, from) -> batch)
                    .all();
            CiphertextBatch unmasked = lane.inPieces(
                    count, 1, (at, size) -> returned.slice(at, size).times(inverses(exchange, r, at, size)));
            if (!exchange.square()) {
                unmasked = withNegativeFactors(unmasked, permuted, r);
            }
            int[] back = new int[count];
            for (int i = 0; i < count; i++) {
                back[order[i]] = i;
            }
            return unmasked.gather(back);
        }

        private BigInteger[] inverses(Exchange exchange, BigInteger[] r, int from, int size) {
            BigInteger[] inverses = new BigInteger[size];
            for (int i = 0; i < size; i++) {
                BigInteger factor = exchange.square() ? r[from + i].pow(2) : r[from + i].abs();
                inverses[i] = factor.modInverse(key.modulus());
            }
            return inverses;
        }

        /** For r below zero the client has returned max(0, -a): max(0, a) = a + max(0, -a). */
        private CiphertextBatch withNegativeFactors(CiphertextBatch unmasked, CiphertextBatch values, BigInteger[] r) {
            int[] places = new int[r.length];
            List<Integer> negative = new ArrayList<>();
            for (int i = 0; i < r.length; i++) {
                places[i] = i;
                if (r[i].signum() < 0) {
                    places[i] = r.length + negative.size();
                    negative.add(i);
                }
            }
            int[] at = negative.stream().mapToInt(Integer::intValue).toArray();
            CiphertextBatch sums = unmasked.gather(at).plus(values.gather(at));
            return CiphertextBatch.concat(key, List.of(unmasked, sums)).gather(places);
        }
    }
}
