package io.tacit.protocol.flow;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Two pieces of work at once, each of which may wait for the other's peer: one in a thread of its own. */
public final class SideBySide {

    private SideBySide() {}

    /**
     * Returns when both have ended. The first exception that either throws is thrown here.
     *
     * @param threads runs what it is given at once, in another thread
     * @param other run by {@code threads}
     * @param own run by the calling thread
     * @param stop called once, with the first failure, while the other piece may still run: ends what it waits for
     */
    public static void run(Executor threads, Runnable other, Runnable own, Consumer<Throwable> stop) {
        AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
        CountDownLatch ended = new CountDownLatch(1);
        threads.execute(() -> {
            try {
                attempt(other, failure, stop);
            } finally {
                ended.countDown();
            }
        });
        attempt(own, failure, stop);
        boolean interrupted = false;
        while (true) {
            try {
                ended.await();
                break;
            } catch (InterruptedException e) {
                interrupted = true; // the other piece still uses what the caller owns
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        Throwable first = failure.get();
        if (first instanceof Error error) {
            throw error;
        }
        if (first != null) {
            throw (RuntimeException) first;
        }
    }

    private static void attempt(Runnable work, AtomicReference<@Nullable Throwable> failure, Consumer<Throwable> stop) {
        try {
            work.run();
        } catch (RuntimeException | Error e) {
            if (failure.compareAndSet(null, e)) {
                stop.accept(e);
            }
        }
    }
}
