package io.tacit.model.onnx;

import io.tacit.model.ModelFileException;
import io.tacit.model.graph.Shape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** Where tensors' bytes come from: the model file itself, and files beside it inside the model's own folder. */
final class ExternalData {
    private final byte[] file;
    private final @Nullable Path folder;
    private long allowedBytes;

    private ExternalData(byte[] file, @Nullable Path folder, long allowedBytes) {
        this.file = file;
        this.folder = folder;
        this.allowedBytes = allowedBytes;
    }

    /** The bytes of the model file, and files in {@code folder} if it is known. */
    static ExternalData of(byte[] file, @Nullable Path folder, ImportLimits limits) {
        return new ExternalData(file, folder, limits.maxExternalBytes());
    }

    /** Part of the model file, not copied. */
    ByteBuffer slice(int from, int bytes) {
        return ByteBuffer.wrap(file, from, bytes);
    }

    /** A tensor whose bytes lie in another file; {@code entries} are the file's location, offset and length. */
    OnnxTensor read(String name, ElementType type, Shape shape, Map<String, String> entries, LongConsumer spend) {
        String shown = OnnxParser.shown(name);
        long bytes = (long) shape.size() * type.sizeBytes();
        long offset = number(shown, entries.getOrDefault("offset", "0"));
        long length = number(shown, entries.getOrDefault("length", Long.toString(bytes)));
        if (length != bytes) {
            throw new ModelFileException(
                    "tensor \"" + shown + "\" of " + bytes + " bytes claims " + length + " bytes in another file");
        }
        if (bytes > allowedBytes || bytes > Integer.MAX_VALUE - 64) {
            throw new ModelFileException("tensor \"" + shown + "\" exceeds the limit for weights in other files");
        }
        Path path = resolve(shown, entries.getOrDefault("location", ""));
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            if (offset > channel.size() || bytes > channel.size() - offset) {
                throw new ModelFileException(
                        "tensor \"" + shown + "\" lies beyond the end of the file " + path.getFileName());
            }
            spend.accept(shape.size());
            allowedBytes -= bytes;
            ByteBuffer buffer = ByteBuffer.allocate((int) bytes);
            while (buffer.hasRemaining()) {
                if (channel.read(buffer, offset + buffer.position()) < 0) {
                    throw new ModelFileException(
                            "the file " + path.getFileName() + " became shorter while it was read");
                }
            }
            return OnnxTensor.ofRaw(name, type, shape, buffer.flip());
        } catch (IOException e) {
            throw new ModelFileException(
                    "the file " + path.getFileName() + " with the weights of \"" + shown + "\" cannot be read", e);
        }
    }

    private Path resolve(String tensor, String location) {
        if (folder == null) {
            throw new ModelFileException(
                    "tensor \"" + tensor + "\" lies in another file, and the model came without a folder");
        }
        String refusal = "tensor \"" + tensor + "\" points to \"" + OnnxParser.shown(location)
                + "\", which is not a file inside the model's folder";
        try {
            Path relative = Path.of(location);
            if (location.isEmpty() || relative.isAbsolute() || location.startsWith("/") || location.contains("\\")) {
                throw new ModelFileException(refusal);
            }
            for (Path part : relative) {
                if (part.toString().equals("..")) {
                    throw new ModelFileException(refusal);
                }
            }
            Path root = folder.toRealPath();
            Path real = root.resolve(relative).toRealPath();
            if (!real.startsWith(root) || !Files.isRegularFile(real, LinkOption.NOFOLLOW_LINKS)) {
                throw new ModelFileException(refusal);
            }
            return real;
        } catch (InvalidPathException | IOException e) {
            throw new ModelFileException(refusal, e);
        }
    }

    private static long number(String tensor, String digits) {
        if (!digits.matches("[0-9]{1,18}")) {
            throw new ModelFileException(
                    "tensor \"" + tensor + "\" has the offset or length \"" + OnnxParser.shown(digits) + "\"");
        }
        return Long.parseLong(digits);
    }
}
