package io.tacit.crypto.paillier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tacit.crypto.channel.LimitExceeded;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CiphertextStoreTest {
    private static final int SIZE = 40;

    private final PaillierKeys keys = InsecureKeys.tooShort();
    private final PublicKey key = keys.publicKey();

    @TempDir
    private Path folder;

    private CiphertextBatch batch(int from, int count) {
        return CiphertextBatch.unblinded(
                key,
                IntStream.range(from, from + count)
                        .mapToObj(BigInteger::valueOf)
                        .toArray(BigInteger[]::new));
    }

    private static byte[] bytes(CiphertextBatch batch) {
        return batch.encode();
    }

    private List<Supplier<CiphertextStore>> places() {
        return List.of(() -> CiphertextStore.inMemory(key, SIZE), () -> CiphertextStore.inFile(key, SIZE, space()));
    }

    @Test
    void whatWasPutIsThere() {
        for (Supplier<CiphertextStore> kind : places()) {
            try (CiphertextStore store = kind.get()) {
                assertThat(store.size()).isEqualTo(SIZE);
                store.put(10, batch(10, 30));
                store.put(new int[] {3, 4, 5, 0, 9, 8, 7, 6, 1, 2}, gathered(3, 4, 5, 0, 9, 8, 7, 6, 1, 2));
                assertThat(bytes(store.all())).isEqualTo(bytes(batch(0, SIZE)));
                assertThat(bytes(store.slice(7, 5))).isEqualTo(bytes(batch(7, 5)));
                assertThat(bytes(store.gather(new int[] {39, 0, 1, 2, 2, 17})))
                        .isEqualTo(bytes(gathered(39, 0, 1, 2, 2, 17)));
                assertThat(store.slice(SIZE, 0).size()).isZero();
            }
        }
    }

    private CiphertextBatch gathered(int... indices) {
        return batch(0, SIZE).gather(indices);
    }

    /** More than a buffer holds. */
    @Test
    void longRunsAreWrittenInPieces() {
        int many = (3 << 20) / (key.ring().longs() * Long.BYTES);
        try (CiphertextStore store = CiphertextStore.inFile(key, many, space())) {
            CiphertextBatch batch = batch(0, many);
            store.put(0, batch);
            assertThat(store.all().residues()).isEqualTo(batch.residues());
        }
    }

    @Test
    void aGivenBatchIsReadAndNotWritten() {
        CiphertextBatch given = batch(0, SIZE);
        try (CiphertextStore store = CiphertextStore.of(given)) {
            assertThat(store.all()).isSameAs(given);
            assertThat(bytes(store.slice(4, 2))).isEqualTo(bytes(batch(4, 2)));
            assertThat(bytes(store.gather(new int[] {5, 2}))).isEqualTo(bytes(gathered(5, 2)));
            assertThatThrownBy(() -> store.put(0, given)).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void placesThatThereAreNotAreRefused() {
        for (Supplier<CiphertextStore> kind : places()) {
            try (CiphertextStore store = kind.get()) {
                assertThatThrownBy(() -> store.put(SIZE - 1, batch(0, 2)))
                        .isInstanceOf(IndexOutOfBoundsException.class);
                assertThatThrownBy(() -> store.put(new int[] {0, SIZE}, batch(0, 2)))
                        .isInstanceOf(IndexOutOfBoundsException.class);
                assertThatThrownBy(() -> store.put(new int[] {SIZE - 1, SIZE}, batch(0, 2)))
                        .isInstanceOf(IndexOutOfBoundsException.class);
                assertThatThrownBy(() -> store.put(new int[] {0}, batch(0, 2)))
                        .isInstanceOf(IllegalArgumentException.class);
                assertThatThrownBy(() -> store.gather(new int[] {-1})).isInstanceOf(IndexOutOfBoundsException.class);
                assertThatThrownBy(() -> store.slice(1, SIZE)).isInstanceOf(IndexOutOfBoundsException.class);
            }
        }
    }

    /** Files are taken out of their folder when they are opened (Unix), or when they are closed. */
    @Test
    void nothingIsLeftInTheFolder() throws IOException {
        try (CiphertextStore store = CiphertextStore.inFile(key, SIZE, space())) {
            store.put(0, batch(0, SIZE));
        }
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void noMoreDiskIsTakenThanThereMayBe() {
        long each = key.ring().longs() * Long.BYTES;
        ScratchSpace space = new ScratchSpace(folder, 3 * SIZE * each);
        try (CiphertextStore first = CiphertextStore.inFile(key, SIZE, space)) {
            CiphertextStore second = CiphertextStore.inFile(key, 2 * SIZE, space);
            assertThatThrownBy(() -> CiphertextStore.inFile(key, 1, space))
                    .isInstanceOf(LimitExceeded.class)
                    .hasMessageContaining(3 * SIZE * each + " are taken");
            second.close();
            second.close(); // gives nothing back twice
            assertThatThrownBy(() -> CiphertextStore.inFile(key, 2 * SIZE + 1, space))
                    .isInstanceOf(LimitExceeded.class);
            CiphertextStore.inFile(key, 2 * SIZE, space).close();
            assertThat(first.size()).isEqualTo(SIZE);
        }
    }

    @Test
    void aFolderThatIsNotThereIsSaidAndTakesNothing() {
        Path missing = folder.resolve("missing");
        ScratchSpace space = new ScratchSpace(missing, 100_000);
        for (int i = 0; i < 1_000; i++) {
            assertThatThrownBy(() -> CiphertextStore.inFile(key, 1, space))
                    .isInstanceOf(LimitExceeded.class)
                    .hasMessageContaining("--scratch")
                    .hasMessageContaining(missing.toString());
        }
    }

    private ScratchSpace space() {
        return new ScratchSpace(folder, 1 << 30);
    }
}
