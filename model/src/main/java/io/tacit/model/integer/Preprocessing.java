package io.tacit.model.integer;

import java.util.List;

/**
 * From a picture to the integers a network reads. Kept in the network's file, so that every command takes plain pictures.
 *
 * <p>A picture is resized so that its shorter side is {@code resize} (0: exactly to width x height), the centre
 * {@code width x height} is cut out, channels are put in order; each 8-bit value p becomes {@code (p * factor - mean_c) / std_c}
 * and then the integer {@code round(value / inputScale)}, saturated to the range of the input step.
 *
 * @param width columns the network reads
 * @param height rows the network reads
 * @param resize length of the shorter side after resizing, or 0
 * @param order channels in the order the network reads them
 * @param factor applied to 8-bit values first: 1/255 or 1
 * @param mean subtracted, one value a channel (an element, for numbers)
 * @param std divided by, one value a channel; both lists empty for none
 * @param inputScale real value of the integer 1
 * @param labels names of the classes; empty if none are known
 */
public record Preprocessing(
        int width,
        int height,
        int resize,
        ChannelOrder order,
        double factor,
        List<Double> mean,
        List<Double> std,
        double inputScale,
        List<String> labels) {

    /** Channels as a network expects them. */
    public enum ChannelOrder {
        GRAY(1),
        RGB(3),
        BGR(3),
        /** Not a picture: a row of numbers, given as they are. */
        NUMBERS(0);

        private final int channels;

        ChannelOrder(int channels) {
            this.channels = channels;
        }

        /** Channels of a picture, 0 for {@link #NUMBERS}. */
        public int channels() {
            return channels;
        }
    }

    public Preprocessing {
        mean = List.copyOf(mean);
        std = List.copyOf(std);
        labels = List.copyOf(labels);
        if (mean.size() != std.size() || std.stream().anyMatch(value -> value == 0)) {
            throw new IllegalArgumentException("there must be one mean and one std, not 0, a channel");
        }
        if (!(inputScale > 0)) {
            throw new IllegalArgumentException("input scale " + inputScale);
        }
    }

    /** Values {@code p * factor}, without mean and deviation: factor 1/255 for a network that reads 0 .. 1. */
    public static Preprocessing scaled(int width, int height, ChannelOrder order, double factor) {
        return new Preprocessing(width, height, 0, order, factor, List.of(), List.of(), 1, List.of());
    }

    /** The real value of an 8-bit value, or of a number, of one channel. */
    public double real(double value, int channel) {
        double scaled = value * factor;
        return mean.isEmpty() ? scaled : (scaled - mean.get(channel)) / std.get(channel);
    }

    /** The integer of an 8-bit value, or of a number, of one channel. */
    public int integer(double value, int channel, Range range) {
        double rounded = Math.rint(real(value, channel) / inputScale);
        double saturated =
                Math.max(range.low().doubleValue(), Math.min(range.high().doubleValue(), rounded));
        return (int) saturated;
    }

    /** The same with names for the classes. */
    public Preprocessing withLabels(List<String> names) {
        return new Preprocessing(width, height, resize, order, factor, mean, std, inputScale, names);
    }
}
