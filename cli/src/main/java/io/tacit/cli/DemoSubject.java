package io.tacit.cli;

import io.tacit.model.data.Pictures;
import io.tacit.model.graph.FloatGraph;
import io.tacit.model.image.Picture;
import io.tacit.model.image.PictureReader;
import io.tacit.model.image.Preprocessor;
import io.tacit.model.image.Preset;
import io.tacit.model.integer.IntegerNetwork;
import io.tacit.model.integer.IntegerTensor;
import io.tacit.model.integer.Preprocessing;
import io.tacit.model.integer.Provenance;
import io.tacit.model.quant.Quantizer;
import io.tacit.model.quant.QuantizerOptions;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a demo is about, in the clear.
 *
 * @param graph the float network
 * @param reading how pictures become its inputs
 * @param network the integer network made of it
 * @param files the pictures' files
 * @param pictures what is in them
 * @param inputs the integers that the network reads, picture after picture
 */
record DemoSubject(
        FloatGraph graph,
        Preprocessing reading,
        IntegerNetwork network,
        List<Path> files,
        List<Picture> pictures,
        IntegerTensor inputs) {

    /**
     * A bundled network and its data set.
     *
     * @param network file name of the network
     * @param set what the names of its bundled pictures begin with
     * @param reading how pictures become its inputs
     * @param shown bundled pictures that are asked about where none is named, by their place among them
     * @param options how the network is quantised
     */
    record Example(String network, String set, Preset reading, List<Integer> shown, QuantizerOptions options) {
        static final Example CLOTHES =
                new Example("fashion_m4.onnx", "fashion", Preset.FASHION, List.of(45, 7, 27), QuantizerOptions.DEFAULT);
        static final Example DIGITS_OF_SECO =
                new Example("mnist_m4_avg.onnx", "mnist", Preset.MNIST, List.of(20, 7), QuantizerOptions.DEFAULT);
        static final Example DIGITS = new Example(
                PrivDnnBench.NETWORK + ".onnx", "mnist", Preset.MNIST, List.of(7, 15, 22), PrivDnnBench.OPTIONS);
    }

    /** The bundled network, quantised now. @param given pictures to ask about; if none, three of the bundled ones */
    static DemoSubject of(Example example, List<Path> given) throws IOException {
        Path examples = Path.of(System.getProperty("tacit.home", ".")).resolve("examples");
        Path onnx = examples.resolve("networks").resolve(example.network);
        List<Path> bundled;
        try (Stream<Path> all = Files.list(examples.resolve("samples"))) {
            bundled = all.filter(path -> String.valueOf(path.getFileName()).matches(example.set + "-.*\\.png"))
                    .sorted()
                    .toList();
        }
        List<Picture> calibration = bundled.stream().map(PictureReader::read).toList();
        Preprocessing reading = example.reading.preprocessing();
        FloatGraph graph = QuantizeCommand.graph(onnx);
        IntegerNetwork network;
        try (Cores cores = new Cores()) {
            network = new Quantizer(
                            graph,
                            reading,
                            new Pictures(calibration),
                            new Provenance(example.network, "", List.of()),
                            cores.workers())
                    .quantize(example.options);
        }
        List<Path> files =
                given.isEmpty() ? example.shown.stream().map(bundled::get).toList() : given;
        List<Picture> pictures = files.stream().map(PictureReader::read).toList();
        int size = network.input().shape().size();
        int[] inputs = new int[files.size() * size];
        Preprocessor preprocessor = new Preprocessor(network.preprocessing());
        for (int i = 0; i < pictures.size(); i++) {
            System.arraycopy(
                    preprocessor.integers(pictures.get(i), network.input().range()), 0, inputs, i * size, size);
        }
        return new DemoSubject(
                graph,
                reading,
                network,
                files,
                pictures,
                IntegerTensor.ofInts(files.size(), network.input().shape(), inputs));
    }

    /** The integers that the network reads of one picture, drawn as grey levels. */
    BufferedImage drawn(int index) {
        int size = network.input().shape().size();
        return drawn(Arrays.copyOfRange(inputs.ints(), index * size, (index + 1) * size));
    }

    /** Values of 0 to 255 in the layout of the input, drawn as grey levels; what is beyond is cut off. */
    BufferedImage drawn(int[] levels) {
        int height = network.input().shape().height();
        int width = network.input().shape().width();
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int level = Math.max(0, Math.min(255, levels[y * width + x]));
                image.setRGB(x, y, level << 16 | level << 8 | level);
            }
        }
        return image;
    }

    /** Name of a class. */
    String className(int label) {
        return network.preprocessing().labels().get(label);
    }
}
