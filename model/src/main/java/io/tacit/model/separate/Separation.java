package io.tacit.model.separate;

import io.tacit.kernel.ConvolutionGeometry;
import io.tacit.model.integer.IntegerNetwork;
import io.tacit.model.integer.Range;
import io.tacit.model.integer.Step;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Makes the networks that partial encryption is about: the separated one, which is computed; the one without its core filters,
 * which is what somebody has who cannot have them decrypted.
 */
public final class Separation {

    private Separation() {}

    /**
     * The separated network: what is plain reads no core channel of the first convolution, so that it can be computed without
     * the key. Ranges are proven anew. Protocols return this network's integers.
     *
     * @throws IllegalArgumentException if a core filter is beyond the network's
     */
    public static IntegerNetwork separated(IntegerNetwork network, CoreSegment segment, CoreFilters core) {
        segment.require(network, core);
        List<Step> steps = new ArrayList<>(network.steps());
        for (int i = segment.square() + 1; i < steps.size(); i++) {
            if (steps.get(i) instanceof Step.Linear linear && linear.source() == segment.square()) {
                List<Integer> kept = i == segment.secondConvolution() ? core.second() : List.of();
                steps.set(i, cut(linear, core.first(), kept));
            }
        }
        return withSteps(network, steps).withProvenRanges();
    }

    /**
     * The network without its core filters: their channels are zero.
     *
     * @throws IllegalArgumentException if a core filter is beyond the network's
     */
    public static IntegerNetwork removed(IntegerNetwork network, CoreSegment segment, CoreFilters core) {
        return withSteps(network, blanked(network, segment, core)).withProvenRanges();
    }

    /**
     * What the user of the separated network is given in the clear: everything but weights and biases of core filters, which
     * are zero, and but the exact ranges, which depend on them: each is widened to its bits.
     */
    public static IntegerNetwork clearPart(IntegerNetwork network, CoreSegment segment, CoreFilters core) {
        IntegerNetwork separated = separated(network, segment, core);
        List<Step> steps = new ArrayList<>();
        for (Step step : blanked(separated, segment, core)) {
            steps.add(step instanceof Step.Input ? step : step.withRange(widened(step.range())));
        }
        return withSteps(network, steps);
    }

    /** All values of so many bits. */
    private static Range widened(Range range) {
        BigInteger beyond = BigInteger.ONE.shiftLeft(range.signedBits() - 1);
        return new Range(beyond.negate(), beyond.subtract(BigInteger.ONE));
    }

    private static List<Step> blanked(IntegerNetwork network, CoreSegment segment, CoreFilters core) {
        segment.require(network, core);
        List<Step> steps = new ArrayList<>(network.steps());
        steps.set(segment.firstConvolution(), blank(segment.first(network), core.first()));
        steps.set(segment.secondConvolution(), blank(segment.second(network), core.second()));
        return steps;
    }

    private static Step.Linear blank(Step.Linear step, List<Integer> outputs) {
        int[] weights = step.weights().clone();
        long[] bias = step.bias().clone();
        int taps = step.geometry().taps();
        for (int output : outputs) {
            Arrays.fill(weights, output * taps, (output + 1) * taps, 0);
            bias[output] = 0;
        }
        return with(step, weights, bias);
    }

    private static Step.Linear cut(Step.Linear step, List<Integer> inputs, List<Integer> keptOutputs) {
        ConvolutionGeometry g = step.geometry();
        int[] weights = step.weights().clone();
        int taps = g.kernelHeight() * g.kernelWidth();
        for (int output : CoreFilters.others(keptOutputs, g.outChannels())) {
            for (int input : inputs) {
                int at = (output * g.inChannels() + input) * taps;
                Arrays.fill(weights, at, at + taps, 0);
            }
        }
        return with(step, weights, step.bias());
    }

    private static Step.Linear with(Step.Linear step, int[] weights, long[] bias) {
        return new Step.Linear(
                step.name(), step.source(), step.geometry(), weights, bias, step.biasShift(), step.range());
    }

    private static IntegerNetwork withSteps(IntegerNetwork network, List<Step> steps) {
        return new IntegerNetwork(
                network.name(), network.provenance(), network.preprocessing(), steps, network.outputScale());
    }
}
