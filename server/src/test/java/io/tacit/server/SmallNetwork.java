package io.tacit.server;

import io.tacit.kernel.ConvolutionGeometry;
import io.tacit.model.integer.IntegerNetwork;
import io.tacit.model.integer.IntegerTensor;
import io.tacit.model.integer.Preprocessing;
import io.tacit.model.integer.Range;
import io.tacit.model.integer.Step;
import io.tacit.model.integer.TensorShape;
import io.tacit.model.integer.Window;
import java.util.List;
import java.util.SplittableRandom;

/** A convolution, ReLU, a max pool and a dense layer with random weights, and inputs for it. */
public final class SmallNetwork {
    private static final int CLASSES = 10;

    private SmallNetwork() {}

    /** Always the same. */
    public static IntegerNetwork make() {
        SplittableRandom random = new SplittableRandom(5);
        Range unknown = Range.of(0, 0);
        ConvolutionGeometry convolution = ConvolutionGeometry.square(1, 14, 6, 5, 1, 0);
        ConvolutionGeometry dense = ConvolutionGeometry.dense(6 * 5 * 5, CLASSES);
        TensorShape maps = new TensorShape(6, 10, 10);
        List<Step> steps = List.of(
                new Step.Input("input", new TensorShape(1, 14, 14), Range.of(0, 255)),
                new Step.Linear(
                        "conv",
                        0,
                        convolution,
                        random.ints(convolution.weightCount(), -127, 128).toArray(),
                        random.longs(6, -999, 999).toArray(),
                        unknown),
                new Step.Activation("relu", 1, Step.Nonlinearity.RELU, new int[] {11}, 8, 255, maps, unknown),
                new Step.MaxPool("pool", 2, Window.square(2, 2), new TensorShape(6, 5, 5), unknown),
                new Step.Linear(
                        "dense",
                        3,
                        dense,
                        random.ints(dense.weightCount(), -127, 128).toArray(),
                        random.longs(CLASSES, -999, 999).toArray(),
                        unknown));
        Preprocessing none = new Preprocessing(
                14, 14, 0, Preprocessing.ChannelOrder.NUMBERS, 1, List.of(), List.of(), 1.0, List.of());
        return new IntegerNetwork("small", none, steps, 1.0).withProvenRanges();
    }

    /** Inputs of uniform values. */
    public static IntegerTensor inputs(IntegerNetwork network, int batch, long seed) {
        TensorShape shape = network.input().shape();
        return IntegerTensor.ofInts(
                batch,
                shape,
                new SplittableRandom(seed)
                        .ints((long) batch * shape.size(), 0, 256)
                        .toArray());
    }
}
