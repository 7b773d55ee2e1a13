package io.tacit.server.outsourced;

import static org.assertj.core.api.Assertions.assertThat;

import io.tacit.kernel.Workers;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class WarmUpTest {

    /** One query at least, however short the time, and nothing is left running. */
    @Test
    void endsWithAllItsThreads() throws InterruptedException {
        ExecutorService threads = Executors.newCachedThreadPool();
        WarmUp.run(Duration.ofNanos(1), new SecureRandom(), new Workers(threads, 2), threads);
        threads.shutdown();
        assertThat(threads.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void noTimeIsNoWork() {
        AtomicInteger started = new AtomicInteger();
        WarmUp.run(Duration.ZERO, new SecureRandom(), Workers.NONE, task -> started.incrementAndGet());
        assertThat(started).hasValue(0);
    }
}
