package io.tacit.protocol.outsourced;

import io.tacit.crypto.channel.AbortReason;
import io.tacit.crypto.channel.LimitExceeded;
import io.tacit.crypto.channel.ProtocolAbort;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** The halves of queries that clients have sent to the garbler, until the evaluator asks for them. Thread-safe. */
final class WaitingQueries {
    private final int most;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Map<QueryId, ClientQuery> waiting = new HashMap<>();

    /** @param most most halves that wait at a time */
    WaitingQueries(int most) {
        this.most = most;
    }

    /** @throws LimitExceeded if too many wait @throws ProtocolAbort if the id is taken */
    void put(ClientQuery query) {
        lock.lock();
        try {
            if (waiting.size() >= most) {
                throw new LimitExceeded(most + " queries are waiting for the other server, more are not taken");
            }
            if (waiting.putIfAbsent(query.id(), query) != null) {
                throw new ProtocolAbort(query.client().peer(), "query", AbortReason.MALFORMED);
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Takes a query back. @return whether it was still waiting */
    boolean remove(ClientQuery query) {
        lock.lock();
        try {
            return waiting.remove(query.id(), query);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Takes a query, waiting for it.
     *
     * @param asking role that asks, for messages
     * @throws ProtocolAbort with {@link AbortReason#UNKNOWN_SESSION} if the client's half does not come in time
     */
    ClientQuery take(QueryId id, Duration longest, String asking) {
        lock.lock();
        try {
            long left = longest.toNanos();
            while (!waiting.containsKey(id)) {
                if (left <= 0) {
                    throw new ProtocolAbort(asking, "query", AbortReason.UNKNOWN_SESSION);
                }
                left = changed.awaitNanos(left);
            }
            return waiting.remove(id);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ProtocolAbort(asking, "query", AbortReason.CANCELLED);
        } finally {
            lock.unlock();
        }
    }
}
