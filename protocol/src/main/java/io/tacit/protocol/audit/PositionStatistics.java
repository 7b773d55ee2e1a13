package io.tacit.protocol.audit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.hipparchus.special.Gamma;

/**
 * Can what a party received in one situation be told from what it received in another? Compares, for each message by its
 * position in a transcript, over many transcripts of both situations: its length, the frequencies of its byte values
 * (chi-square of two samples), and how often each of its first {@value #BITS} bits is set: all together (chi-square) and the
 * one that differs most (Fisher's exact test). Bits that never change are left out.
 */
final class PositionStatistics {
    private static final int BITS = 8192;

    /** Below this, a bit's exact probability is far above any limit. */
    private static final double LEAST_SQUARE = 12;

    /** All that is counted of one message. */
    private static final class Position {
        final long[][] bytes = new long[2][256];
        final int[][] ones;

        Position(int length) {
            ones = new int[2][Math.min(BITS, length * Byte.SIZE)];
        }
    }

    private final int[] transcripts = new int[2];
    private final List<int[]> lengths = new ArrayList<>();
    private final Map<Integer, Position> positions = new TreeMap<>();
    private boolean sameLengths = true;

    /**
     * @param situation 0 or 1
     * @param messages all that the party received, in order
     */
    void add(int situation, List<byte[]> messages) {
        int[] own = messages.stream().mapToInt(message -> message.length).toArray();
        if (lengths.isEmpty()) {
            lengths.add(own);
        }
        sameLengths &= Arrays.equals(own, lengths.get(0));
        if (!sameLengths) {
            return;
        }
        transcripts[situation]++;
        for (int i = 0; i < own.length; i++) {
            byte[] message = messages.get(i);
            Position position = positions.computeIfAbsent(i, index -> new Position(message.length));
            for (byte each : message) {
                position.bytes[situation][each & 0xff]++;
            }
            int[] ones = position.ones[situation];
            for (int bit = 0; bit < ones.length; bit++) {
                ones[bit] += message[bit / Byte.SIZE] >>> bit % Byte.SIZE & 1;
            }
        }
    }

    /** Transcripts of both situations. */
    int transcripts() {
        return transcripts[0] + transcripts[1];
    }

    /** Whether all transcripts have messages of the same lengths. */
    boolean sameLengths() {
        return sameLengths;
    }

    /** The comparison, if lengths are the same. */
    PadStatistics.Result result() {
        List<PadStatistics.Check> checks = new ArrayList<>();
        positions.forEach((index, position) -> {
            String of = " of message " + index;
            checks.add(new PadStatistics.Check(
                    "bytes" + of, TranscriptComparison.sameDistribution(position.bytes[0], position.bytes[1])));
            double sum = 0;
            int changing = 0;
            double least = 1;
            for (int bit = 0; bit < position.ones[0].length; bit++) {
                int left = position.ones[0][bit];
                int all = left + position.ones[1][bit];
                if (all > 0 && all < transcripts()) {
                    double square = square(left, all);
                    sum += square;
                    changing++;
                    least = square < LEAST_SQUARE ? least : Math.min(least, exact(left, all));
                }
            }
            if (changing > 0) {
                checks.add(new PadStatistics.Check("bits" + of, Gamma.regularizedGammaQ(changing / 2.0, sum / 2)));
                checks.add(new PadStatistics.Check("one bit" + of, Math.min(1, least * changing)));
            }
        });
        if (checks.isEmpty()) {
            checks.add(new PadStatistics.Check("nothing received", 1));
        }
        return new PadStatistics.Result(checks, PadStatistics.FALSE_ALARM / checks.size());
    }

    /** Squared deviation of a bit's frequency in the first situation, in units of its variance if both are alike. */
    private double square(int left, int all) {
        double n = transcripts();
        double mean = all * (transcripts[0] / n);
        double variance = mean * (transcripts[1] / n) * (n - all) / (n - 1);
        return (left - mean) * (left - mean) / variance;
    }

    /** Fisher's exact test: probability of a frequency as unlikely. */
    private double exact(int left, int all) {
        double own = probability(left, all);
        double sum = 0;
        for (int k = Math.max(0, all - transcripts[1]); k <= Math.min(all, transcripts[0]); k++) {
            double other = probability(k, all);
            sum += other <= own * (1 + 1e-9) ? other : 0;
        }
        return sum;
    }

    private double probability(int left, int all) {
        return Math.exp(logChoose(transcripts[0], left)
                + logChoose(transcripts[1], all - left)
                - logChoose(transcripts(), all));
    }

    private static double logChoose(int n, int k) {
        return Gamma.logGamma(n + 1.0) - Gamma.logGamma(k + 1.0) - Gamma.logGamma(n - k + 1.0);
    }
}
