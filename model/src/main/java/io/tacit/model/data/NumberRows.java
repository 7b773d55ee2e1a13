package io.tacit.model.data;

import io.tacit.model.image.Preprocessor;
import io.tacit.model.integer.Range;

/**
 * Rows of numbers, for networks that read no pictures.
 *
 * @param rows one row an input; not to be changed
 * @param labels one class a row, -1 where unknown; not to be changed
 */
public record NumberRows(double[][] rows, int[] labels) implements InputSet {

    public NumberRows {
        if (rows.length != labels.length) {
            throw new IllegalArgumentException(rows.length + " rows, " + labels.length + " labels");
        }
    }

    @Override
    public int size() {
        return rows.length;
    }

    @Override
    public int label(int index) {
        return labels[index];
    }

    @Override
    public float[] reals(int index, Preprocessor preprocessor) {
        return preprocessor.reals(rows[index]);
    }

    @Override
    public int[] integers(int index, Preprocessor preprocessor, Range range) {
        return preprocessor.integers(rows[index], range);
    }
}
