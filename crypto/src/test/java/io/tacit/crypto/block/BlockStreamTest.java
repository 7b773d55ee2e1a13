package io.tacit.crypto.block;

import static org.assertj.core.api.Assertions.assertThat;

import io.tacit.crypto.random.Seed;
import io.tacit.kernel.plain.PlainBlocks;
import io.tacit.kernel.vector.VectorBlocks;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BlockStreamTest {
    private static Seed seed(int number) {
        byte[] bytes = new byte[Seed.BYTES];
        bytes[0] = (byte) number;
        return Seed.of(bytes);
    }

    @Test
    void isReadInAnyOrder() {
        BlockStream whole = new BlockStream(seed(1), new PlainBlocks(), "test");
        byte[] all = new byte[3000 * 16];
        whole.fill(7, 100, all, 0, 3000);
        BlockStream pieces = new BlockStream(seed(1), new VectorBlocks(), "test");
        for (int at : new int[] {2999, 0, 1023, 1024, 17}) {
            int count = Math.min(1500, 3000 - at);
            byte[] part = new byte[count * 16 + 5];
            pieces.fill(7, 100 + at, part, 5, count);
            assertThat(Arrays.copyOfRange(part, 5, part.length))
                    .isEqualTo(Arrays.copyOfRange(all, at * 16, (at + count) * 16));
        }
    }

    @Test
    void rowsLabelsAndSeedsAreIndependent() {
        Set<String> seen = new HashSet<>();
        for (int number = 0; number < 2; number++) {
            for (String label : new String[] {"one", "two"}) {
                BlockStream stream = new BlockStream(seed(number), new PlainBlocks(), label);
                for (int row = 0; row < 3; row++) {
                    byte[] blocks = new byte[50 * 16];
                    stream.fill(row, 0, blocks, 0, 50);
                    for (int at = 0; at < blocks.length; at += 16) {
                        seen.add(HexFormat.of().formatHex(blocks, at, at + 16));
                    }
                }
            }
        }
        assertThat(seen).hasSize(2 * 2 * 3 * 50);
    }

    @Test
    void offsetsHaveAnOddColourAndAreWiped() {
        int ones = 0;
        for (int number = 0; number < 100; number++) {
            FreeXorOffset offset = FreeXorOffset.of(seed(number));
            assertThat(offset.bit(0)).isTrue();
            assertThat(offset.low() & 1).isEqualTo(1);
            for (int i = 0; i < FreeXorOffset.BITS; i++) {
                long half = i < 64 ? offset.low() : offset.high();
                assertThat(offset.bit(i)).isEqualTo((half >>> (i % 64) & 1) == 1);
                ones += offset.bit(i) ? 1 : 0;
            }
            offset.close();
            assertThat(offset.low() | offset.high()).isZero();
        }
        // 12,700 fair bits and 100 ones: six standard deviations
        assertThat(ones).isBetween(6450 - 340, 6450 + 340);
    }
}
