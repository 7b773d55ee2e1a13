package io.tacit.protocol.securenets;

import io.tacit.kernel.ConvolutionGeometry;
import io.tacit.model.integer.IntegerNetwork;
import io.tacit.model.integer.IntegerTensor;
import io.tacit.model.integer.Preprocessing;
import io.tacit.model.integer.Range;
import io.tacit.model.integer.Step;
import io.tacit.model.integer.TensorShape;
import io.tacit.model.integer.Window;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** Integer networks with random weights, for tests: a builder in which every method adds a step and returns its index. */
final class NetworkMaker {
    private static final Range UNKNOWN = Range.of(0, 0); // replaced by the proven range

    private final SplittableRandom random;
    private final List<Step> steps = new ArrayList<>();
    private final int weightBits;

    NetworkMaker(long seed, int weightBits, TensorShape input) {
        this.random = new SplittableRandom(seed);
        this.weightBits = weightBits;
        steps.add(new Step.Input("input", input, Range.of(0, 255)));
    }

    TensorShape shape(int step) {
        return steps.get(step).shape();
    }

    int convolution(int source, int channels, int kernel, int stride, int pad, int groups) {
        TensorShape in = shape(source);
        return linear(
                source,
                new ConvolutionGeometry(
                        in.channels(),
                        in.height(),
                        in.width(),
                        channels,
                        kernel,
                        kernel,
                        stride,
                        stride,
                        pad,
                        pad,
                        pad,
                        pad,
                        1,
                        1,
                        groups));
    }

    int dense(int source, int outputs) {
        return linear(source, ConvolutionGeometry.dense(shape(source).size(), outputs));
    }

    private int linear(int source, ConvolutionGeometry geometry) {
        int bound = 1 << weightBits - 1;
        int[] weights = random.ints(geometry.weightCount(), -bound, bound).toArray();
        long[] bias = random.longs(geometry.outChannels(), -1000, 1000).toArray();
        return add(new Step.Linear("linear" + steps.size(), source, geometry, weights, bias, UNKNOWN));
    }

    int relu(int source, int shift) {
        return add(new Step.Activation(
                "relu" + steps.size(),
                source,
                Step.Nonlinearity.RELU,
                new int[] {shift},
                8,
                255,
                shape(source),
                UNKNOWN));
    }

    int square(int source, int shift) {
        return add(new Step.Activation(
                "square" + steps.size(),
                source,
                Step.Nonlinearity.SQUARE,
                new int[] {shift},
                6,
                31,
                shape(source),
                UNKNOWN));
    }

    int maxPool(int source) {
        Window window = Window.square(2, 2);
        return add(new Step.MaxPool("max" + steps.size(), source, window, window.over(shape(source)), UNKNOWN));
    }

    int sumPool(int source) {
        Window window = Window.square(2, 2);
        return add(new Step.SumPool("sum" + steps.size(), source, window, window.over(shape(source)), UNKNOWN));
    }

    int sum(int a, int b) {
        return add(new Step.Sum("add" + steps.size(), List.of(a, b), List.of(0, 1), shape(a), UNKNOWN));
    }

    int concat(int a, int b) {
        TensorShape s = shape(a);
        return add(new Step.Concat(
                "concat" + steps.size(),
                List.of(a, b),
                new TensorShape(s.channels() + shape(b).channels(), s.height(), s.width()),
                UNKNOWN));
    }

    private int add(Step step) {
        steps.add(step);
        return steps.size() - 1;
    }

    IntegerNetwork build(String name) {
        TensorShape in = shape(0);
        Preprocessing none = new Preprocessing(
                in.width(),
                in.height(),
                0,
                Preprocessing.ChannelOrder.NUMBERS,
                1,
                List.of(),
                List.of(),
                1.0,
                List.of());
        return new IntegerNetwork(name, none, steps, 1.0).withProvenRanges();
    }

    /** Random inputs for a network. */
    static IntegerTensor inputs(IntegerNetwork network, int batch, long seed) {
        TensorShape shape = network.input().shape();
        return IntegerTensor.ofInts(
                batch,
                shape,
                new SplittableRandom(seed)
                        .ints((long) batch * shape.size(), 0, 256)
                        .toArray());
    }

    /** All values, for comparison. */
    static long[] values(IntegerTensor tensor) {
        long[] values = new long[tensor.batch() * tensor.shape().size()];
        Arrays.setAll(values, tensor::get);
        return values;
    }

    static IntegerNetwork perceptron(long seed, int weightBits) {
        NetworkMaker m = new NetworkMaker(seed, weightBits, TensorShape.vector(37));
        int h = m.relu(m.dense(0, 29), 8);
        m.dense(m.square(m.dense(h, 17), 9), 10);
        return m.build("perceptron");
    }

    static IntegerNetwork convolutional(long seed, int weightBits) {
        NetworkMaker m = new NetworkMaker(seed, weightBits, new TensorShape(2, 12, 12));
        int c = m.maxPool(m.relu(m.convolution(0, 5, 5, 1, 2, 1), 9));
        c = m.sumPool(m.relu(m.convolution(c, 6, 3, 1, 0, 1), 9));
        m.dense(c, 10);
        return m.build("convolutional");
    }

    static IntegerNetwork residual(long seed, int weightBits) {
        NetworkMaker m = new NetworkMaker(seed, weightBits, new TensorShape(3, 8, 8));
        int stem = m.relu(m.convolution(0, 8, 3, 1, 1, 1), 9);
        int body = m.convolution(m.relu(m.convolution(stem, 8, 3, 1, 1, 1), 9), 8, 3, 1, 1, 1);
        int shortcut = m.convolution(stem, 8, 1, 1, 0, 1);
        int joined = m.relu(m.sum(body, shortcut), 10);
        int down = m.relu(m.convolution(joined, 12, 3, 2, 1, 1), 9);
        m.dense(down, 7);
        return m.build("residual");
    }

    static IntegerNetwork depthwiseAndConcat(long seed, int weightBits) {
        NetworkMaker m = new NetworkMaker(seed, weightBits, new TensorShape(4, 9, 9));
        int depthwise = m.relu(m.convolution(0, 8, 3, 1, 1, 4), 8);
        int left = m.relu(m.convolution(depthwise, 5, 1, 1, 0, 1), 9);
        int right = m.relu(m.convolution(depthwise, 6, 3, 1, 1, 2), 9);
        int both = m.concat(left, right);
        m.dense(m.relu(m.convolution(both, 3, 3, 2, 0, 1), 9), 5);
        return m.build("depthwise and concat");
    }

    /** Every kind of network, over 2^31 - 1 with 6 bits a weight and over 2^61 - 1 with 24. */
    static List<IntegerNetwork> all(long seed, int weightBits) {
        return List.of(
                perceptron(seed, weightBits),
                convolutional(seed + 1, weightBits),
                residual(seed + 2, weightBits),
                depthwiseAndConcat(seed + 3, weightBits));
    }
}
