package io.tacit.protocol.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.tacit.kernel.Workers;
import io.tacit.model.data.LabelledImages;
import java.util.ArrayList;
import java.util.List;
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
        assertThat(report.findings())
                .allSatisfy(finding -> assertThat(finding.passed())
                        .as("%s, %s: %s", finding.attack(), finding.mode(), finding.result())
                        .isTrue());
        assertThat(report.findings()).hasSize(7 + 4 + 13 + 4);
        assertThat(report.exhibits()).hasSize(24);
        for (AuditReport.Exhibit exhibit : report.exhibits()) {
            assertThat(differing(exhibit) < 30)
                    .as(exhibit.mode())
                    .isEqualTo(exhibit.mode().equals("published"));
        }
        assertThat(report.findings().stream().filter(f -> f.attack().equals("pad test, pad used twice")))
                .hasSize(3)
                .allSatisfy(finding -> {
                    assertThat(finding.measured()).isEqualTo(1);
                    assertThat(finding.result()).isEqualTo("caught");
                });
    }

    @Test
    void equalSeedsGiveEqualFindings() {
        GreyImages publicImages = StrokeImages.draw(30, 1);
        GreyImages secretImages = StrokeImages.draw(10, 2);
        SecureNetsAudit.Options options = new SecureNetsAudit.Options(50, 20, 10, "again");
        assertThat(audit(publicImages, secretImages, options).findings())
                .isEqualTo(audit(publicImages, secretImages, options).findings());
    }

    private static int differing(AuditReport.Exhibit exhibit) {
        int differing = 0;
        for (int i = 0; i < exhibit.original().pixels().length; i++) {
            differing +=
                    exhibit.original().pixels()[i] != exhibit.reconstructed().pixels()[i] ? 1 : 0;
        }
        return differing;
    }

    @Test
    @Tag("slow")
    void fullAuditOfMnist() {
        AuditReport report = audit(
                MnistInferenceTest.mnist("train"), MnistInferenceTest.mnist("t10k"), SecureNetsAudit.Options.full());
        print(report);
        assertThat(report.passed()).isTrue();
    }

    private static AuditReport audit(
            GreyImages publicImages, GreyImages secretImages, SecureNetsAudit.Options options) {
        List<Integer> begun = new ArrayList<>();
        AuditReport report = new SecureNetsAudit(
                        labelled(publicImages),
                        labelled(secretImages),
                        options,
                        CLOUDS,
                        Workers.NONE,
                        (step, steps, text) -> {
                            begun.add(step);
                            assertThat(steps).isEqualTo(16);
                        })
                .run();
        assertThat(begun).hasSize(16).isSorted();
        return report;
    }

    private static LabelledImages labelled(GreyImages images) {
        int[] labels = new int[images.count()];
        for (int i = 0; i < labels.length; i++) {
            labels[i] = images.label(i);
        }
        return new LabelledImages(1, images.height(), images.width(), images.levels(), labels);
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
