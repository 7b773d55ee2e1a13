package io.tacit.model.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.tacit.model.ModelFileException;
import io.tacit.model.integer.Preprocessing;
import io.tacit.model.integer.Preprocessing.ChannelOrder;
import io.tacit.model.integer.Range;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PictureTest {
    @TempDir
    Path folder;

    @Test
    void readsColoursAndGreysAsTheyWereWritten() throws IOException {
        Random random = new Random(1);
        BufferedImage colour = new BufferedImage(7, 5, BufferedImage.TYPE_INT_RGB);
        BufferedImage grey = new BufferedImage(7, 5, BufferedImage.TYPE_BYTE_GRAY);
        int[] values = random.ints(35, 0, 256).toArray();
        grey.getRaster().setSamples(0, 0, 7, 5, 0, values);
        int[] rgb = random.ints(35, 0, 1 << 24).toArray();
        colour.setRGB(0, 0, 7, 5, rgb, 0, 7);
        Path file = folder.resolve("p.png");
        ImageIO.write(colour, "png", file.toFile());
        Picture read = PictureReader.read(file);
        assertThat(read.channels()).isEqualTo(3);
        for (int i = 0; i < 35; i++) {
            for (int c = 0; c < 3; c++) {
                assertThat(read.get(c, i / 7, i % 7)).isEqualTo(rgb[i] >> (16 - 8 * c) & 0xff);
            }
        }
        ImageIO.write(grey, "png", file.toFile());
        Picture single = PictureReader.read(file);
        assertThat(single.channels()).isEqualTo(1);
        for (int i = 0; i < 35; i++) {
            assertThat(single.get(0, i / 7, i % 7)).isEqualTo(values[i]);
        }
        ImageIO.write(new BufferedImage(32, 16, BufferedImage.TYPE_INT_RGB), "jpg", file.toFile());
        assertThat(PictureReader.read(file).width()).isEqualTo(32);
    }

    /** A header alone that claims 60,000 x 60,000 pixels: refused before anything is decoded. */
    @Test
    void refusesBombsByTheirHeader() throws IOException {
        ByteBuffer png = ByteBuffer.allocate(33);
        png.putLong(0x89504E470D0A1A0AL).putInt(13);
        byte[] header = ByteBuffer.allocate(17)
                .put("IHDR".getBytes(java.nio.charset.StandardCharsets.US_ASCII))
                .putInt(60_000)
                .putInt(60_000)
                .put(new byte[] {8, 2, 0, 0, 0})
                .array();
        CRC32 crc = new CRC32();
        crc.update(header);
        png.put(header).putInt((int) crc.getValue());
        Path file = folder.resolve("bomb.png");
        Files.write(file, png.array());
        assertThatThrownBy(() -> PictureReader.read(file))
                .isInstanceOf(ModelFileException.class)
                .hasMessageContaining("pixels");
    }

    @Test
    void refusesWhatIsNoPictureAndWhatIsDamaged() throws IOException {
        Path file = folder.resolve("p.png");
        Files.write(file, "no picture".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        assertThatThrownBy(() -> PictureReader.read(file)).isInstanceOf(ModelFileException.class);
        assertThatThrownBy(() -> PictureReader.read(folder.resolve("absent"))).isInstanceOf(ModelFileException.class);
        ImageIO.write(new BufferedImage(40, 40, BufferedImage.TYPE_INT_RGB), "png", file.toFile());
        byte[] good = Files.readAllBytes(file);
        ImageIO.write(new BufferedImage(40, 40, BufferedImage.TYPE_INT_RGB), "gif", file.toFile());
        assertThatThrownBy(() -> PictureReader.read(file)).hasMessageContaining("neither PNG nor JPEG");
        Random random = new Random(2);
        for (int round = 0; round < 300; round++) {
            byte[] bad = good.clone();
            for (int i = 0; i < 4; i++) {
                bad[8 + random.nextInt(bad.length - 8)] = (byte) random.nextInt();
            }
            Files.write(file, bad);
            try {
                PictureReader.read(file);
            } catch (ModelFileException e) {
                assertThat(e.getMessage()).as("round %s", round).isNotEmpty();
            }
        }
    }

    @Test
    void shrinkingByAWholeFactorKeepsTheMeanAndConstants() {
        byte[] flat = new byte[3 * 12 * 18];
        java.util.Arrays.fill(flat, (byte) 200);
        Picture shrunk = Resampler.resize(new Picture(3, 12, 18, flat), 4, 6);
        for (byte value : shrunk.pixels()) {
            assertThat(value & 0xff).isEqualTo(200);
        }
        Random random = new Random(3);
        byte[] noise = new byte[64 * 64];
        double sum = 0;
        for (int i = 0; i < noise.length; i++) {
            noise[i] = (byte) random.nextInt(256);
            sum += noise[i] & 0xff;
        }
        Picture small = Resampler.resize(new Picture(1, 64, 64, noise), 8, 8);
        double smallSum = 0;
        for (byte value : small.pixels()) {
            smallSum += value & 0xff;
        }
        assertThat(smallSum / 64).isCloseTo(sum / noise.length, within(4.0));
    }

    /** The triangle filter by hand: 4 columns to 2, support 2 about 1 and 3. */
    @Test
    void resizesByTheTriangleFilter() {
        Picture in = new Picture(1, 1, 4, new byte[] {0, 40, 80, 120});
        Picture out = Resampler.resize(in, 1, 2);
        // Weights 3/4, 3/4, 1/4 of columns 0, 1, 2 over their sum, and the mirror image.
        assertThat(out.get(0, 0, 0)).isEqualTo((int) Math.round((0 * 0.75 + 40 * 0.75 + 80 * 0.25) / 1.75));
        assertThat(out.get(0, 0, 1)).isEqualTo((int) Math.round((40 * 0.25 + 80 * 0.75 + 120 * 0.75) / 1.75));
    }

    @Test
    void cutsTheCentreAndOrdersTheChannels() {
        byte[] pixels = new byte[3 * 4 * 6];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (byte) i;
        }
        Picture picture = new Picture(3, 4, 6, pixels);
        Preprocessing reads = new Preprocessing(
                2, 2, 4, ChannelOrder.BGR, 1, List.of(10.0, 20.0, 30.0), List.of(1.0, 2.0, 4.0), 1, List.of());
        Preprocessor preprocessor = new Preprocessor(reads);
        float[] reals = preprocessor.reals(picture);
        assertThat(reals[0]).isEqualTo((48 + 6 + 2 - 10) / 1f); // blue first
        assertThat(reals[4]).isEqualTo((24 + 6 + 2 - 20) / 2f);
        assertThat(reals[8]).isEqualTo((6 + 2 - 30) / 4f);
        int[] integers = preprocessor.integers(picture, Range.of(-5, 40));
        assertThat(integers[0]).isEqualTo(40);
        assertThat(integers[8]).isEqualTo(-5);
        assertThat(integers[4]).isEqualTo(6);
    }
}
