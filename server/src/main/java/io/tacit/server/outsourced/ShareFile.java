package io.tacit.server.outsourced;

import io.tacit.client.wire.SecretFile;
import io.tacit.model.ModelFileException;
import io.tacit.protocol.outsourced.ModelShare;
import io.tacit.protocol.plan.SharingPlan;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Optional;

/** A server's share of the network on its own disk, so that it outlives the process; readable by its account alone. */
final class ShareFile {
    private final Path file;

    /** @param folder the server's own; made if it is not there */
    ShareFile(Path folder) {
        this.file = folder.resolve("model-share");
    }

    /** The share that was kept, if there is one. @throws ModelFileException if it is another network's, or damaged */
    Optional<ModelShare> read(SharingPlan plan) {
        byte[] bytes;
        try {
            bytes = Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new ModelFileException("cannot read " + file + ": " + e.getMessage(), e);
        }
        try {
            return Optional.of(ModelShare.decode(plan, bytes));
        } catch (ModelFileException e) {
            throw new ModelFileException(
                    file + ": " + e.getMessage() + "; remove it and have the owner deploy again (tacit deploy)", e);
        } finally {
            Arrays.fill(bytes, (byte) 0);
        }
    }

    /** Replaces what was kept; returns when the new share is on the disk. */
    void write(ModelShare share) {
        byte[] bytes = share.encode();
        Path temporary = file.resolveSibling(file.getFileName() + ".part");
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            Files.deleteIfExists(temporary);
            Files.createFile(temporary, SecretFile.ownerOnly(temporary));
            try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
                ByteBuffer buffer = ByteBuffer.wrap(bytes);
                while (buffer.hasRemaining()) {
                    channel.write(buffer);
                }
                channel.force(true);
            }
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
            try (FileChannel folder = FileChannel.open(file.toAbsolutePath().getParent(), StandardOpenOption.READ)) {
                folder.force(true);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the share of the network cannot be kept in " + file, e);
        } finally {
            Arrays.fill(bytes, (byte) 0);
        }
    }
}
