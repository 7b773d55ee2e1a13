package io.tacit.model.image;

import io.tacit.model.ModelFileException;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Locale;
import java.util.Set;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;

/** Reads PNG and JPEG files. Sizes are checked from the header, before anything is decoded. */
public final class PictureReader {

    /** Largest file, in bytes. */
    public static final long MAX_FILE_BYTES = 256L << 20;

    /** Largest picture, in pixels. */
    public static final long MAX_PIXELS = 50_000_000;

    private static final Set<String> FORMATS = Set.of("png", "jpeg");

    private PictureReader() {}

    /**
     * Reads a picture; grey ones have one channel, all others three; transparency is dropped.
     *
     * @throws ModelFileException if the file is missing, no PNG or JPEG, too large, or corrupt
     */
    public static Picture read(Path file) {
        try {
            if (Files.size(file) > MAX_FILE_BYTES) {
                throw new ModelFileException(file + " is larger than " + MAX_FILE_BYTES + " bytes");
            }
            try (ImageInputStream in = ImageIO.createImageInputStream(file.toFile())) {
                if (in == null) {
                    throw new ModelFileException("cannot read " + file);
                }
                return decode(in, file);
            }
        } catch (NoSuchFileException e) {
            throw new ModelFileException("there is no file " + file, e);
        } catch (IOException e) {
            throw new ModelFileException("cannot read " + file + ": " + e.getMessage(), e);
        } catch (IllegalArgumentException | IndexOutOfBoundsException | NegativeArraySizeException e) {
            throw new ModelFileException(file + " is corrupt", e); // what the platform's decoders throw on bad bytes
        }
    }

    private static Picture decode(ImageInputStream in, Path file) throws IOException {
        Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
        while (readers.hasNext()) {
            ImageReader reader = readers.next();
            if (!FORMATS.contains(reader.getFormatName().toLowerCase(Locale.ROOT))) {
                continue;
            }
            try {
                reader.setInput(in, true, true);
                long pixels = (long) reader.getWidth(0) * reader.getHeight(0);
                if (pixels < 1 || pixels > MAX_PIXELS) {
                    throw new ModelFileException(file + " has " + pixels + " pixels; the limit is " + MAX_PIXELS);
                }
                return planes(reader.read(0));
            } finally {
                reader.dispose();
            }
        }
        throw new ModelFileException(file + " is neither PNG nor JPEG");
    }

    private static Picture planes(BufferedImage image) {
        int height = image.getHeight();
        int width = image.getWidth();
        boolean grey = image.getColorModel().getNumColorComponents() == 1;
        int channels = grey ? 1 : 3;
        byte[] pixels = new byte[channels * height * width];
        int[] row = new int[width];
        int plane = height * width;
        boolean raw = grey && image.getSampleModel().getSampleSize(0) == 8;
        for (int y = 0; y < height; y++) {
            if (raw) { // the values as stored: conversion to RGB would apply a grey gamma
                image.getRaster().getSamples(0, y, width, 1, 0, row);
                for (int x = 0; x < width; x++) {
                    pixels[y * width + x] = (byte) row[x];
                }
                continue;
            }
            image.getRGB(0, y, width, 1, row, 0, width);
            for (int x = 0; x < width; x++) {
                for (int c = 0; c < channels; c++) {
                    pixels[c * plane + y * width + x] = (byte) (row[x] >> (16 - 8 * c));
                }
            }
        }
        return new Picture(channels, height, width, pixels);
    }
}
