package io.tacit.crypto.paillier;

import io.tacit.crypto.channel.LimitExceeded;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

/** Where scratch files are, and how much disk all of them together may take. Safe for several threads. */
public final class ScratchSpace {
    private static final FileAttribute<?> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private final Path folder;
    private final long mostBytes;
    private final AtomicLong taken = new AtomicLong();

    /** @param mostBytes most bytes that files take at a time */
    public ScratchSpace(Path folder, long mostBytes) {
        this.folder = folder;
        this.mostBytes = mostBytes;
    }

    Path folder() {
        return folder;
    }

    /** @throws LimitExceeded if that many bytes are not left */
    void take(long bytes) {
        long before = taken.getAndAdd(bytes);
        if (before + bytes > mostBytes) {
            taken.addAndGet(-bytes);
            throw new LimitExceeded("scratch files in " + folder + " may take " + mostBytes
                    + " bytes (serve --disk-budget), " + before + " are taken and " + bytes + " more are needed");
        }
    }

    void giveBack(long bytes) {
        taken.addAndGet(-bytes);
    }

    /** A new file for this account only, which is gone once it is closed, or the process is. */
    FileChannel open() throws IOException {
        Path file = folder.resolve("tacit-" + UUID.randomUUID() + ".ciphertexts");
        boolean posix = folder.getFileSystem().supportedFileAttributeViews().contains("posix");
        return FileChannel.open(
                file,
                Set.of(
                        StandardOpenOption.CREATE_NEW,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE,
                        StandardOpenOption.DELETE_ON_CLOSE),
                posix ? new FileAttribute<?>[] {OWNER_ONLY} : new FileAttribute<?>[0]);
    }
}
