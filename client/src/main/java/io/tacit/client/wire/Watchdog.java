package io.tacit.client.wire;

import java.io.Closeable;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The one clock of a party's connections: a thread that closes sockets at their deadlines and never does anything that
 * can block, and beside it threads, made when needed, for small writes that can (heartbeats, last words). All times are of
 * the monotonic clock.
 */
final class Watchdog implements AutoCloseable {
    private static final int MAX_HELPERS = 64;

    private final ScheduledThreadPoolExecutor clock;
    private final ThreadPoolExecutor helpers;
    private final Set<Closeable> guarded = ConcurrentHashMap.newKeySet();

    Watchdog(String name) {
        clock = new ScheduledThreadPoolExecutor(1, task -> daemon(task, name + " deadlines"));
        clock.setRemoveOnCancelPolicy(true);
        clock.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        helpers = new ThreadPoolExecutor(
                0,
                MAX_HELPERS,
                2,
                TimeUnit.SECONDS,
                new SynchronousQueue<>(),
                task -> daemon(task, name + " heartbeat"),
                new ThreadPoolExecutor.DiscardPolicy()); // a heartbeat left out is sent at the next tick
    }

    private static Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(null, task, name, 1 << 18);
        thread.setDaemon(true);
        return thread;
    }

    /** Runs {@code task}, which must not block, after {@code nanos}; nothing happens once the watchdog is closed. */
    void after(long nanos, Runnable task) {
        try {
            clock.schedule(task, nanos, TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            // closed meanwhile, and with it every socket that the task could have been about
        }
    }

    /** Closes {@code socket} after {@code nanos} unless the result is cancelled before; at once if the watchdog is closed. */
    Future<?> closeAfter(long nanos, Closeable socket) {
        try {
            return clock.schedule(() -> close(socket), nanos, TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            close(socket);
            return CompletableFuture.completedFuture(null);
        }
    }

    /** Takes charge of an open socket: it is closed at the latest together with the watchdog. */
    void guard(Closeable socket) {
        guarded.add(socket);
        if (clock.isShutdown()) {
            close(socket);
        }
    }

    /** Closes a socket; a repeated call does nothing. */
    void close(Closeable socket) {
        guarded.remove(socket);
        closeQuietly(socket);
    }

    /** For what may block for a short time. */
    Executor helpers() {
        return helpers;
    }

    static void closeQuietly(Closeable socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // closing is all that was wanted; the descriptor is gone either way
        }
    }

    @Override
    public void close() {
        clock.shutdownNow();
        guarded.forEach(Watchdog::closeQuietly);
        guarded.clear();
        helpers.shutdownNow();
    }
}
