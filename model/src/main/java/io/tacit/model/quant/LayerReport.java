package io.tacit.model.quant;

import io.tacit.model.integer.IntegerNetwork;
import io.tacit.model.integer.Step;
import io.tacit.model.integer.TensorShape;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * One line about one step of an integer network.
 *
 * @param name the step's
 * @param kind such as {@code conv 3x3}, {@code dense}, {@code relu}
 * @param shape of the result
 * @param multiplications for one input, 0 but for linear steps
 * @param weights number of weights
 * @param nonZeroWeights of these, those that are not zero
 * @param weightBits bits that hold every weight, 0 without weights
 * @param rangeBits bits of the smallest two's complement word that holds the proven range
 * @param leastShift least right shift of any channel, -1 where nothing is shifted
 * @param largestShift largest right shift of any channel, -1 where nothing is shifted
 */
public record LayerReport(
        String name,
        String kind,
        TensorShape shape,
        long multiplications,
        int weights,
        int nonZeroWeights,
        int weightBits,
        int rangeBits,
        int leastShift,
        int largestShift) {

    /** A line a step, in order. */
    public static List<LayerReport> of(IntegerNetwork network) {
        List<LayerReport> reports = new ArrayList<>();
        for (Step step : network.steps()) {
            reports.add(of(step));
        }
        return reports;
    }

    /** The line about one step. */
    static LayerReport of(Step step) {
        int bits = step.range().signedBits();
        if (step instanceof Step.Linear s) {
            return new LayerReport(
                    step.name(),
                    linearKind(s),
                    step.shape(),
                    s.geometry().multiplications(),
                    s.weights().length,
                    s.nonZeroWeights(),
                    s.weightBits(),
                    bits,
                    -1,
                    -1);
        }
        int least = -1;
        int largest = -1;
        if (step instanceof Step.Activation s) {
            least = Integer.MAX_VALUE;
            for (int shift : s.shifts()) {
                least = Math.min(least, shift);
                largest = Math.max(largest, shift);
            }
        }
        return new LayerReport(step.name(), otherKind(step), step.shape(), 0, 0, 0, 0, bits, least, largest);
    }

    private static String linearKind(Step.Linear step) {
        if (step.geometry().isDense()) {
            return "dense";
        }
        String size = step.geometry().kernelHeight() + "x" + step.geometry().kernelWidth();
        return step.geometry().groups() == 1
                ? "conv " + size
                : "conv " + size + " in " + step.geometry().groups();
    }

    private static String otherKind(Step step) {
        if (step instanceof Step.SumPool s) {
            return "sum " + s.window().height() + "x" + s.window().width();
        }
        if (step instanceof Step.MaxPool s) {
            return "max " + s.window().height() + "x" + s.window().width();
        }
        if (step instanceof Step.Activation s) {
            return s.kind().toString().toLowerCase(Locale.ROOT) + " " + s.bits();
        }
        if (step instanceof Step.Deferred s) {
            return s.kind().toString().toLowerCase(Locale.ROOT) + " exact";
        }
        return step.getClass().getSimpleName().toLowerCase(Locale.ROOT);
    }

    /** All lines as a table for people. */
    public static String table(IntegerNetwork network) {
        StringBuilder text = new StringBuilder(String.format(
                Locale.ROOT,
                "%-28s %-14s %-12s %14s %10s %10s %5s %6s %7s%n",
                "layer",
                "kind",
                "shape",
                "MACs",
                "weights",
                "non-zero",
                "bits",
                "range",
                "shift"));
        for (LayerReport r : of(network)) {
            text.append(String.format(
                    Locale.ROOT,
                    "%-28s %-14s %-12s %14s %10s %10s %5s %6d %7s%n",
                    r.name,
                    r.kind,
                    r.shape,
                    r.multiplications == 0 ? "" : String.format(Locale.ROOT, "%,d", r.multiplications),
                    r.weights == 0 ? "" : String.format(Locale.ROOT, "%,d", r.weights),
                    r.weights == 0 ? "" : String.format(Locale.ROOT, "%,d", r.nonZeroWeights),
                    r.weights == 0 ? "" : r.weightBits,
                    r.rangeBits,
                    shiftText(r)));
        }
        return text.toString();
    }

    private static String shiftText(LayerReport r) {
        if (r.largestShift < 0) {
            return "";
        }
        return r.leastShift == r.largestShift ? "" + r.leastShift : r.leastShift + ".." + r.largestShift;
    }
}
