package io.tacit.bench.popcorn;

import io.tacit.kernel.ConvolutionGeometry;
import io.tacit.model.integer.IntegerNetwork;
import io.tacit.model.integer.Range;
import io.tacit.model.integer.Step;
import io.tacit.model.integer.TensorShape;
import java.util.ArrayList;
import java.util.List;

/**
 * The first layers of a network on a smaller picture: a network of its own, whose answer is what the last of these layers gives. For
 * what would take hours on the whole picture.
 */
public final class CutOut {
    private final int pixels;
    private final List<Step> steps = new ArrayList<>();

    private CutOut(int pixels) {
        this.pixels = pixels;
    }

    /**
     * The part of a network.
     *
     * @param until name of the last step
     * @param pixels height and width of the picture
     * @throws IllegalArgumentException if there is no such step, or one before it needs the whole picture
     */
    public static IntegerNetwork of(IntegerNetwork network, String until, int pixels) {
        CutOut part = new CutOut(pixels);
        for (Step step : network.steps()) {
            part.steps.add(part.smaller(step));
            if (step.name().equals(until)) {
                String name = network.name() + " until " + until + ", " + pixels + " x " + pixels;
                return new IntegerNetwork(name, network.preprocessing(), part.steps, network.outputScale())
                        .withProvenRanges();
            }
        }
        throw new IllegalArgumentException("no step is named " + until);
    }

    private TensorShape shape(int source) {
        return steps.get(source).shape();
    }

    private Step smaller(Step step) {
        Range unknown = Range.of(0, 0); // replaced by the proven range
        if (step instanceof Step.Input input) {
            return new Step.Input(
                    input.name(), new TensorShape(input.shape().channels(), pixels, pixels), input.range());
        }
        TensorShape in = shape(step.sources().get(0));
        if (step instanceof Step.Linear layer) {
            return new Step.Linear(
                    layer.name(),
                    layer.source(),
                    smaller(layer.name(), layer.geometry(), in),
                    layer.weights(),
                    layer.bias(),
                    layer.biasShift(),
                    unknown);
        } else if (step instanceof Step.MaxPool pool) {
            return new Step.MaxPool(
                    pool.name(), pool.source(), pool.window(), pool.window().over(in), unknown);
        } else if (step instanceof Step.SumPool pool) {
            return new Step.SumPool(
                    pool.name(), pool.source(), pool.window(), pool.window().over(in), unknown);
        } else if (step instanceof Step.Sum sum) {
            return new Step.Sum(sum.name(), sum.sources(), sum.leftShifts(), in, unknown);
        } else if (step instanceof Step.Concat concat) {
            int channels = concat.sources().stream()
                    .mapToInt(source -> shape(source).channels())
                    .sum();
            TensorShape out = new TensorShape(channels, in.height(), in.width());
            return new Step.Concat(concat.name(), concat.sources(), out, unknown);
        } else if (step instanceof Step.Deferred rectified) {
            return new Step.Deferred(
                    rectified.name(), rectified.source(), rectified.kind(), rectified.ceiling(), in, unknown);
        } else if (step instanceof Step.Activation activation) {
            return new Step.Activation(
                    activation.name(),
                    activation.source(),
                    activation.kind(),
                    activation.shifts(),
                    activation.bits(),
                    activation.ceiling(),
                    in,
                    unknown);
        }
        throw new IllegalStateException("a new kind of step: " + step.name());
    }

    private static ConvolutionGeometry smaller(String name, ConvolutionGeometry g, TensorShape in) {
        if (g.isDense()) {
            throw new IllegalArgumentException(name + " needs the whole picture");
        }
        return new ConvolutionGeometry(
                g.inChannels(),
                in.height(),
                in.width(),
                g.outChannels(),
                g.kernelHeight(),
                g.kernelWidth(),
                g.strideY(),
                g.strideX(),
                g.padTop(),
                g.padLeft(),
                g.padBottom(),
                g.padRight(),
                g.dilationY(),
                g.dilationX(),
                g.groups());
    }
}
