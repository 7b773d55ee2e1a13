package io.tacit.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 120, unit = TimeUnit.SECONDS)
class WorkersTest {
    private final ExecutorService executor = Executors.newFixedThreadPool(3);

    @AfterEach
    void stop() {
        executor.shutdownNow();
    }

    @Test
    void everyIndexOnce() {
        for (int threads = 1; threads <= 5; threads++) {
            for (int count : new int[] {0, 1, 2, 3, 100}) {
                AtomicIntegerArray calls = new AtomicIntegerArray(100);
                new Workers(executor, threads).forEach(count, calls::incrementAndGet);
                for (int i = 0; i < 100; i++) {
                    assertThat(calls.get(i)).isEqualTo(i < count ? 1 : 0);
                }
            }
        }
    }

    @Test
    void theExceptionOfATaskReachesTheCallerAfterAllTasksHaveEnded() {
        for (int threads : new int[] {1, 4}) {
            AtomicInteger running = new AtomicInteger();
            Workers workers = new Workers(executor, threads);
            assertThatThrownBy(() -> workers.forEach(50, i -> {
                        running.incrementAndGet();
                        try {
                            if (i == 13) {
                                throw new IllegalStateException("task 13");
                            }
                        } finally {
                            running.decrementAndGet();
                        }
                    }))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("task 13");
            assertThat(running).hasValue(0);
        }
    }

    @Test
    void anErrorOfATaskReachesTheCaller() {
        assertThatThrownBy(() -> new Workers(executor, 4).forEach(9, i -> {
                    throw new StackOverflowError("deep");
                }))
                .isInstanceOf(StackOverflowError.class);
    }

    @Test
    void aClosedExecutorLeavesTheWorkToTheCaller() {
        executor.shutdownNow();
        AtomicInteger calls = new AtomicInteger();
        new Workers(executor, 4).forEach(10, i -> calls.incrementAndGet());
        assertThat(calls).hasValue(10);
    }

    @Test
    void anExecutorWithoutAFreeThreadDoesNotBlockTheCaller() throws Exception {
        ExecutorService one = Executors.newSingleThreadExecutor();
        try {
            Workers workers = new Workers(one, 4);
            AtomicInteger calls = new AtomicInteger();
            one.submit(() -> workers.forEach(10, i -> workers.forEach(10, j -> calls.incrementAndGet())))
                    .get();
            assertThat(calls).hasValue(100);
        } finally {
            one.shutdownNow();
        }
    }

    @Test
    void anInterruptIsKeptForTheCaller() {
        Thread.currentThread().interrupt();
        AtomicInteger calls = new AtomicInteger();
        new Workers(executor, 4).forEach(10, i -> calls.incrementAndGet());
        assertThat(Thread.interrupted()).isTrue();
        assertThat(calls).hasValue(10);
    }

    @Test
    void threadsMustBePositive() {
        assertThatThrownBy(() -> new Workers(executor, 0)).isInstanceOf(IllegalArgumentException.class);
    }
}
