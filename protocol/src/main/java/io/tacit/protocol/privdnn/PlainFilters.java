package io.tacit.protocol.privdnn;

/**
 * The filters of the first convolution that are not core, in the order of their channels: public.
 *
 * @param first weights by filter, then channel, row, column
 * @param firstBias one a filter, in the scale of a single output
 */
public record PlainFilters(long[][] first, long[] firstBias) {

    void requireShape(CoreShape shape) {
        CoreWeights.requireFilters(
                first,
                firstBias,
                shape.first().outChannels() - shape.firstCore().size(),
                shape.first().taps());
    }
}
