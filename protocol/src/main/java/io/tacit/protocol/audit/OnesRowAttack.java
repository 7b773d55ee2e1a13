package io.tacit.protocol.audit;

import io.tacit.crypto.share.PrimeField;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Takes the published masks off: from Y^ = U_W^-1 F_W^-1 Y F_Y U_Y, pixels times images with one row of ones for the
 * bias, it computes the grey levels of Y, rows and columns in unknown order.
 *
 * <ol>
 *   <li>The row of ones is a row without zeros: its masked values are the column constants of F_Y times one constant of
 *       F_W. Dividing every row by it, column by column, cancels F_Y.
 *   <li>A row is then c * (grey levels), with c unknown. Grey levels are 1 .. 255 or zero: the most frequent value of the
 *       row is tried as each of them; the right guess turns all other values into small numbers too, a wrong one does so
 *       with probability 255/p a value. Among guesses that fit (rows whose levels share a factor) the one that public
 *       pictures make likeliest is taken.
 * </ol>
 */
final class OnesRowAttack {
    /** Columns and rows on which candidates for the row of ones are compared. */
    private static final int PROBE = 24;

    private static final int LEVELS = 256;

    private final double[] logFrequency;

    /** @param publicImages pictures of the same kind that anybody can have */
    OnesRowAttack(GreyImages publicImages) {
        double[] frequency = new double[LEVELS];
        Arrays.fill(frequency, 1);
        for (byte level : publicImages.levels()) {
            frequency[level & 0xff]++;
        }
        logFrequency = Arrays.stream(frequency).map(Math::log).toArray();
    }

    /** Levels of all rows but the one taken for the row of ones. Never fails: see {@link LevelMatrix#explainedRows}. */
    LevelMatrix recover(ResidueMatrix masked) {
        PrimeField field = masked.field();
        int ones = onesRow(field, masked);
        int columns = masked.columns();
        long[] inverse = new long[columns];
        for (int j = 0; j < columns; j++) {
            long value = masked.get(ones, j);
            inverse[j] = value == 0 ? 0 : field.inverse(value);
        }
        byte[] levels = new byte[(masked.rows() - 1) * columns];
        long[] row = new long[columns];
        int explained = 0;
        for (int i = 0, out = 0; i < masked.rows(); i++) {
            if (i == ones) {
                continue;
            }
            for (int j = 0; j < columns; j++) {
                row[j] = field.multiply(masked.get(i, j), inverse[j]);
            }
            long unit = unitInverse(field, row);
            if (unit != 0) {
                explained++;
            }
            for (int j = 0; j < columns; j++) {
                levels[out++] = (byte) (unit != 0 ? field.multiply(row[j], unit) : masked.part(i, j, LEVELS));
            }
        }
        return new LevelMatrix(masked.rows() - 1, columns, levels, explained);
    }

    /** The row without zeros that explains most of some other rows. */
    private int onesRow(PrimeField field, ResidueMatrix masked) {
        int best = 0;
        int bestScore = -1;
        for (int candidate = 0; candidate < masked.rows(); candidate++) {
            int score = 0;
            if (!hasZero(masked, candidate)) {
                score = 1 + explainedBy(field, masked, candidate);
            }
            if (score > bestScore) {
                best = candidate;
                bestScore = score;
            }
        }
        return best;
    }

    private static boolean hasZero(ResidueMatrix masked, int row) {
        for (int j = 0; j < masked.columns(); j++) {
            if (masked.get(row, j) == 0) {
                return true;
            }
        }
        return false;
    }

    private int explainedBy(PrimeField field, ResidueMatrix masked, int candidate) {
        long[] quotients = new long[PROBE];
        int explained = 0;
        int probed = 0;
        for (int i = 0; i < masked.rows() && probed < PROBE; i++) {
            int found = 0;
            for (int j = 0; j < masked.columns() && found < PROBE && i != candidate; j++) {
                if (masked.get(i, j) != 0) {
                    quotients[found++] = field.multiply(masked.get(i, j), field.inverse(masked.get(candidate, j)));
                }
            }
            // A single value is a multiple of a constant whatever the candidate is.
            if (found >= Math.min(PROBE, 1 + masked.columns() / 2)) {
                probed++;
                explained += unitInverse(field, Arrays.copyOf(quotients, found)) != 0 ? 1 : 0;
            }
        }
        return explained;
    }

    /** 1/c for the likeliest c with row = c * levels, or 0 if there is none. */
    private long unitInverse(PrimeField field, long[] row) {
        Map<Long, Integer> counts = new HashMap<>();
        for (long value : row) {
            if (value != 0) {
                counts.merge(value, 1, Integer::sum);
            }
        }
        if (counts.isEmpty()) {
            return 1;
        }
        if (counts.size() >= LEVELS) {
            return 0;
        }
        long first = 0;
        int most = 0;
        long[] values = new long[counts.size()];
        int[] times = new int[counts.size()];
        int n = 0;
        for (Map.Entry<Long, Integer> entry : counts.entrySet()) {
            values[n] = entry.getKey();
            times[n++] = entry.getValue();
            if (entry.getValue() > most || (entry.getValue() == most && entry.getKey() < first)) {
                first = entry.getKey();
                most = entry.getValue();
            }
        }
        long firstInverse = field.inverse(first);
        long best = 0;
        double bestLikelihood = Double.NEGATIVE_INFINITY;
        for (int level = 1; level < LEVELS; level++) {
            long guess = field.multiply(level, firstInverse);
            double likelihood = 0;
            for (int v = 0; v < n; v++) {
                long other = field.multiply(values[v], guess);
                if (other >= LEVELS) {
                    likelihood = Double.NaN;
                    break;
                }
                likelihood += times[v] * logFrequency[(int) other];
            }
            if (likelihood > bestLikelihood) { // never true for NaN
                bestLikelihood = likelihood;
                best = guess;
            }
        }
        return best;
    }
}
