package io.tacit.bench;

import io.tacit.kernel.ConvolutionGeometry;
import io.tacit.kernel.Workers;
import io.tacit.model.data.LabelledImages;
import io.tacit.model.graph.FloatGraph;
import io.tacit.model.graph.GraphBuilder;
import io.tacit.model.graph.Operator;
import io.tacit.model.graph.PoolWindow;
import io.tacit.model.graph.Shape;
import io.tacit.model.image.Preset;
import io.tacit.model.integer.IntegerNetwork;
import io.tacit.model.integer.IntegerTensor;
import io.tacit.model.integer.Preprocessing;
import io.tacit.model.integer.Provenance;
import io.tacit.model.integer.Range;
import io.tacit.model.quant.Quantizer;
import io.tacit.model.quant.QuantizerOptions;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Networks of a published architecture whose trained weights are not to be had: seeded random weights take their place.
 * Shapes, work, traffic and proven ranges are those of an 8-bit network of that architecture; what it answers means
 * nothing, and every figure made with one says so.
 */
public final class SeededNetworks {
    /** What a figure made with such a network is marked with. */
    public static final String NOTE = "seeded random weights";

    private static final int CALIBRATION_IMAGES = 2;
    /** Channels of a bottleneck's answer for one of its own. */
    private static final int EXPANSION = 4;

    private final SplittableRandom random;
    private final GraphBuilder graph = new GraphBuilder();
    private int last;

    private SeededNetworks(long seed, int channels, int side) {
        random = new SplittableRandom(seed);
        last = graph.add("input", new Operator.Input(false), List.of(), Shape.of(1, channels, side, side));
    }

    /**
     * ResNet-50 for ImageNet (He, Zhang, Ren, Sun: Deep Residual Learning, CVPR 2016; the stride of a stage in its first
     * 3x3 convolution), batch normalisation folded: 224x224 pictures, 4.09 billion multiplications, 25.5 million weights.
     * Made within a heap of 2 GiB, in about 20 seconds of one core.
     */
    public static IntegerNetwork resNet50(long seed, Workers workers) {
        return bottlenecks("resnet50-seeded", seed, 224, 64, List.of(3, 4, 6, 3), 1000, workers);
    }

    /** A network of the same make: stage i has {@code blocks[i]} bottlenecks of {@code width * 2^i} channels. */
    static IntegerNetwork bottlenecks(
            String name, long seed, int side, int width, List<Integer> blocks, int classes, Workers workers) {
        SeededNetworks n = new SeededNetworks(seed, 3, side);
        n.convolution("stem", width, 7, 2);
        n.relu("stem.relu");
        n.pool(new Operator.MaxPool(new PoolWindow(3, 3, 2, 2, 1, 1, 1, 1, 0, 0, 1, 1)), "stem.max");
        for (int stage = 0; stage < blocks.size(); stage++) {
            for (int block = 0; block < blocks.get(stage); block++) {
                n.bottleneck(
                        "stage" + (stage + 1) + "." + (block + 1), width << stage, stage > 0 && block == 0 ? 2 : 1);
            }
        }
        Shape before = n.graph.shape(n.last);
        n.pool(
                new Operator.AveragePool(
                        PoolWindow.plain(before.dim(2), before.dim(3), before.dim(2), before.dim(3)), false),
                "mean");
        n.flat();
        n.dense("scores", classes, 1);
        FloatGraph made = n.graph.build(name, List.of(n.last));
        Preprocessing imageNet = Preset.IMAGENET.preprocessing();
        Preprocessing reads = new Preprocessing(
                side,
                side,
                0,
                imageNet.order(),
                imageNet.factor(),
                imageNet.mean(),
                imageNet.std(),
                1,
                imageNet.labels());
        Provenance provenance = new Provenance(NOTE + ", seed " + seed, "", List.of());
        return new Quantizer(made, reads, pictures(3, side, CALIBRATION_IMAGES, seed), provenance, workers)
                .quantize(QuantizerOptions.DEFAULT.withCompensation(false));
    }

    // ---- PrivDNN's networks (Ren et al., PoPETs 2024(3)): squares between the first two convolutions, which are one
    // segment

    /** Its LeNet-5 for EMNIST: 10 and 20 filters, 27 classes. */
    public static IntegerNetwork emnist(long seed, Workers workers) {
        SeededNetworks n = new SeededNetworks(seed, 1, 28);
        n.convolution("conv1", 10, 5, 1, 0, 1);
        n.average(2);
        n.square();
        n.convolution("conv2", 20, 5, 1, 0, 1);
        n.average(2);
        n.square();
        n.flat();
        n.hidden("fc1", 120);
        n.hidden("fc2", 84);
        n.dense("scores", 27, 1);
        return n.segmented("emnist-seeded", seed, 8, workers);
    }

    /** Its VGG16 for CIFAR-10: 64 filters of one channel behind the second convolution. */
    public static IntegerNetwork vgg16(long seed, Workers workers) {
        SeededNetworks n = new SeededNetworks(seed, 3, 32);
        n.convolution("conv1", 64, 3, 1, 1, 1);
        n.square();
        n.convolution("conv2", 64, 3, 1, 1, 1);
        n.convolution("own", 64, 3, 1, 1, 64);
        n.relu("own.relu");
        n.largest();
        for (int width : List.of(128, 128, 0, 256, 256, 256, 0, 512, 512, 512, 0, 512, 512, 512, 0)) {
            if (width == 0) {
                n.largest();
            } else {
                n.convolution("conv" + n.last, width, 3, 1, 1, 1);
                n.relu("relu" + n.last);
            }
        }
        n.flat();
        n.hidden("fc1", 512);
        n.dense("scores", 10, 1);
        return n.segmented("vgg16-seeded", seed, 8, workers);
    }

    /** Its AlexNet for GTSRB, with 6-bit weights: with 8 the second convolution's results exceed two plaintext primes. */
    public static IntegerNetwork alexNet(long seed, Workers workers) {
        SeededNetworks n = new SeededNetworks(seed, 3, 32);
        n.convolution("conv1", 96, 5, 1, 1, 1);
        n.average(2);
        n.square();
        n.convolution("conv2", 256, 3, 1, 1, 1);
        n.relu("relu2");
        n.largest();
        for (int width : List.of(384, 384, 256)) {
            n.convolution("conv" + n.last, width, 3, 1, 1, 1);
            n.relu("relu" + n.last);
        }
        n.largest();
        n.flat();
        n.hidden("fc1", 512);
        n.hidden("fc2", 128);
        n.dense("scores", 43, 1);
        return n.segmented("alexnet-seeded", seed, 6, workers);
    }

    /** Its ResNet18-like network for Tiny-ImageNet: a shortcut reads the square beside the second convolution. */
    public static IntegerNetwork resNet18(long seed, Workers workers) {
        SeededNetworks n = new SeededNetworks(seed, 3, 64);
        n.convolution("conv1", 64, 3, 1, 1, 1);
        n.square();
        n.block("conv2", 64, 1, true);
        for (int width : List.of(128, 256, 512)) {
            n.block("block" + width + ".1", width, 2, true);
            n.block("block" + width + ".2", width, 1, false);
        }
        n.average(4);
        n.flat();
        n.dense("scores", 200, 1);
        return n.segmented("resnet18-seeded", seed, 8, workers);
    }

    private IntegerNetwork segmented(String name, long seed, int weightBits, Workers workers) {
        FloatGraph made = graph.build(name, List.of(last));
        Shape input = made.node(made.input()).shape();
        Preprocessing reads = Preprocessing.scaled(
                input.dim(3),
                input.dim(2),
                input.dim(1) == 1 ? Preprocessing.ChannelOrder.GRAY : Preprocessing.ChannelOrder.RGB,
                1.0 / 255);
        Provenance provenance = new Provenance(NOTE + ", seed " + seed, "", List.of());
        return new Quantizer(
                        made,
                        reads,
                        pictures(input.dim(1), input.dim(2), CALIBRATION_IMAGES, seed),
                        provenance,
                        workers)
                .quantize(QuantizerOptions.DEFAULT
                        .withCompensation(false)
                        .withBits(weightBits, 8)
                        .withDeferred(List.of(new QuantizerOptions.Segment("conv1", "conv2"))));
    }

    /** Two 3x3 convolutions and what they read, which a 1x1 convolution brings to their shape if that is asked for. */
    private void block(String name, int width, int stride, boolean projected) {
        int entered = last;
        convolution(name, width, 3, stride, 1, 1);
        relu(name + ".relu1");
        convolution(name + ".second", width, 3, 1, 1, 1);
        int answer = last;
        last = entered;
        if (projected) {
            convolution(name + ".shortcut", width, 1, stride, 0, 1);
        }
        last = graph.add(name + ".sum", new Operator.Sum(), List.of(answer, last), graph.shape(answer));
        relu(name + ".relu2");
    }

    private void square() {
        last = graph.add("square" + last, new Operator.Square(), List.of(last), graph.shape(last));
    }

    private void average(int side) {
        pool(new Operator.AveragePool(PoolWindow.plain(side, side, side, side), false), "average" + last);
    }

    private void largest() {
        pool(new Operator.MaxPool(PoolWindow.plain(2, 2, 2, 2)), "largest" + last);
    }

    private void flat() {
        last = graph.add(
                "flat",
                new Operator.Reshape(),
                List.of(last),
                Shape.of(1, graph.shape(last).size()));
    }

    private void hidden(String name, int outputs) {
        dense(name, outputs, 2);
        relu(name + ".relu");
    }

    /** @param gain variance of a weight times the layer's inputs */
    private void dense(String name, int outputs, double gain) {
        int inputs = graph.shape(last).size();
        last = graph.add(
                name,
                new Operator.Dense(inputs, outputs, uniform(inputs * outputs, gain / inputs), uniform(outputs, 1e-2)),
                List.of(last),
                Shape.of(1, outputs));
    }

    /** Made-up inputs for any network: integers that are uniform in its input's range. */
    public static IntegerTensor inputs(IntegerNetwork network, int images, long seed) {
        Range range = network.input().range();
        int[] values = new SplittableRandom(seed)
                .ints(
                        (long) images * network.input().shape().size(),
                        range.low().intValueExact(),
                        range.high().intValueExact() + 1)
                .toArray();
        return IntegerTensor.ofInts(images, network.input().shape(), values);
    }

    private static LabelledImages pictures(int channels, int side, int count, long seed) {
        byte[] pixels = new byte[count * channels * side * side];
        new SplittableRandom(seed).nextBytes(pixels);
        return new LabelledImages(channels, side, side, pixels, new int[count]);
    }

    private void bottleneck(String name, int width, int stride) {
        int entered = last;
        int channels = graph.shape(entered).dim(1);
        convolution(name + ".reduce", width, 1, 1);
        relu(name + ".relu1");
        convolution(name + ".conv", width, 3, stride);
        relu(name + ".relu2");
        convolution(name + ".expand", EXPANSION * width, 1, 1);
        int answer = last;
        last = entered;
        if (stride > 1 || channels != EXPANSION * width) {
            convolution(name + ".shortcut", EXPANSION * width, 1, stride);
        }
        last = graph.add(name + ".sum", new Operator.Sum(), List.of(answer, last), graph.shape(answer));
        relu(name + ".relu3");
    }

    private void convolution(String name, int out, int kernel, int stride) {
        convolution(name, out, kernel, stride, kernel / 2, 1);
    }

    private void convolution(String name, int out, int kernel, int stride, int pad, int groups) {
        Shape in = graph.shape(last);
        ConvolutionGeometry g = new ConvolutionGeometry(
                in.dim(1), in.dim(2), in.dim(3), out, kernel, kernel, stride, stride, pad, pad, pad, pad, 1, 1, groups);
        last = graph.add(
                name,
                new Operator.Conv(g, uniform((int) g.weightCount(), 2.0 / g.taps()), uniform(out, 1e-2)),
                List.of(last),
                Shape.of(1, out, g.outHeight(), g.outWidth()));
    }

    private void relu(String name) {
        last = graph.add(name, new Operator.Relu(), List.of(last), graph.shape(last));
    }

    private void pool(Operator pool, String name) {
        PoolWindow window =
                pool instanceof Operator.MaxPool largest ? largest.window() : ((Operator.AveragePool) pool).window();
        last = graph.add(name, pool, List.of(last), window.over(graph.shape(last)));
    }

    /** Uniform numbers about zero. */
    private float[] uniform(int count, double variance) {
        double width = Math.sqrt(12 * variance);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) (width * (random.nextDouble() - 0.5));
        }
        return values;
    }
}
