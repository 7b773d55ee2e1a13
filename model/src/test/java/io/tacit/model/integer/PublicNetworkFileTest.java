package io.tacit.model.integer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tacit.model.ModelFileException;
import io.tacit.model.reference.RandomNetworks;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PublicNetworkFileTest {

    @TempDir
    Path folder;

    @Test
    void comesBack() throws Exception {
        for (int seed = 0; seed < 60; seed++) {
            IntegerNetwork network = RandomNetworks.network(seed);
            PublicNetwork known = PublicNetwork.of(network);
            byte[] bytes = PublicNetworkFile.encode(known);
            PublicNetwork back = PublicNetworkFile.decode(bytes);
            assertThat(back).isEqualTo(known);
            assertThat(PublicNetworkFile.encode(back)).isEqualTo(bytes);
            assertThat(known.hash()).isEqualTo(Arrays.copyOfRange(bytes, bytes.length - 32, bytes.length));
            for (int i = 0; i < network.steps().size(); i++) {
                assertThat(back.steps().get(i).shape())
                        .isEqualTo(network.steps().get(i).shape());
                assertThat(back.steps().get(i).valueBits())
                        .isEqualTo(network.steps().get(i).range().signedBits());
            }
        }
        PublicNetwork known = PublicNetwork.of(RandomNetworks.network(3));
        Path file = folder.resolve("a.public.tacit");
        PublicNetworkFile.write(known, file);
        assertThat(PublicNetworkFile.read(file)).isEqualTo(known);
        assertThatThrownBy(() -> PublicNetworkFile.read(folder.resolve("none")))
                .isInstanceOf(ModelFileException.class)
                .hasMessageContaining("none");
    }

    /** Networks that differ in nothing but weights, biases and exact ranges are the same to everybody but their owner. */
    @Test
    void weightsAndExactRangesAreNotInIt() {
        IntegerNetwork network = RandomNetworks.network(11);
        PublicNetwork known = PublicNetwork.of(network);
        IntegerNetwork other = new IntegerNetwork(
                network.name(),
                network.provenance(),
                network.preprocessing(),
                network.steps().stream()
                        .map(step -> step instanceof Step.Linear s
                                ? new Step.Linear(
                                        s.name(),
                                        s.source(),
                                        s.geometry(),
                                        new int[s.weights().length],
                                        new long[s.bias().length],
                                        s.range())
                                : step)
                        .toList(),
                network.outputScale());
        assertThat(other.hash()).isNotEqualTo(network.hash());
        assertThat(PublicNetwork.of(other)).isEqualTo(known);
    }

    @Test
    void everyFlippedBitIsNoticed() {
        byte[] bytes = PublicNetworkFile.encode(PublicNetwork.of(RandomNetworks.network(5)));
        for (int bit = 0; bit < 8 * bytes.length; bit += 3) {
            byte[] flipped = bytes.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            assertThatThrownBy(() -> PublicNetworkFile.decode(flipped)).isInstanceOf(ModelFileException.class);
        }
        for (int length = 0; length < bytes.length; length += 7) {
            byte[] cut = Arrays.copyOf(bytes, length);
            assertThatThrownBy(() -> PublicNetworkFile.decode(cut)).isInstanceOf(ModelFileException.class);
        }
        assertThatThrownBy(() -> PublicNetworkFile.decode(IntegerNetworkFile.encode(RandomNetworks.network(5))))
                .isInstanceOf(ModelFileException.class);
    }

    /** Damage with a trailer to match: whatever is accepted is a network whose only encoding these bytes are. */
    @Test
    void survivesDamageBehindAValidHash() throws Exception {
        Random random = new Random(43);
        int accepted = 0;
        for (int round = 0; round < 4000; round++) {
            byte[] bytes = PublicNetworkFile.encode(PublicNetwork.of(RandomNetworks.network(round % 20)));
            int changes = 1 + random.nextInt(3);
            for (int i = 0; i < changes; i++) {
                bytes[10 + random.nextInt(bytes.length - 42)] =
                        (byte) (random.nextBoolean() ? random.nextInt(256) : random.nextBoolean() ? 0xff : 0);
            }
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(Arrays.copyOf(bytes, bytes.length - 32));
            System.arraycopy(hash, 0, bytes, bytes.length - 32, 32);
            try {
                assertThat(PublicNetworkFile.encode(PublicNetworkFile.decode(bytes)))
                        .as("round %s", round)
                        .isEqualTo(bytes);
                accepted++;
            } catch (ModelFileException e) {
                assertThat(e.getMessage()).isNotEmpty();
            }
        }
        assertThat(accepted).as("changes of names and the like are harmless").isBetween(1, 3999);
    }
}
