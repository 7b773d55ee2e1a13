package io.tacit.protocol.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.tacit.crypto.share.PrimeField;
import io.tacit.kernel.Workers;
import io.tacit.model.integer.IntegerNetwork;
import io.tacit.protocol.securenets.Mode;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** What is recorded is what was sent: several rounds, the last one not full, in both fields. */
class SecureNetsViewTest {
    private static final ExecutorService CLOUDS = Executors.newCachedThreadPool();
    private static final GreyImages PUBLIC = StrokeImages.draw(100, 61);
    private static final GreyImages SECRET = StrokeImages.draw(15, 62);

    @AfterAll
    static void stop() {
        CLOUDS.shutdownNow();
    }

    @Test
    void publishedRoundsShareTheMasksOfTheirRows() throws NoSuchAlgorithmException {
        for (PrimeField field : PrimeField.values()) {
            ResidueMatrix received = view(Mode.PUBLISHED, field).send(SECRET);
            assertThat(received.field()).isEqualTo(field);
            assertThat(received.rows()).isEqualTo(SECRET.pixels() + 1);
            int[] imageOf = ColumnIdentity.imageOfColumn(received, SECRET);
            assertThat(imageOf).doesNotHaveDuplicates().hasSize(SECRET.count());
            LabelInference.Guess guess = new LabelInference(PUBLIC, Workers.NONE).infer(received);
            assertThat(guess.explainedRows()).isEqualTo(SECRET.pixels());
            int right = 0;
            for (int column = 0; column < imageOf.length; column++) {
                right += guess.labels()[column] == SECRET.label(imageOf[column]) ? 1 : 0;
            }
            assertThat(right).isGreaterThan(SECRET.count() * 9 / 10);
        }
    }

    @Test
    void blindedDataAreUniformInBothFields() throws NoSuchAlgorithmException {
        for (PrimeField field : PrimeField.values()) {
            for (Mode mode : Mode.values()) {
                if (mode.isBlinded()) {
                    SecureNetsView view = view(mode, field);
                    ResidueMatrix earlier = view.send(SECRET);
                    assertThat(earlier.field()).isEqualTo(field);
                    assertThat(earlier.rows()).isEqualTo(SECRET.pixels());
                    assertThat(earlier.columns()).isEqualTo(SECRET.count());
                    PadStatistics.Result result = PadStatistics.apply(java.util.List.of(earlier, view.send(SECRET)));
                    assertThat(result.isFlagged())
                            .as("%s, %s: %s", mode, field, result.worst())
                            .isFalse();
                }
            }
        }
    }

    private static SecureNetsView view(Mode mode, PrimeField field) throws NoSuchAlgorithmException {
        SecureRandom random = SecureRandom.getInstance("SHA1PRNG");
        random.setSeed(6);
        int largestWeight = field == PrimeField.M31 ? 127 : 1 << 20;
        IntegerNetwork network = SecureNetsView.denseNetwork(
                StrokeImages.SIDE, StrokeImages.SIDE, largestWeight, InsecurePublishedView.prg(7));
        return new SecureNetsView(mode, network, random, CLOUDS, Workers.NONE);
    }
}
