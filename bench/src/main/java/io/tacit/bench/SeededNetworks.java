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

    private SeededNetworks(long seed, int side) {
        random = new SplittableRandom(seed);
        last = graph.add("input", new Operator.Input(false), List.of(), Shape.of(1, 3, side, side));
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
        SeededNetworks n = new SeededNetworks(seed, side);
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
        int features = before.dim(1);
        n.last = n.graph.add("flat", new Operator.Reshape(), List.of(n.last), Shape.of(1, features));
        n.last = n.graph.add(
                "scores",
                new Operator.Dense(
                        features, classes, n.uniform(features * classes, 1.0 / features), n.uniform(classes, 1e-2)),
                List.of(n.last),
                Shape.of(1, classes));
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
        return new Quantizer(made, reads, pictures(side, CALIBRATION_IMAGES, seed), provenance, workers)
                .quantize(QuantizerOptions.DEFAULT.withCompensation(false));
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

    private static LabelledImages pictures(int side, int count, long seed) {
        byte[] pixels = new byte[count * 3 * side * side];
        new SplittableRandom(seed).nextBytes(pixels);
        return new LabelledImages(3, side, side, pixels, new int[count]);
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
        Shape in = graph.shape(last);
        int pad = kernel / 2;
        ConvolutionGeometry g = new ConvolutionGeometry(
                in.dim(1), in.dim(2), in.dim(3), out, kernel, kernel, stride, stride, pad, pad, pad, pad, 1, 1, 1);
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
