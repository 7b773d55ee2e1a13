package io.tacit.protocol.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The whole audit against the real roles, as they are and with a source of randomness that repeats itself. */
class OutsourcedAuditTest {
    private static final ExecutorService THREADS = Executors.newCachedThreadPool();
    private static final OutsourcedAudit.Options SMALL = new OutsourcedAudit.Options(2, 8, "test");

    @AfterAll
    static void stop() {
        THREADS.shutdownNow();
    }

    @Test
    void nothingIsFoundAndEverySimulatedFaultIs() {
        AuditReport report = audit(SMALL);
        assertThat(report.protocol()).isEqualTo("outsourced");
        requirePassed(report);
        assertThat(report.findings()).hasSize(6 + 2 * 7 + 2 * 3 + 4 * 6 + 1 + 3);
        assertThat(report.findings().stream().filter(f -> f.attack().startsWith("masks, mask")))
                .hasSize(12)
                .allSatisfy(finding -> assertThat(finding.measured()).isEqualTo(1));
        assertThat(report.findings().stream().filter(f -> f.attack().startsWith("guess") && f.low() == 0.9))
                .hasSize(20)
                .allSatisfy(finding -> assertThat(finding.measured()).isGreaterThan(0.9));
    }

    @Test
    @Tag("slow")
    void equalSeedsGiveEqualFindings() {
        OutsourcedAudit.Options options = new OutsourcedAudit.Options(2, 4, "again");
        assertThat(audit(options).findings()).isEqualTo(audit(options).findings());
    }

    @Test
    @Tag("slow")
    void fullAudit() {
        requirePassed(audit(OutsourcedAudit.Options.full()));
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
    void aClientThatDrawsTheSameSeedAgainIsCaught() {
        aBuildThatDrawsTheSameSeedAgainIsCaught(
                "client", "evaluator", "masks, as built; guess: dark picture or bright one, as built");
    }

    /** A party whose seeds repeat gives itself away to the server that its masks are meant for, by the named test. */
    @ParameterizedTest
    @CsvSource({
        "owner, evaluator, 'masks, as built'",
        "garbler, evaluator, 'masks, as built; blocks, as built'",
        "evaluator, garbler, 'masks, as built; guess: dark picture or bright one, as built'"
    })
    @Tag("slow")
    void aBuildThatDrawsTheSameSeedAgainIsCaught(String broken, String server, String tests) {
        // fewer games than 32 could all be won by chance
        OutsourcedAudit.Options options = tests.contains("guess") ? new OutsourcedAudit.Options(4, 8, "test") : SMALL;
        AuditReport report = new OutsourcedAudit(options, THREADS, (step, steps, text) -> {}, randoms(broken)).run();
        for (String test : tests.split("; ", -1)) {
            assertThat(report.findings().stream()
                            .filter(f -> f.attack().equals(test) && f.mode().equals(server)))
                    .hasSize(1)
                    .allSatisfy(finding -> assertThat(finding.passed())
                            .as("%s: %s, %s", test, finding.result(), finding.detail())
                            .isFalse());
        }
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

    private static AuditReport audit(OutsourcedAudit.Options options) {
        List<Integer> begun = new ArrayList<>();
        AuditReport report = new OutsourcedAudit(options, THREADS, (step, steps, text) -> {
                    begun.add(step);
                    assertThat(steps).isEqualTo(4);
                })
                .run();
        assertThat(begun).containsExactly(0, 1, 2, 3);
        return report;
    }
}
