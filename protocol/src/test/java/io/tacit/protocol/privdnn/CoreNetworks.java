package io.tacit.protocol.privdnn;

import io.tacit.kernel.ConvolutionGeometry;
import io.tacit.model.integer.IntegerNetwork;
import io.tacit.model.integer.IntegerTensor;
import io.tacit.model.integer.Range;
import io.tacit.model.integer.Step.Nonlinearity;
import io.tacit.model.integer.TensorShape;
import io.tacit.model.integer.Window;
import io.tacit.protocol.outsourced.Networks;
import java.util.stream.IntStream;

/** Small networks with random weights in the shapes that partial encryption takes. */
final class CoreNetworks {

    private CoreNetworks() {}

    /** A shift after which most values of the last step fill a few bits: proven ranges are seldom reached. */
    private static int[] shift(Networks n) {
        return new int[] {Math.max(0, bits(n) - 12)};
    }

    /** Proven bits of the last step. */
    private static int bits(Networks n) {
        return n.build("so far").output().range().signedBits();
    }

    /** LeNet-5 with squares: pools before both squares. */
    static IntegerNetwork lenet(long seed) {
        Networks n = new Networks(seed, new TensorShape(1, 12, 12), Range.of(0, 255));
        n.linear(0, ConvolutionGeometry.square(1, 12, 3, 3, 1, 0));
        n.sumPool(n.last(), Window.square(2, 2));
        n.exact(n.last(), Nonlinearity.SQUARE);
        n.linear(n.last(), ConvolutionGeometry.square(3, 5, 5, 2, 1, 0));
        n.sumPool(n.last(), Window.square(2, 2));
        n.activation(
                n.last(),
                Nonlinearity.SQUARE,
                IntStream.range(0, 5).map(i -> shift(n)[0] + i % 3).toArray(),
                8,
                127);
        n.dense(n.last(), 11);
        n.activation(n.last(), Nonlinearity.RELU, shift(n), 8, 255);
        n.dense(n.last(), 6);
        return n.build("lenet");
    }

    /** A network behind a square of the first convolution, up to its second one, at 8x8. */
    private static Networks squared(long seed) {
        Networks n = new Networks(seed, new TensorShape(3, 8, 8), Range.of(-128, 127));
        n.linear(0, ConvolutionGeometry.square(3, 8, 4, 3, 1, 1));
        n.exact(n.last(), Nonlinearity.SQUARE);
        n.linear(n.last(), ConvolutionGeometry.square(4, 8, 6, 3, 1, 1));
        return n;
    }

    /** AlexNet: ReLU and max-pool behind the second convolution. */
    static IntegerNetwork alexnet(long seed) {
        Networks n = squared(seed);
        n.activation(n.last(), Nonlinearity.RELU, shift(n), 8, 255);
        n.maxPool(n.last(), Window.square(2, 2));
        n.linear(n.last(), ConvolutionGeometry.square(6, 4, 5, 3, 1, 1));
        n.activation(n.last(), Nonlinearity.RELU, shift(n), 8, 255);
        n.dense(n.last(), 7);
        return n.build("alexnet");
    }

    /** VGG16: single-channel filters behind the second convolution, whose channels are so kept apart. */
    static IntegerNetwork vgg(long seed) {
        Networks n = squared(seed);
        n.activation(n.last(), Nonlinearity.IDENTITY, shift(n), 8, 127);
        n.linear(n.last(), new ConvolutionGeometry(6, 8, 8, 6, 3, 3, 1, 1, 1, 1, 1, 1, 1, 1, 6));
        n.activation(n.last(), Nonlinearity.RELU, shift(n), 8, 255);
        n.maxPool(n.last(), Window.square(2, 2));
        n.linear(n.last(), ConvolutionGeometry.square(6, 4, 5, 3, 1, 1));
        n.activation(n.last(), Nonlinearity.RELU, shift(n), 8, 255);
        n.maxPool(n.last(), Window.square(2, 2));
        n.dense(n.last(), 4);
        return n.build("vgg");
    }

    /** ResNet: a shortcut reads the square beside the second convolution. */
    static IntegerNetwork resnet(long seed) {
        Networks n = squared(seed);
        int second = n.last();
        n.activation(second, Nonlinearity.RELU, shift(n), 8, 255);
        int branch = n.linear(n.last(), ConvolutionGeometry.square(6, 8, 6, 3, 1, 1));
        int branchBits = bits(n);
        int shortcut = n.linear(second - 1, ConvolutionGeometry.square(4, 8, 6, 1, 1, 0));
        n.sum(branch, shortcut, Math.max(0, bits(n) - branchBits), 0);
        n.activation(n.last(), Nonlinearity.RELU, shift(n), 8, 255);
        n.sumPool(n.last(), Window.square(4, 4));
        n.dense(n.last(), 5);
        return n.build("resnet");
    }

    static IntegerTensor inputs(IntegerNetwork network, int count, long seed) {
        int[] values = IntStream.range(0, count)
                .flatMap(i ->
                        IntStream.of(Networks.input(network, seed * 1000 + i).ints()))
                .toArray();
        return IntegerTensor.ofInts(count, network.input().shape(), values);
    }
}
