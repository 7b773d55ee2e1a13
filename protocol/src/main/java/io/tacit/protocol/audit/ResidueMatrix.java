package io.tacit.protocol.audit;

import io.tacit.crypto.share.FieldVector;
import io.tacit.crypto.share.PrimeField;

/**
 * A matrix over F_p as a cloud received it: one column an image (or a vector), one row a pixel (or a coordinate).
 *
 * @param field F_p
 * @param values row-major, 0 .. p - 1; not copied, not to be changed
 */
record ResidueMatrix(PrimeField field, int rows, int columns, long[] values) {

    /** @throws IllegalArgumentException if size or values do not fit */
    ResidueMatrix {
        if (rows < 1 || columns < 1 || values.length != (long) rows * columns) {
            throw new IllegalArgumentException(values.length + " values for " + rows + " x " + columns);
        }
        for (long value : values) {
            if (value < 0 || value >= field.modulus()) {
                throw new IllegalArgumentException("a value is outside 0.." + (field.modulus() - 1));
            }
        }
    }

    /** The matrix whose columns are given one after another, {@code rows} values each. */
    static ResidueMatrix ofColumns(int rows, FieldVector columnAfterColumn) {
        int columns = columnAfterColumn.length() / rows;
        long[] values = new long[rows * columns];
        for (int column = 0; column < columns; column++) {
            for (int row = 0; row < rows; row++) {
                values[row * columns + column] = columnAfterColumn.get(column * rows + row);
            }
        }
        return new ResidueMatrix(columnAfterColumn.field(), rows, columns, values);
    }

    /** Which of {@code parts} equal parts of 0 .. p - 1 a value is in. */
    int part(int row, int column, int parts) {
        return part(field, get(row, column), parts);
    }

    static int part(PrimeField field, long value, int parts) {
        // p = 2^e - 1: the 31 highest of the e bits say it, but for values at the edge of a part
        return (int) ((value >>> field.bits() - 31) * parts >>> 31);
    }

    /** Value at a place. */
    long get(int row, int column) {
        return values[row * columns + column];
    }

    /** Rank over F_p, by elimination. */
    int rank() {
        boolean tall = rows > columns;
        int height = tall ? columns : rows;
        int width = tall ? rows : columns;
        long[][] left = new long[height][width];
        for (int i = 0; i < height; i++) {
            for (int j = 0; j < width; j++) {
                left[i][j] = tall ? get(j, i) : get(i, j);
            }
        }
        int rank = 0;
        for (int column = 0; column < width && rank < height; column++) {
            int pivot = rank;
            while (pivot < height && left[pivot][column] == 0) {
                pivot++;
            }
            if (pivot == height) {
                continue;
            }
            long[] lead = left[pivot];
            left[pivot] = left[rank];
            left[rank] = lead;
            long scale = field.inverse(lead[column]);
            for (int i = rank + 1; i < height; i++) {
                long factor = field.multiply(left[i][column], scale);
                if (factor != 0) {
                    for (int j = column; j < width; j++) {
                        left[i][j] = field.subtract(left[i][j], field.multiply(factor, lead[j]));
                    }
                }
            }
            rank++;
        }
        return rank;
    }
}
