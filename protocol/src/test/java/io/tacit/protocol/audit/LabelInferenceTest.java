package io.tacit.protocol.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.tacit.crypto.share.PrimeField;
import io.tacit.kernel.Workers;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LabelInferenceTest {
    private static final GreyImages PUBLIC = StrokeImages.draw(200, 1);
    private static final GreyImages SECRET = StrokeImages.draw(50, 2);

    @Test
    void onesRowAttackGivesTheGreyLevelsBack() {
        for (PrimeField field : PrimeField.values()) {
            InsecurePublishedView view = InsecurePublishedView.of(SECRET, field, InsecurePublishedView.prg(3));
            LevelMatrix levels = new OnesRowAttack(PUBLIC).recover(view.masked());
            assertThat(levels.explainedRows()).isEqualTo(SECRET.pixels());
            int row = 0;
            int wrong = 0;
            for (int pixel : view.pixelOfRow()) {
                if (pixel == SECRET.pixels()) {
                    continue;
                }
                for (int column = 0; column < levels.columns(); column++) {
                    wrong += levels.level(row, column) != SECRET.level(view.imageOfColumn()[column], pixel) ? 1 : 0;
                }
                row++;
            }
            // A row with one lit image has no ratio to tell its scale by: a few values may be off.
            assertThat((double) wrong / levels.levels().length).isLessThan(0.001);
        }
    }

    @Test
    void labelsAreReadOffThePublishedMode() {
        InsecurePublishedView view = InsecurePublishedView.of(SECRET, PrimeField.M31, InsecurePublishedView.prg(4));
        LabelInference.Guess guess = new LabelInference(PUBLIC, Workers.NONE).infer(view.masked());
        assertThat(view.accuracy(SECRET, guess.labels())).isGreaterThan(0.95);
    }

    @Test
    void uniformValuesTellNothing() {
        Random random = new Random(5);
        long[] values = random.longs((long) SECRET.pixels() * SECRET.count(), 0, PrimeField.M31.modulus())
                .toArray();
        ResidueMatrix noise = new ResidueMatrix(PrimeField.M31, SECRET.pixels(), SECRET.count(), values);
        LabelInference inference = new LabelInference(PUBLIC, Workers.NONE);
        LabelInference.Guess guess = inference.infer(noise);
        assertThat(guess.explainedRows()).isZero();
        // 500 images, chance 0.1: six deviations of 0.0134
        assertThat(share(guess.labels())).isLessThan(0.18);
        assertThat(share(inference.readAsIs(noise).labels())).isLessThan(0.18);
    }

    private static double share(int[] labels) {
        int right = 0;
        for (int i = 0; i < labels.length; i++) {
            right += labels[i] == SECRET.label(i) ? 1 : 0;
        }
        return (double) right / labels.length;
    }
}
