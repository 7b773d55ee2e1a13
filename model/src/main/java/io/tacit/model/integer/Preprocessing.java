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
 * @param mean subtracted, one value a channel
 * @param std divided by, one value a channel
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
    }
}
