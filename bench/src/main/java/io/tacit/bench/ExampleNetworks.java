package io.tacit.bench;

import io.tacit.kernel.Workers;
import io.tacit.model.data.CifarReader;
import io.tacit.model.data.IdxReader;
import io.tacit.model.data.LabelledImages;
import io.tacit.model.graph.FloatGraph;
import io.tacit.model.image.Preprocessor;
import io.tacit.model.image.Preset;
import io.tacit.model.integer.IntegerNetwork;
import io.tacit.model.integer.IntegerTensor;
import io.tacit.model.integer.Provenance;
import io.tacit.model.onnx.ImportOptions;
import io.tacit.model.onnx.OnnxImporter;
import io.tacit.model.quant.Quantizer;
import io.tacit.model.quant.QuantizerOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;

/** The networks under {@code examples/networks}, quantised for a measurement, and inputs for them. */
public final class ExampleNetworks {
    private static final int CALIBRATION_IMAGES = 128;

    private final Path networks;
    private final Path data;
    private final Workers workers;

    /**
     * @param networks folder of the ONNX files
     * @param data folder of data sets as {@code tacit data} makes it; where a set is absent, seeded noise takes its place:
     *     exactness and times do not depend on what the pictures show
     */
    public ExampleNetworks(Path networks, Path data, Workers workers) {
        this.networks = networks;
        this.data = data;
        this.workers = workers;
    }

    /**
     * A quantised network and test inputs.
     *
     * @param labels of the inputs, or zeros
     * @param real whether the inputs are pictures of the data set
     */
    public record Subject(IntegerNetwork network, IntegerTensor inputs, int[] labels, boolean real) {}

    /** @param name such as {@code mnist_sn_cnn}; what stands before the first underscore is the data set */
    public Subject load(String name, int images) {
        return load(name, images, QuantizerOptions.DEFAULT);
    }

    /** The same with other bits or pruned. */
    public Subject load(String name, int images, QuantizerOptions options) {
        Preset preset =
                name.startsWith("cifar") ? Preset.CIFAR10 : name.startsWith("fashion") ? Preset.FASHION : Preset.MNIST;
        Path folder =
                data.resolve(name.startsWith("cifar") ? "cifar10" : name.startsWith("fashion") ? "fashion" : "mnist");
        boolean real = Files.isDirectory(folder);
        LabelledImages calibration = real ? pictures(folder, true) : noise(preset, CALIBRATION_IMAGES);
        LabelledImages tests = real ? pictures(folder, false) : noise(preset, images);
        FloatGraph read = new OnnxImporter().read(networks.resolve(name + ".onnx"), ImportOptions.DEFAULT);
        FloatGraph graph = new FloatGraph(name, read.nodes(), read.outputs(), read.notes());
        IntegerNetwork network = new Quantizer(
                        graph,
                        preset.preprocessing(),
                        calibration.slice(0, Math.min(CALIBRATION_IMAGES, calibration.size())),
                        Provenance.NONE,
                        workers)
                .quantize(options);
        Preprocessor preprocessor = new Preprocessor(network.preprocessing());
        int size = network.input().shape().size();
        int[] values = new int[images * size];
        int[] labels = new int[images];
        for (int i = 0; i < images; i++) {
            labels[i] = tests.label(i % tests.size());
            int[] one = tests.integers(
                    i % tests.size(), preprocessor, network.input().range());
            System.arraycopy(one, 0, values, i * size, size);
        }
        return new Subject(network, IntegerTensor.ofInts(images, network.input().shape(), values), labels, real);
    }

    private static LabelledImages pictures(Path folder, boolean training) {
        if (Files.exists(folder.resolve("test_batch.bin"))) {
            return CifarReader.read(folder.resolve(training ? "data_batch_1.bin" : "test_batch.bin"));
        }
        return IdxReader.read(folder, training ? "train" : "t10k");
    }

    private static LabelledImages noise(Preset preset, int count) {
        int channels = preset.preprocessing().order().channels();
        int width = preset.preprocessing().width();
        int height = preset.preprocessing().height();
        byte[] pixels = new byte[count * channels * width * height];
        new SplittableRandom(1).nextBytes(pixels);
        return new LabelledImages(channels, height, width, pixels, new int[count]);
    }

    /** All networks in the folder, by name. */
    public static List<String> names() {
        return List.of(
                "mnist_sn_mlp",
                "mnist_sn_cnn",
                "cifar_sn",
                "mnist_m1_relu",
                "mnist_m1_square",
                "mnist_m4",
                "mnist_m4_avg",
                "mnist_lenet");
    }
}
