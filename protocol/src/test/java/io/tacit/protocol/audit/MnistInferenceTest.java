package io.tacit.protocol.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tacit.crypto.share.PrimeField;
import io.tacit.kernel.Workers;
import io.tacit.model.data.IdxReader;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The attack on MNIST itself, where {@code TACIT_DATA} names a folder that holds {@code mnist}. */
@Tag("slow")
class MnistInferenceTest {

    /** Fresh masks of rows and columns for every batch: nothing learnt from one helps with the next. */
    @Test
    void labelsAreReadOffBatchesOf250WithMasksOfTheirOwn() {
        GreyImages secret = mnist("t10k").balanced(1_000, InsecurePublishedView.prg(1));
        LabelInference inference = new LabelInference(mnist("train"), Workers.NONE);
        int size = 250;
        double sum = 0;
        for (int from = 0; from < secret.count(); from += size) {
            GreyImages batch = secret.select(IntStream.range(from, from + size).toArray());
            InsecurePublishedView view =
                    InsecurePublishedView.of(batch, PrimeField.M31, InsecurePublishedView.prg(from / size));
            sum += view.accuracy(batch, inference.infer(view.masked()).labels());
        }
        assertThat(sum * size / secret.count()).isGreaterThan(0.95);
    }

    static GreyImages mnist(String part) {
        String folder = System.getenv("TACIT_DATA");
        assumeTrue(folder != null, "TACIT_DATA is not set");
        return GreyImages.of(IdxReader.read(Path.of(folder, "mnist"), part));
    }
}
