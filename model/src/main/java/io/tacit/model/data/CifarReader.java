package io.tacit.model.data;

import io.tacit.model.ModelFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/** Reads CIFAR-10's binary files: records of a label byte and 3,072 bytes, red, green and blue planes of 32 x 32. */
public final class CifarReader {
    private static final int SIDE = 32;
    private static final int PIXELS = 3 * SIDE * SIDE;
    private static final int RECORD = 1 + PIXELS;
    private static final int MAX_FILE_BYTES = 100_000 * RECORD;

    /** The classes in the order of their labels. */
    public static final List<String> CLASSES =
            List.of("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck");

    private CifarReader() {}

    /** @throws ModelFileException if the file is missing or not of this kind */
    public static LabelledImages read(Path file) {
        byte[] bytes;
        try {
            long size = Files.size(file);
            if (size == 0 || size % RECORD != 0 || size > MAX_FILE_BYTES) {
                throw new ModelFileException(file + " does not hold records of " + RECORD + " bytes");
            }
            bytes = Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            throw new ModelFileException("there is no file " + file, e);
        } catch (IOException e) {
            throw new ModelFileException("cannot read " + file + ": " + e.getMessage(), e);
        }
        int count = bytes.length / RECORD;
        byte[] pixels = new byte[count * PIXELS];
        int[] labels = new int[count];
        for (int i = 0; i < count; i++) {
            labels[i] = bytes[i * RECORD] & 0xff;
            if (labels[i] >= CLASSES.size()) {
                throw new ModelFileException(file + ": label " + labels[i] + " of record " + i);
            }
            System.arraycopy(bytes, i * RECORD + 1, pixels, i * PIXELS, PIXELS);
        }
        return new LabelledImages(3, SIDE, SIDE, pixels, labels);
    }
}
