package io.tacit.model.separate;

import io.tacit.kernel.ConvolutionGeometry;
import io.tacit.model.integer.IntegerNetwork;
import io.tacit.model.integer.IntegerTensor;
import io.tacit.model.integer.Preprocessing;
import io.tacit.model.integer.Range;
import io.tacit.model.integer.Step;
import io.tacit.model.integer.Step.Nonlinearity;
import io.tacit.model.integer.TensorShape;
import io.tacit.model.integer.Window;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Small networks with random weights and a square between two convolutions. */
final class Squared {
    static final int FIRST = 3;
    static final int SECOND = 5;
    private static final Range UNKNOWN = Range.of(0, 0);

    private final Random random;
    private final List<Step> steps = new ArrayList<>();

    private Squared(long seed) {
        random = new Random(seed);
        steps.add(new Step.Input("input", new TensorShape(1, 12, 12), Range.of(0, 255)));
    }

    /** LeNet-5 with squares; a dense layer mixes the second convolution's channels. */
    static IntegerNetwork dense(long seed) {
        Squared s = new Squared(seed);
        s.head();
        s.pool("pool2", true);
        s.activation("act2", Nonlinearity.SQUARE, 8, 127);
        s.linear("fc1", ConvolutionGeometry.dense(SECOND * 4, 12));
        s.activation("act3", Nonlinearity.RELU, 8, 255);
        s.linear("fc2", ConvolutionGeometry.dense(12, 4));
        return s.build();
    }

    /** Filters of one channel behind the second convolution, and a convolution that mixes them. */
    static IntegerNetwork depthwise(long seed) {
        Squared s = new Squared(seed);
        s.head();
        s.activation("act2", Nonlinearity.IDENTITY, 8, 127);
        s.linear("own", new ConvolutionGeometry(SECOND, 4, 4, SECOND, 3, 3, 1, 1, 1, 1, 1, 1, 1, 1, SECOND));
        s.activation("act3", Nonlinearity.RELU, 8, 255);
        s.pool("max", false);
        s.linear("mix", ConvolutionGeometry.square(SECOND, 2, 3, 2, 1, 0));
        s.activation("act4", Nonlinearity.RELU, 8, 255);
        s.linear("fc", ConvolutionGeometry.dense(3, 4));
        return s.build();
    }

    static IntegerTensor images(int count, long seed) {
        return IntegerTensor.ofInts(
                count,
                new TensorShape(1, 12, 12),
                new Random(seed).ints(count * 144, 0, 256).toArray());
    }

    private void head() {
        linear("conv1", ConvolutionGeometry.square(1, 12, FIRST, 3, 1, 0));
        pool("pool1", true);
        TensorShape shape = steps.get(steps.size() - 1).shape();
        steps.add(new Step.Deferred("square", steps.size() - 1, Nonlinearity.SQUARE, null, shape, UNKNOWN));
        linear("conv2", ConvolutionGeometry.square(FIRST, 5, SECOND, 2, 1, 0));
    }

    private void linear(String name, ConvolutionGeometry g) {
        int[] weights = random.ints(g.weightCount(), -20, 21).toArray();
        long[] bias = random.longs(g.outChannels(), -500, 500).toArray();
        steps.add(new Step.Linear(name, steps.size() - 1, g, weights, bias, UNKNOWN));
    }

    private void pool(String name, boolean sum) {
        Window window = Window.square(2, 2);
        int source = steps.size() - 1;
        TensorShape shape = window.over(steps.get(source).shape());
        steps.add(
                sum
                        ? new Step.SumPool(name, source, window, shape, UNKNOWN)
                        : new Step.MaxPool(name, source, window, shape, UNKNOWN));
    }

    /** Shifts so that most values fill a few bits: proven ranges are seldom reached. */
    private void activation(String name, Nonlinearity kind, int bits, int ceiling) {
        int source = steps.size() - 1;
        int shift = Math.max(0, build().output().range().signedBits() - 12);
        steps.add(new Step.Activation(
                name,
                source,
                kind,
                new int[] {shift},
                bits,
                ceiling,
                steps.get(source).shape(),
                UNKNOWN));
    }

    private IntegerNetwork build() {
        Preprocessing none =
                new Preprocessing(12, 12, 0, Preprocessing.ChannelOrder.GRAY, 1, List.of(), List.of(), 1.0, List.of());
        return new IntegerNetwork("squared", none, steps, 1.0).withProvenRanges();
    }
}
