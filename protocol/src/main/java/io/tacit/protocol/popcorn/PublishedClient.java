package io.tacit.protocol.popcorn;

import io.tacit.crypto.channel.Channel;
import io.tacit.crypto.channel.PeerUnavailable;
import io.tacit.crypto.channel.Phase;
import io.tacit.crypto.channel.ProtocolAbort;
import io.tacit.crypto.random.Seed;
import io.tacit.model.integer.IntegerTensor;
import io.tacit.protocol.flow.Endings;
import io.tacit.protocol.popcorn.PublishedPlan.Exchange;
import java.math.BigInteger;
import java.util.List;
import java.util.function.DoubleConsumer;

/**
 * The client, in published mode: as the paper has it, for comparison. What it decrypts on the way tells it most bits of every
 * activation: see {@code tacit audit popcorn}. The first failure ends the session.
 */
public final class PublishedClient implements AutoCloseable {
    private final PublishedPlan plan;
    private final KeyHolder party;
    private final Channel server;
    private final KeyHolderLane lane;

    private PublishedClient(PublishedPlan plan, KeyHolder party, KeyHolderLane lane) {
        this.plan = plan;
        this.party = party;
        this.server = party.server();
        this.lane = lane;
    }

    /**
     * Shows the server the key and that it is well formed.
     *
     * @throws ProtocolAbort if the server refuses, with its reason
     * @throws PeerUnavailable if it is gone
     */
    public static PublishedClient connect(PublishedPlan plan, KeyHolder party) {
        Channel server = party.server();
        try (Seed secret = Seed.random(party.random())) {
            server.enter(Phase.DEPLOY);
            int keyBits = party.keys().publicKey().modulusBits();
            Admission.request(server, new Greeting(keyBits, 1, plan.hash()), party.keys(), secret);
            server.receive(1);
            return new PublishedClient(plan, party, new KeyHolderLane(party, secret, plan.ciphertextsUp()));
        } catch (RuntimeException | Error e) {
            Endings.end(server, e);
            throw e;
        }
    }

    /** Makes randomness for a query. */
    public void prepare() {
        lane.prepare();
    }

    /**
     * The answer to one image.
     *
     * @throws IllegalArgumentException if it has another shape or a value outside the input's range; nothing is sent
     * @throws ProtocolAbort if the server deviates or aborts
     */
    public Answer predict(IntegerTensor input) {
        return predict(input, share -> {});
    }

    /** The same, telling what share of the work is done, 0 to 1. */
    public Answer predict(IntegerTensor input, DoubleConsumer done) {
        Inputs.require(plan.network(), input, 1);
        try {
            server.enter(Phase.PREDICT);
            new Command(Command.Kind.PREDICT_NOW, 1).send(server);
            QueryProgress progress = new QueryProgress(
                    plan.exchanges().stream().mapToLong(Exchange::values).sum() + 1, done);
            lane.send(input.shape().size(), input::getBig, count -> {});
            for (Exchange exchange : plan.exchanges()) {
                BigInteger[] masked = receive(exchange);
                party.observer().decrypted(exchange.name(), masked);
                lane.send(
                        masked.length,
                        i -> exchange.square() ? masked[i].pow(2) : masked[i].max(BigInteger.ZERO),
                        progress::add); // what the server does with each is nearly all that is to do
            }
            Answer answer = KeyHolderLane.answer(
                    List.of(lane.receive(plan.scoreSlots(), plan.network().classes(), "scores")));
            progress.add(1);
            return answer;
        } catch (RuntimeException | Error e) {
            Endings.end(server, e);
            throw e;
        }
    }

    private BigInteger[] receive(Exchange exchange) {
        BigInteger[] all = new BigInteger[exchange.values()];
        int chunk = CipherLane.CHUNK * exchange.slots().slots();
        for (int from = 0; from < all.length; from += chunk) {
            BigInteger[] part = lane.receive(exchange.slots(), Math.min(chunk, all.length - from), exchange.name());
            System.arraycopy(part, 0, all, from, part.length);
        }
        return all;
    }

    /** Ends the session in order. */
    @Override
    public void close() {
        lane.close();
        server.close();
    }
}
