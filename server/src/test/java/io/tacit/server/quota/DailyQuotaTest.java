package io.tacit.server.quota;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.tacit.client.deployment.Sha256;
import io.tacit.crypto.channel.LimitExceeded;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongConsumer;
import org.junit.jupiter.api.Test;

class DailyQuotaTest {
    private static final Sha256 ONE = Sha256.of(new byte[] {1});
    private static final Sha256 OTHER = Sha256.of(new byte[] {2});

    private Instant now = Instant.parse("2026-03-04T23:00:00Z");
    private final DailyQuota quota = DailyQuota.ofPredictions(100, new TestClock());

    private final class TestClock extends Clock {
        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now;
        }
    }

    @Test
    void everyClientHasItsOwnAndARefusalTakesNothing() {
        quota.of(ONE).accept(60);
        assertThatThrownBy(() -> quota.of(ONE).accept(41))
                .isInstanceOf(LimitExceeded.class)
                .hasMessageContaining("60")
                .hasMessageContaining("41")
                .hasMessageContaining("100");
        quota.of(ONE).accept(40);
        assertThatThrownBy(() -> quota.of(ONE).accept(1)).isInstanceOf(LimitExceeded.class);
        quota.of(OTHER).accept(100);
    }

    @Test
    void midnightRenewsAndAClockSetBackDoesNot() {
        quota.of(ONE).accept(100);
        now = now.plus(Duration.ofHours(1));
        quota.of(ONE).accept(100);
        now = now.minus(Duration.ofHours(2));
        assertThatThrownBy(() -> quota.of(ONE).accept(1)).isInstanceOf(LimitExceeded.class);
    }

    @Test
    void fiftyAtOnceGetNoMoreThanOneAfterTheOther() throws InterruptedException {
        AtomicInteger granted = new AtomicInteger();
        ExecutorService threads = Executors.newFixedThreadPool(50);
        LongConsumer allowance = quota.of(ONE);
        for (int i = 0; i < 50; i++) {
            threads.execute(() -> {
                for (int j = 0; j < 7; j++) {
                    if (catchThrowable(() -> allowance.accept(3)) == null) {
                        granted.addAndGet(3);
                    }
                }
            });
        }
        threads.shutdown();
        assertThat(threads.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
        assertThat(granted).hasValue(99);
    }
}
