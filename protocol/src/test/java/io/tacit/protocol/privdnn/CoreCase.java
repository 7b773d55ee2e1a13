package io.tacit.protocol.privdnn;

import io.tacit.kernel.ConvolutionGeometry;
import java.math.BigInteger;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** A small encrypted part with random weights and pixels, and its results by the definition. */
final class CoreCase {
    final CoreShape shape;
    final CoreWeights core;
    final PlainFilters plain;
    final int[][] pixels;
    private final long[][] firstWeights;
    private final long[] firstBias;

    /** LeNet's order of things: no padding, pools after both convolutions. */
    static CoreCase pooled(int images, long seed) {
        return new CoreCase(
                ConvolutionGeometry.square(1, 10, 3, 3, 1, 0),
                2,
                ConvolutionGeometry.square(3, 4, 4, 3, 1, 0),
                2,
                List.of(1),
                List.of(0, 3),
                images,
                seed);
    }

    /** VGG's: padding, no pools, several input channels. */
    static CoreCase padded(int images, long seed) {
        return new CoreCase(
                ConvolutionGeometry.square(2, 4, 4, 3, 1, 1),
                1,
                ConvolutionGeometry.square(4, 4, 3, 3, 1, 1),
                1,
                List.of(0, 3),
                List.of(1),
                images,
                seed);
    }

    /** Steps, dilation, sides that differ, a pool with a remainder; all channels core. */
    static CoreCase odd(int images, long seed) {
        return new CoreCase(
                new ConvolutionGeometry(1, 9, 11, 2, 3, 2, 2, 1, 1, 0, 2, 1, 1, 2, 1),
                2,
                new ConvolutionGeometry(2, 2, 5, 2, 2, 3, 1, 1, 1, 2, 0, 0, 1, 1, 1),
                2,
                List.of(0, 1),
                List.of(0, 1),
                images,
                seed);
    }

    CoreCase(
            ConvolutionGeometry first,
            int firstPool,
            ConvolutionGeometry second,
            int secondPool,
            List<Integer> firstCore,
            List<Integer> secondCore,
            int images,
            long seed) {
        Random random = new Random(seed);
        firstWeights = weights(random, first.outChannels(), first.taps());
        firstBias = random.longs(first.outChannels(), -5000, 5001).toArray();
        core = new CoreWeights(
                firstCore.stream().map(channel -> firstWeights[channel].clone()).toArray(long[][]::new),
                firstCore.stream().mapToLong(channel -> firstBias[channel]).toArray(),
                weights(random, secondCore.size(), second.taps()),
                random.longs(secondCore.size(), -1L << 40, 1L << 40).toArray());
        List<Integer> others = IntStream.range(0, first.outChannels())
                .filter(channel -> !firstCore.contains(channel))
                .boxed()
                .toList();
        plain = new PlainFilters(
                others.stream().map(channel -> firstWeights[channel]).toArray(long[][]::new),
                others.stream().mapToLong(channel -> firstBias[channel]).toArray());
        pixels = new int[images][];
        for (int image = 0; image < images; image++) {
            pixels[image] = random.ints(first.inputSize(), -128, 256).toArray();
        }
        // 2^57.5 is LeNet's.
        shape = new CoreShape(
                first, firstPool, second, secondPool, firstCore, secondCore, BigInteger.ONE.shiftLeft(57));
    }

    private static long[][] weights(Random random, int filters, int taps) {
        long[][] weights = new long[filters][];
        for (int filter = 0; filter < filters; filter++) {
            weights[filter] = random.longs(taps, -127, 128).toArray();
        }
        return weights;
    }

    /** Results of one image by core filter and position. */
    long[] expected(int image) {
        ConvolutionGeometry first = shape.first();
        long[] input = IntStream.of(pixels[image]).asLongStream().toArray();
        long[] sums = layer(first, shape.firstPool(), input, firstWeights, firstBias);
        for (int i = 0; i < sums.length; i++) {
            sums[i] *= sums[i];
        }
        return layer(shape.second(), shape.secondPool(), sums, core.second(), core.secondBias());
    }

    private static long[] layer(ConvolutionGeometry g, int pool, long[] input, long[][] weights, long[] biases) {
        int rows = g.outHeight() / pool;
        int columns = g.outWidth() / pool;
        long[] out = new long[weights.length * rows * columns];
        for (int filter = 0; filter < weights.length; filter++) {
            for (int y = 0; y < rows * pool; y++) {
                for (int x = 0; x < columns * pool; x++) {
                    out[(filter * rows + y / pool) * columns + x / pool] +=
                            biases[filter] + one(g, input, weights[filter], y, x);
                }
            }
        }
        return out;
    }

    private static long one(ConvolutionGeometry g, long[] input, long[] weights, int y, int x) {
        long sum = 0;
        int tap = 0;
        for (int channel = 0; channel < g.inChannels(); channel++) {
            for (int ky = 0; ky < g.kernelHeight(); ky++) {
                for (int kx = 0; kx < g.kernelWidth(); kx++) {
                    int row = y * g.strideY() + ky * g.dilationY() - g.padTop();
                    int column = x * g.strideX() + kx * g.dilationX() - g.padLeft();
                    if (row >= 0 && row < g.inHeight() && column >= 0 && column < g.inWidth()) {
                        sum += weights[tap] * input[(channel * g.inHeight() + row) * g.inWidth() + column];
                    }
                    tap++;
                }
            }
        }
        return sum;
    }
}
