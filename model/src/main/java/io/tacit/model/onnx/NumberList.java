package io.tacit.model.onnx;

import java.util.Arrays;

/** Growing list of 64-bit patterns: integers, or the bits of doubles. */
final class NumberList {
    private long[] values = new long[8];
    private int size;

    void add(long value) {
        if (size == values.length) {
            values = Arrays.copyOf(values, size * 2);
        }
        values[size++] = value;
    }

    int size() {
        return size;
    }

    long[] toLongs() {
        return Arrays.copyOf(values, size);
    }

    /** The values, read as bits of doubles, as floats. */
    float[] toFloats() {
        float[] floats = new float[size];
        for (int i = 0; i < size; i++) {
            floats[i] = (float) Double.longBitsToDouble(values[i]);
        }
        return floats;
    }
}
