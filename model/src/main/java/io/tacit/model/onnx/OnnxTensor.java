package io.tacit.model.onnx;

import io.tacit.model.ModelFileException;
import io.tacit.model.graph.FloatTensor;
import io.tacit.model.graph.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A tensor that the file holds: floats where its type is a floating one, {@code long}s otherwise, nothing for text.
 *
 * @param floats the values if {@code type} is floating, else null
 * @param integers the values if {@code type} is an integer or truth type, else null
 */
record OnnxTensor(String name, ElementType type, Shape shape, float @Nullable [] floats, long @Nullable [] integers) {

    static OnnxTensor ofFloats(String name, ElementType type, FloatTensor value) {
        if (type.isFloating()) {
            return new OnnxTensor(name, type, value.shape(), value.values(), null);
        }
        long[] integers = new long[value.values().length];
        for (int i = 0; i < integers.length; i++) {
            integers[i] = (long) value.values()[i];
        }
        return new OnnxTensor(name, type, value.shape(), null, integers);
    }

    static OnnxTensor ofLongs(String name, Shape shape, long[] values) {
        return new OnnxTensor(name, ElementType.INT64, shape, null, values);
    }

    /** The values as floats, whatever the type. */
    float[] asFloats() {
        if (floats != null) {
            return floats;
        }
        long[] from = asLongs();
        float[] values = new float[from.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = from[i];
        }
        return values;
    }

    /** The values as integers; floats are cut towards zero. */
    long[] asLongs() {
        if (integers != null) {
            return integers;
        }
        if (floats == null) {
            return new long[0];
        }
        long[] values = new long[floats.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = (long) floats[i];
        }
        return values;
    }

    FloatTensor asFloatTensor() {
        return new FloatTensor(shape, asFloats());
    }

    boolean isInteger() {
        return integers != null;
    }

    boolean isText() {
        return integers == null && floats == null;
    }

    /** The values at flat positions {@code source} under a new shape. */
    OnnxTensor pick(Shape to, int[] source) {
        if (integers != null) {
            long[] picked = new long[source.length];
            for (int i = 0; i < source.length; i++) {
                picked[i] = integers[source[i]];
            }
            return new OnnxTensor(name, type, to, null, picked);
        }
        float[] from = asFloats();
        float[] picked = new float[source.length];
        for (int i = 0; i < source.length; i++) {
            picked[i] = from[source[i]];
        }
        return new OnnxTensor(name, type, to, picked, null);
    }

    OnnxTensor reshaped(Shape to) {
        return new OnnxTensor(name, type, to, floats, integers);
    }

    /** Decodes little-endian bytes of exactly the size that shape and type demand. */
    static OnnxTensor ofRaw(String name, ElementType type, Shape shape, ByteBuffer raw) {
        int count = shape.size();
        if ((long) count * type.sizeBytes() != raw.remaining()) {
            throw new ModelFileException("tensor \"" + name + "\" has " + raw.remaining() + " bytes where its shape "
                    + shape + " and type " + type + " need " + (long) count * type.sizeBytes());
        }
        ByteBuffer bytes = raw.slice().order(ByteOrder.LITTLE_ENDIAN);
        if (type.isFloating()) {
            float[] floats = new float[count];
            for (int i = 0; i < count; i++) {
                floats[i] = switch (type) {
                    case FLOAT -> bytes.getFloat();
                    case DOUBLE -> (float) bytes.getDouble();
                    case FLOAT16 -> halfToFloat(bytes.getShort());
                    default -> Float.intBitsToFloat(bytes.getShort() << 16);
                };
            }
            return new OnnxTensor(name, type, shape, floats, null);
        }
        long[] integers = new long[count];
        for (int i = 0; i < count; i++) {
            integers[i] = switch (type) {
                case UINT8, BOOL -> bytes.get() & 0xff;
                case INT8 -> bytes.get();
                case UINT16 -> bytes.getShort() & 0xffff;
                case INT16 -> bytes.getShort();
                case INT32 -> bytes.getInt();
                case UINT32 -> bytes.getInt() & 0xffffffffL;
                default -> bytes.getLong();
            };
        }
        return new OnnxTensor(name, type, shape, null, integers);
    }

    /** IEEE 754 binary16 to binary32. */
    static float halfToFloat(int half) {
        int sign = (half & 0x8000) << 16;
        int exponent = half >> 10 & 0x1f;
        int fraction = half & 0x3ff;
        if (exponent == 0) {
            float tiny = fraction * 0x1p-24f;
            return sign == 0 ? tiny : -tiny;
        }
        if (exponent == 31) {
            return Float.intBitsToFloat(sign | 0x7f800000 | fraction << 13);
        }
        return Float.intBitsToFloat(sign | ((exponent + 112) << 23) | (fraction << 13));
    }

    @Override
    public String toString() {
        String start = "";
        if (integers != null) {
            start = " " + Arrays.toString(Arrays.copyOf(integers, Math.min(8, integers.length)));
        }
        return name + " " + type + shape + start;
    }
}
