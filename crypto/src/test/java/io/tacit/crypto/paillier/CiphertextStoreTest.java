package io.tacit.crypto.paillier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.file.Files;
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
        return List.of(() -> CiphertextStore.inMemory(key, SIZE), () -> CiphertextStore.inFile(key, SIZE, folder));
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
        try (CiphertextStore store = CiphertextStore.inFile(key, many, folder)) {
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

    @Test
    void nothingIsLeftInTheFolderAndOthersCannotReadIt() throws IOException {
        try (CiphertextStore store = CiphertextStore.inFile(key, SIZE, folder)) {
            store.put(0, batch(0, SIZE));
            try (var files = Files.list(folder)) {
                files.forEach(file -> assertThat(file.toFile()).satisfies(left -> {
                    assertThat(Files.getPosixFilePermissions(left.toPath())).hasSize(2);
                }));
            }
        }
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void aFolderThatIsNotThereIsSaid() {
        Path missing = folder.resolve("missing");
        assertThatThrownBy(() -> CiphertextStore.inFile(key, 1, missing))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining(missing.toString());
    }
}
