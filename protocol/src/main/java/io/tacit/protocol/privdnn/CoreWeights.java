package io.tacit.protocol.privdnn;

import java.util.Arrays;

/**
 * The secret integers of the core filters. Filters follow {@link CoreShape#firstCore} and {@link CoreShape#secondCore}.
 *
 * @param first weights by filter, then channel, row, column
 * @param firstBias one a filter, in the scale of a single output of the first convolution
 * @param second weights by filter, then channel (all of the first convolution), row, column
 * @param secondBias one a filter, in the scale of a single output of the second convolution
 */
public record CoreWeights(long[][] first, long[] firstBias, long[][] second, long[] secondBias)
        implements AutoCloseable {

    /** @throws IllegalArgumentException if there are other numbers of weights than the shape says */
    void requireShape(CoreShape shape) {
        requireFilters(first, firstBias, shape.firstCore().size(), shape.first().taps());
        requireFilters(
                second, secondBias, shape.secondCore().size(), shape.second().taps());
    }

    static void requireFilters(long[][] weights, long[] biases, int filters, int taps) {
        if (weights.length != filters
                || biases.length != filters
                || Arrays.stream(weights).anyMatch(filter -> filter.length != taps)) {
            throw new IllegalArgumentException("not " + filters + " filters of " + taps + " weights");
        }
    }

    /** Overwrites them. */
    @Override
    public void close() {
        for (long[] filter : first) {
            Arrays.fill(filter, 0);
        }
        for (long[] filter : second) {
            Arrays.fill(filter, 0);
        }
        Arrays.fill(firstBias, 0);
        Arrays.fill(secondBias, 0);
    }
}
