package io.tacit.crypto.paillier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tacit.crypto.channel.AbortReason;
import io.tacit.crypto.channel.MemoryChannel;
import io.tacit.crypto.channel.ProtocolAbort;
import io.tacit.kernel.Workers;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CiphertextBatchTest {
    private final PaillierKeys keys = InsecureKeys.tooShort();
    private final PublicKey key = keys.publicKey();
    private final RandomizerPool pool = new RandomizerPool(new KeyHolderRandomizers(keys, InsecureKeys.seed(3)), 16);

    private BigInteger[] small(int count, int seed) {
        Random random = new Random(seed);
        return IntStream.range(0, count)
                .mapToObj(i -> new BigInteger(200, random).subtract(BigInteger.ONE.shiftLeft(199)))
                .toArray(BigInteger[]::new);
    }

    private BigInteger[] decrypt(CiphertextBatch batch) {
        return keys.decrypt(batch, Workers.NONE);
    }

    @Test
    void sumsNegationsAndMultiples() {
        for (int size : new int[] {0, 1, 2, 3, 7, 8, 9, 33}) {
            BigInteger[] a = small(size, 1);
            BigInteger[] b = small(size, 2);
            Random random = new Random(size);
            BigInteger[] factors = IntStream.range(0, size)
                    .mapToObj(i -> i == 0 ? BigInteger.ZERO : BigInteger.valueOf(random.nextInt(2001) - 1000))
                    .toArray(BigInteger[]::new);
            CiphertextBatch first = CiphertextBatch.encrypt(pool, a);
            CiphertextBatch second = CiphertextBatch.encrypt(pool, b);
            for (int i = 0; i < size; i++) {
                assertThat(decrypt(first.plus(second))[i]).isEqualTo(a[i].add(b[i]));
                assertThat(decrypt(first.plus(b))[i]).isEqualTo(a[i].add(b[i]));
                assertThat(decrypt(first.negated())[i]).isEqualTo(a[i].negate());
                assertThat(decrypt(first.times(factors))[i]).isEqualTo(a[i].multiply(factors[i]));
            }
        }
    }

    @Test
    void sumsWrapModuloN() {
        BigInteger largest = key.largestPlaintext();
        CiphertextBatch batch = CiphertextBatch.encrypt(pool, new BigInteger[] {largest, largest.negate()});
        assertThat(decrypt(batch.plus(new BigInteger[] {BigInteger.ONE, BigInteger.ONE.negate()})))
                .containsExactly(largest.negate(), largest);
    }

    @Test
    void rerandomisingKeepsThePlaintextAndNothingElse() {
        BigInteger[] a = small(5, 4);
        CiphertextBatch batch = CiphertextBatch.encrypt(pool, a);
        CiphertextBatch fresh = batch.rerandomized(pool);
        assertThat(decrypt(fresh)).containsExactly(a);
        for (int i = 0; i < 5; i++) {
            assertThat(fresh.numbers()[i]).isNotEqualTo(batch.numbers()[i]);
        }
        assertThat(CiphertextBatch.encrypt(pool, a).encode()).isNotEqualTo(batch.encode());
    }

    @Test
    void theWireCarriesTheNumbers() {
        BigInteger[] a = small(9, 5);
        CiphertextBatch batch = CiphertextBatch.encrypt(pool, a);
        byte[] wire = batch.encode();
        assertThat(wire).hasSize(9 * key.ciphertextBytes());
        CiphertextBatch read = CiphertextBatch.decode(key, wire, 9);
        assertThat(read.numbers()).containsExactly(batch.numbers());
        assertThat(read.encode()).isEqualTo(wire);
        assertThat(read.plus(read).encode()).isEqualTo(batch.plus(batch).encode());
        assertThat(decrypt(read.gather(new int[] {8, 0, 8}))).containsExactly(a[8], a[0], a[8]);
        assertThatThrownBy(() -> read.gather(new int[] {9})).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void batchesAreJoinedAndCut() {
        BigInteger[] a = small(5, 8);
        CiphertextBatch computed = CiphertextBatch.encrypt(pool, Arrays.copyOf(a, 2));
        CiphertextBatch received = CiphertextBatch.decode(
                key, CiphertextBatch.encrypt(pool, Arrays.copyOfRange(a, 2, 5)).encode(), 3);
        CiphertextBatch none = CiphertextBatch.decode(key, new byte[0], 0);
        CiphertextBatch all = CiphertextBatch.concat(key, List.of(computed, none, received));
        assertThat(decrypt(all)).containsExactly(a);
        assertThat(decrypt(all.slice(1, 3))).containsExactly(a[1], a[2], a[3]);
        assertThat(received.slice(1, 2).encode()).isEqualTo(all.slice(3, 2).encode());
        assertThat(CiphertextBatch.concat(key, List.of()).size()).isZero();
        assertThatThrownBy(() -> all.slice(3, 3)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> all.gather(new int[] {-1})).isInstanceOf(IndexOutOfBoundsException.class);
        CiphertextBatch other = CiphertextBatch.unblinded(InsecureKeys.known().publicKey(), small(1, 1));
        assertThatThrownBy(() -> CiphertextBatch.concat(key, List.of(computed, other)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private List<BigInteger> notCiphertexts() {
        BigInteger n = key.modulus();
        BigInteger square = n.multiply(n);
        return List.of(
                BigInteger.ZERO,
                n,
                keys.p(),
                keys.q(),
                keys.p().multiply(keys.p()),
                keys.p().multiply(BigInteger.valueOf(12345)),
                square.subtract(n),
                square,
                square.add(BigInteger.ONE),
                BigInteger.ONE.shiftLeft(8 * key.ciphertextBytes()).subtract(BigInteger.ONE));
    }

    @Test
    void numbersThatAreNoUnitsAreRefusedWhereverTheyStand() {
        byte[] good = CiphertextBatch.encrypt(pool, small(7, 6)).encode();
        int each = key.ciphertextBytes();
        for (BigInteger bad : notCiphertexts()) {
            for (int place = 0; place < 7; place++) {
                byte[] wire = good.clone();
                PublicKey.writeUnsigned(bad, wire, place * each, each);
                assertThatThrownBy(() -> CiphertextBatch.decode(key, wire, 7))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessage("a ciphertext outside Z*_{N^2}");
            }
        }
        assertThat(CiphertextBatch.decode(key, good, 7).size()).isEqualTo(7);
        assertThat(CiphertextBatch.decode(key, new byte[0], 0).size()).isZero();
    }

    @Test
    void otherLengthsAreRefused() {
        byte[] good = CiphertextBatch.encrypt(pool, small(2, 6)).encode();
        for (int size : new int[] {-1, 0, 1, 3, Integer.MAX_VALUE}) {
            assertThatThrownBy(() -> CiphertextBatch.decode(key, good, size))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> CiphertextBatch.decode(key, Arrays.copyOf(good, good.length - 1), 2))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void channelsCarryBatchesAndABadOneEndsTheSession() {
        MemoryChannel.Pair ends = MemoryChannel.connect("client", "server", 10_000);
        BigInteger[] a = small(20, 7);
        CiphertextBatch.encrypt(pool, a).send(ends.left());
        CiphertextBatch received = CiphertextBatch.receive(ends.right(), key, 20, "input");
        assertThat(decrypt(received)).containsExactly(a);
        byte[] bad = new byte[2 * key.ciphertextBytes()];
        ends.left().send(bad);
        assertThatThrownBy(() -> CiphertextBatch.receive(ends.right(), key, 2, "input"))
                .isInstanceOfSatisfying(
                        ProtocolAbort.class, abort -> assertThat(abort.reason()).isEqualTo(AbortReason.OUT_OF_RANGE));
    }

    @Test
    void batchesOfDifferentKeysOrSizesDoNotMix() {
        CiphertextBatch two = CiphertextBatch.encrypt(pool, small(2, 1));
        CiphertextBatch three = CiphertextBatch.encrypt(pool, small(3, 1));
        CiphertextBatch other = CiphertextBatch.unblinded(InsecureKeys.known().publicKey(), small(2, 1));
        assertThatThrownBy(() -> two.plus(three)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> two.plus(other)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> other.rerandomized(pool)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> two.times(small(3, 1))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void inversesOfManySizes() {
        for (int size : new int[] {1, 2, 5, 15, 16, 17, 31, 32, 33, 100}) {
            BigInteger[] numbers =
                    CiphertextBatch.encrypt(pool, small(size, size)).numbers();
            long[] inverses = BatchInversion.invert(key, key.form().residues(numbers), size);
            BigInteger[] found = key.form().numbers(inverses, size);
            for (int i = 0; i < size; i++) {
                assertThat(found[i]).as("%d of %d", i, size).isEqualTo(numbers[i].modInverse(key.modulusSquared()));
            }
        }
    }
}
