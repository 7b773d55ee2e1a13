package io.tacit.model.data;

import io.tacit.model.ModelFileException;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;

/** Reads idx files (MNIST and its kin), plain or gzipped. */
public final class IdxReader {
    private static final int BYTES_1D = 0x0801;
    private static final int BYTES_3D = 0x0803;
    private static final int MAX_IMAGES = 1_000_000;
    private static final int MAX_EXTENT = 1024;
    private static final int MAX_BYTES = 1 << 30;

    private IdxReader() {}

    /**
     * The set of a folder: {@code train}, {@code val} or {@code t10k}/{@code test} images and labels under their usual
     * names, with or without {@code .gz}.
     *
     * @param prefix such as {@code t10k}
     * @throws ModelFileException if a file is missing or not an idx file
     */
    public static LabelledImages read(Path folder, String prefix) {
        return read(find(folder, prefix + "-images-idx3-ubyte"), find(folder, prefix + "-labels-idx1-ubyte"));
    }

    /** @throws ModelFileException if a file is missing, not an idx file, or the two do not belong together */
    public static LabelledImages read(Path images, Path labels) {
        try (DataInputStream in = open(images)) {
            magic(in, BYTES_3D, images);
            int count = bounded(in.readInt(), MAX_IMAGES, images);
            int height = bounded(in.readInt(), MAX_EXTENT, images);
            int width = bounded(in.readInt(), MAX_EXTENT, images);
            long size = (long) count * height * width;
            if (size > MAX_BYTES) {
                throw new ModelFileException(images + " holds more than " + MAX_BYTES + " bytes");
            }
            byte[] pixels = exactly(in, (int) size, images);
            return new LabelledImages(1, height, width, pixels, labels(labels, count));
        } catch (NoSuchFileException e) {
            throw new ModelFileException("there is no file " + images, e);
        } catch (IOException e) {
            throw new ModelFileException("cannot read " + images + ": " + e.getMessage(), e);
        }
    }

    private static int[] labels(Path file, int count) throws IOException {
        try (DataInputStream in = open(file)) {
            magic(in, BYTES_1D, file);
            if (in.readInt() != count) {
                throw new ModelFileException(file + " does not hold " + count + " labels");
            }
            byte[] bytes = exactly(in, count, file);
            int[] labels = new int[count];
            for (int i = 0; i < count; i++) {
                labels[i] = bytes[i] & 0xff;
            }
            return labels;
        }
    }

    private static Path find(Path folder, String name) {
        Path plain = folder.resolve(name);
        return Files.exists(plain) ? plain : folder.resolve(name + ".gz");
    }

    private static DataInputStream open(Path file) throws IOException {
        InputStream in = Files.newInputStream(file);
        return new DataInputStream(
                new BufferedInputStream(file.toString().endsWith(".gz") ? new GZIPInputStream(in) : in, 1 << 16));
    }

    private static void magic(DataInputStream in, int expected, Path file) throws IOException {
        if (in.readInt() != expected) {
            throw new ModelFileException(file + " is not an idx file of the expected kind");
        }
    }

    private static int bounded(int value, int limit, Path file) {
        if (value < 1 || value > limit) {
            throw new ModelFileException(file + ": an extent of " + value + " is not within 1.." + limit);
        }
        return value;
    }

    /** Grows with what is really there: a header alone allocates little. */
    private static byte[] exactly(InputStream in, int count, Path file) throws IOException {
        byte[] bytes = in.readNBytes(count);
        if (bytes.length != count) {
            throw new EOFException(file + " ends too early");
        }
        return bytes;
    }
}
