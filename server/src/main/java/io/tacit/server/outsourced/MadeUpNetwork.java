package io.tacit.server.outsourced;

import io.tacit.kernel.ConvolutionGeometry;
import io.tacit.model.integer.IntegerNetwork;
import io.tacit.model.integer.Preprocessing;
import io.tacit.model.integer.Range;
import io.tacit.model.integer.Step;
import io.tacit.model.integer.TensorShape;
import io.tacit.model.integer.Window;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** A network of any weights, step after step, for runs in which only the work matters: warming up, measuring. */
public final class MadeUpNetwork {
    private static final int BITS = 8;
    private static final int CEILING = 255;

    /** Ranges follow from the weights when the network is whole. */
    private static final Range UNKNOWN = Range.of(0, 0);

    private final List<Step> steps = new ArrayList<>();
    private TensorShape shape;

    /** Begins with one channel of 8-bit values. */
    public MadeUpNetwork(int side) {
        shape = new TensorShape(1, side, side);
        steps.add(new Step.Input("input", shape, Range.of(0, CEILING)));
    }

    /** 3x3, of a square tensor, with padding. */
    public MadeUpNetwork convolution(int channels) {
        return linear(ConvolutionGeometry.square(shape.channels(), shape.width(), channels, 3, 1, 1));
    }

    public MadeUpNetwork dense(int outputs) {
        return linear(ConvolutionGeometry.dense(shape.size(), outputs));
    }

    private MadeUpNetwork linear(ConvolutionGeometry geometry) {
        int[] weights = IntStream.range(0, geometry.weightCount())
                .map(i -> i % 255 - 127)
                .toArray();
        return add(
                new Step.Linear(name("linear"), last(), geometry, weights, new long[geometry.outChannels()], UNKNOWN),
                new TensorShape(geometry.outChannels(), geometry.outHeight(), geometry.outWidth()));
    }

    public MadeUpNetwork relu() {
        return relu(1);
    }

    /** With so many shifts in turn over the channels: each is a circuit of its own. */
    public MadeUpNetwork relu(int shifts) {
        return add(
                new Step.Activation(
                        name("relu"),
                        last(),
                        Step.Nonlinearity.RELU,
                        IntStream.range(0, shifts == 1 ? 1 : shape.channels())
                                .map(channel -> BITS + channel % shifts)
                                .toArray(),
                        BITS,
                        CEILING,
                        shape,
                        UNKNOWN),
                shape);
    }

    /** Largest values of 2x2 windows. */
    public MadeUpNetwork maxPool() {
        TensorShape half = new TensorShape(shape.channels(), shape.height() / 2, shape.width() / 2);
        return add(new Step.MaxPool(name("pool"), last(), Window.square(2, 2), half, UNKNOWN), half);
    }

    private MadeUpNetwork add(Step step, TensorShape made) {
        steps.add(step);
        shape = made;
        return this;
    }

    private String name(String kind) {
        return kind + steps.size();
    }

    private int last() {
        return steps.size() - 1;
    }

    /** The network; its last step gives the scores. */
    public IntegerNetwork build() {
        Step.Input input = (Step.Input) steps.get(0);
        Preprocessing numbers = new Preprocessing(
                input.shape().width(),
                input.shape().height(),
                0,
                Preprocessing.ChannelOrder.NUMBERS,
                1,
                List.of(),
                List.of(),
                1.0,
                List.of());
        return new IntegerNetwork("made up", numbers, steps, 1.0).withProvenRanges();
    }
}
