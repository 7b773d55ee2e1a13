package io.tacit.model.integer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tacit.model.ModelFileException;
import io.tacit.model.reference.RandomNetworks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IntegerNetworkFileTest {
    @TempDir
    Path folder;

    @Test
    void readsBackWhatItWroteBitForBit() throws IOException {
        for (long seed = 0; seed < 200; seed++) {
            IntegerNetwork network = RandomNetworks.network(seed);
            Path file = folder.resolve("n.tacit");
            IntegerNetworkFile.write(network, file);
            IntegerNetwork back = IntegerNetworkFile.read(file);
            assertThat(IntegerNetworkFile.encode(back)).as("seed %s", seed).isEqualTo(Files.readAllBytes(file));
            assertThat(back.hash()).as("seed %s", seed).isEqualTo(network.hash());
            assertThat(back.name()).isEqualTo(network.name());
            assertThat(back.provenance()).isEqualTo(network.provenance());
            assertThat(back.preprocessing()).isEqualTo(network.preprocessing());
            for (int i = 0; i < back.linearSteps().size(); i++) {
                assertThat(back.linearSteps().get(i).weights())
                        .isEqualTo(network.linearSteps().get(i).weights());
                assertThat(back.linearSteps().get(i).bias())
                        .isEqualTo(network.linearSteps().get(i).bias());
            }
        }
        try (Stream<Path> left = Files.list(folder)) {
            assertThat(left).as("no temporary file is left").hasSize(1);
        }
    }

    @Test
    void theHashIsTheTrailer() {
        IntegerNetwork network = RandomNetworks.network(5);
        byte[] bytes = IntegerNetworkFile.encode(network);
        assertThat(network.hash()).isEqualTo(Arrays.copyOfRange(bytes, bytes.length - 32, bytes.length));
    }

    @Test
    void refusesEveryTruncationAndEveryFlippedBit() {
        byte[] bytes = IntegerNetworkFile.encode(RandomNetworks.network(7));
        for (int length = 0; length < bytes.length; length++) {
            byte[] cut = Arrays.copyOf(bytes, length);
            assertThatThrownBy(() -> IntegerNetworkFile.decode(cut)).isInstanceOf(ModelFileException.class);
        }
        for (int bit = 0; bit < 8 * bytes.length; bit += 3) {
            byte[] flipped = bytes.clone();
            flipped[bit / 8] ^= (byte) (1 << (bit % 8));
            assertThatThrownBy(() -> IntegerNetworkFile.decode(flipped)).isInstanceOf(ModelFileException.class);
        }
    }

    /** Damage with a trailer to match: whatever is accepted is a network whose only encoding these bytes are. */
    @Test
    void survivesDamageBehindAValidHash() throws Exception {
        damageBehindAValidHash(1_000);
    }

    @Test
    @Tag("slow")
    void survivesMuchDamageBehindAValidHash() throws Exception {
        damageBehindAValidHash(40_000);
    }

    private static void damageBehindAValidHash(int rounds) throws Exception {
        Random random = new Random(42);
        int accepted = 0;
        for (int round = 0; round < rounds; round++) {
            byte[] bytes = IntegerNetworkFile.encode(RandomNetworks.network(round % 20));
            int changes = 1 + random.nextInt(3);
            for (int i = 0; i < changes; i++) {
                bytes[10 + random.nextInt(bytes.length - 42)] =
                        (byte) (random.nextBoolean() ? random.nextInt(256) : random.nextBoolean() ? 0xff : 0);
            }
            sign(bytes);
            try {
                IntegerNetwork network = IntegerNetworkFile.decode(bytes);
                assertThat(IntegerNetworkFile.encode(network))
                        .as("round %s", round)
                        .isEqualTo(bytes);
                accepted++;
            } catch (ModelFileException e) {
                assertThat(e.getMessage()).isNotEmpty();
            }
        }
        assertThat(accepted).as("changes of names and the like are harmless").isBetween(1, rounds - 1);
    }

    @Test
    void refusesWrongRanges() {
        IntegerNetwork good = RandomNetworks.network(11);
        for (int i = 1; i < good.steps().size(); i++) {
            Step step = good.steps().get(i);
            if (step instanceof Step.Linear s) {
                List<Step> steps = new java.util.ArrayList<>(good.steps());
                Range wider = new Range(
                        s.range().low().subtract(java.math.BigInteger.ONE),
                        s.range().high());
                steps.set(
                        i,
                        new Step.Linear(
                                s.name(), s.source(), s.geometry(), s.weights(), s.bias(), s.biasShift(), wider));
                byte[] bytes = IntegerNetworkFile.encode(new IntegerNetwork(
                        good.name(), good.provenance(), good.preprocessing(), steps, good.outputScale()));
                assertThatThrownBy(() -> IntegerNetworkFile.decode(bytes))
                        .isInstanceOf(ModelFileException.class)
                        .hasMessageContaining(s.name() + " states the range");
            }
        }
    }

    @Test
    void saysWhatIsMissing() {
        assertThatThrownBy(() -> IntegerNetworkFile.read(folder.resolve("none.tacit")))
                .isInstanceOf(ModelFileException.class)
                .hasMessageContaining("there is no file");
    }

    private static void sign(byte[] bytes) throws Exception {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        digest.update(bytes, 0, bytes.length - 32);
        System.arraycopy(digest.digest(), 0, bytes, bytes.length - 32, 32);
    }
}
