package io.tacit.model.integer;

import io.tacit.model.ModelFileException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.function.Function;

/** What the files of networks have in common: magic and version in front, the SHA-256 of everything before it at the end. */
final class SealedFile {
    private static final int HASH_BYTES = 32;

    private SealedFile() {}

    /** @throws ModelFileException if the file is missing, unreadable, longer than {@code mostBytes}, or not decoded */
    static <T> T read(Path file, int mostBytes, Function<byte[], T> decode) {
        try {
            long size = Files.size(file);
            if (size > mostBytes) {
                throw new ModelFileException(file + " has " + size + " bytes, more than " + mostBytes);
            }
            byte[] bytes = Files.readAllBytes(file);
            try {
                return decode.apply(bytes);
            } catch (ModelFileException e) {
                throw new ModelFileException(file + ": " + e.getMessage(), e);
            }
        } catch (NoSuchFileException e) {
            throw new ModelFileException("there is no file " + file, e);
        } catch (IOException e) {
            throw new ModelFileException("cannot read " + file + ": " + e.getMessage(), e);
        }
    }

    /** Writes a file; a reader never sees one that is half written. */
    static void write(byte[] bytes, Path file) throws IOException {
        Path target = file.toAbsolutePath();
        Path folder = target.getParent();
        Path temporary = Files.createTempFile(folder, "." + target.getFileName(), ".part");
        try {
            try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
                ByteBuffer buffer = ByteBuffer.wrap(bytes);
                while (buffer.hasRemaining()) {
                    channel.write(buffer);
                }
                channel.force(true);
            }
            try {
                Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
            } catch (AtomicMoveNotSupportedException e) {
                Files.move(temporary, target, StandardCopyOption.REPLACE_EXISTING);
            }
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    /** The body and behind it its hash. */
    static byte[] seal(byte[] body) {
        byte[] bytes = Arrays.copyOf(body, body.length + HASH_BYTES);
        System.arraycopy(hash(body), 0, bytes, body.length, HASH_BYTES);
        return bytes;
    }

    static byte[] hash(byte[] body) {
        return sha256(body, body.length);
    }

    /**
     * A reader of what stands between version and hash.
     *
     * @param what the kind of file, for messages
     * @throws ModelFileException if it is another kind of file, of another version, or damaged
     */
    static FileReader open(byte[] bytes, byte[] magic, int version, String what) {
        if (bytes.length < magic.length + 2 + HASH_BYTES
                || !Arrays.equals(bytes, 0, magic.length, magic, 0, magic.length)) {
            throw new ModelFileException("this is not " + what);
        }
        int bodyLength = bytes.length - HASH_BYTES;
        int found = (bytes[magic.length] & 0xff) << 8 | bytes[magic.length + 1] & 0xff;
        if (found != version) {
            throw new ModelFileException("file version " + found + " is not " + version);
        }
        if (!MessageDigest.isEqual(sha256(bytes, bodyLength), Arrays.copyOfRange(bytes, bodyLength, bytes.length))) {
            throw new ModelFileException("the file is damaged: its SHA-256 does not match");
        }
        int start = magic.length + 2;
        return new FileReader(ByteBuffer.wrap(bytes, start, bodyLength - start).slice());
    }

    private static byte[] sha256(byte[] bytes, int length) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(bytes, 0, length);
            return digest.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
