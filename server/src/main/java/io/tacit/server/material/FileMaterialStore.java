package io.tacit.server.material;

import io.tacit.crypto.channel.AbortReason;
import io.tacit.crypto.channel.LimitExceeded;
import io.tacit.crypto.channel.ProtocolAbort;
import io.tacit.protocol.material.MaterialException;
import io.tacit.protocol.material.MaterialId;
import io.tacit.protocol.material.MaterialKind;
import io.tacit.protocol.material.MaterialStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Material in one directory, used by one process at a time:
 * <pre>
 *   epoch          random number of this store
 *   lock           held while a process uses the store
 *   making/        pieces being written; emptied at start
 *   ready/         pieces that can be claimed, KIND.ID
 *   claimed/       empty files: marks of pieces that were claimed, KIND.ID
 * </pre>
 * A claim renames {@code ready/X} to {@code claimed/X} and forces both directories to disk before the first byte is handed
 * out. What was claimed when a process died is emptied at the next start: lost, never reused. A piece that reappears in
 * {@code ready} beside its mark (a restored backup) is refused and deleted.
 */
public final class FileMaterialStore implements MaterialStore {
    /** Bytes of the disk that are always left free. */
    private static final long RESERVE_BYTES = 64L << 20;

    private static final FileAttribute<?> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    /** Places where a test may stop the process. */
    interface Steps {
        Steps NONE = step -> {};

        void reached(String step);
    }

    private final Path directory;
    private final long budgetBytes;
    private final SecureRandom random;
    private final Steps steps;
    private final FileChannel lockChannel;
    private final FileLock lock;
    private final long epoch;
    private final Map<MaterialKind, Map<MaterialId, Long>> ready = new HashMap<>();
    private long usedBytes;

    /**
     * Opens the store, making the directory if it is not there.
     *
     * @param budgetBytes most bytes of files
     * @throws MaterialException if the directory cannot be written, is full, or is in use by another process
     */
    public FileMaterialStore(Path directory, long budgetBytes, SecureRandom random) {
        this(directory, budgetBytes, random, Steps.NONE);
    }

    FileMaterialStore(Path directory, long budgetBytes, SecureRandom random, Steps steps) {
        this.directory = directory;
        this.budgetBytes = budgetBytes;
        this.random = random;
        this.steps = steps;
        try {
            for (String part : new String[] {"making", "ready", "claimed"}) {
                Files.createDirectories(directory.resolve(part), ownerOnly(directory));
            }
            lockChannel =
                    FileChannel.open(directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw unwritable(e);
        }
        try {
            lock = acquire();
            epoch = openEpoch();
            probe();
            discardUnfinished();
            index();
        } catch (IOException | RuntimeException e) {
            try {
                lockChannel.close();
            } catch (IOException suppressed) {
                e.addSuppressed(suppressed);
            }
            throw e instanceof RuntimeException runtime ? runtime : unwritable((IOException) e);
        }
    }

    /** Folders are made for their owner alone: who reads a pad and a query on its way reads the data. */
    private static FileAttribute<?>[] ownerOnly(Path directory) {
        return directory.getFileSystem().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[] {OWNER_ONLY}
                : new FileAttribute<?>[0];
    }

    private MaterialException unwritable(IOException e) {
        return new MaterialException(
                "the store of prepared material in " + directory + " cannot be written (" + reason(e)
                        + "); make it writable, free space, or name another directory",
                e);
    }

    private static String reason(IOException e) {
        String message = e.getMessage();
        return e.getClass().getSimpleName() + (message == null ? "" : ": " + message);
    }

    private FileLock acquire() throws IOException {
        @Nullable FileLock acquired;
        try {
            acquired = lockChannel.tryLock();
        } catch (OverlappingFileLockException e) {
            acquired = null;
        }
        if (acquired == null) {
            throw new MaterialException(
                    "the store of prepared material in " + directory + " is in use; one process at a time may use it");
        }
        return acquired;
    }

    private long openEpoch() throws IOException {
        Path file = directory.resolve("epoch");
        if (!Files.exists(file)) {
            long fresh = random.nextLong();
            Path draft = directory.resolve("making").resolve("epoch");
            writeForced(draft, ByteBuffer.wrap(Long.toHexString(fresh).getBytes(StandardCharsets.US_ASCII)));
            Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
            force(directory);
            return fresh;
        }
        String text = Files.size(file) <= 16 ? Files.readString(file, StandardCharsets.US_ASCII) : "";
        try {
            return Long.parseUnsignedLong(text, 16);
        } catch (NumberFormatException e) {
            throw new MaterialException("the store of prepared material in " + directory
                    + " has no readable epoch; remove the directory and prepare anew");
        }
    }

    /** A full or read-only disk shows here, before anything is promised. */
    private void probe() throws IOException {
        Path file = directory.resolve("making").resolve("probe");
        writeForced(file, ByteBuffer.allocate(1 << 12));
        Files.delete(file);
    }

    private static void writeForced(Path file, ByteBuffer bytes) throws IOException {
        try (FileChannel channel = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
    }

    private void discardUnfinished() throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory.resolve("making"))) {
            for (Path file : files) {
                Files.delete(file);
            }
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory.resolve("claimed"))) {
            for (Path file : files) {
                if (Files.size(file) > 0) {
                    empty(file);
                }
            }
        }
    }

    private void index() throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory.resolve("ready"))) {
            for (Path file : files) {
                String name = file.getFileName().toString();
                int dot = name.indexOf('.');
                try {
                    MaterialKind kind = new MaterialKind(name.substring(0, Math.max(dot, 0)));
                    MaterialId id = new MaterialId(name.substring(dot + 1));
                    if (!Files.notExists(claimed(kind, id))) { // restored from somewhere: used once already
                        Files.delete(file);
                    } else {
                        long size = Files.size(file);
                        usedBytes += size;
                        add(kind, id, size);
                    }
                } catch (IllegalArgumentException e) {
                    throw new MaterialException("the store of prepared material in " + directory
                            + " holds a foreign file, ready/" + name + "; remove it");
                }
            }
        }
    }

    private void add(MaterialKind kind, MaterialId id, long fileBytes) {
        ready.computeIfAbsent(kind, k -> new LinkedHashMap<>()).put(id, fileBytes);
    }

    @Override
    public synchronized int ready(MaterialKind kind) {
        return ready.getOrDefault(kind, Map.of()).size();
    }

    @Override
    public synchronized Set<MaterialKind> readyKinds() {
        Set<MaterialKind> kinds = new HashSet<>();
        ready.forEach((kind, pieces) -> {
            if (!pieces.isEmpty()) {
                kinds.add(kind);
            }
        });
        return kinds;
    }

    @Override
    public synchronized long roomBytes() {
        long onDisk;
        try {
            onDisk = Files.getFileStore(directory).getUsableSpace() - RESERVE_BYTES;
        } catch (IOException e) {
            throw unwritable(e);
        }
        long overhead = MaterialFile.fileBytes(Math.max(0, budgetBytes - usedBytes)) - (budgetBytes - usedBytes);
        return Math.max(0, Math.min(budgetBytes - usedBytes, onDisk) - overhead);
    }

    @Override
    public synchronized Set<MaterialId> readyIds(MaterialKind kind) {
        return Set.copyOf(ready.getOrDefault(kind, Map.of()).keySet());
    }

    @Override
    public Draft create(MaterialKind kind, long sizeBytes) {
        return create(kind, MaterialId.random(random), sizeBytes);
    }

    @Override
    public synchronized Draft create(MaterialKind kind, MaterialId id, long sizeBytes) {
        for (String part : new String[] {"making", "ready", "claimed"}) {
            if (Files.exists(path(part, kind, id))) {
                throw new MaterialException("material " + id + " was made before; prepare new material");
            }
        }
        long room = roomBytes();
        if (sizeBytes < 0 || sizeBytes > room) {
            throw new LimitExceeded("prepared material in " + directory + " may take " + budgetBytes + " bytes, "
                    + usedBytes + " are in use and there is room for " + room + ", " + sizeBytes
                    + " more were asked for");
        }
        long fileBytes = MaterialFile.fileBytes(sizeBytes);
        usedBytes += fileBytes;
        try {
            return new FileDraft(kind, id, sizeBytes);
        } catch (IOException e) {
            usedBytes -= fileBytes;
            throw unwritable(e);
        }
    }

    @Override
    public Optional<Claim> claim(MaterialKind kind) {
        while (true) {
            MaterialId id;
            synchronized (this) {
                Optional<MaterialId> any =
                        ready.getOrDefault(kind, Map.of()).keySet().stream().findFirst();
                if (any.isEmpty()) {
                    return Optional.empty();
                }
                id = any.get();
            }
            try {
                return Optional.of(claim(kind, id));
            } catch (MaterialException e) { // torn or altered: it has been discarded, take the next
                if (e.isOfStore()) {
                    throw e;
                }
            } catch (ProtocolAbort e) { // another thread was faster
                if (e.reason() != AbortReason.MATERIAL_SPENT) {
                    throw e;
                }
            }
        }
    }

    @Override
    public Claim claim(MaterialKind kind, MaterialId id) {
        long fileBytes;
        synchronized (this) {
            Map<MaterialId, Long> ofKind = ready.getOrDefault(kind, new HashMap<>());
            Long listed = ofKind.remove(id);
            if (listed == null || !Files.notExists(claimed(kind, id))) {
                throw new ProtocolAbort("store of prepared material", "claim " + id, AbortReason.MATERIAL_SPENT);
            }
            fileBytes = listed;
        }
        Path file = claimed(kind, id);
        try {
            Files.move(path("ready", kind, id), file, StandardCopyOption.ATOMIC_MOVE);
            steps.reached("claim moved");
            force(directory.resolve("claimed"));
            force(directory.resolve("ready"));
            steps.reached("claim forced");
            return new FileClaim(kind, id, file, fileBytes);
        } catch (IOException e) {
            throw unwritable(e);
        } catch (MaterialException e) {
            discard(file, fileBytes);
            throw e;
        }
    }

    private Path claimed(MaterialKind kind, MaterialId id) {
        return path("claimed", kind, id);
    }

    private Path path(String part, MaterialKind kind, MaterialId id) {
        return directory.resolve(part).resolve(kind + "." + id);
    }

    /** Empties a claimed file: the empty file stays as its mark. */
    private void discard(Path file, long fileBytes) {
        try {
            empty(file);
        } catch (IOException e) {
            throw unwritable(e);
        }
        synchronized (this) {
            usedBytes -= fileBytes;
        }
    }

    private static void empty(Path file) throws IOException {
        FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)
                .close();
    }

    private static void force(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    @Override
    public void close() {
        try {
            lock.close();
            lockChannel.close();
        } catch (IOException e) {
            throw unwritable(e);
        }
    }

    private final class FileDraft implements Draft {
        private final MaterialKind kind;
        private final MaterialId id;
        private final long sizeBytes;
        private final Path file;
        private final MaterialFile.Writer writer;
        private boolean done;

        FileDraft(MaterialKind kind, MaterialId id, long sizeBytes) throws IOException {
            this.kind = kind;
            this.id = id;
            this.sizeBytes = sizeBytes;
            this.file = path("making", kind, id);
            this.writer = new MaterialFile.Writer(file, kind, id, epoch, sizeBytes);
            steps.reached("draft open");
        }

        @Override
        public MaterialId id() {
            return id;
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            try {
                writer.write(bytes, offset, length);
            } catch (IOException e) {
                throw unwritable(e);
            }
        }

        @Override
        public void commit() {
            try {
                writer.finish();
                steps.reached("draft written");
                Files.move(file, path("ready", kind, id), StandardCopyOption.ATOMIC_MOVE);
                steps.reached("draft moved");
                force(directory.resolve("ready"));
            } catch (IOException e) {
                throw unwritable(e);
            }
            done = true;
            synchronized (FileMaterialStore.this) {
                add(kind, id, MaterialFile.fileBytes(sizeBytes));
            }
        }

        @Override
        public void close() {
            if (!done) {
                done = true;
                try {
                    writer.close();
                    Files.deleteIfExists(file);
                } catch (IOException e) {
                    throw unwritable(e);
                }
                synchronized (FileMaterialStore.this) {
                    usedBytes -= MaterialFile.fileBytes(sizeBytes);
                }
            }
        }
    }

    private final class FileClaim implements Claim {
        private final MaterialId id;
        private final Path file;
        private final long fileBytes;
        private final MaterialFile.Reader reader;
        private boolean closed;

        FileClaim(MaterialKind kind, MaterialId id, Path file, long fileBytes) throws IOException {
            this.id = id;
            this.file = file;
            this.fileBytes = fileBytes;
            this.reader = new MaterialFile.Reader(file, kind, id, epoch);
        }

        @Override
        public MaterialId id() {
            return id;
        }

        @Override
        public long sizeBytes() {
            return reader.sizeBytes();
        }

        @Override
        public void read(byte[] into, int offset, int length) {
            if (closed) {
                throw new IllegalStateException("the claim is closed");
            }
            try {
                reader.read(into, offset, length);
            } catch (IOException e) {
                throw unwritable(e);
            }
        }

        @Override
        public void close() {
            if (!closed) {
                closed = true;
                try {
                    reader.close();
                } catch (IOException e) {
                    throw unwritable(e);
                } finally {
                    discard(file, fileBytes);
                }
                steps.reached("claim closed");
            }
        }
    }
}
