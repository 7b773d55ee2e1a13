package io.tacit.protocol.privdnn;

import io.tacit.kernel.ConvolutionGeometry;
import java.math.BigInteger;
import java.util.List;

/**
 * Public shape of the encrypted part of a network: convolution, sums of {@code firstPool} x {@code firstPool} windows, square,
 * convolution, sums of {@code secondPool} x {@code secondPool} windows. Plain filters of the second convolution do not read
 * core channels (the network is separated); core filters read all channels.
 *
 * @param first geometry of the first convolution, all channels, one group; its input is the network's
 * @param firstPool side and step of the windows after it, remainders left out; 1 for none
 * @param second geometry of the second convolution, all channels, one group, on what the first gives
 * @param secondPool side and step of the windows after it; 1 for none
 * @param firstCore channels of the first convolution whose filters are core, increasing
 * @param secondCore the same of the second
 * @param outputBound largest absolute value of what a core filter of the second convolution gives, proven
 */
public record CoreShape(
        ConvolutionGeometry first,
        int firstPool,
        ConvolutionGeometry second,
        int secondPool,
        List<Integer> firstCore,
        List<Integer> secondCore,
        BigInteger outputBound) {

    /** @throws IllegalArgumentException if the parts do not fit each other */
    public CoreShape {
        firstCore = List.copyOf(firstCore);
        secondCore = List.copyOf(secondCore);
        PooledConvolution one = new PooledConvolution(first, firstPool);
        new PooledConvolution(second, secondPool);
        if (second.inChannels() != first.outChannels()
                || second.inHeight() != one.rows()
                || second.inWidth() != one.columns()) {
            throw new IllegalArgumentException("the second convolution reads " + second.inChannels() + " x "
                    + second.inHeight() + " x " + second.inWidth() + " values, the first gives " + first.outChannels()
                    + " x " + one.rows() + " x " + one.columns());
        }
        requireChannels("first", firstCore, first.outChannels());
        requireChannels("second", secondCore, second.outChannels());
        if (outputBound.signum() < 0) {
            throw new IllegalArgumentException("outputs of at most " + outputBound);
        }
    }

    private static void requireChannels(String which, List<Integer> channels, int count) {
        int previous = -1;
        for (int channel : channels) {
            if (channel <= previous || channel >= count) {
                throw new IllegalArgumentException(
                        "core filters of the " + which + " convolution are not increasing within its " + count);
            }
            previous = channel;
        }
        if (channels.isEmpty()) {
            throw new IllegalArgumentException("the " + which + " convolution has no core filter");
        }
    }

    PooledConvolution firstLayer() {
        return new PooledConvolution(first, firstPool);
    }

    PooledConvolution secondLayer() {
        return new PooledConvolution(second, secondPool);
    }

    /** Positions of a core filter's results, row by row. */
    public int outputPositions() {
        return secondLayer().rows() * secondLayer().columns();
    }

    /** Results that the core filters of the second convolution give, for each image. */
    public int outputs() {
        return Math.multiplyExact(secondCore.size(), outputPositions());
    }
}
