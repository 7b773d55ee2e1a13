package io.tacit.crypto.paillier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tacit.kernel.Workers;
import java.math.BigInteger;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SlotLayoutTest {
    private final PaillierKeys keys = InsecureKeys.tooShort();
    private final PublicKey key = keys.publicKey();
    private final RandomizerPool pool = new RandomizerPool(new KeyHolderRandomizers(keys, InsecureKeys.seed(3)), 16);

    /** All smallest, all largest, alternating, and random. */
    private static BigInteger[] values(SlotLayout layout, int count, int kind) {
        Random random = new Random(kind);
        return IntStream.range(0, count)
                .mapToObj(i -> switch (kind) {
                    case 0 -> layout.smallest();
                    case 1 -> layout.largest();
                    case 2 -> i % 2 == 0 ? layout.smallest() : layout.largest();
                    case 3 -> i % 2 == 0 ? BigInteger.ZERO : BigInteger.ONE.negate();
                    default -> new BigInteger(layout.slotBits(), random).add(layout.smallest());
                })
                .toArray(BigInteger[]::new);
    }

    @Test
    void packedValuesComeBackWhateverTheyAre() {
        for (int slotBits : new int[] {2, 3, 8, 31, 64, 101, 255, 510}) {
            SlotLayout layout = SlotLayout.widest(key, slotBits);
            assertThat(layout.slots()).isEqualTo(510 / slotBits);
            for (int count : new int[] {0, 1, layout.slots(), layout.slots() + 1, 2 * layout.slots() + 1}) {
                for (int kind = 0; kind < 5; kind++) {
                    BigInteger[] values = values(layout, count, kind);
                    BigInteger[] packed = layout.pack(values);
                    for (BigInteger plaintext : packed) {
                        assertThat(plaintext.abs()).isLessThanOrEqualTo(key.largestPlaintext());
                    }
                    assertThat(layout.unpack(packed, count)).containsExactly(values);
                }
            }
        }
    }

    @Test
    void ciphertextsArePackedByHorner() {
        for (int slotBits : new int[] {40, 130}) {
            SlotLayout layout = SlotLayout.widest(key, slotBits);
            for (int count : new int[] {1, 2, layout.slots(), layout.slots() + 1, 3 * layout.slots() - 1}) {
                for (int kind = 0; kind < 5; kind++) {
                    BigInteger[] values = values(layout, count, kind);
                    CiphertextBatch packed = layout.pack(CiphertextBatch.encrypt(pool, values));
                    assertThat(packed.size()).isEqualTo(layout.packedSize(count));
                    BigInteger[] plaintexts = keys.decrypt(packed, Workers.NONE);
                    assertThat(plaintexts).containsExactly(layout.pack(values));
                    assertThat(layout.unpack(plaintexts, count)).containsExactly(values);
                }
            }
        }
    }

    @Test
    void productsAreCounted() {
        SlotLayout layout = new SlotLayout(60, 8);
        assertThat(layout.packingProducts(16)).isEqualTo(14 * 61);
        assertThat(layout.packingProducts(17)).isEqualTo(14 * 61);
        assertThat(layout.packingProducts(0)).isZero();
    }

    @Test
    void sumsAndMultiplesActSlotBySlot() {
        SlotLayout layout = SlotLayout.widest(key, 50);
        Random random = new Random(8);
        BigInteger[] a = IntStream.range(0, layout.slots())
                .mapToObj(i -> BigInteger.valueOf(random.nextInt()))
                .toArray(BigInteger[]::new);
        CiphertextBatch packed = CiphertextBatch.encrypt(pool, layout.pack(a));
        BigInteger[] tripled = keys.decrypt(
                packed.times(new BigInteger[] {BigInteger.valueOf(-3)}).plus(packed), Workers.NONE);
        BigInteger[] found = layout.unpack(tripled, a.length);
        for (int i = 0; i < a.length; i++) {
            assertThat(found[i]).isEqualTo(a[i].multiply(BigInteger.TWO).negate());
        }
    }

    @Test
    void whatDoesNotFitIsRefused() {
        SlotLayout layout = new SlotLayout(8, 4);
        for (long bad : new long[] {128, -129}) {
            assertThatThrownBy(() -> layout.pack(new BigInteger[] {BigInteger.valueOf(bad)}))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> layout.unpack(new BigInteger[] {BigInteger.ONE.shiftLeft(32)}, 4))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> layout.unpack(new BigInteger[] {BigInteger.ONE.shiftLeft(31)}, 4))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> layout.unpack(new BigInteger[2], 4)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new SlotLayout(1, 4)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new SlotLayout(8, 0)).isInstanceOf(IllegalArgumentException.class);
        CiphertextBatch batch = CiphertextBatch.unblinded(key, new BigInteger[] {BigInteger.ONE});
        assertThatThrownBy(() -> new SlotLayout(100, 6).pack(batch)).isInstanceOf(IllegalArgumentException.class);
    }
}
