package io.tacit.client.wire;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** A file that one account alone can read, from the moment that it is there. */
public final class SecretFile {
    private static final FileAttribute<?> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private SecretFile() {}

    /** With which a file is made that other accounts cannot read, where the file system has permissions. */
    public static FileAttribute<?>[] ownerOnly(Path file) {
        return hasPermissions(file) ? new FileAttribute<?>[] {OWNER_ONLY} : new FileAttribute<?>[0];
    }

    private static boolean hasPermissions(Path file) {
        return file.getFileSystem().supportedFileAttributeViews().contains("posix");
    }

    /**
     * Writes a new file; returns when it is on the disk.
     *
     * @throws InvalidIdentity if the file is there already
     */
    public static void write(Path file, byte[] content) throws IOException {
        try (FileChannel out = FileChannel.open(
                file, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), ownerOnly(file))) {
            ByteBuffer buffer = ByteBuffer.wrap(content);
            while (buffer.hasRemaining()) {
                out.write(buffer);
            }
            out.force(true);
        } catch (FileAlreadyExistsException e) {
            throw new InvalidIdentity(file + " is there already; secrets are never replaced");
        }
    }

    /**
     * Reads a file.
     *
     * @param mostBytes bytes that it has at most; one more is read of a longer one
     * @throws InvalidIdentity if it is missing, cannot be read, or can be read by other accounts
     */
    public static byte[] read(Path file, int mostBytes) {
        try {
            if (hasPermissions(file)) {
                Set<PosixFilePermission> open = Files.getPosixFilePermissions(file);
                open.retainAll(PosixFilePermissions.fromString("---rwxrwx"));
                if (!open.isEmpty()) {
                    throw new InvalidIdentity(file + " can be read by other accounts: chmod 600 it,"
                            + " or make a new one if somebody may have read it");
                }
            }
            try (InputStream in = Files.newInputStream(file)) {
                return in.readNBytes(mostBytes + 1);
            }
        } catch (NoSuchFileException e) {
            throw new InvalidIdentity("there is no file " + file + "; tacit keygen makes the files of a role");
        } catch (IOException e) {
            throw new InvalidIdentity(file + ": cannot be read (" + e.getClass().getSimpleName() + ")");
        }
    }
}
