package io.tacit.protocol.outsourced;

import io.tacit.kernel.ConvolutionGeometry;
import io.tacit.model.integer.IntegerNetwork;
import io.tacit.model.integer.IntegerTensor;
import io.tacit.model.integer.Preprocessing;
import io.tacit.model.integer.Range;
import io.tacit.model.integer.Step;
import io.tacit.model.integer.Step.Nonlinearity;
import io.tacit.model.integer.TensorShape;
import io.tacit.model.integer.Window;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** Small random integer networks with every kind of step in every order; also by hand, each method adding one step. */
public final class Networks {
    private static final Range UNKNOWN = Range.of(0, 0); // replaced by the proven range

    private final Random random;
    private final List<Step> steps = new ArrayList<>();

    public Networks(long seed, TensorShape input, Range range) {
        this.random = new Random(seed);
        steps.add(new Step.Input("input", input, range));
    }

    /** A network that is a function of the seed. */
    public static IntegerNetwork random(long seed) {
        Random random = new Random(seed);
        TensorShape shape = new TensorShape(1 + random.nextInt(3), 3 + random.nextInt(6), 3 + random.nextInt(6));
        Range range = random.nextBoolean() ? Range.of(0, 255) : Range.of(-1 - random.nextInt(100), random.nextInt(100));
        Networks n = new Networks(seed + 1, shape, range);
        int blocks = 3 + random.nextInt(6);
        for (int i = 0; i < blocks; i++) {
            n.block();
        }
        n.dense(n.last(), 2 + random.nextInt(5));
        if (random.nextInt(6) == 0) {
            n.activation(n.last(), Nonlinearity.RELU, false); // scores that are never negative
        }
        return n.build("random " + seed);
    }

    private void block() {
        int source = last();
        TensorShape in = shape(source);
        switch (random.nextInt(11)) {
            case 0, 1, 2 -> activation(convolution(source), kind(), random.nextBoolean());
            case 3 -> convolution(source); // whatever follows reads accumulators
            case 4 -> sumPool(source, window(in));
            case 5 -> maxPool(source, window(in));
            case 6 -> maxPool(activation(convolution(source), kind(), random.nextBoolean()), window(shape(last())));
            case 7 -> activation(maxPool(convolution(source), window(shape(last()))), kind(), random.nextBoolean());
            case 8 -> {
                List<Integer> same = IntStream.range(0, steps.size())
                        .filter(i -> shape(i).equals(in))
                        .boxed()
                        .toList();
                int other = same.get(random.nextInt(same.size()));
                sum(source, other, random.nextInt(3), random.nextInt(3));
            }
            case 9 -> {
                List<Integer> fit = IntStream.range(0, steps.size())
                        .filter(i -> shape(i).height() == in.height() && shape(i).width() == in.width())
                        .boxed()
                        .toList();
                concat(source, fit.get(random.nextInt(fit.size())));
            }
            default -> deferred(source, random.nextInt(4) == 0 ? Nonlinearity.SQUARE : Nonlinearity.RELU);
        }
    }

    private Nonlinearity kind() {
        return random.nextInt(3) == 0
                ? Nonlinearity.values()[random.nextInt(Nonlinearity.values().length)]
                : Nonlinearity.RELU;
    }

    public int last() {
        return steps.size() - 1;
    }

    public TensorShape shape(int step) {
        return steps.get(step).shape();
    }

    private int convolution(int source) {
        TensorShape in = shape(source);
        int groups = random.nextInt(3) == 0 ? in.channels() : 1;
        int kernelHeight = 1 + random.nextInt(Math.min(3, in.height()));
        int kernelWidth = 1 + random.nextInt(Math.min(3, in.width()));
        boolean strided = in.height() > 5 && random.nextInt(3) == 0;
        return linear(
                source,
                new ConvolutionGeometry(
                        in.channels(),
                        in.height(),
                        in.width(),
                        groups * (1 + random.nextInt(3)),
                        kernelHeight,
                        kernelWidth,
                        strided ? 2 : 1,
                        1,
                        random.nextInt(2),
                        random.nextInt(2),
                        random.nextInt(2),
                        random.nextInt(2),
                        1,
                        1,
                        groups));
    }

    public int dense(int source, int outputs) {
        return linear(source, ConvolutionGeometry.dense(shape(source).size(), outputs));
    }

    public int linear(int source, ConvolutionGeometry geometry) {
        int bound = 1 << random.nextInt(5);
        int[] weights = random.ints(geometry.weightCount(), -bound, bound + 1).toArray();
        long[] bias = random.longs(geometry.outChannels(), -1000, 1000).toArray();
        int biasShift = random.nextInt(8) == 0 ? random.nextInt(6) : 0;
        return add(new Step.Linear(name("linear"), source, geometry, weights, bias, biasShift, UNKNOWN));
    }

    int activation(int source, Nonlinearity kind, boolean perChannel) {
        int bits = 2 + random.nextInt(7);
        int[] shifts = random.ints(perChannel ? shape(source).channels() : 1, 0, 10)
                .map(shift -> random.nextInt(12) == 0 ? 30 + shift : shift)
                .toArray();
        int ceiling = kind != Nonlinearity.RELU
                ? (1 << bits - 1) - 1
                : random.nextBoolean() ? (1 << bits) - 1 : 1 + random.nextInt((1 << bits) - 1);
        return activation(source, kind, shifts, bits, ceiling);
    }

    public int activation(int source, Nonlinearity kind, int[] shifts, int bits, int ceiling) {
        return add(new Step.Activation(name("act"), source, kind, shifts, bits, ceiling, shape(source), UNKNOWN));
    }

    int deferred(int source, Nonlinearity kind) {
        BigInteger ceiling =
                kind == Nonlinearity.RELU && random.nextBoolean() ? BigInteger.valueOf(1 + random.nextInt(3000)) : null;
        return add(new Step.Deferred(name("deferred"), source, kind, ceiling, shape(source), UNKNOWN));
    }

    /** An exact step without a ceiling. */
    public int exact(int source, Nonlinearity kind) {
        return add(new Step.Deferred(name("exact"), source, kind, null, shape(source), UNKNOWN));
    }

    public int sumPool(int source, Window window) {
        return add(new Step.SumPool(name("sumpool"), source, window, window.over(shape(source)), UNKNOWN));
    }

    public int maxPool(int source, Window window) {
        return add(new Step.MaxPool(name("maxpool"), source, window, window.over(shape(source)), UNKNOWN));
    }

    public int sum(int a, int b, int shiftA, int shiftB) {
        return add(new Step.Sum(name("sum"), List.of(a, b), List.of(shiftA, shiftB), shape(a), UNKNOWN));
    }

    public int concat(int a, int b) {
        TensorShape s = shape(a);
        TensorShape joined = new TensorShape(s.channels() + shape(b).channels(), s.height(), s.width());
        return add(new Step.Concat(name("concat"), List.of(a, b), joined, UNKNOWN));
    }

    private Window window(TensorShape in) {
        if (random.nextBoolean() && in.height() > 1 && in.width() > 1) {
            return Window.square(2, 2);
        }
        int height = 1 + random.nextInt(Math.min(3, in.height()));
        int width = 1 + random.nextInt(Math.min(3, in.width()));
        return new Window(
                height,
                width,
                1 + random.nextInt(2),
                1 + random.nextInt(3),
                random.nextInt(height),
                random.nextInt(width),
                random.nextInt(height),
                random.nextInt(width));
    }

    private String name(String kind) {
        return kind + steps.size();
    }

    private int add(Step step) {
        steps.add(step);
        return last();
    }

    public IntegerNetwork build(String name) {
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

    /** One input of the network's range, its ends among the values. */
    public static IntegerTensor input(IntegerNetwork network, long seed) {
        Random random = new Random(seed);
        int low = network.input().range().low().intValueExact();
        int high = network.input().range().high().intValueExact();
        int[] values = random.ints(network.input().shape().size(), low, high + 1)
                .map(value -> random.nextInt(8) == 0 ? random.nextBoolean() ? low : high : value)
                .toArray();
        return IntegerTensor.ofInts(1, network.input().shape(), values);
    }
}
