package io.tacit.protocol.audit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongBinaryOperator;

/**
 * Are {@link MaskedValues} masked by masks that are uniform, independent of the data, and used once?
 *
 * <ul>
 *   <li><b>Values</b>, high and low part: uniform (chi-square), without knowledge of the data.
 *   <li><b>Masks</b>, high and low part: uniform (chi-square). They are the correlation of what was seen with the known data:
 *       a mask that is too narrow, at either end, is not uniform once the data are subtracted.
 *   <li><b>Differences and sums of two queries</b> about the same input: uniform. With a mask used twice the data remain.
 *   <li><b>Differences of neighbours</b> in one query: uniform.
 *   <li><b>Repeated values, repeated masks</b>: as many as among uniform ones (Poisson), at whatever distance.
 * </ul>
 *
 * <p>All checks together flag faultless masks with a probability of at most {@link PadStatistics#FALSE_ALARM}.
 */
final class MaskStatistics {
    /** Values a part for which chi-square is used. */
    private static final int LEAST_PER_PART = 8;

    private static final int MOST_PART_BITS = 6;

    private MaskStatistics() {}

    /** Fewest values, of all queries together, that tell anything. */
    static int fewestValues() {
        return 8 * LEAST_PER_PART;
    }

    /** @throws IllegalArgumentException for fewer than two queries or {@link #fewestValues} */
    static PadStatistics.Result apply(MaskedValues values) {
        int all = values.queries() * values.length();
        if (values.queries() < 2 || all < 2 * fewestValues()) {
            throw new IllegalArgumentException(
                    values.queries() + " queries of " + values.length() + " values are too few to tell");
        }
        List<long[]> masks = values.masks();
        List<PadStatistics.Check> checks = new ArrayList<>();
        parts(checks, "values", values.bits(), join(values.seen()));
        parts(checks, "masks", values.bits(), join(masks));
        parts(checks, "difference of two queries", values.bits(), pairs(values, (a, b) -> a - b));
        parts(checks, "sum of two queries", values.bits(), pairs(values, Long::sum));
        parts(checks, "difference of neighbours", values.bits(), neighbours(values));
        checks.add(new PadStatistics.Check("repeated values", repetitions(values.bits(), join(values.seen()))));
        checks.add(new PadStatistics.Check("repeated masks", repetitions(values.bits(), join(masks))));
        return new PadStatistics.Result(checks, PadStatistics.FALSE_ALARM / checks.size());
    }

    private static void parts(List<PadStatistics.Check> checks, String name, int bits, long[] values) {
        int partBits = Math.min(MOST_PART_BITS, bits);
        while (partBits > 1 && values.length < LEAST_PER_PART << partBits) {
            partBits--;
        }
        if (values.length < LEAST_PER_PART << partBits) {
            return;
        }
        long[] high = new long[1 << partBits];
        long[] low = new long[1 << partBits];
        for (long value : values) {
            high[(int) ((value & -1L >>> Long.SIZE - bits) >>> bits - partBits)]++;
            low[(int) (value & (1 << partBits) - 1)]++;
        }
        checks.add(new PadStatistics.Check("high part of " + name, PadStatistics.chiSquare(high, values.length)));
        checks.add(new PadStatistics.Check("low part of " + name, PadStatistics.chiSquare(low, values.length)));
    }

    private static long[] join(List<long[]> parts) {
        return parts.stream().flatMapToLong(Arrays::stream).toArray();
    }

    /** Each query is used once, so that results are independent. */
    private static long[] pairs(MaskedValues values, LongBinaryOperator operator) {
        int length = values.length();
        long[] results = new long[values.queries() / 2 * length];
        for (int i = 0; i < results.length; i++) {
            int query = i / length * 2;
            results[i] = operator.applyAsLong(
                    values.seen().get(query)[i % length], values.seen().get(query + 1)[i % length]);
        }
        return results;
    }

    private static long[] neighbours(MaskedValues values) {
        int pairs = values.length() / 2;
        long[] differences = new long[values.queries() * pairs];
        for (int i = 0; i < differences.length; i++) {
            long[] query = values.seen().get(i / pairs);
            differences[i] = query[i % pairs * 2] - query[i % pairs * 2 + 1];
        }
        return differences;
    }

    private static double repetitions(int bits, long[] values) {
        Arrays.sort(values);
        int repeated = 0;
        for (int i = 1; i < values.length; i++) {
            repeated += values[i] == values[i - 1] ? 1 : 0;
        }
        return PadStatistics.atLeast(repeated, (double) values.length * (values.length - 1) / 2 / Math.pow(2, bits));
    }
}
