package io.tacit.protocol.audit;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/**
 * Which image each column of a masked batch is: the auditor's, not the attacker's, work, to score the attacker's labels. It
 * knows the images; the places of zeros survive the published masks, and refining row and column colours by them in turn
 * (Weisfeiler and Leman 1968) tells all columns apart that can be told apart by their zeros.
 */
final class ColumnIdentity {
    private static final int ROUNDS = 3;
    private static final long MULTIPLIER = 0x9E3779B97F4A7C15L;

    private ColumnIdentity() {}

    /**
     * @param masked rows in any order, a row of ones among them or not
     * @return image of each column
     * @throws IllegalArgumentException if the zeros are not those of the images
     */
    static int[] imageOfColumn(ResidueMatrix masked, GreyImages images) {
        int rows = masked.rows();
        int columns = masked.columns();
        if (columns != images.count() || rows < images.pixels() || rows > images.pixels() + 1) {
            throw new IllegalArgumentException(rows + " x " + columns + " values for " + images.count() + " images");
        }
        boolean[] seen = new boolean[rows * columns];
        boolean[] known = new boolean[rows * columns];
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < columns; column++) {
                seen[row * columns + column] = masked.get(row, column) != 0;
                known[row * columns + column] = row == images.pixels() || images.level(column, row) != 0;
            }
        }
        long[] seenColours = columnColours(rows, columns, seen);
        long[] knownColours = columnColours(rows, columns, known);
        Map<Long, Deque<Integer>> byColour = new HashMap<>();
        for (int image = 0; image < columns; image++) {
            byColour.computeIfAbsent(knownColours[image], c -> new ArrayDeque<>())
                    .add(image);
        }
        int[] imageOf = new int[columns];
        for (int column = 0; column < columns; column++) {
            Deque<Integer> candidates = byColour.get(seenColours[column]);
            if (candidates == null || candidates.isEmpty()) {
                throw new IllegalArgumentException("the zeros of column " + column + " are those of no image");
            }
            imageOf[column] = candidates.remove();
        }
        return imageOf;
    }

    private static long[] columnColours(int rows, int columns, boolean[] lit) {
        long[] rowColours = new long[rows];
        long[] columnColours = new long[columns];
        for (int round = 0; round < ROUNDS; round++) {
            long[] nextRows = new long[rows];
            for (int row = 0; row < rows; row++) {
                for (int column = 0; column < columns; column++) {
                    nextRows[row] += lit[row * columns + column] ? mix(columnColours[column]) : 0;
                }
            }
            rowColours = nextRows;
            long[] nextColumns = new long[columns];
            for (int row = 0; row < rows; row++) {
                for (int column = 0; column < columns; column++) {
                    nextColumns[column] += lit[row * columns + column] ? mix(rowColours[row]) : 0;
                }
            }
            columnColours = nextColumns;
        }
        return columnColours;
    }

    private static long mix(long colour) {
        long mixed = (colour + MULTIPLIER) * MULTIPLIER;
        mixed = (mixed ^ mixed >>> 29) * MULTIPLIER;
        return mixed ^ mixed >>> 32;
    }
}
