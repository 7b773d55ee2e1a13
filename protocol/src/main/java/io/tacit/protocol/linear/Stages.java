package io.tacit.protocol.linear;

import io.tacit.crypto.channel.AbortReason;
import io.tacit.crypto.channel.Channel;
import io.tacit.crypto.channel.PeerUnavailable;
import io.tacit.protocol.flow.Endings;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Some stages that block on each other and on one channel, each on a thread of an executor. The first failure ends them all:
 * the peer is told, the others are interrupted, and the failure is thrown where they are awaited, after the last has ended.
 */
final class Stages {

    /** One stage. */
    @FunctionalInterface
    interface Stage {
        void run() throws InterruptedException;
    }

    private final Channel channel;
    private final CountDownLatch open;
    private final Set<Thread> running = new HashSet<>();
    private @Nullable Throwable failure;

    private Stages(Channel channel, int count) {
        this.channel = channel;
        this.open = new CountDownLatch(count);
    }

    /**
     * Runs all stages to their end.
     *
     * @param executor starts each of them at once, however many run
     */
    static void run(Executor executor, Channel channel, List<Stage> all) {
        Stages stages = new Stages(channel, all.size());
        for (Stage stage : all) {
            try {
                executor.execute(() -> stages.run(stage));
            } catch (RejectedExecutionException e) {
                stages.fail(e);
                stages.open.countDown();
            }
        }
        stages.await();
    }

    private void run(Stage stage) {
        try {
            if (begin()) {
                stage.run();
            }
        } catch (InterruptedException | RuntimeException | Error e) {
            fail(e);
        } finally {
            end();
            open.countDown();
        }
    }

    private synchronized boolean begin() {
        return failure == null && running.add(Thread.currentThread());
    }

    /** After this no interrupt of ours reaches the thread, which is the executor's. */
    private synchronized void end() {
        if (running.remove(Thread.currentThread()) && failure != null) {
            Thread.interrupted();
        }
    }

    private void fail(Throwable thrown) {
        synchronized (this) {
            if (failure != null) {
                return; // what follows from the first failure
            }
            failure = thrown;
            running.forEach(Thread::interrupt);
        }
        if (thrown instanceof InterruptedException) {
            channel.abort(AbortReason.CANCELLED);
        } else {
            Endings.end(channel, thrown);
        }
    }

    private void await() {
        boolean interrupted = false;
        while (true) {
            try {
                open.await();
                break;
            } catch (InterruptedException e) {
                interrupted = true; // the stages use the caller's memory: end them first
                fail(e);
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        Throwable thrown = failed();
        if (thrown instanceof RuntimeException e) {
            throw e;
        }
        if (thrown instanceof Error e) {
            throw e;
        }
        if (thrown != null) {
            throw new PeerUnavailable(channel.peer(), "interrupted", thrown);
        }
    }

    private synchronized @Nullable Throwable failed() {
        return failure;
    }
}
