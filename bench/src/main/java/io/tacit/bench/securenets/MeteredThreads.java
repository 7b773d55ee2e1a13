package io.tacit.bench.securenets;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Threads of one party, whose processor time is counted together. The threads live until the party is closed. */
public final class MeteredThreads implements AutoCloseable {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final List<Thread> threads = new CopyOnWriteArrayList<>();
    private final ExecutorService executor;

    public MeteredThreads(String party) {
        // a thread that ended when idle would take its count with it
        executor = new ThreadPoolExecutor(
                0, Integer.MAX_VALUE, Long.MAX_VALUE, TimeUnit.NANOSECONDS, new SynchronousQueue<>(), task -> {
                    Thread thread = new Thread(task, party);
                    thread.setDaemon(true);
                    threads.add(thread);
                    return thread;
                });
    }

    /** Where the party runs. */
    public ExecutorService executor() {
        return executor;
    }

    /** Processor time of all threads so far, in seconds. */
    public double cpuSeconds() {
        long nanos = 0;
        for (Thread thread : threads) {
            nanos += Math.max(0, THREADS.getThreadCpuTime(thread.getId()));
        }
        return nanos / 1e9;
    }

    /** Processor time of the calling thread so far, in seconds. */
    static double ownCpuSeconds() {
        return THREADS.getCurrentThreadCpuTime() / 1e9;
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
