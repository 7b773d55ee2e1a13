package io.tacit.protocol.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tacit.crypto.share.PrimeField;
import io.tacit.kernel.Workers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The attack on MNIST itself, where {@code TACIT_DATA} (a folder with {@code mnist/*-ubyte}) is set. */
@Tag("slow")
class MnistInferenceTest {

    @Test
    void labelsOf2000MnistDigitsInOneBatchAndInBatches() throws IOException {
        LabelledImages train = mnist("train");
        LabelledImages secret = mnist("t10k").balanced(2000, InsecurePublishedView.prg(1));
        long t0 = System.nanoTime();
        LabelInference inference = new LabelInference(train, Workers.NONE);
        System.out.printf("set up %.1f s%n", (System.nanoTime() - t0) * 1e-9);
        for (int size : new int[] {2000, 250}) {
            double sum = 0;
            t0 = System.nanoTime();
            for (int from = 0; from < 2000; from += size) {
                int first = from;
                LabelledImages batch = secret.select(
                        java.util.stream.IntStream.range(first, first + size).toArray());
                InsecurePublishedView view =
                        InsecurePublishedView.of(batch, PrimeField.M31, InsecurePublishedView.prg(from + size));
                LabelInference.Guess guess = inference.infer(view.masked());
                double accuracy = view.accuracy(batch, guess.labels());
                System.out.printf("  batch of %d: %.4f, %d rows explained%n", size, accuracy, guess.explainedRows());
                sum += accuracy;
            }
            System.out.printf(
                    "batches of %d: %.4f, %.1f s%n", size, sum * size / 2000, (System.nanoTime() - t0) * 1e-9);
            if (size == 2000) {
                assertThat(sum).isGreaterThan(0.95);
            }
        }
    }

    static LabelledImages mnist(String part) throws IOException {
        String folder = System.getenv("TACIT_DATA");
        assumeTrue(folder != null, "TACIT_DATA is not set");
        byte[] images = Files.readAllBytes(Path.of(folder, "mnist", part + "-images-idx3-ubyte"));
        byte[] labels = Files.readAllBytes(Path.of(folder, "mnist", part + "-labels-idx1-ubyte"));
        return new LabelledImages(
                28, 28, Arrays.copyOfRange(images, 16, images.length), Arrays.copyOfRange(labels, 8, labels.length));
    }
}
