package io.tacit.model.quant;

import io.tacit.kernel.ConvolutionGeometry;
import io.tacit.kernel.Workers;
import io.tacit.model.integer.IntegerTensor;
import io.tacit.model.integer.Range;
import io.tacit.model.integer.RangeProof;
import io.tacit.model.integer.Step;
import io.tacit.model.integer.Step.Nonlinearity;
import io.tacit.model.quant.QuantizationProgress.Stage;
import io.tacit.model.reference.StepEvaluator;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Builds the integer network step by step from a draft, evaluating each step on the calibration inputs as soon as it
 * stands: weights are rounded for the integers that the layer really reads, and each bias makes up for the mean error of
 * all that was rounded before.
 */
final class NetworkBuilder {
    private static final Range UNKNOWN = Range.of(0, 0);
    /** A channel's free scale lies between this and twice this times the wanted one. */
    private static final double NEAR = 0.95;
    /** Up to this width of weights a scale of its own for each channel is worth a coarser activation. */
    private static final int FREE_SCALE_BITS = 5;
    /** Below this width of weights, rounding them one by one loses what compensation wins back. */
    private static final int COMPENSATED_BITS = 8;
    /** Width of accumulators that a large bias beside small weights may lead to. */
    private static final int BIAS_DRIVEN_BITS = 29;
    /** Bits of the largest bias; beyond, biases share a left shift. */
    private static final int BIAS_BITS = 61;

    private final Draft draft;
    private final Calibration calibration;
    private final Targets targets;
    private final QuantizerOptions options;
    private final InputScale input;
    private final Workers workers;
    private final QuantizationProgress progress;
    private final StepEvaluator evaluator;
    private final List<Step> steps = new ArrayList<>();
    private final double[][] scales;
    private final @Nullable IntegerTensor[] results;
    private final int[] lastReader;

    /** @param inputs calibration inputs as integers, or null to round without looking at them */
    NetworkBuilder(
            Draft draft,
            Calibration calibration,
            QuantizerOptions options,
            InputScale input,
            @Nullable IntegerTensor inputs,
            Workers workers,
            QuantizationProgress progress) {
        this.draft = draft;
        this.calibration = calibration;
        this.targets = new Targets(draft, calibration, options);
        this.options = options;
        this.input = input;
        this.workers = workers;
        this.progress = progress;
        this.evaluator = new StepEvaluator(workers);
        int count = draft.nodes().size();
        scales = new double[count][];
        results = new IntegerTensor[count];
        results[0] = inputs;
        lastReader = new int[count];
        for (Draft.Node node : draft.nodes()) {
            for (Draft.Node source : node.inputs) {
                lastReader[source.index] = node.index;
            }
        }
    }

    /** The steps, ranges proven. */
    List<Step> build() {
        long total = 0;
        for (Draft.Node node : draft.nodes()) {
            total += work(node);
        }
        long done = 0;
        progress.at(Stage.ROUNDING, 0, total);
        for (Draft.Node node : draft.nodes()) {
            switch (node.kind) {
                case INPUT -> input(node);
                case LINEAR -> linear(node);
                case AVERAGE -> {
                    add(node, new Step.SumPool(node.name, node.inputs.get(0).index, node.window, node.shape, UNKNOWN));
                    scales[node.index] = times(scales[node.inputs.get(0).index], 1.0 / node.divisor);
                }
                case MAX -> {
                    add(node, new Step.MaxPool(node.name, node.inputs.get(0).index, node.window, node.shape, UNKNOWN));
                    scales[node.index] = scales[node.inputs.get(0).index];
                }
                case SUM -> sum(node);
                case CONCAT -> concat(node);
                case ACTIVATE -> activate(node);
            }
            done += work(node);
            progress.at(Stage.ROUNDING, done, total);
        }
        return RangeProof.of(steps).restated();
    }

    /** What progress is counted in: linear layers by their multiplications, as evaluating them takes most of the time. */
    private static long work(Draft.Node node) {
        return node.kind == Draft.Kind.LINEAR ? node.geometry.multiplications() : node.shape.size();
    }

    /** Real value of the integer 1 in the network's answer. */
    double outputScale() {
        return uniform(draft.output());
    }

    private void input(Draft.Node node) {
        steps.add(new Step.Input(node.name, node.shape, input.range()));
        scales[node.index] = input.scales(node.shape.channels());
    }

    private void add(Draft.Node node, Step step) {
        steps.add(step);
        List<Step> proven = RangeProof.of(steps).restated();
        steps.set(steps.size() - 1, proven.get(proven.size() - 1));
        evaluate(node);
    }

    private void evaluate(Draft.Node node) {
        List<IntegerTensor> sources = new ArrayList<>();
        for (Draft.Node source : node.inputs) {
            IntegerTensor result = results[source.index];
            if (result == null) {
                return;
            }
            sources.add(result);
        }
        results[node.index] = evaluator.apply(steps.get(node.index), sources);
        for (Draft.Node source : node.inputs) {
            if (lastReader[source.index] == node.index) {
                results[source.index] = null;
            }
        }
    }

    private void linear(Draft.Node node) {
        ConvolutionGeometry g = node.geometry;
        Draft.Node source = node.inputs.get(0);
        IntegerTensor inputs = results[source.index];
        double[] inScales = perInput(node, scales[source.index]);
        double[] weights = new double[node.weights.length];
        double[] bias = new double[g.outChannels()];
        int kernel = g.kernelHeight() * g.kernelWidth();
        int perGroup = g.inChannels() / g.groups();
        double[] offsets =
                source.kind == Draft.Kind.INPUT ? perInput(node, input.offsets(source.shape.channels())) : null;
        for (int w = 0; w < weights.length; w++) {
            int m = w / g.taps();
            int c = m / (g.outChannels() / g.groups()) * perGroup + w % g.taps() / kernel;
            weights[w] = node.weights[w] * inScales[c];
            bias[m] += offsets == null ? 0 : node.weights[w] * offsets[c];
        }
        Compensation compensation = new Compensation(g, isCompensated() ? inputs : null, workers);
        weights = compensation.prune(weights, node.zero);
        WeightRounding rounding = new WeightRounding(g, weights, importance(node, inputs), options.weightBits());
        double[] own = accumulatorScales(node, rounding, weights);
        int[] rounded = compensation.round(weights, own, rounding.top());
        for (int m = 0; m < bias.length; m++) {
            bias[m] += node.bias[m];
        }
        scales[node.index] = own;
        double[] half = roundingTerms(node, own);
        Step.Linear step = withBias(node, source.index, rounded, sum(bias, half), own);
        if (inputs != null) {
            steps.add(step);
            steps.set(node.index, RangeProof.of(steps).restated().get(node.index));
            double[] means = channelMeans(evaluator.apply(steps.get(node.index), List.of(inputs)));
            steps.remove(node.index);
            for (int m = 0; m < bias.length; m++) {
                double error = calibration.node(node.floatNode).mean(m) - (means[m] * own[m] - half[m]);
                bias[m] += error;
            }
            step = withBias(node, source.index, rounded, sum(bias, half), own);
        }
        add(node, step);
    }

    private boolean isCompensated() {
        return options.compensate() && (options.weightBits() < COMPENSATED_BITS || options.pruning() > 0);
    }

    private static Step.Linear withBias(Draft.Node node, int source, int[] weights, double[] bias, double[] scales) {
        double largest = 0;
        for (int m = 0; m < bias.length; m++) {
            largest = Math.max(largest, Math.abs(bias[m] / scales[m]));
        }
        int shift = Math.max(0, Math.getExponent(largest) + 2 - BIAS_BITS);
        long[] integers = new long[bias.length];
        for (int m = 0; m < bias.length; m++) {
            integers[m] = Math.round(Math.scalb(bias[m] / scales[m], -shift));
        }
        return new Step.Linear(node.name, source, node.geometry, weights, integers, shift, UNKNOWN);
    }

    /** One value an input channel of the layer; a dense layer reads each channel of its source pixel by pixel. */
    private static double[] perInput(Draft.Node node, double[] perChannel) {
        double[] result = new double[node.geometry.inChannels()];
        int pixels = result.length / perChannel.length;
        for (int c = 0; c < result.length; c++) {
            result[c] = perChannel[c / pixels];
        }
        return result;
    }

    private static double[] importance(Draft.Node node, @Nullable IntegerTensor inputs) {
        double[] result = new double[node.geometry.inChannels()];
        if (inputs == null) {
            Arrays.fill(result, 1);
            return result;
        }
        int size = inputs.shape().size();
        int each = size / result.length;
        for (int i = 0; i < inputs.batch() * size; i++) {
            double value = Compensation.value(inputs, i);
            result[i % size / each] += value * value;
        }
        for (int c = 0; c < result.length; c++) {
            result[c] = result[c] / inputs.batch() / each + 1e-3;
        }
        return result;
    }

    private double[] accumulatorScales(Draft.Node node, WeightRounding rounding, double[] weights) {
        int channels = node.geometry.outChannels();
        double unit = unit(node);
        boolean free = targets.mayDifferByChannel(node);
        double[] result = new double[channels];
        for (int m = 0; m < channels; m++) {
            if (free && (Double.isNaN(unit) || options.weightBits() <= FREE_SCALE_BITS)) {
                result[m] = rounding.freeScale(m);
            } else if (!Double.isNaN(unit) && onlyOneShift(node)) {
                result[m] = rounding.shiftedScale(m, unit);
            } else if (m > 0) {
                result[m] = result[0];
            } else {
                result[m] = Double.isNaN(unit) ? rounding.freeScale() : rounding.shiftedScale(unit);
            }
        }
        if (!Double.isNaN(unit)) {
            int source = steps.get(node.inputs.get(0).index).range().signedBits();
            int taps = node.geometry.taps();
            int natural = source + options.weightBits() + Integer.SIZE - Integer.numberOfLeadingZeros(taps);
            int fraction = Math.max(BIAS_DRIVEN_BITS, natural) - options.activationBits();
            double least = unit * Math.scalb(1.0, -Math.max(0, fraction));
            for (int m = 0; m < channels; m++) {
                boolean empty = true;
                for (int i = m * taps; i < (m + 1) * taps; i++) {
                    empty &= weights[i] == 0;
                }
                result[m] = free && empty ? unit : Math.max(result[m], least);
            }
        }
        return result;
    }

    /** Whether nothing but averages lies between a linear layer and the one shift it goes through. */
    private static boolean onlyOneShift(Draft.Node node) {
        Draft.Node at = node;
        while (at.readers.size() == 1) {
            at = at.readers.get(0);
            if (Targets.isTarget(at)) {
                return true;
            }
            if (at.kind != Draft.Kind.AVERAGE) {
                return false;
            }
        }
        return false;
    }

    /** The scale of which the accumulator's scale must be a 2^-f-th part; not a number if it is free. */
    private double unit(Draft.Node node) {
        for (Draft.Node reader : node.readers) {
            double unit = Double.NaN;
            if (Targets.isTarget(reader)) {
                unit = targets.scale(reader);
            } else if (reader.kind == Draft.Kind.AVERAGE) {
                unit = unit(reader) * reader.divisor;
            } else if (reader.kind == Draft.Kind.MAX || reader.kind == Draft.Kind.CONCAT) {
                unit = unit(reader);
            } else if (reader.kind == Draft.Kind.SUM) {
                unit = unit(reader);
                for (Draft.Node operand : reader.inputs) {
                    if (Double.isNaN(unit) && operand.index < node.index) {
                        unit = uniform(operand);
                    }
                }
            }
            if (!Double.isNaN(unit)) {
                return unit;
            }
        }
        return Double.NaN;
    }

    /** Half of the last place of the activation that a layer becomes, so that the floor shift rounds; real values. */
    private double[] roundingTerms(Draft.Node node, double[] own) {
        double[] result = new double[own.length];
        Draft.Node at = node;
        double divisor = 1;
        while (true) {
            Draft.Node next = null;
            for (Draft.Node reader : at.readers) {
                boolean leads = Targets.isTarget(reader)
                        || (reader.kind == Draft.Kind.AVERAGE)
                        || (reader.kind == Draft.Kind.SUM && firstAccumulator(reader) == at);
                if (leads && next == null) {
                    next = reader;
                }
            }
            if (next == null) {
                return result;
            }
            if (Targets.isTarget(next)) {
                for (int m = 0; m < own.length; m++) {
                    double scale = own[m] / divisor;
                    int shift = shift(next, scale);
                    // In a sum the scale may still shrink to another operand's: what is halved is the activation's
                    // place.
                    result[m] = shift > 0 ? Math.scalb(scale, shift) / 2 : 0;
                }
                return result;
            }
            divisor *= next.kind == Draft.Kind.AVERAGE ? next.divisor : 1;
            at = next;
        }
    }

    private static Draft.@Nullable Node firstAccumulator(Draft.Node sum) {
        for (Draft.Node operand : sum.inputs) {
            if (operand.isAccumulator()) {
                return operand;
            }
        }
        return null;
    }

    /** Shift that brings a scale to the one wanted of an ACTIVATE, or near it where channels are free. */
    private int shift(Draft.Node activate, double scale) {
        double wanted = Math.log(targets.scale(activate) / scale) / Math.log(2);
        boolean exact = Math.abs(wanted - Math.rint(wanted)) < 1e-6;
        double shift = !exact && targets.mayDifferByChannel(activate)
                ? Math.ceil(wanted + Math.log(NEAR) / Math.log(2))
                : Math.rint(wanted);
        return (int) Math.max(0, shift);
    }

    private void activate(Draft.Node node) {
        Draft.Node source = node.inputs.get(0);
        double[] in = scales[source.index];
        double[] out = new double[in.length];
        boolean square = node.function == Nonlinearity.SQUARE;
        if (node.deferred) {
            BigInteger ceiling = Double.isInfinite(node.ceiling) ? null : rounded(node.ceiling / uniform(source));
            add(node, new Step.Deferred(node.name, source.index, node.function, ceiling, node.shape, UNKNOWN));
            for (int c = 0; c < in.length; c++) {
                out[c] = square ? in[c] * in[c] : in[c];
            }
            scales[node.index] = out;
            return;
        }
        int[] shifts = new int[in.length];
        for (int c = 0; c < in.length; c++) {
            shifts[c] = shift(node, in[c]);
            out[c] = Math.scalb(in[c], shifts[c]);
        }
        int bits = options.activationBits();
        int ceiling = (1 << (node.function == Nonlinearity.RELU ? bits : bits - 1)) - 1;
        if (!Double.isInfinite(node.ceiling)) {
            ceiling = (int) Math.max(1, Math.min(ceiling, Math.rint(node.ceiling / out[0])));
        }
        boolean same = Arrays.stream(shifts).distinct().count() == 1;
        add(
                node,
                new Step.Activation(
                        node.name,
                        source.index,
                        node.function,
                        same ? new int[] {shifts[0]} : shifts,
                        bits,
                        ceiling,
                        node.shape,
                        UNKNOWN));
        for (int c = 0; square && c < out.length; c++) {
            out[c] *= out[c];
        }
        scales[node.index] = out;
    }

    private static BigInteger rounded(double value) {
        return new BigDecimal(value)
                .setScale(0, RoundingMode.HALF_EVEN)
                .toBigInteger()
                .max(BigInteger.ONE);
    }

    private void sum(Draft.Node node) {
        double least = Double.POSITIVE_INFINITY;
        for (Draft.Node operand : node.inputs) {
            least = Math.min(least, uniform(operand));
        }
        List<Integer> sources = new ArrayList<>();
        List<Integer> shifts = new ArrayList<>();
        for (Draft.Node operand : node.inputs) {
            double exact = Math.log(uniform(operand) / least) / Math.log(2);
            if (Math.abs(exact - Math.rint(exact)) > 1e-6) {
                throw new IllegalStateException(
                        node.name + ": the scale of " + operand.name + " is not a power of two times the others'");
            }
            sources.add(operand.index);
            shifts.add((int) Math.rint(exact));
        }
        add(node, new Step.Sum(node.name, sources, shifts, node.shape, UNKNOWN));
        scales[node.index] = new double[node.shape.channels()];
        Arrays.fill(scales[node.index], least);
    }

    private void concat(Draft.Node node) {
        List<Integer> sources = node.inputs.stream().map(part -> part.index).toList();
        add(node, new Step.Concat(node.name, sources, node.shape, UNKNOWN));
        scales[node.index] = node.inputs.stream()
                .flatMapToDouble(part -> Arrays.stream(scales[part.index]))
                .toArray();
    }

    /** The scale that all channels of a node share. */
    private double uniform(Draft.Node node) {
        double[] own = scales[node.index];
        for (double scale : own) {
            if (Math.abs(scale / own[0] - 1) > 1e-9) {
                throw new IllegalStateException(node.name + ": channels have different scales");
            }
        }
        return own[0];
    }

    private static double[] channelMeans(IntegerTensor tensor) {
        int channels = tensor.shape().channels();
        int plane = tensor.shape().height() * tensor.shape().width();
        double[] means = new double[channels];
        int count = tensor.batch() * tensor.shape().size();
        for (int i = 0; i < count; i++) {
            means[i / plane % channels] += Compensation.value(tensor, i);
        }
        return times(means, 1.0 / plane / tensor.batch());
    }

    private static double[] times(double[] values, double factor) {
        return Arrays.stream(values).map(value -> value * factor).toArray();
    }

    private static double[] sum(double[] a, double[] b) {
        double[] result = a.clone();
        for (int i = 0; i < result.length; i++) {
            result[i] += b[i];
        }
        return result;
    }
}
