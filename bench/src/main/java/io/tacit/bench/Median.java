package io.tacit.bench;

import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** The median: the middle value, or the mean of the two in the middle. */
public final class Median {
    private Median() {}

    /** Of nothing: NaN. The values stay as they are. */
    public static double of(double... values) {
        if (values.length == 0) {
            return Double.NaN;
        }
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
    }

    /** The median of one figure of several runs. */
    public static <T> double of(List<T> runs, ToDoubleFunction<? super T> figure) {
        return of(runs.stream().mapToDouble(figure).toArray());
    }
}
