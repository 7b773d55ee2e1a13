package io.tacit.client.privdnn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tacit.client.deployment.Sha256;
import io.tacit.client.wire.InvalidIdentity;
import io.tacit.crypto.random.Prg;
import io.tacit.crypto.random.Seed;
import io.tacit.kernel.ConvolutionGeometry;
import io.tacit.model.ModelFileException;
import io.tacit.model.integer.IntegerNetwork;
import io.tacit.model.integer.Preprocessing;
import io.tacit.model.integer.Range;
import io.tacit.model.integer.Step;
import io.tacit.model.integer.Step.Nonlinearity;
import io.tacit.model.integer.TensorShape;
import io.tacit.model.separate.CoreFilters;
import io.tacit.protocol.plan.Disclosure;
import io.tacit.protocol.privdnn.Mode;
import io.tacit.protocol.privdnn.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A bundle says what was packed; nothing that was changed is read. */
class BundleTest {
    private static final CoreFilters CORE = new CoreFilters(List.of(1), List.of(0));
    private static final Settings SETTINGS = Settings.of(Mode.HARDENED, Disclosure.LABEL);
    private static final Range UNKNOWN = Range.of(0, 0);

    @TempDir
    private Path folder;

    @SuppressWarnings("NullAway.Init") // JUnit fills the folder
    BundleTest() {}

    private static Step.Linear linear(String name, int source, ConvolutionGeometry g, Random random) {
        int[] weights = random.ints(g.weightCount(), -9, 10).toArray();
        return new Step.Linear(name, source, g, weights, new long[g.outChannels()], UNKNOWN);
    }

    private static IntegerNetwork network() {
        Random random = new Random(3);
        List<Step> steps = new ArrayList<>();
        steps.add(new Step.Input("input", new TensorShape(1, 4, 4), Range.of(0, 255)));
        steps.add(linear("conv1", 0, ConvolutionGeometry.square(1, 4, 2, 2, 1, 0), random));
        steps.add(new Step.Deferred("square", 1, Nonlinearity.SQUARE, null, new TensorShape(2, 3, 3), UNKNOWN));
        steps.add(linear("conv2", 2, ConvolutionGeometry.square(2, 3, 2, 2, 1, 0), random));
        steps.add(new Step.Activation(
                "relu", 3, Nonlinearity.RELU, new int[] {20}, 8, 255, new TensorShape(2, 2, 2), UNKNOWN));
        steps.add(linear("scores", 4, ConvolutionGeometry.dense(8, 3), random));
        Preprocessing none =
                new Preprocessing(4, 4, 0, Preprocessing.ChannelOrder.GRAY, 1, List.of(), List.of(), 1.0, List.of());
        return new IntegerNetwork("tiny", none, steps, 1.0).withProvenRanges();
    }

    private Sha256 pack(Path file, byte keyByte) throws IOException {
        byte[] bytes = new byte[Seed.BYTES];
        bytes[0] = keyByte;
        try (Seed key = Seed.of(bytes);
                Prg prg = key.generator("test", "encryption")) {
            Sha256 hash = Bundle.write(file, network(), CORE, SETTINGS, key, prg, record -> {});
            CoreKeyFile.write(folder.resolve(file.getFileName() + ".core-key"), key, hash);
            return hash;
        }
    }

    @Test
    void whatWasPackedIsRead() throws IOException {
        Path file = folder.resolve("tiny.bundle.tacit");
        Sha256 hash = pack(file, (byte) 1);
        try (Bundle bundle = Bundle.open(file)) {
            assertThat(bundle.hash()).isEqualTo(hash);
            assertThat(bundle.plan().core()).isEqualTo(CORE);
            assertThat(bundle.plan().settings()).isEqualTo(SETTINGS);
            for (int record = 0; record < bundle.corePlan().weightRecords(); record++) {
                assertThat(bundle.records().read(record))
                        .hasSize(bundle.corePlan().weightRecordBytes(record));
            }
        }
    }

    @Test
    void changedAndShortenedFilesAreRefused() throws IOException {
        changedAndShortenedFilesAreRefused(9);
    }

    @Test
    @Tag("slow")
    void manyChangedFilesAreRefused() throws IOException {
        changedAndShortenedFilesAreRefused(300);
    }

    private void changedAndShortenedFilesAreRefused(int changes) throws IOException {
        Path file = folder.resolve("tiny.bundle.tacit");
        pack(file, (byte) 1);
        byte[] good = Files.readAllBytes(file);
        Random random = new Random(4);
        for (int i = 0; i < changes; i++) {
            byte[] bad = good.clone();
            // the first 2,000 say what the rest is
            int at = random.nextInt(i % 3 < 2 ? 2_000 : bad.length);
            bad[at] ^= (byte) (1 << random.nextInt(8));
            Files.write(file, bad);
            assertThatThrownBy(() -> Bundle.open(file))
                    .as("byte %d", at)
                    .isInstanceOf(ModelFileException.class)
                    .hasMessageContaining("tiny.bundle.tacit");
        }
        for (int length : new int[] {0, 7, 40, 1_000, good.length - 1}) {
            Files.write(file, java.util.Arrays.copyOf(good, length));
            assertThatThrownBy(() -> Bundle.open(file)).isInstanceOf(ModelFileException.class);
        }
        assertThatThrownBy(() -> Bundle.open(folder.resolve("none"))).isInstanceOf(ModelFileException.class);
    }

    @Test
    void aKeyIsOfOneBundle() throws IOException {
        Sha256 one = pack(folder.resolve("one"), (byte) 1);
        Sha256 two = pack(folder.resolve("two"), (byte) 2);
        Path key = folder.resolve("one.core-key");
        try (Seed read = CoreKeyFile.read(key, one)) {
            assertThat(read.reveal()[0]).isEqualTo((byte) 1);
        }
        assertThatThrownBy(() -> CoreKeyFile.read(key, two))
                .isInstanceOf(InvalidIdentity.class)
                .hasMessageContaining("another bundle");
        byte[] bytes = Files.readAllBytes(key);
        bytes[50] ^= 1;
        Files.write(key, bytes);
        assertThatThrownBy(() -> CoreKeyFile.read(key, one))
                .isInstanceOf(InvalidIdentity.class)
                .hasMessageContaining("damaged");
        assertThatThrownBy(() -> CoreKeyFile.write(key, Seed.of(new byte[Seed.BYTES]), one))
                .isInstanceOf(InvalidIdentity.class)
                .hasMessageContaining("never replaced");
    }
}
