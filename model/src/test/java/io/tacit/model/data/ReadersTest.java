package io.tacit.model.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tacit.model.ModelFileException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReadersTest {
    @TempDir
    Path folder;

    @Test
    void readsIdxFilesPlainAndPacked() throws IOException {
        byte[] images = ByteBuffer.allocate(16 + 12)
                .putInt(0x0803)
                .putInt(2)
                .putInt(2)
                .putInt(3)
                .put(new byte[] {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, (byte) 255})
                .array();
        byte[] labels = ByteBuffer.allocate(8 + 2)
                .putInt(0x0801)
                .putInt(2)
                .put((byte) 7)
                .put((byte) 9)
                .array();
        Files.write(folder.resolve("t10k-images-idx3-ubyte"), images);
        try (OutputStream out =
                new GZIPOutputStream(Files.newOutputStream(folder.resolve("t10k-labels-idx1-ubyte.gz")))) {
            out.write(labels);
        }
        LabelledImages read = IdxReader.read(folder, "t10k");
        assertThat(read.size()).isEqualTo(2);
        assertThat(read.label(1)).isEqualTo(9);
        assertThat(read.picture(1).get(0, 1, 2)).isEqualTo(255);
        assertThat(read.slice(1, 1).picture(0).get(0, 0, 0)).isEqualTo(6);
        assertThat(read.part(1, 1).label(0)).isEqualTo(9);
        assertThatThrownBy(() -> IdxReader.read(folder, "train"))
                .isInstanceOf(ModelFileException.class)
                .hasMessageContaining("there is no file");
    }

    @Test
    void refusesAHeaderThatPromisesMoreThanThereIs() throws IOException {
        Path images = folder.resolve("i");
        Files.write(
                images,
                ByteBuffer.allocate(16)
                        .putInt(0x0803)
                        .putInt(100_000)
                        .putInt(100)
                        .putInt(100)
                        .array());
        assertThatThrownBy(() -> IdxReader.read(images, images))
                .isInstanceOf(ModelFileException.class)
                .hasMessageContaining("ends too early");
        Files.write(
                images,
                ByteBuffer.allocate(16)
                        .putInt(0x0803)
                        .putInt(-1)
                        .putInt(28)
                        .putInt(28)
                        .array());
        assertThatThrownBy(() -> IdxReader.read(images, images)).isInstanceOf(ModelFileException.class);
        Files.write(
                images,
                ByteBuffer.allocate(16)
                        .putInt(0x0803)
                        .putInt(1_000_000)
                        .putInt(1024)
                        .putInt(1024)
                        .array());
        assertThatThrownBy(() -> IdxReader.read(images, images)).isInstanceOf(ModelFileException.class);
    }

    @Test
    void readsCifarRecords() throws IOException {
        byte[] bytes = new byte[2 * 3073];
        bytes[3073] = 9;
        bytes[3073 + 1 + 2 * 1024 + 33] = (byte) 200;
        Path file = folder.resolve("c.bin");
        Files.write(file, bytes);
        LabelledImages read = CifarReader.read(file);
        assertThat(read.size()).isEqualTo(2);
        assertThat(read.label(1)).isEqualTo(9);
        assertThat(read.picture(1).get(2, 1, 1)).isEqualTo(200);
        bytes[0] = 10;
        Files.write(file, bytes);
        assertThatThrownBy(() -> CifarReader.read(file)).isInstanceOf(ModelFileException.class);
        Files.write(file, new byte[3072]);
        assertThatThrownBy(() -> CifarReader.read(file)).isInstanceOf(ModelFileException.class);
    }
}
