package io.tacit.protocol.popcorn;

import io.tacit.crypto.channel.AbortReason;
import io.tacit.crypto.channel.Channel;
import io.tacit.crypto.channel.PeerUnavailable;
import io.tacit.crypto.channel.Phase;
import io.tacit.crypto.channel.ProtocolAbort;
import io.tacit.crypto.paillier.CiphertextBatch;
import io.tacit.crypto.paillier.KeyHolderRandomizers;
import io.tacit.crypto.paillier.PaillierKeys;
import io.tacit.crypto.paillier.RandomizerPool;
import io.tacit.crypto.paillier.SlotLayout;
import io.tacit.crypto.random.Seed;
import io.tacit.kernel.Workers;
import io.tacit.model.integer.IntegerTensor;
import io.tacit.protocol.flow.Endings;
import io.tacit.protocol.popcorn.PublishedPlan.Exchange;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The client, in published mode: as the paper has it, for comparison. What it decrypts on the way tells it most bits of every
 * activation: see {@code tacit audit popcorn}. The first failure ends the session.
 */
public final class PublishedClient implements AutoCloseable {
    /** Most residues made ahead. */
    private static final int MOST_RANDOMIZERS = 1 << 18;

    private final PublishedPlan plan;
    private final Channel server;
    private final PaillierKeys keys;
    private final RandomizerPool randomizers;
    private final Workers workers;
    private final MaskedValues observer;

    /** Sees what the client decrypts on the way, for audits. */
    @FunctionalInterface
    public interface MaskedValues {
        /** Values r a of an exchange. */
        void decrypted(Exchange exchange, BigInteger[] values);
    }

    private PublishedClient(
            PublishedPlan plan,
            Channel server,
            PaillierKeys keys,
            RandomizerPool randomizers,
            Workers workers,
            MaskedValues observer) {
        this.plan = plan;
        this.server = server;
        this.keys = keys;
        this.randomizers = randomizers;
        this.workers = workers;
        this.observer = observer;
    }

    /**
     * Shows the server the key and that it is well formed.
     *
     * @param keys of the plan's length; the caller closes them
     * @param workers where decryption runs in parallel, beside the calling thread
     * @throws ProtocolAbort if the server refuses, with its reason
     * @throws PeerUnavailable if it is gone
     */
    public static PublishedClient connect(
            PublishedPlan plan, Channel server, PaillierKeys keys, SecureRandom random, Workers workers) {
        return connect(plan, server, keys, random, workers, (exchange, values) -> {});
    }

    /** @param observer sees what is decrypted on the way */
    public static PublishedClient connect(
            PublishedPlan plan,
            Channel server,
            PaillierKeys keys,
            SecureRandom random,
            Workers workers,
            MaskedValues observer) {
        try (Seed secret = Seed.random(random)) {
            server.enter(Phase.DEPLOY);
            Admission.request(server, new Greeting(keys.publicKey().modulusBits(), 1, plan.hash()), keys, secret);
            server.receive(1);
            RandomizerPool randomizers = new RandomizerPool(
                    new KeyHolderRandomizers(keys, secret), (int) Math.min(MOST_RANDOMIZERS, plan.ciphertextsUp()));
            return new PublishedClient(plan, server, keys, randomizers, workers, observer);
        } catch (RuntimeException | Error e) {
            Endings.end(server, e);
            throw e;
        }
    }

    /** Makes randomness for a query. */
    public void prepare() {
        randomizers.fill((int) Math.min(MOST_RANDOMIZERS, plan.ciphertextsUp()));
    }

    /**
     * The answer to one image.
     *
     * @throws IllegalArgumentException if it has another shape or a value outside the input's range; nothing is sent
     * @throws ProtocolAbort if the server deviates or aborts
     */
    public Answer predict(IntegerTensor input) {
        Inputs.require(plan.network(), input, 1);
        try {
            server.enter(Phase.PREDICT);
            new Command(Command.Kind.PREDICT_NOW, 1).send(server);
            BigInteger[] values = new BigInteger[input.shape().size()];
            Arrays.setAll(values, input::getBig);
            send(values);
            for (Exchange exchange : plan.exchanges()) {
                BigInteger[] masked = receive(exchange);
                observer.decrypted(exchange, masked.clone());
                for (int i = 0; i < masked.length; i++) {
                    masked[i] = exchange.square() ? masked[i].pow(2) : masked[i].max(BigInteger.ZERO);
                }
                send(masked);
            }
            return scores();
        } catch (RuntimeException | Error e) {
            Endings.end(server, e);
            throw e;
        }
    }

    private void send(BigInteger[] plaintexts) {
        for (int from = 0; from < plaintexts.length; from += CipherLane.CHUNK) {
            int to = Math.min(plaintexts.length, from + CipherLane.CHUNK);
            CiphertextBatch.encrypt(randomizers, Arrays.copyOfRange(plaintexts, from, to))
                    .send(server);
        }
        server.flush();
    }

    private BigInteger[] receive(Exchange exchange) {
        BigInteger[] all = new BigInteger[exchange.values()];
        int chunk = CipherLane.CHUNK * exchange.slots().slots();
        for (int from = 0; from < all.length; from += chunk) {
            BigInteger[] part = receive(exchange.slots(), Math.min(chunk, all.length - from), exchange.name());
            System.arraycopy(part, 0, all, from, part.length);
        }
        return all;
    }

    private BigInteger[] receive(SlotLayout slots, int values, String step) {
        CiphertextBatch packed = CiphertextBatch.receive(server, keys.publicKey(), slots.packedSize(values), step);
        try {
            return slots.unpack(keys.decrypt(packed, workers), values);
        } catch (IllegalArgumentException e) {
            throw new ProtocolAbort(server.peer(), step, AbortReason.OUT_OF_RANGE);
        }
    }

    private Answer scores() {
        List<BigInteger> scores =
                List.of(receive(plan.scoreSlots(), plan.network().classes(), "scores"));
        List<Integer> best = IntStream.range(0, scores.size())
                .boxed()
                .sorted(Comparator.comparing((Integer i) -> scores.get(i)).reversed())
                .toList();
        return new Answer(best, scores);
    }

    /** Ends the session in order. */
    @Override
    public void close() {
        randomizers.close();
        server.close();
    }
}
