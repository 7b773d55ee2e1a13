package io.tacit.model.graph;

/**
 * A tensor of floats, row-major. The array is handed over, not copied; nobody writes to it afterwards.
 *
 * @param values {@link Shape#size} values
 */
public record FloatTensor(Shape shape, float[] values) {

    public FloatTensor {
        if (values.length != shape.size()) {
            throw new IllegalArgumentException(values.length + " values for " + shape);
        }
    }

    /** A single value, rank 0. */
    public static FloatTensor scalar(float value) {
        return new FloatTensor(Shape.of(), new float[] {value});
    }

    /** The same values under another shape of equal size. */
    public FloatTensor reshaped(Shape other) {
        return new FloatTensor(other, values);
    }

    @Override
    public String toString() {
        return "FloatTensor" + shape;
    }
}
