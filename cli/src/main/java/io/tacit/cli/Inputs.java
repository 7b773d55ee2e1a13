package io.tacit.cli;

import io.tacit.model.data.CifarReader;
import io.tacit.model.data.IdxReader;
import io.tacit.model.data.InputSet;
import io.tacit.model.data.LabelledImages;
import io.tacit.model.data.NumberRows;
import io.tacit.model.data.Pictures;
import io.tacit.model.image.Picture;
import io.tacit.model.image.PictureReader;
import io.tacit.model.integer.Preprocessing;
import io.tacit.model.integer.Preprocessing.ChannelOrder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Inputs named on a command line: a folder with MNIST-like idx files or CIFAR-10 records, a folder of PNG and JPEG
 * pictures, one picture, or a CSV file of numbers (a last column beyond the network's inputs is the class).
 */
final class Inputs {
    private static final long MAX_CSV_BYTES = 64L << 20;

    private Inputs() {}

    /**
     * @param training whether a data set's training part is wanted, or its test part
     * @param limit most inputs that are read
     * @param width numbers in a row, for CSV files
     * @param reading what the network is told to read: pictures or numbers
     */
    static InputSet read(Path path, boolean training, int limit, int width, Preprocessing reading) throws IOException {
        InputSet inputs = read(path, training, limit, width);
        boolean numbers = reading.order() == ChannelOrder.NUMBERS;
        if (numbers != inputs instanceof NumberRows) {
            throw new BadInput(
                    numbers
                            ? path + " holds pictures, but the network is to read rows of numbers: give a CSV file, or"
                                    + " choose --preset or --channels"
                            : path + " holds rows of numbers, but the network is to read pictures: give pictures, or"
                                    + " choose --channels NUMBERS");
        }
        if (inputs.size() == 0) {
            throw new BadInput(path + " holds no inputs");
        }
        return inputs;
    }

    private static InputSet read(Path path, boolean training, int limit, int width) throws IOException {
        if (Files.isRegularFile(path)) {
            return path.toString().endsWith(".csv")
                    ? csv(path, limit, width)
                    : new Pictures(List.of(PictureReader.read(path)));
        }
        if (!Files.isDirectory(path)) {
            throw new BadInput("no such file or folder: " + path);
        }
        if (Files.exists(path.resolve("test_batch.bin"))) {
            return first(CifarReader.read(path.resolve(training ? "data_batch_1.bin" : "test_batch.bin")), limit);
        }
        String prefix = training
                ? "train"
                : Files.exists(path.resolve("t10k-images-idx3-ubyte"))
                                || Files.exists(path.resolve("t10k-images-idx3-ubyte.gz"))
                        ? "t10k"
                        : "test";
        if (Files.exists(path.resolve(prefix + "-images-idx3-ubyte"))
                || Files.exists(path.resolve(prefix + "-images-idx3-ubyte.gz"))) {
            return first(IdxReader.read(path, prefix), limit);
        }
        List<Path> files;
        try (Stream<Path> all = Files.list(path)) {
            files = all.filter(file -> file.toString().toLowerCase(Locale.ROOT).matches(".*\\.(png|jpe?g)"))
                    .sorted()
                    .limit(limit)
                    .toList();
        }
        if (files.isEmpty()) {
            throw new BadInput(path + " holds neither pictures (PNG, JPEG) nor a data set ('tacit data' fetches some)");
        }
        List<Picture> pictures = new ArrayList<>();
        for (Path file : files) {
            pictures.add(PictureReader.read(file));
        }
        return new Pictures(pictures);
    }

    private static LabelledImages first(LabelledImages images, int limit) {
        return images.size() <= limit ? images : images.slice(0, limit);
    }

    private static NumberRows csv(Path file, int limit, int width) throws IOException {
        if (Files.size(file) > MAX_CSV_BYTES) {
            throw new BadInput(file + " is larger than " + MAX_CSV_BYTES + " bytes");
        }
        List<double[]> rows = new ArrayList<>();
        List<Integer> labels = new ArrayList<>();
        int number = 0;
        for (String line : Files.readAllLines(file)) {
            number++;
            String[] cells = line.split(",", -1);
            if (line.isBlank() || (number == 1 && !isNumber(cells[cells.length - 1]))) {
                continue; // a header
            }
            if (cells.length != width && cells.length != width + 1) {
                throw new BadInput(
                        file + ", line " + number + ": " + cells.length + " cells; the network reads " + width);
            }
            double[] row = new double[cells.length];
            for (int i = 0; i < row.length; i++) {
                if (!isNumber(cells[i])) {
                    throw new BadInput(file + ", line " + number + ": '" + cells[i] + "' is not a number");
                }
                row[i] = Double.parseDouble(cells[i].strip());
            }
            rows.add(Arrays.copyOf(row, width));
            labels.add(cells.length > width ? (int) row[width] : -1);
            if (rows.size() == limit) {
                break;
            }
        }
        return new NumberRows(
                rows.toArray(new double[0][]),
                labels.stream().mapToInt(Integer::intValue).toArray());
    }

    private static boolean isNumber(String cell) {
        return cell.strip().matches("[-+]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][-+]?[0-9]{1,3})?");
    }
}
