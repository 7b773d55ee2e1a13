package io.tacit.cli;

import io.tacit.kernel.Workers;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** All cores of this machine for the loops of one command. */
final class Cores implements AutoCloseable {
    private final int count = Runtime.getRuntime().availableProcessors();
    private final ExecutorService threads = Executors.newFixedThreadPool(count, task -> {
        Thread thread = new Thread(task, "tacit worker");
        thread.setDaemon(true);
        return thread;
    });

    private final ExecutorService growing = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "tacit lane");
        thread.setDaemon(true);
        return thread;
    });

    /** Threads for programs that block, as many as are asked for. */
    Executor growing() {
        return growing;
    }

    Workers workers() {
        return new Workers(threads, count);
    }

    @Override
    public void close() {
        threads.shutdown();
        growing.shutdown();
    }
}
