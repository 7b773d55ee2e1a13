package io.tacit.protocol.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tacit.kernel.Workers;
import java.security.SecureRandom;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class PrivDnnAuditTest {

    @Test
    void leastSquaresFindTheFunctionThatMadeTheValues() {
        Random random = new Random(5);
        double[][] features = new double[30][6];
        double[] values = new double[30];
        for (int i = 0; i < 30; i++) {
            for (int j = 0; j < 6; j++) {
                features[i][j] = random.nextDouble();
                values[i] += (j + 1) * features[i][j];
            }
        }
        LeastSquares fit = new LeastSquares(features, values);
        assertThat(fit.at(new double[] {1, 0, 2, 0, 0, 1})).isCloseTo(1 + 6 + 6, within(1e-9));
    }

    @Test
    @Tag("slow")
    void attacksEndAsTheyMust() {
        ExecutorService threads = Executors.newCachedThreadPool();
        try {
            AuditReport report = new PrivDnnAudit(16, new SecureRandom(), threads, Workers.NONE).run();
            assertThat(report.findings()).hasSize(6);
            assertThat(report.findings())
                    .allSatisfy(finding ->
                            assertThat(finding.passed()).as("%s", finding).isTrue());
        } finally {
            threads.shutdown();
        }
    }
}
