package io.tacit.protocol.audit;

import io.tacit.crypto.random.Prg;
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
import java.util.Arrays;
import java.util.List;

/**
 * Two networks that differ in their weights alone, for what servers that hold shares can tell: convolutions, a tensor that
 * two steps read (so that one mask serves a convolution and a residual sum), a pool, a dense layer.
 */
final class AuditedNetworks {
    static final int SIDE = 8;
    private static final int CHANNELS = 3;
    private static final int CLASSES = 10;
    private static final int LARGEST_WEIGHT = 127;
    private static final Range UNKNOWN = Range.of(0, 0); // replaced by the proven range

    private AuditedNetworks() {}

    /** The first network. */
    static IntegerNetwork first(Prg prg) {
        TensorShape planes = new TensorShape(CHANNELS, SIDE, SIDE);
        TensorShape pooled = new TensorShape(CHANNELS, SIDE / 2, SIDE / 2);
        List<Step> steps = new ArrayList<>();
        steps.add(new Step.Input("picture", new TensorShape(1, SIDE, SIDE), Range.of(0, 255)));
        steps.add(linear("conv1", 0, ConvolutionGeometry.square(1, SIDE, CHANNELS, 3, 1, 1), prg));
        steps.add(relu("relu1", 1, 10, planes));
        steps.add(linear("conv2", 2, ConvolutionGeometry.square(CHANNELS, SIDE, CHANNELS, 3, 1, 1), prg));
        steps.add(new Step.Sum("residual", List.of(3, 2), List.of(0, 10), planes, UNKNOWN));
        steps.add(relu("relu2", 4, 11, planes));
        steps.add(new Step.MaxPool("pool", 5, Window.square(2, 2), pooled, UNKNOWN));
        steps.add(linear("dense", 6, ConvolutionGeometry.dense(pooled.size(), CLASSES), prg));
        return network(steps);
    }

    private static IntegerNetwork network(List<Step> steps) {
        Preprocessing levels = new Preprocessing(
                SIDE, SIDE, 0, Preprocessing.ChannelOrder.GRAY, 1, List.of(0.0), List.of(1.0), 1, List.of());
        return new IntegerNetwork("audit", levels, steps, 1).withProvenRanges();
    }

    private static Step linear(String name, int source, ConvolutionGeometry geometry, Prg prg) {
        int[] weights = new int[geometry.weightCount()];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = prg.nextBelow(2 * LARGEST_WEIGHT + 1) - LARGEST_WEIGHT;
        }
        long[] biases = new long[geometry.outChannels()];
        for (int i = 0; i < biases.length; i++) {
            biases[i] = prg.nextBelow(1 << 16) - (1 << 15);
        }
        return new Step.Linear(name, source, geometry, weights, biases, UNKNOWN);
    }

    private static Step relu(String name, int source, int shift, TensorShape shape) {
        return new Step.Activation(name, source, Nonlinearity.RELU, new int[] {shift}, 8, 255, shape, UNKNOWN);
    }

    /** The same network but for its weights: those of each output and channel in ascending order. All proven ranges stay. */
    static IntegerNetwork second(IntegerNetwork first) {
        List<Step> steps = new ArrayList<>();
        for (Step step : first.steps()) {
            if (step instanceof Step.Linear linear) {
                int[] weights = linear.weights().clone();
                // within a channel, whose values all have one range
                ConvolutionGeometry g = linear.geometry();
                int kernel = g.kernelHeight() * g.kernelWidth();
                int perChannel = kernel > 1 ? kernel : g.inChannels() / CHANNELS;
                for (int from = 0; from < weights.length; from += perChannel) {
                    Arrays.sort(weights, from, from + perChannel);
                }
                steps.add(new Step.Linear(
                        linear.name(), linear.source(), linear.geometry(), weights, linear.bias(), UNKNOWN));
            } else {
                steps.add(step);
            }
        }
        return network(steps);
    }

    /** A picture of one grey level. */
    static IntegerTensor picture(int level) {
        int[] levels = new int[SIDE * SIDE];
        Arrays.fill(levels, level);
        return IntegerTensor.ofInts(1, new TensorShape(1, SIDE, SIDE), levels);
    }
}
