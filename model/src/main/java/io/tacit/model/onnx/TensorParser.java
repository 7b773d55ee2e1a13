package io.tacit.model.onnx;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import io.tacit.model.ModelFileException;
import io.tacit.model.graph.Shape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads ONNX's TensorProto. Memory is taken only for bytes that are there and numbers that the limits allow. */
final class TensorParser {
    /** No network needs more integers than this: shapes, axes, indices. */
    private static final int MAX_INTEGERS = 1 << 22;

    private final CodedInputStream in;
    private final ImportLimits limits;
    private final ExternalData external;
    private long spent;

    TensorParser(CodedInputStream in, ImportLimits limits, ExternalData external) {
        this.in = in;
        this.limits = limits;
        this.external = external;
    }

    /** Counts numbers against the limit of the whole file. */
    void spend(long numbers) {
        spent += numbers;
        if (spent > limits.maxWeights()) {
            throw new ModelFileException("the file holds more than " + limits.maxWeights() + " numbers");
        }
    }

    /** What has been read of a tensor. */
    private static final class Fields {
        String name = "";
        long type;
        long location;
        boolean segmented;
        final List<Long> dims = new ArrayList<>();
        final NumberList typed = new NumberList();
        int texts;

        @Nullable
        ByteBuffer raw;

        final Map<String, String> external = new HashMap<>();
    }

    /** The tensor in the next {@code length} bytes. */
    OnnxTensor tensor(int length) throws IOException {
        Fields read = new Fields();
        int limit = in.pushLimit(length);
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            field(tag, read);
        }
        in.popLimit(limit);
        return build(read);
    }

    private void field(int tag, Fields read) throws IOException {
        switch (WireFormat.getTagFieldNumber(tag)) {
            case 1 -> {
                NumberList dims = new NumberList();
                numbers(tag, WireFormat.WIRETYPE_VARINT, dims);
                for (long dim : dims.toLongs()) {
                    read.dims.add(dim);
                }
                if (read.dims.size() > Shape.MAX_RANK) {
                    throw new ModelFileException("a tensor has more than " + Shape.MAX_RANK + " dimensions");
                }
            }
            case 2 -> {
                expect(tag, WireFormat.WIRETYPE_VARINT);
                read.type = in.readInt64();
            }
            case 3 -> {
                read.segmented = true;
                skip(in, tag);
            }
            case 4 -> numbers(tag, WireFormat.WIRETYPE_FIXED32, read.typed);
            case 5, 7, 11 -> numbers(tag, WireFormat.WIRETYPE_VARINT, read.typed);
            case 6 -> {
                spend(1);
                read.texts++;
                skip(in, tag);
            }
            case 8 -> read.name = text(tag);
            case 9 -> {
                int bytes = length(in, tag);
                int from = in.getTotalBytesRead();
                in.skipRawBytes(bytes);
                read.raw = external.slice(from, bytes);
            }
            case 10 -> numbers(tag, WireFormat.WIRETYPE_FIXED64, read.typed);
            case 13 -> externalEntry(tag, read);
            case 14 -> {
                expect(tag, WireFormat.WIRETYPE_VARINT);
                read.location = in.readInt64();
            }
            default -> skip(in, tag);
        }
    }

    private void externalEntry(int tag, Fields read) throws IOException {
        String key = "";
        String value = "";
        int limit = in.pushLimit(length(in, tag));
        for (int inner = in.readTag(); inner != 0; inner = in.readTag()) {
            switch (WireFormat.getTagFieldNumber(inner)) {
                case 1 -> key = text(inner);
                case 2 -> value = text(inner);
                default -> skip(in, inner);
            }
        }
        in.popLimit(limit);
        if (read.external.size() < 16) {
            read.external.put(key, value);
        }
    }

    private String text(int tag) throws IOException {
        int length = length(in, tag);
        if (length > 4096) {
            throw new ModelFileException("a name of " + length + " bytes is longer than 4096");
        }
        return new String(in.readRawBytes(length), StandardCharsets.UTF_8);
    }

    private OnnxTensor build(Fields read) {
        String shownName = OnnxParser.shown(read.name);
        if (read.segmented) {
            throw new ModelFileException("tensor \"" + shownName + "\" is cut into segments, which is not read");
        }
        ElementType type = ElementType.of(read.type);
        Shape shape = shape(shownName, read.dims);
        if (type == ElementType.STRING) {
            return new OnnxTensor(read.name, type, Shape.of(read.texts), null, null);
        }
        if (type == ElementType.OTHER) {
            throw new ModelFileException(
                    "tensor \"" + shownName + "\" has element type " + read.type + ", which networks here cannot have");
        }
        int count = shape.size();
        if (!type.isFloating() && count > MAX_INTEGERS) {
            throw new ModelFileException("tensor \"" + shownName + "\" has " + count + " integers, more than "
                    + MAX_INTEGERS + ": weights must be floats");
        }
        if (read.location == 1) {
            return external.read(read.name, type, shape, read.external, this::spend);
        }
        if (read.raw != null) {
            spend(count);
            return OnnxTensor.ofRaw(read.name, type, shape, read.raw);
        }
        if (read.typed.size() != count) {
            throw new ModelFileException("tensor \"" + shownName + "\" of shape " + shape + " has " + read.typed.size()
                    + " values instead of " + count);
        }
        return typed(read.name, type, shape, read.typed);
    }

    private static OnnxTensor typed(String name, ElementType type, Shape shape, NumberList typed) {
        return switch (type) {
            case FLOAT, DOUBLE -> new OnnxTensor(name, type, shape, typed.toFloats(), null);
            case FLOAT16, BFLOAT16 -> {
                // 16-bit floats come as their bit patterns in int32_data.
                long[] bits = typed.toLongs();
                float[] floats = new float[bits.length];
                for (int i = 0; i < floats.length; i++) {
                    floats[i] = type == ElementType.FLOAT16
                            ? OnnxTensor.halfToFloat((int) bits[i] & 0xffff)
                            : Float.intBitsToFloat((int) bits[i] << 16);
                }
                yield new OnnxTensor(name, type, shape, floats, null);
            }
            default -> new OnnxTensor(name, type, shape, null, typed.toLongs());
        };
    }

    private Shape shape(String name, List<Long> dims) {
        long size = 1;
        int[] extents = new int[dims.size()];
        for (int i = 0; i < extents.length; i++) {
            long dim = dims.get(i);
            if (dim < 0 || dim > Integer.MAX_VALUE || size * dim > limits.maxWeights()) {
                throw new ModelFileException(
                        "tensor \"" + name + "\" claims the dimensions " + dims + ", which is out of range");
            }
            size *= dim;
            extents[i] = (int) dim;
        }
        return Shape.of(extents);
    }

    /** Numbers of a repeated field, packed or not; floats are kept as the bits of doubles. */
    void numbers(int tag, int wireType, NumberList to) throws IOException {
        if (WireFormat.getTagWireType(tag) != WireFormat.WIRETYPE_LENGTH_DELIMITED) {
            expect(tag, wireType);
            spend(1);
            to.add(number(wireType));
            return;
        }
        int limit = in.pushLimit(length(in, tag));
        while (in.getBytesUntilLimit() > 0) {
            spend(1);
            to.add(number(wireType));
        }
        in.popLimit(limit);
    }

    private long number(int wireType) throws IOException {
        return switch (wireType) {
            case WireFormat.WIRETYPE_FIXED32 -> Double.doubleToRawLongBits(in.readFloat());
            case WireFormat.WIRETYPE_FIXED64 -> Double.doubleToRawLongBits(in.readDouble());
            default -> in.readInt64();
        };
    }

    static int length(CodedInputStream in, int tag) throws IOException {
        expect(tag, WireFormat.WIRETYPE_LENGTH_DELIMITED);
        int length = in.readRawVarint32();
        if (length < 0 || (in.getBytesUntilLimit() >= 0 && length > in.getBytesUntilLimit())) {
            throw new ModelFileException("this is no ONNX model, or it is damaged: a part is longer than the whole");
        }
        return length;
    }

    static void expect(int tag, int wireType) {
        if (WireFormat.getTagWireType(tag) != wireType) {
            throw new ModelFileException("this is no ONNX model, or it is damaged: field "
                    + WireFormat.getTagFieldNumber(tag) + " has the wrong kind");
        }
    }

    static void skip(CodedInputStream in, int tag) throws IOException {
        int wireType = WireFormat.getTagWireType(tag);
        if (wireType == WireFormat.WIRETYPE_START_GROUP || wireType == WireFormat.WIRETYPE_END_GROUP) {
            throw new ModelFileException("this is no ONNX model, or it is damaged: it has groups");
        }
        in.skipField(tag);
    }
}
