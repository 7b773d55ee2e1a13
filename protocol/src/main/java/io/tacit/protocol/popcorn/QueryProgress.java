package io.tacit.protocol.popcorn;

import java.util.function.DoubleConsumer;

/** How far a query is, by the products modulo N^2 that both parties' work is worth. */
final class QueryProgress {
    private final double total;
    private final DoubleConsumer listener;
    private double done;

    /** @param listener told the share that is done, 0 to 1 */
    QueryProgress(double total, DoubleConsumer listener) {
        this.total = total;
        this.listener = listener;
    }

    void add(double products) {
        done += products;
        listener.accept(Math.min(1, done / total));
    }
}
