package io.tacit.protocol.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.tacit.crypto.paillier.KeyLength;
import io.tacit.crypto.paillier.PaillierKeys;
import io.tacit.crypto.random.Seed;
import io.tacit.kernel.Workers;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class PopcornAuditTest {

    @Test
    void divisorsInTheWindowAreFoundAndNoOthers() {
        BigInteger r = BigInteger.ONE.shiftLeft(63).add(BigInteger.valueOf(29)); // has no small factor but its own
        for (long a : new long[] {1, 2, 255, 32_385, 4_194_303}) {
            BigInteger y = r.multiply(BigInteger.valueOf(-a));
            List<Long> candidates = DivisorAttack.candidates(y);
            assertThat(candidates).contains(a);
            assertThat(candidates).allSatisfy(c -> {
                BigInteger[] factor = y.abs().divideAndRemainder(BigInteger.valueOf(c));
                assertThat(factor[1]).isZero();
                assertThat(factor[0].bitLength()).isEqualTo(64);
            });
        }
        // of r with 64 bits and a: every divisor of 12 r / a' with a quotient of 64 bits
        assertThat(DivisorAttack.candidates(r.multiply(BigInteger.valueOf(12)))).containsExactly(12L);
    }

    @Test
    @Tag("slow")
    void attacksEndAsTheyMust() {
        SecureRandom random = new SecureRandom();
        ExecutorService threads = Executors.newCachedThreadPool();
        try (Seed seed = Seed.random(random);
                PaillierKeys keys = PaillierKeys.generate(KeyLength.BITS_2048, seed, Workers.NONE)) {
            AuditReport report = new PopcornAudit(keys, 200, random, threads, new Workers(threads, 2)).run();
            assertThat(report.findings()).hasSize(3).allMatch(AuditReport.Finding::passed);
        } finally {
            threads.shutdown();
        }
    }
}
