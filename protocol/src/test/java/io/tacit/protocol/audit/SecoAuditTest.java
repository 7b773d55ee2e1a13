package io.tacit.protocol.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.tacit.model.integer.IntegerNetwork;
import io.tacit.model.integer.Range;
import io.tacit.model.integer.Step.Nonlinearity;
import io.tacit.model.integer.TensorShape;
import io.tacit.protocol.linear.PackingGoal;
import io.tacit.protocol.outsourced.Networks;
import io.tacit.protocol.plan.Disclosure;
import io.tacit.protocol.seco.SecoPlan;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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

    /** What the audit's test of labels rests on: two queries of a small network are enough for it, one way and the other. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void labelsComeTwiceFromAServerThatDrawsTheSameSeedAgain(boolean broken) {
        Networks n = new Networks(5, new TensorShape(1, 4, 4), Range.of(0, 255));
        n.dense(n.activation(n.dense(0, 8), Nonlinearity.RELU, new int[] {6}, 6, 63), 4);
        IntegerNetwork network = n.build("small");
        SecoPlan plan = new SecoPlan(
                Optional.empty(), Disclosure.LABEL.known(network), Disclosure.LABEL, 3, PackingGoal.LEAST_TIME);
        BlockStatistics labels = new BlockStatistics();
        List<Integer> evaluators = new ArrayList<>();
        new SecoView(plan, randoms(broken ? "server-0" : "nobody"), THREADS)
                .run(network, Networks.input(network, 1), 2, transcript -> {
                    evaluators.add(transcript.evaluator());
                    SecoAudit.add(labels, transcript.labelsFrom(0));
                });
        assertThat(evaluators).containsExactly(1, 2);
        assertThat(labels.counted()).isGreaterThan(100);
        assertThat(labels.isFlagged()).isEqualTo(broken);
    }

    /**
     * A server that draws the same seeds again gives itself away to the two others, in two queries a situation; nobody else is
     * accused. And two servers read all of the published mode.
     */
    @Test
    @Tag("slow")
    void aServerThatDrawsTheSameSeedAgainIsCaught() {
        SecoAudit.Options fewest = new SecoAudit.Options(1, 2, 2, "test");
        AuditReport report = new SecoAudit(fewest, THREADS, (step, steps, text) -> {}, randoms("server-2")).run();
        assertThat(report.protocol()).isEqualTo("seco");
        assertThat(report.findings().get(0).mode()).isEqualTo("published, server-1 and server-2");
        assertThat(report.findings().get(0).measured()).isEqualTo(1);
        assertThat(report.findings().stream().filter(f -> f.attack().equals("labels, as built")))
                .hasSize(3)
                .allSatisfy(finding -> assertThat(finding.passed())
                        .as("%s: %s", finding.mode(), finding.detail())
                        .isEqualTo(!finding.mode().equals("hardened, gateway and server-1")));
    }

    @Test
    @Tag("slow")
    void twoServersDecodeThePublishedModeAndNothingOfTheHardenedOne() {
        AuditReport report = new SecoAudit(SMALL, THREADS, (step, steps, text) -> {}).run();
        requirePassed(report);
        assertThat(report.findings()).hasSize(1 + 3 * (3 + 3 + 2 + 7 + 2) + 2);
        assertThat(report.findings().stream().filter(f -> f.attack().startsWith("masks, mask")))
                .hasSize(18)
                .allSatisfy(finding -> assertThat(finding.measured()).isEqualTo(1));
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
