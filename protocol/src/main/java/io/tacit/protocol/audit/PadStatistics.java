package io.tacit.protocol.audit;

import io.tacit.crypto.share.PrimeField;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.hipparchus.special.Gamma;

/**
 * Are values that a cloud received masked by pads that are uniform, and used once? Pads are unknown to the test: it looks
 * at what was received alone.
 *
 * <ul>
 *   <li><b>High part, low part</b>: the values themselves are uniform over F_p (chi-square). A pad that is too narrow fails.
 *   <li><b>Difference of transcripts, of neighbours in a batch</b>: for fresh pads the differences are uniform (chi-square).
 *       For a pad used twice they are those of the data: small numbers.
 *   <li><b>Repeated values</b>: among n uniform values n^2 / 2p pairs are equal (Poisson). Data hold many zeros, so that a
 *       key stream that begins again anywhere, at whatever distance, gives equal values.
 * </ul>
 *
 * <p>All checks together flag a faultless build with a probability of at most {@link #FALSE_ALARM}.
 */
final class PadStatistics {
    /** Probability of flagging pads without fault. */
    static final double FALSE_ALARM = 1e-6;

    private static final int PARTS = 64;

    /** Chi-square is used for at least so many values a part. */
    private static final int LEAST_PER_PART = 8;

    private PadStatistics() {}

    /**
     * One check.
     *
     * @param name what was compared
     * @param probability that fresh uniform pads give a result as extreme
     */
    record Check(String name, double probability) {}

    /**
     * @param checks all that were made
     * @param limit probability below which a check is failed: {@link #FALSE_ALARM} shared out among the checks
     */
    record Result(List<Check> checks, double limit) {
        Result {
            checks = List.copyOf(checks);
        }

        /** Whether some check is failed: a pad is reused, repeats itself or is too narrow. */
        boolean isFlagged() {
            return worst().probability() < limit;
        }

        /** The check with the least probable outcome. */
        Check worst() {
            Check worst = checks.get(0);
            for (Check check : checks) {
                if (check.probability() < worst.probability()) {
                    worst = check;
                }
            }
            return worst;
        }
    }

    /**
     * @param transcripts what one cloud received for one layer in several sessions, of one field and shape
     * @throws IllegalArgumentException for fewer than two, different shapes, or fewer than 512 values
     */
    static Result apply(List<ResidueMatrix> transcripts) {
        ResidueMatrix first = transcripts.get(0);
        PrimeField field = first.field();
        int length = first.values().length;
        if (transcripts.size() < 2 || length < PARTS * LEAST_PER_PART) {
            throw new IllegalArgumentException(
                    transcripts.size() + " transcripts of " + length + " values are too few to tell");
        }
        List<Check> checks = new ArrayList<>();
        for (int i = 0; i < transcripts.size(); i++) {
            ResidueMatrix transcript = transcripts.get(i);
            if (transcript.field() != field
                    || transcript.rows() != first.rows()
                    || transcript.columns() != first.columns()) {
                throw new IllegalArgumentException("transcripts of different shapes");
            }
            long[] values = transcript.values();
            checks.add(new Check("high part of values", uniform(field, values)));
            checks.add(new Check("low part of values", uniformLowPart(values)));
            if (first.columns() > 1) {
                checks.add(new Check("difference of neighbours in a batch", uniform(field, neighbours(transcript))));
            }
            for (int j = 0; j < i; j++) {
                long[] differences = new long[length];
                for (int k = 0; k < length; k++) {
                    differences[k] =
                            field.subtract(values[k], transcripts.get(j).values()[k]);
                }
                checks.add(new Check("difference of two transcripts", uniform(field, differences)));
            }
        }
        checks.add(new Check("repeated values", repetitions(field, transcripts)));
        return new Result(checks, FALSE_ALARM / checks.size());
    }

    /** Column minus the next: of an even number of columns each is used once, so that differences are independent. */
    private static long[] neighbours(ResidueMatrix transcript) {
        int pairs = transcript.columns() / 2;
        long[] differences = new long[transcript.rows() * pairs];
        for (int row = 0, k = 0; row < transcript.rows(); row++) {
            for (int pair = 0; pair < pairs; pair++) {
                differences[k++] =
                        transcript.field().subtract(transcript.get(row, 2 * pair), transcript.get(row, 2 * pair + 1));
            }
        }
        return differences;
    }

    private static double uniform(PrimeField field, long[] values) {
        long[] counts = new long[PARTS];
        for (long value : values) {
            counts[ResidueMatrix.part(field, value, PARTS)]++;
        }
        return chiSquare(counts, values.length);
    }

    private static double uniformLowPart(long[] values) {
        long[] counts = new long[PARTS];
        for (long value : values) {
            counts[(int) (value % PARTS)]++;
        }
        return chiSquare(counts, values.length);
    }

    /** Probability that uniform values are spread as unevenly. */
    static double chiSquare(long[] counts, int total) {
        double expected = (double) total / counts.length;
        double statistic = 0;
        for (long count : counts) {
            statistic += (count - expected) * (count - expected) / expected;
        }
        return Gamma.regularizedGammaQ((counts.length - 1) / 2.0, statistic / 2);
    }

    /** Probability that uniform values hold as many repetitions. */
    private static double repetitions(PrimeField field, List<ResidueMatrix> transcripts) {
        int length = transcripts.get(0).values().length;
        long[] all = new long[transcripts.size() * length];
        for (int i = 0; i < transcripts.size(); i++) {
            System.arraycopy(transcripts.get(i).values(), 0, all, i * length, length);
        }
        Arrays.sort(all);
        int repeated = 0;
        for (int i = 1; i < all.length; i++) {
            repeated += all[i] == all[i - 1] ? 1 : 0;
        }
        return atLeast(repeated, (double) all.length * (all.length - 1) / 2 / field.modulus());
    }

    /** Probability that a Poisson variable is at least {@code count}: a regularised lower incomplete gamma function. */
    static double atLeast(int count, double mean) {
        return count == 0 ? 1 : Gamma.regularizedGammaP(count, mean);
    }
}
