package io.tacit.protocol.outsourced;

import io.tacit.crypto.channel.AbortReason;
import io.tacit.crypto.channel.Channel;
import io.tacit.crypto.channel.Phase;
import io.tacit.crypto.channel.ProtocolAbort;
import io.tacit.crypto.random.Prg;
import io.tacit.crypto.random.Seed;
import io.tacit.crypto.share.Ring;
import io.tacit.crypto.share.RingVector;
import io.tacit.protocol.flow.Endings;
import io.tacit.protocol.plan.SharingPlan;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** One server's half of a client's query: the client's one message to it, and where the answer goes. */
final class ClientQuery {
    private final QueryId id;
    private final Channel client;
    private final RingVector input;
    private final CountDownLatch ended = new CountDownLatch(1);

    private ClientQuery(QueryId id, Channel client, RingVector input) {
        this.id = id;
        this.client = client;
        this.input = input;
    }

    /** The client's name for the query. */
    QueryId id() {
        return id;
    }

    /** The client, that waits for its answer. */
    Channel client() {
        return client;
    }

    /** This server's share of the network's input. */
    RingVector input() {
        return input;
    }

    /** Bytes of the message to the garbler. */
    static int garblerBytes() {
        return QueryId.BYTES + Seed.BYTES;
    }

    /** Bytes of the message to the evaluator. */
    static int evaluatorBytes(SharingPlan plan) {
        return Math.toIntExact(QueryId.BYTES
                + plan.ring(0).packedBytes(plan.network().input().shape().size()));
    }

    /** X_0: drawn from the client's seed. */
    static RingVector draw(SharingPlan plan, Seed seed) {
        Ring ring = plan.ring(0);
        RingVector drawn = ring.zeros(plan.network().input().shape().size());
        try (Prg prg = seed.generator("outsourced", "input")) {
            drawn.randomize(prg, 0, drawn.length());
        }
        return drawn;
    }

    static ClientQuery receiveForGarbler(SharingPlan plan, Channel client) {
        client.enter(Phase.PREDICT);
        byte[] message = client.receive(garblerBytes());
        byte[] revealed = Arrays.copyOfRange(message, QueryId.BYTES, message.length);
        try (Seed seed = Seed.of(revealed)) {
            return new ClientQuery(QueryId.of(message, 0), client, draw(plan, seed));
        } finally {
            Arrays.fill(message, (byte) 0);
            Arrays.fill(revealed, (byte) 0);
        }
    }

    static ClientQuery receiveForEvaluator(SharingPlan plan, Channel client) {
        client.enter(Phase.PREDICT);
        byte[] message = new byte[evaluatorBytes(plan)];
        Messages.receive(client, message);
        RingVector input = plan.ring(0).zeros(plan.network().input().shape().size());
        if (!input.load(message, QueryId.BYTES, 0, input.length())) {
            throw new ProtocolAbort(client.peer(), "query", AbortReason.MALFORMED);
        }
        return new ClientQuery(QueryId.of(message, 0), client, input);
    }

    /** Sends this server's half of the answer: the client's one message from it. */
    void answer(byte[] half) {
        Messages.send(client, half);
        end();
    }

    /** Tells the client that there is no answer. */
    void fail(Throwable failure) {
        Endings.end(client, failure);
        end();
    }

    private void end() {
        input.wipe();
        ended.countDown();
    }

    /** Waits for answer or failure. @return whether it came in time */
    boolean awaitEnd(Duration longest) {
        try {
            return ended.await(longest.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ProtocolAbort(client.peer(), "query", AbortReason.CANCELLED);
        }
    }
}
