package io.tacit.crypto.block;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BitPlanesTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 63, 64, 65, 127, 128, 200, 1025})
    void valuesAreTheirBits(int instances) {
        Random random = new Random(instances);
        for (int bits : new int[] {1, 7, 22, 63, 64}) {
            long[] values = random.longs(instances + 2).toArray();
            BitPlanes planes = new BitPlanes(bits + 3, instances);
            planes.setValues(2, bits, values, 1);
            for (int plane = 0; plane < bits + 3; plane++) {
                for (int i = 0; i < instances; i++) {
                    boolean expected = plane >= 2 && plane < bits + 2 && (values[i + 1] >>> (plane - 2) & 1) == 1;
                    assertThat(planes.get(plane, i)).isEqualTo(expected);
                }
            }
            long[] back = new long[instances + 1];
            planes.getValues(2, bits, back, 1);
            for (int i = 0; i < instances; i++) {
                assertThat(back[i + 1]).isEqualTo(bits == 64 ? values[i + 1] : values[i + 1] & ((1L << bits) - 1));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 5, 64, 65, 130})
    void packedBitsHaveNoGaps(int instances) {
        Random random = new Random(instances);
        long[] packed = random.longs(100).toArray();
        for (long first : new long[] {0, 1, 63, 64, 77}) {
            BitPlanes planes = new BitPlanes(5, instances);
            planes.setPacked(packed, first);
            for (int plane = 0; plane < 5; plane++) {
                for (int i = 0; i < instances; i++) {
                    long bit = first + (long) plane * instances + i;
                    assertThat(planes.get(plane, i)).isEqualTo((packed[(int) (bit / 64)] >>> (bit % 64) & 1) == 1);
                }
            }
            assertUnusedBitsAreZero(planes);
            BitPlanes inverted = new BitPlanes(5, instances);
            inverted.setPacked(packed, first);
            inverted.invert(3);
            assertUnusedBitsAreZero(inverted);
            inverted.xor(planes);
            for (int plane = 0; plane < 5; plane++) {
                for (int i = 0; i < instances; i++) {
                    assertThat(inverted.get(plane, i)).isEqualTo(plane == 3);
                }
            }
            planes.set(4, instances - 1, true);
            assertThat(planes.get(4, instances - 1)).isTrue();
            planes.set(4, instances - 1, false);
            assertThat(planes.get(4, instances - 1)).isFalse();
            planes.close();
            assertThat(planes.words()).containsOnly(0);
        }
        BitPlanes planes = new BitPlanes(2, instances);
        assertThatThrownBy(() -> planes.get(2, 0)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> planes.set(0, instances, true)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> planes.xor(new BitPlanes(1, instances))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new BitPlanes(-1, 3)).isInstanceOf(IllegalArgumentException.class);
    }

    private static void assertUnusedBitsAreZero(BitPlanes planes) {
        for (int plane = 0; plane < planes.planes(); plane++) {
            long last = planes.words()[(plane + 1) * planes.wordsPerPlane() - 1];
            int used = planes.instances() % 64;
            assertThat(used == 0 ? 0 : last >>> used).isZero();
        }
    }
}
