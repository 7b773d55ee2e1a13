package io.tacit.model.separate;

import java.util.List;
import java.util.stream.IntStream;

/**
 * The core filters of a network's first two convolutions, by their output channels. Public: which filters are encrypted is no
 * secret.
 *
 * @param first channels of the first convolution, increasing
 * @param second channels of the second convolution, increasing
 */
public record CoreFilters(List<Integer> first, List<Integer> second) {

    /** @throws IllegalArgumentException if a list does not increase */
    public CoreFilters {
        first = List.copyOf(first);
        second = List.copyOf(second);
        requireIncreasing(first);
        requireIncreasing(second);
    }

    private static void requireIncreasing(List<Integer> channels) {
        int last = -1;
        for (int channel : channels) {
            if (channel <= last) {
                throw new IllegalArgumentException("core filters " + channels + " do not increase from 0");
            }
            last = channel;
        }
    }

    /** The channels of 0 .. channels - 1 that are not among {@code core}. */
    public static List<Integer> others(List<Integer> core, int channels) {
        return IntStream.range(0, channels)
                .boxed()
                .filter(channel -> !core.contains(channel))
                .toList();
    }
}
