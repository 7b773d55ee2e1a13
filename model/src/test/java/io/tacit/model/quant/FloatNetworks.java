package io.tacit.model.quant;

import io.tacit.kernel.ConvolutionGeometry;
import io.tacit.model.data.LabelledImages;
import io.tacit.model.data.NumberRows;
import io.tacit.model.graph.FloatGraph;
import io.tacit.model.graph.GraphBuilder;
import io.tacit.model.graph.Operator;
import io.tacit.model.graph.PoolWindow;
import io.tacit.model.graph.Shape;
import io.tacit.model.integer.Preprocessing;
import io.tacit.model.integer.Preprocessing.ChannelOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Small float networks with random weights, for every construction that the quantiser treats in its own way. */
final class FloatNetworks {
    private static final int SIDE = 8;

    private final Random random;
    private final GraphBuilder graph = new GraphBuilder();
    private int last;

    private FloatNetworks(long seed) {
        random = new Random(seed);
        last = graph.add("input", new Operator.Input(false), List.of(), Shape.of(1, 3, SIDE, SIDE));
    }

    /** What these networks read: 8 x 8 colour pictures, 0 .. 1. */
    static Preprocessing preprocessing() {
        return new Preprocessing(
                SIDE,
                SIDE,
                0,
                ChannelOrder.RGB,
                1 / 255.0,
                List.of(0.4, 0.5, 0.6),
                List.of(0.2, 0.25, 0.3),
                1,
                List.of());
    }

    /** Smooth random pictures. */
    static LabelledImages images(int count, long seed) {
        Random random = new Random(seed);
        byte[] pixels = new byte[count * 3 * SIDE * SIDE];
        for (int plane = 0; plane < count * 3; plane++) {
            double base = 255 * random.nextDouble();
            double slopeX = 40 * random.nextGaussian();
            double slopeY = 40 * random.nextGaussian();
            for (int i = 0; i < SIDE * SIDE; i++) {
                double value = base
                        + slopeX * (i % SIDE - 3.5) / 2
                        + slopeY * (i / SIDE - 3.5) / 2
                        + 10 * random.nextGaussian();
                pixels[plane * SIDE * SIDE + i] = (byte) (int) Math.max(0, Math.min(255, value));
            }
        }
        return new LabelledImages(3, SIDE, SIDE, pixels, new int[count]);
    }

    static NumberRows rows(int count, int width, long seed) {
        Random random = new Random(seed);
        double[][] rows = new double[count][width];
        for (double[] row : rows) {
            for (int i = 0; i < width; i++) {
                row[i] = random.nextGaussian();
            }
        }
        int[] labels = new int[count];
        Arrays.fill(labels, -1);
        return new NumberRows(rows, labels);
    }

    static FloatGraph chain(long seed) {
        FloatNetworks n = new FloatNetworks(seed);
        n.conv("conv1", 6, 3, 1, 1, 1);
        n.relu("relu1");
        n.pool("max1", true, 2);
        n.conv("conv2", 8, 3, 1, 1, 1);
        n.pool("max2", true, 2);
        n.relu("relu2");
        return n.answer();
    }

    static FloatGraph averages(long seed) {
        FloatNetworks n = new FloatNetworks(seed);
        n.conv("conv1", 6, 3, 1, 1, 1);
        n.pool("avg1", false, 2);
        n.relu("relu1");
        n.conv("conv2", 8, 3, 1, 1, 1);
        n.relu("relu2");
        n.pool("avg2", false, 4);
        return n.answer();
    }

    static FloatGraph squares(long seed) {
        FloatNetworks n = new FloatNetworks(seed);
        n.conv("conv1", 4, 3, 1, 1, 1);
        n.pool("avg1", false, 2);
        n.last = n.graph.add("square1", new Operator.Square(), List.of(n.last), n.graph.shape(n.last));
        n.conv("conv2", 6, 3, 1, 1, 1);
        n.relu("relu2");
        return n.answer();
    }

    static FloatGraph clipped(long seed) {
        FloatNetworks n = new FloatNetworks(seed);
        n.conv("conv1", 6, 3, 2, 1, 1);
        n.clip("clip1");
        n.conv("depthwise", 6, 3, 1, 1, 6);
        n.clip("clip2");
        n.conv("pointwise", 10, 1, 1, 0, 1);
        n.clip("clip3");
        return n.answer();
    }

    static FloatGraph residual(long seed) {
        FloatNetworks n = new FloatNetworks(seed);
        n.conv("stem", 6, 3, 1, 1, 1);
        n.relu("relu0");
        int identity = n.last;
        n.conv("a1", 6, 3, 1, 1, 1);
        n.relu("relu1");
        n.conv("a2", 6, 3, 1, 1, 1);
        n.sum("sum1", identity);
        n.relu("relu2");
        int wide = n.last;
        n.conv("short", 8, 1, 2, 0, 1);
        int shortcut = n.last;
        n.last = wide;
        n.conv("b1", 8, 3, 2, 1, 1);
        n.relu("relu3");
        n.conv("b2", 8, 3, 1, 1, 1);
        n.sum("sum2", shortcut);
        n.relu("relu4");
        n.pool("avg", false, 4);
        return n.answer();
    }

    /** A sum that is read twice: by a ReLU and by the next sum. */
    static FloatGraph preActivation(long seed) {
        FloatNetworks n = new FloatNetworks(seed);
        n.conv("stem", 6, 3, 1, 1, 1);
        int first = n.last;
        n.relu("relu0");
        n.conv("a", 6, 3, 1, 1, 1);
        n.sum("sum1", first);
        int second = n.last;
        n.relu("relu1");
        n.conv("b", 6, 3, 1, 1, 1);
        n.sum("sum2", second);
        n.relu("relu2");
        return n.answer();
    }

    static FloatGraph concatenated(long seed) {
        FloatNetworks n = new FloatNetworks(seed);
        n.conv("squeeze", 4, 1, 1, 0, 1);
        n.relu("relu0");
        int from = n.last;
        n.conv("left", 5, 1, 1, 0, 1);
        n.relu("relu1");
        int left = n.last;
        n.last = from;
        n.conv("right", 3, 3, 1, 1, 1);
        n.relu("relu2");
        n.last = n.graph.add("joined", new Operator.Concat(1), List.of(left, n.last), Shape.of(1, 8, SIDE, SIDE));
        n.pool("max", true, 2);
        n.conv("after", 6, 3, 1, 1, 1);
        n.relu("relu3");
        n.pool("global", false, 4);
        n.flatten();
        return n.graph.build("concatenated", List.of(n.last));
    }

    /** Branches that are joined before the ReLU. */
    static FloatGraph joinedEarly(long seed) {
        FloatNetworks n = new FloatNetworks(seed);
        n.conv("left", 5, 1, 1, 0, 1);
        int left = n.last;
        n.last = 0;
        n.conv("right", 3, 3, 1, 1, 1);
        n.last = n.graph.add("joined", new Operator.Concat(1), List.of(left, n.last), Shape.of(1, 8, SIDE, SIDE));
        n.relu("relu");
        n.conv("after", 6, 3, 1, 1, 1);
        n.relu("relu3");
        return n.answer();
    }

    static FloatGraph numbers(long seed) {
        GraphBuilder graph = new GraphBuilder();
        FloatNetworks n = new FloatNetworks(seed);
        int input = graph.add("input", new Operator.Input(false), List.of(), Shape.of(1, 30));
        int hidden = graph.add("hidden", n.dense(30, 16), List.of(input), Shape.of(1, 16));
        int relu = graph.add("relu", new Operator.Relu(), List.of(hidden), Shape.of(1, 16));
        int scores = graph.add("scores", n.dense(16, 3), List.of(relu), Shape.of(1, 3));
        return graph.build("numbers", List.of(scores));
    }

    private void conv(String name, int out, int kernel, int stride, int pad, int groups) {
        Shape in = graph.shape(last);
        ConvolutionGeometry g = new ConvolutionGeometry(
                in.dim(1), in.dim(2), in.dim(3), out, kernel, kernel, stride, stride, pad, pad, pad, pad, 1, 1, groups);
        last = graph.add(
                name,
                new Operator.Conv(g, gaussian(g.weightCount(), Math.sqrt(2.0 / g.taps())), gaussian(out, 0.3)),
                List.of(last),
                Shape.of(1, out, g.outHeight(), g.outWidth()));
    }

    private void relu(String name) {
        last = graph.add(name, new Operator.Relu(), List.of(last), graph.shape(last));
    }

    private void clip(String name) {
        last = graph.add(name, new Operator.Clip(0, 1.5f), List.of(last), graph.shape(last));
    }

    private void sum(String name, int other) {
        last = graph.add(name, new Operator.Sum(), List.of(last, other), graph.shape(last));
    }

    private void pool(String name, boolean max, int size) {
        PoolWindow window = PoolWindow.plain(size, size, size, size);
        Operator pool = max ? new Operator.MaxPool(window) : new Operator.AveragePool(window, false);
        last = graph.add(name, pool, List.of(last), window.over(graph.shape(last)));
    }

    private void flatten() {
        int size = graph.shape(last).size();
        last = graph.add("flat", new Operator.Reshape(), List.of(last), Shape.of(1, size));
    }

    private FloatGraph answer() {
        flatten();
        int size = graph.shape(last).size();
        last = graph.add("scores", dense(size, 5), List.of(last), Shape.of(1, 5));
        return graph.build("random", List.of(last));
    }

    private Operator.Dense dense(int in, int out) {
        return new Operator.Dense(in, out, gaussian(in * out, Math.sqrt(2.0 / in)), gaussian(out, 0.3));
    }

    private float[] gaussian(int count, double deviation) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) (deviation * random.nextGaussian());
        }
        return values;
    }
}
