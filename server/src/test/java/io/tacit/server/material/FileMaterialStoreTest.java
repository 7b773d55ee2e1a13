package io.tacit.server.material;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tacit.crypto.channel.AbortReason;
import io.tacit.crypto.channel.LimitExceeded;
import io.tacit.crypto.channel.ProtocolAbort;
import io.tacit.protocol.material.MaterialException;
import io.tacit.protocol.material.MaterialId;
import io.tacit.protocol.material.MaterialKind;
import io.tacit.protocol.material.MaterialStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FileMaterialStoreTest {
    static final MaterialKind KIND = new MaterialKind("test-1");
    private static final long BUDGET = 4L << 20;

    @TempDir
    Path directory;

    private FileMaterialStore open() {
        return new FileMaterialStore(directory, BUDGET, new SecureRandom());
    }

    static MaterialId put(MaterialStore store, byte[] contents) {
        try (MaterialStore.Draft draft = store.create(KIND, contents.length)) {
            draft.write(contents, 0, contents.length / 3);
            draft.write(contents, contents.length / 3, contents.length - contents.length / 3);
            draft.commit();
            return draft.id();
        }
    }

    private static byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    @Test
    void onlyTheOwnerReadsIt() throws IOException {
        Assumptions.assumeTrue(
                directory.getFileSystem().supportedFileAttributeViews().contains("posix"));
        try (FileMaterialStore store = open()) {
            put(store, bytes(10));
            for (String part : new String[] {"making", "ready", "claimed"}) {
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve(part))))
                        .isEqualTo("rwx------");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 65_535, 65_536, 65_537, 200_001})
    void contentsComeBackOnceAcrossARestart(int length) {
        byte[] contents = bytes(length);
        MaterialId id;
        try (FileMaterialStore store = open()) {
            id = put(store, contents);
        }
        try (FileMaterialStore store = open()) {
            assertThat(store.ready(KIND)).isEqualTo(1);
            long room = store.roomBytes();
            try (MaterialStore.Claim claim = store.claim(KIND).orElseThrow()) {
                assertThat(claim.id()).isEqualTo(id);
                assertThat(claim.sizeBytes()).isEqualTo(length);
                byte[] read = new byte[length];
                claim.read(read, 0, length / 2);
                claim.read(read, length / 2, length - length / 2);
                assertThat(read).isEqualTo(contents);
                assertThatThrownBy(() -> claim.read(new byte[1], 0, 1)).isInstanceOf(MaterialException.class);
            }
            assertThat(store.roomBytes()).isGreaterThanOrEqualTo(room + length);
            assertSpent(store, id);
            assertThat(store.claim(KIND)).isEmpty();
        }
        try (FileMaterialStore store = open()) {
            assertSpent(store, id);
        }
    }

    private static void assertSpent(MaterialStore store, MaterialId id) {
        assertThatThrownBy(() -> store.claim(KIND, id))
                .isInstanceOfSatisfying(
                        ProtocolAbort.class, e -> assertThat(e.reason()).isEqualTo(AbortReason.MATERIAL_SPENT));
    }

    @Test
    void aPieceRestoredFromABackupIsRefused() throws IOException {
        MaterialId id;
        Path backup = directory.resolve("backup");
        try (FileMaterialStore store = open()) {
            id = put(store, bytes(1000));
            Files.copy(directory.resolve("ready").resolve(KIND + "." + id), backup);
            store.claim(KIND, id).close();
            Files.copy(backup, directory.resolve("ready").resolve(KIND + "." + id));
            assertSpent(store, id);
        }
        try (FileMaterialStore store = open()) {
            assertThat(store.ready(KIND)).isZero();
            assertSpent(store, id);
        }
    }

    @Test
    void aPieceOfAnotherStoreIsRefused(@TempDir Path other) throws IOException {
        MaterialId id;
        try (FileMaterialStore store = new FileMaterialStore(other, BUDGET, new SecureRandom())) {
            id = put(store, bytes(1000));
        }
        open().close();
        Files.copy(
                other.resolve("ready").resolve(KIND + "." + id),
                directory.resolve("ready").resolve(KIND + "." + id));
        try (FileMaterialStore store = open()) {
            assertThatThrownBy(() -> store.claim(KIND, id)).isInstanceOf(MaterialException.class);
        }
    }

    /** As when servers drop what not all of them have: a torn piece must not keep them from the rest. */
    @Test
    void piecesAreDiscardedWholeOrTornOrGone() throws IOException {
        byte[] contents = bytes(1_000);
        try (FileMaterialStore store = open()) {
            MaterialId torn = put(store, contents);
            Path file = directory.resolve("ready").resolve(KIND + "." + torn);
            Files.write(file, Arrays.copyOf(Files.readAllBytes(file), 500));
            MaterialId whole = put(store, contents);
            store.discard(KIND, torn);
            store.discard(KIND, whole);
            store.discard(KIND, whole);
            assertThat(store.readyIds(KIND)).isEmpty();
            assertThatThrownBy(() -> store.claim(KIND, torn)).isInstanceOf(ProtocolAbort.class);
        }
    }

    @Test
    void tornAndAlteredPiecesAreRefusedAndNeverHandedOut() throws IOException {
        byte[] contents = bytes(150_000);
        Random random = new Random(1);
        for (int i = 0; i < 40; i++) {
            try (FileMaterialStore store = open()) {
                MaterialId id = put(store, contents);
                Path file = directory.resolve("ready").resolve(KIND + "." + id);
                byte[] raw = Files.readAllBytes(file);
                int at = random.nextInt(raw.length);
                if (i % 2 == 0) {
                    Files.write(file, Arrays.copyOf(raw, at));
                } else {
                    raw[at] ^= (byte) (1 << random.nextInt(8));
                    Files.write(file, raw);
                }
                boolean headerPadding = i % 2 == 1 && at >= 116 && at < 128;
                assertThatThrownBy(() -> {
                            try (MaterialStore.Claim claim = store.claim(KIND, id)) {
                                claim.read(new byte[contents.length], 0, contents.length);
                            }
                            throw new IllegalStateException("accepted");
                        })
                        .as("byte %d, padding %s", at, headerPadding)
                        .isInstanceOf(MaterialException.class);
                assertSpent(store, id);
            }
        }
    }

    @Test
    void aDraftThatIsNotCommittedLeavesNothing() {
        try (FileMaterialStore store = open()) {
            long room = store.roomBytes();
            try (MaterialStore.Draft draft = store.create(KIND, 1000)) {
                draft.write(bytes(500), 0, 500);
                assertThatThrownBy(draft::commit).isInstanceOf(IllegalStateException.class);
            }
            assertThat(store.ready(KIND)).isZero();
            assertThat(store.roomBytes()).isEqualTo(room);
        }
    }

    @Test
    void theBudgetIsKept() {
        try (FileMaterialStore store = open()) {
            assertThatThrownBy(() -> store.create(KIND, BUDGET + 1)).isInstanceOf(LimitExceeded.class);
            assertThatThrownBy(() -> store.create(KIND, Long.MAX_VALUE)).isInstanceOf(LimitExceeded.class);
            put(store, bytes(3 << 20));
            assertThatThrownBy(() -> store.create(KIND, 1 << 20)).isInstanceOf(LimitExceeded.class);
            put(store, bytes((int) store.roomBytes()));
        }
    }

    @Test
    void oneProcessAtATime() {
        try (FileMaterialStore store = open()) {
            assertThat(store.roomBytes()).isPositive();
            assertThatThrownBy(this::open).isInstanceOf(MaterialException.class).hasMessageContaining("in use");
        }
        open().close();
    }

    @Test
    void aPlaceThatCannotBeWrittenIsRefusedAtStart() throws IOException {
        Path file = directory.resolve("file");
        Files.writeString(file, "not a directory");
        assertThatThrownBy(() -> new FileMaterialStore(file, BUDGET, new SecureRandom()))
                .isInstanceOf(MaterialException.class)
                .hasMessageContaining("cannot be written");
        Path full = Path.of("/dev/full"); // every write fails for want of space
        Assumptions.assumeTrue(Files.exists(full));
        open().close();
        Files.createSymbolicLink(directory.resolve("making").resolve("probe"), full);
        assertThatThrownBy(this::open).isInstanceOf(MaterialException.class).hasMessageContaining("free space");
    }

    @Test
    void foreignFilesAndEpochsAreNamed() throws IOException {
        open().close();
        Path foreign = directory.resolve("ready").resolve("notes.txt");
        Files.writeString(foreign, "x");
        assertThatThrownBy(this::open).isInstanceOf(MaterialException.class).hasMessageContaining("notes.txt");
        Files.delete(foreign);
        Files.writeString(directory.resolve("epoch"), "zzz");
        assertThatThrownBy(this::open).isInstanceOf(MaterialException.class).hasMessageContaining("epoch");
    }

    @Test
    void manyThreadsNeverGetTheSamePiece() throws InterruptedException {
        int pieces = 60;
        Set<MaterialId> claimed = ConcurrentHashMap.newKeySet();
        Set<MaterialId> twice = ConcurrentHashMap.newKeySet();
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try (FileMaterialStore store = open()) {
            Stream.generate(() -> bytes(100)).limit(pieces).forEach(b -> put(store, b));
            for (int t = 0; t < 8; t++) {
                threads.execute(() -> {
                    for (var claim = store.claim(KIND); claim.isPresent(); claim = store.claim(KIND)) {
                        if (!claimed.add(claim.get().id())) {
                            twice.add(claim.get().id());
                        }
                        claim.get().close();
                    }
                });
            }
            threads.shutdown();
            assertThat(threads.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(twice).isEmpty();
        assertThat(claimed).hasSize(pieces);
    }
}
