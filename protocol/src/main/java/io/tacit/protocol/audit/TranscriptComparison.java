package io.tacit.protocol.audit;

import java.util.List;
import org.hipparchus.special.Gamma;

/**
 * Can what a party received under one input be told from what it received under another? Compares the lengths of the
 * messages and the frequencies of byte values. A faultless build is flagged with probability {@link PadStatistics#FALSE_ALARM}.
 */
final class TranscriptComparison {
    private static final int BYTE_VALUES = 256;

    private TranscriptComparison() {}

    /**
     * @param sameLengths whether both sequences of message lengths are equal
     * @param probability that bytes of one distribution differ as much in their frequencies
     */
    record Result(boolean sameLengths, double probability) {

        /** Whether the transcripts tell the inputs apart. */
        boolean isFlagged() {
            return !sameLengths || probability < PadStatistics.FALSE_ALARM;
        }
    }

    /**
     * @param left all messages that a party received under one input
     * @param right the same under the other
     */
    static Result compare(List<byte[]> left, List<byte[]> right) {
        boolean sameLengths = left.size() == right.size();
        for (int i = 0; sameLengths && i < left.size(); i++) {
            sameLengths = left.get(i).length == right.get(i).length;
        }
        return new Result(sameLengths, sameDistribution(histogram(left), histogram(right)));
    }

    private static long[] histogram(List<byte[]> messages) {
        long[] counts = new long[BYTE_VALUES];
        for (byte[] message : messages) {
            for (byte value : message) {
                counts[value & 0xff]++;
            }
        }
        return counts;
    }

    /** Chi-square of two samples, values that neither has left out. */
    static double sameDistribution(long[] left, long[] right) {
        double leftTotal = 0;
        double rightTotal = 0;
        for (int i = 0; i < left.length; i++) {
            leftTotal += left[i];
            rightTotal += right[i];
        }
        double statistic = 0;
        int values = 0;
        for (int i = 0; i < left.length; i++) {
            if (left[i] + right[i] > 0) {
                double difference =
                        Math.sqrt(rightTotal / leftTotal) * left[i] - Math.sqrt(leftTotal / rightTotal) * right[i];
                statistic += difference * difference / (left[i] + right[i]);
                values++;
            }
        }
        return values < 2 ? 1 : Gamma.regularizedGammaQ((values - 1) / 2.0, statistic / 2);
    }
}
