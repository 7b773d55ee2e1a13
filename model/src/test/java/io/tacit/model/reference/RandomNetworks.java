package io.tacit.model.reference;

import io.tacit.kernel.ConvolutionGeometry;
import io.tacit.model.integer.IntegerNetwork;
import io.tacit.model.integer.IntegerTensor;
import io.tacit.model.integer.Preprocessing;
import io.tacit.model.integer.Provenance;
import io.tacit.model.integer.Range;
import io.tacit.model.integer.Step;
import io.tacit.model.integer.TensorShape;
import io.tacit.model.integer.Window;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Random well-formed integer networks with all kinds of steps, ranges proven. */
public final class RandomNetworks {
    private final Random random;
    private final List<Step> steps = new ArrayList<>();

    private RandomNetworks(Random random) {
        this.random = random;
    }

    /** A network and nothing that is not in the seed. */
    public static IntegerNetwork network(long seed) {
        return new RandomNetworks(new Random(seed)).build(seed);
    }

    /** A batch of inputs of the network's range, its ends among them. */
    public static IntegerTensor input(IntegerNetwork network, int batch, long seed) {
        Random random = new Random(seed);
        int low = network.input().range().low().intValueExact();
        int high = network.input().range().high().intValueExact();
        int[] values = new int[batch * network.input().shape().size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = switch (random.nextInt(8)) {
                case 0 -> low;
                case 1 -> high;
                default -> low + random.nextInt(high - low + 1);
            };
        }
        return IntegerTensor.ofInts(batch, network.input().shape(), values);
    }

    private IntegerNetwork build(long seed) {
        Range range = random.nextBoolean() ? Range.of(0, 255) : Range.of(-random.nextInt(200) - 1, random.nextInt(200));
        TensorShape shape = new TensorShape(between(1, 4), between(4, 11), between(4, 11));
        steps.add(new Step.Input("input", shape, range));
        boolean deferred = random.nextInt(3) == 0;
        int blocks = between(2, 7);
        for (int i = 0; i < blocks; i++) {
            block(deferred);
        }
        dense();
        Preprocessing preprocessing = new Preprocessing(
                shape.width(),
                shape.height(),
                0,
                Preprocessing.ChannelOrder.NUMBERS,
                1,
                List.of(),
                List.of(),
                1,
                List.of("a", "b"));
        return new IntegerNetwork(
                        "random " + seed,
                        new Provenance("x.onnx", "", List.of("seed=" + seed)),
                        preprocessing,
                        steps,
                        0.5)
                .withProvenRanges();
    }

    private void block(boolean deferred) {
        int source = steps.size() - 1;
        TensorShape in = steps.get(source).shape();
        Range unknown = Range.of(0, 0); // proven when the network is complete
        String name = "step" + steps.size();
        switch (random.nextInt(8)) {
            case 0, 1, 2 -> {
                steps.add(convolution(name, source));
                if (!deferred || random.nextInt(3) == 0) {
                    activation();
                }
            }
            case 3 -> {
                Window w = window(in);
                steps.add(new Step.SumPool(name, source, w, w.over(in), unknown));
            }
            case 4 -> {
                Window w = window(in);
                steps.add(new Step.MaxPool(name, source, w, w.over(in), unknown));
            }
            case 5 -> {
                List<Integer> same = new ArrayList<>();
                for (int i = 0; i < steps.size(); i++) {
                    if (steps.get(i).shape().equals(in)) {
                        same.add(i);
                    }
                }
                int other = same.get(random.nextInt(same.size()));
                steps.add(new Step.Sum(
                        name, List.of(source, other), List.of(random.nextInt(4), random.nextInt(4)), in, unknown));
                activation();
            }
            case 6 -> {
                Step twin = convolution(name, source);
                steps.add(twin);
                steps.add(new Step.Concat(
                        name + "joined",
                        List.of(source + 1, source + 1),
                        new TensorShape(
                                2 * twin.shape().channels(),
                                twin.shape().height(),
                                twin.shape().width()),
                        unknown));
                activation();
            }
            default -> {
                Step.Nonlinearity kind = random.nextBoolean() ? Step.Nonlinearity.RELU : Step.Nonlinearity.SQUARE;
                BigInteger ceiling = kind == Step.Nonlinearity.RELU && random.nextBoolean()
                        ? BigInteger.valueOf(between(1, 3000))
                        : null;
                steps.add(new Step.Deferred(name, source, kind, ceiling, in, unknown));
            }
        }
    }

    private void activation() {
        int source = steps.size() - 1;
        TensorShape shape = steps.get(source).shape();
        Step.Nonlinearity kind = Step.Nonlinearity.values()[random.nextInt(3)];
        int[] shifts = new int[random.nextBoolean() ? 1 : shape.channels()];
        for (int i = 0; i < shifts.length; i++) {
            shifts[i] = random.nextInt(12) == 0 ? between(30, 70) : random.nextInt(12);
        }
        int bits = between(2, 10);
        int ceiling = kind == Step.Nonlinearity.RELU
                ? random.nextBoolean() ? (1 << bits) - 1 : between(1, (1 << bits) - 1)
                : (1 << (bits - 1)) - 1;
        steps.add(
                new Step.Activation("step" + steps.size(), source, kind, shifts, bits, ceiling, shape, Range.of(0, 0)));
    }

    private Step.Linear convolution(String name, int source) {
        TensorShape in = steps.get(source).shape();
        int groups = random.nextInt(3) == 0 ? in.channels() : 1;
        int kernelHeight = between(1, Math.min(3, in.height()));
        int kernelWidth = between(1, Math.min(3, in.width()));
        ConvolutionGeometry g = new ConvolutionGeometry(
                in.channels(),
                in.height(),
                in.width(),
                groups * between(1, 3),
                kernelHeight,
                kernelWidth,
                between(1, 2),
                between(1, 2),
                random.nextInt(2),
                random.nextInt(2),
                random.nextInt(2),
                random.nextInt(2),
                1,
                1,
                groups);
        return linear(name, source, g);
    }

    private void dense() {
        int source = steps.size() - 1;
        steps.add(linear(
                "scores",
                source,
                ConvolutionGeometry.dense(steps.get(source).shape().size(), between(2, 5))));
    }

    private Step.Linear linear(String name, int source, ConvolutionGeometry g) {
        int bound = 1 << between(0, 7);
        int[] weights = new int[g.weightCount()];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = random.nextInt(2 * bound + 1) - bound;
        }
        long[] bias = new long[g.outChannels()];
        for (int i = 0; i < bias.length; i++) {
            bias[i] = random.nextInt(20001) - 10000;
        }
        int biasShift = random.nextInt(8) == 0 ? random.nextInt(40) : 0;
        return new Step.Linear(name, source, g, weights, bias, biasShift, Range.of(0, 0));
    }

    private Window window(TensorShape in) {
        if (random.nextInt(3) == 0 && in.height() > 1 && in.width() > 1) {
            return Window.square(2, 2);
        }
        int height = between(1, Math.min(3, in.height()));
        int width = between(1, Math.min(3, in.width()));
        return new Window(
                height,
                width,
                between(1, 3),
                between(1, 3),
                random.nextInt(height),
                random.nextInt(width),
                random.nextInt(height),
                random.nextInt(width));
    }

    private int between(int low, int high) {
        return low + random.nextInt(high - low + 1);
    }
}
