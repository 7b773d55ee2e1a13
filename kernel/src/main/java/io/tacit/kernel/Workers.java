package io.tacit.kernel;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Where loops may be run in parallel: an executor and how many of its threads one loop may use, the calling thread
 * included. Kernels never start threads of their own.
 */
public final class Workers {

    /** Everything in the calling thread. */
    public static final Workers NONE = new Workers(Runnable::run, 1);

    private final Executor executor;
    private final int threads;

    /**
     * @param executor runs the helpers of a loop; the caller always works too, so that a full executor cannot block it
     * @param threads most threads that one loop uses, the caller included; at least 1
     */
    public Workers(Executor executor, int threads) {
        if (threads < 1) {
            throw new IllegalArgumentException("threads = " + threads + " is below 1");
        }
        this.executor = executor;
        this.threads = threads;
    }

    public int threads() {
        return threads;
    }

    /** One unit of a parallel loop. */
    @FunctionalInterface
    public interface Task {
        void run(int index);
    }

    /**
     * Runs {@code task} for 0 .. count - 1, in any order and on several threads, and returns when all have ended.
     * The first exception that a task throws is thrown here; the tasks not yet begun are then left out.
     */
    public void forEach(int count, Task task) {
        int helpers = Math.min(threads, count) - 1;
        if (helpers <= 0) {
            for (int i = 0; i < count; i++) {
                task.run(i);
            }
            return;
        }
        Loop loop = new Loop(count, task);
        try {
            for (int i = 0; i < helpers; i++) {
                executor.execute(loop);
            }
        } catch (RejectedExecutionException e) {
            // A full or closing executor: helpers that it took may already be at work, so the caller does the rest.
        }
        loop.run();
        loop.await();
    }

    /** Indices are taken from one counter; a helper that starts after the end finds nothing left and touches nothing. */
    private static final class Loop implements Runnable {
        private final int count;
        private final Task task;
        private final AtomicInteger next = new AtomicInteger();
        private final CountDownLatch open;
        private final AtomicReference<Throwable> failure = new AtomicReference<>();

        Loop(int count, Task task) {
            this.count = count;
            this.task = task;
            this.open = new CountDownLatch(count);
        }

        @Override
        public void run() {
            for (int i = next.getAndIncrement(); i < count; i = next.getAndIncrement()) {
                try {
                    if (failure.get() == null) {
                        task.run(i);
                    }
                } catch (RuntimeException | Error e) {
                    failure.compareAndSet(null, e);
                } finally {
                    open.countDown();
                }
            }
        }

        void await() {
            boolean interrupted = false;
            while (true) {
                try {
                    open.await();
                    break;
                } catch (InterruptedException e) {
                    interrupted = true; // the helpers still write to the caller's arrays: wait, then say so
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
            Throwable thrown = failure.get();
            if (thrown instanceof RuntimeException e) {
                throw e;
            }
            if (thrown instanceof Error e) {
                throw e;
            }
        }
    }
}
