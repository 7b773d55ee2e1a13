package io.tacit.protocol.outsourced;

import io.tacit.crypto.channel.AbortReason;
import io.tacit.crypto.channel.Channel;
import io.tacit.crypto.channel.Phase;
import io.tacit.crypto.channel.ProtocolAbort;
import io.tacit.crypto.share.RingVector;
import io.tacit.protocol.flow.Endings;
import io.tacit.protocol.plan.SharingPlan;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** One server's half of a client's query, secret: the client's one message to it, and where the answer goes. */
public final class ClientQuery {
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

    static ClientQuery receiveForGarbler(SharingPlan plan, Channel client) {
        client.enter(Phase.PREDICT);
        byte[] message = client.receive(InputShare.garblerBytes());
        InputShare half = InputShare.ofGarbler(plan, message);
        Arrays.fill(message, (byte) 0);
        return new ClientQuery(half.id(), client, half.share());
    }

    static ClientQuery receiveForEvaluator(SharingPlan plan, Channel client) {
        client.enter(Phase.PREDICT);
        byte[] message = new byte[InputShare.evaluatorBytes(plan)];
        Messages.receive(client, message);
        InputShare half = InputShare.ofEvaluator(plan, message)
                .orElseThrow(() -> new ProtocolAbort(client.peer(), "query", AbortReason.MALFORMED));
        return new ClientQuery(half.id(), client, half.share());
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
