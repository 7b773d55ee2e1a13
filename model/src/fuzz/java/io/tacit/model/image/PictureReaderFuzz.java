package io.tacit.model.image;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.tacit.model.ModelFileException;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.provider.MethodSource;

/** Bytes as a picture: a picture, or the declared exception. */
class PictureReaderFuzz {
    private static Path file = Path.of("picture");

    @BeforeAll
    static void make() throws IOException {
        file = Files.createTempFile("picture", ".png");
    }

    @AfterAll
    static void remove() throws IOException {
        Files.deleteIfExists(file);
    }

    static Stream<byte[]> seeds() {
        return Stream.of("png", "jpeg").flatMap(format -> Stream.of(
                        BufferedImage.TYPE_INT_RGB,
                        BufferedImage.TYPE_BYTE_GRAY,
                        BufferedImage.TYPE_BYTE_INDEXED,
                        BufferedImage.TYPE_BYTE_BINARY)
                .map(type -> encoded(format, type)));
    }

    private static byte[] encoded(String format, int type) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            BufferedImage picture = new BufferedImage(9, 7, type);
            picture.setRGB(3, 2, 0x80ff40);
            ImageIO.write(picture, format, bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    @MethodSource("seeds")
    @FuzzTest(maxDuration = "4m")
    void read(byte[] content) throws IOException {
        Files.write(file, content);
        try {
            PictureReader.read(file);
        } catch (ModelFileException e) {
            if (e.getMessage() == null || e.getMessage().isBlank()) {
                throw new AssertionError("a refusal without a reason", e);
            }
        }
    }
}
