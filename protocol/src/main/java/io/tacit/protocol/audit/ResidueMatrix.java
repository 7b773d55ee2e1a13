package io.tacit.protocol.audit;

/**
 * A matrix over F_p as a cloud received it: one column an image (or a vector), one row a pixel (or a coordinate).
 *
 * @param modulus p, 2^31 - 1 or 2^61 - 1
 * @param values row-major, 0 .. p - 1; not copied, not to be changed
 */
public record ResidueMatrix(long modulus, int rows, int columns, long[] values) {

    /** @throws IllegalArgumentException if size or values do not fit */
    public ResidueMatrix {
        if (rows < 1 || columns < 1 || values.length != (long) rows * columns) {
            throw new IllegalArgumentException(values.length + " values for " + rows + " x " + columns);
        }
        for (long value : values) {
            if (value < 0 || value >= modulus) {
                throw new IllegalArgumentException("a value is outside 0.." + (modulus - 1));
            }
        }
    }

    /** The matrix whose columns are the given vectors of {@code rows} values each, one after another. */
    public static ResidueMatrix ofColumns(long modulus, int rows, long[] vectors) {
        int columns = vectors.length / rows;
        long[] values = new long[vectors.length];
        for (int column = 0; column < columns; column++) {
            for (int row = 0; row < rows; row++) {
                values[row * columns + column] = vectors[column * rows + row];
            }
        }
        return new ResidueMatrix(modulus, rows, columns, values);
    }

    /** Value at a place. */
    public long get(int row, int column) {
        return values[row * columns + column];
    }

    /** Rank over F_p, by elimination. */
    public int rank() {
        MersenneField field = MersenneField.of(modulus);
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
