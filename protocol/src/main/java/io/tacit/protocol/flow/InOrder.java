package io.tacit.protocol.flow;

import io.tacit.kernel.Workers;
import org.jspecify.annotations.Nullable;

/**
 * Pieces of work on several threads of which each has a part that must be done in the order of the pieces, in front, such as
 * receiving, and another at its end, such as sending. At most as many pieces are open as there are threads.
 */
public final class InOrder {
    private final int count;
    private int nextToBegin;
    private int nextToEnd;
    private @Nullable Throwable failure;
    private final Object beginning = new Object();

    private InOrder(int count) {
        this.count = count;
    }

    /** What one thread does; it has buffers of its own. */
    public interface Worker {
        /** The first part of a piece: for pieces 0, 1, 2, ... in this order, one at a time. */
        void begin(int piece);

        /** The part that runs beside others. */
        void work(int piece);

        /** The last part: again in order, one at a time, but beside the first parts of later pieces. */
        void end(int piece);
    }

    /** Makes the worker of one thread. */
    @FunctionalInterface
    public interface Maker {
        Worker make();
    }

    /** Does {@code count} pieces. The first exception of a part is thrown; pieces not begun are then left out. */
    public static void forEach(Workers workers, int count, Maker maker) {
        InOrder order = new InOrder(count);
        workers.forEach(Math.min(workers.threads(), count), thread -> order.run(maker));
        Throwable first = order.failure;
        if (first instanceof Error error) {
            throw error;
        }
        if (first != null) {
            throw (RuntimeException) first;
        }
    }

    private void run(Maker maker) {
        try {
            Worker worker = maker.make();
            for (int piece = begin(worker); piece < count; piece = begin(worker)) {
                worker.work(piece);
                if (!awaitTurn(piece)) {
                    return;
                }
                worker.end(piece); // it is this piece's turn: nobody else is here
                pass();
            }
        } catch (RuntimeException | Error e) {
            fail(e);
        }
    }

    private int begin(Worker worker) {
        synchronized (beginning) {
            int piece = nextToBegin;
            if (piece < count && !hasFailed()) {
                nextToBegin++;
                worker.begin(piece);
                return piece;
            }
            return count;
        }
    }

    /** Whether it is the piece's turn; false if another piece failed. */
    private synchronized boolean awaitTurn(int piece) {
        boolean interrupted = false;
        while (nextToEnd != piece && failure == null) {
            try {
                wait();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return failure == null;
    }

    private synchronized void pass() {
        nextToEnd++;
        notifyAll();
    }

    private synchronized boolean hasFailed() {
        return failure != null;
    }

    private synchronized void fail(Throwable thrown) {
        if (failure == null) {
            failure = thrown;
        }
        notifyAll();
    }
}
