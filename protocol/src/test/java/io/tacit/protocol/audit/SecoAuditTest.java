package io.tacit.protocol.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The whole audit against the real roles, as they are and with a server whose randomness repeats itself. */
class SecoAuditTest {
    private static final ExecutorService THREADS = Executors.newCachedThreadPool();
    private static final SecoAudit.Options SMALL = new SecoAudit.Options(1, 6, 24, "test");

    @AfterAll
    static void stop() {
        THREADS.shutdownNow();
    }

    private static void requirePassed(AuditReport report) {
        assertThat(report.findings())
                .allSatisfy(finding -> assertThat(finding.passed())
                        .as(
                                "%s, %s: %s, must be %s (%s)",
                                finding.attack(),
                                finding.mode(),
                                finding.result(),
                                finding.expected(),
                                finding.detail())
                        .isTrue());
    }

    @Test
    void twoServersDecodeThePublishedModeAndNothingOfTheHardenedOne() {
        AuditReport report = new SecoAudit(SMALL, THREADS, (step, steps, text) -> {}).run();
        assertThat(report.protocol()).isEqualTo("seco");
        requirePassed(report);
        assertThat(report.findings()).hasSize(1 + 3 * (1 + 2 + 7 + 2) + 2);
        assertThat(report.findings().get(0).mode()).isEqualTo("published, server-1 and server-2");
        assertThat(report.findings().get(0).measured()).isEqualTo(1);
        assertThat(report.findings().stream().filter(f -> f.attack().startsWith("masks, mask")))
                .hasSize(18)
                .allSatisfy(finding -> assertThat(finding.measured()).isEqualTo(1));
    }

    /** A server that draws the same masks again gives itself away to the two others. */
    @Test
    void aServerThatDrawsTheSameSeedAgainIsCaught() {
        AuditReport report = new SecoAudit(SMALL, THREADS, (step, steps, text) -> {}, randoms("server-2")).run();
        assertThat(report.findings().stream()
                        .filter(f -> f.attack().equals("masks, as built"))
                        .filter(f -> f.mode().equals("hardened, gateway and server-1")))
                .hasSize(1)
                .allSatisfy(finding ->
                        assertThat(finding.passed()).as(finding.detail()).isFalse());
    }

    private static Function<String, SecureRandom> randoms(String broken) {
        int[] asked = {0};
        return role -> {
            if (role.equals(broken)) {
                return new InsecureRepeatingRandom();
            }
            try {
                SecureRandom random = SecureRandom.getInstance("SHA1PRNG");
                random.setSeed(++asked[0]);
                return random;
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException(e);
            }
        };
    }

    @Test
    @Tag("slow")
    void fullAudit() {
        requirePassed(new SecoAudit(SecoAudit.Options.full(), THREADS, (step, steps, text) -> {}).run());
    }
}
