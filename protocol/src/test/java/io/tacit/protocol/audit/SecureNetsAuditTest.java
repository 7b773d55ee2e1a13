package io.tacit.protocol.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.tacit.kernel.Workers;
import java.io.IOException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The whole audit against the real roles. */
class SecureNetsAuditTest {
    private static final ExecutorService CLOUDS = Executors.newCachedThreadPool();

    @AfterAll
    static void stop() {
        CLOUDS.shutdownNow();
    }

    @Test
    void attacksSucceedOnPublishedAndFailOnBlinded() {
        AuditReport report = audit(
                StrokeImages.draw(200, 1), StrokeImages.draw(60, 2), new SecureNetsAudit.Options(400, 100, 40, "test"));
        print(report);
        assertThat(report.findings())
                .allSatisfy(finding -> assertThat(finding.passed())
                        .as("%s, %s: %s", finding.attack(), finding.mode(), finding.result())
                        .isTrue());
        assertThat(report.findings()).hasSize(7 + 4 + 13);
        assertThat(report.findings().stream().filter(f -> f.attack().equals("pad test, pad used twice")))
                .hasSize(3)
                .allSatisfy(finding -> {
                    assertThat(finding.measured()).isEqualTo(1);
                    assertThat(finding.detail()).startsWith("caught");
                });
    }

    @Test
    @Tag("slow")
    void fullAuditOfMnist() throws IOException {
        AuditReport report = audit(
                MnistInferenceTest.mnist("train"), MnistInferenceTest.mnist("t10k"), SecureNetsAudit.Options.full());
        print(report);
        assertThat(report.passed()).isTrue();
    }

    private static AuditReport audit(
            LabelledImages publicImages, LabelledImages secretImages, SecureNetsAudit.Options options) {
        long[] last = {System.nanoTime()};
        return new SecureNetsAudit(publicImages, secretImages, options, CLOUDS, Workers.NONE, (step, steps, text) -> {
                    System.out.printf("%.1f s%n%d/%d %s: ", (System.nanoTime() - last[0]) * 1e-9, step, steps, text);
                    last[0] = System.nanoTime();
                })
                .run();
    }

    private static void print(AuditReport report) {
        for (AuditReport.Finding f : report.findings()) {
            System.out.printf(
                    "%-55s %-36s %5d  %8s (%s) %s %s%n",
                    f.attack(),
                    f.mode(),
                    f.samples(),
                    f.result(),
                    f.expected(),
                    f.passed() ? "ok" : "FAILED",
                    f.detail());
        }
    }
}
