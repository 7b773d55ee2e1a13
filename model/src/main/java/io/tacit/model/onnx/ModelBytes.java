package io.tacit.model.onnx;

import io.tacit.model.ModelFileException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;

/** Reads a model file whole, unpacking it if it is compressed, within limits. */
final class ModelBytes {
    private static final int CHUNK = 1 << 16;
    /** Weights compress little; what grows more than this is no model. */
    private static final long MAX_EXPANSION = 256;

    private static final long EXPANSION_FLOOR = 16L << 20;

    private ModelBytes() {}

    static byte[] read(Path path, ImportLimits limits) {
        try {
            long size = Files.size(path);
            if (size > limits.maxFileBytes()) {
                throw new ModelFileException(path.getFileName() + " has " + size + " bytes, more than the limit of "
                        + limits.maxFileBytes());
            }
            if (!Files.isRegularFile(path)) {
                throw new ModelFileException(path + " is not a file");
            }
            return unpack(Files.readAllBytes(path), limits);
        } catch (NoSuchFileException e) {
            throw new ModelFileException("there is no file " + path, e);
        } catch (IOException e) {
            throw new ModelFileException("the model file " + path + " cannot be read", e);
        }
    }

    /** The bytes themselves, or what they unpack to if they begin as gzip does. */
    static byte[] unpack(byte[] bytes, ImportLimits limits) {
        if (bytes.length < 2 || (bytes[0] & 0xff) != 0x1f || (bytes[1] & 0xff) != 0x8b) {
            return bytes;
        }
        long allowed = Math.min(limits.maxFileBytes(), EXPANSION_FLOOR + MAX_EXPANSION * bytes.length);
        List<byte[]> chunks = new ArrayList<>();
        int total = 0;
        try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(bytes), CHUNK)) {
            while (true) {
                byte[] chunk = in.readNBytes(CHUNK);
                if (chunk.length == 0) {
                    break;
                }
                if (total + (long) chunk.length > allowed) {
                    throw new ModelFileException("the compressed model unpacks to more than " + allowed + " bytes");
                }
                total += chunk.length;
                chunks.add(chunk);
            }
        } catch (IOException e) {
            throw new ModelFileException("the compressed model is damaged: " + e.getMessage(), e);
        }
        byte[] all = new byte[total];
        int at = 0;
        for (byte[] chunk : chunks) {
            System.arraycopy(chunk, 0, all, at, chunk.length);
            at += chunk.length;
        }
        return all;
    }
}
