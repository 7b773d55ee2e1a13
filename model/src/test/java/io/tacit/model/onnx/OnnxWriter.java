package io.tacit.model.onnx;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Writes small ONNX models, well formed or not. */
final class OnnxWriter {
    private final int opset;
    private final List<byte[]> graphFields = new ArrayList<>();
    private final List<byte[]> modelFields = new ArrayList<>();
    private int weights;

    OnnxWriter(int opset) {
        this.opset = opset;
    }

    /** Writes the fields of one message. */
    @FunctionalInterface
    interface Fields {
        void write(CodedOutputStream out) throws IOException;
    }

    static byte[] message(Fields fields) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        try {
            fields.write(out);
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    static byte[] field(int number, byte[] message) {
        return message(out -> out.writeByteArray(number, message));
    }

    /** A raw field of the graph. */
    OnnxWriter graphField(int number, byte[] message) {
        graphFields.add(field(number, message));
        return this;
    }

    /** A raw field of the model. */
    OnnxWriter modelField(int number, byte[] message) {
        modelFields.add(field(number, message));
        return this;
    }

    /** A float input; -1 leaves an extent open. */
    OnnxWriter input(String name, long... dims) {
        return graphField(11, valueInfo(name, 1, dims));
    }

    OnnxWriter output(String name) {
        return graphField(12, message(out -> out.writeString(1, name)));
    }

    OnnxWriter floatOutput(String name, long... dims) {
        return graphField(12, valueInfo(name, 1, dims));
    }

    OnnxWriter longOutput(String name, long... dims) {
        return graphField(12, valueInfo(name, 7, dims));
    }

    static byte[] valueInfo(String name, int elementType, long... dims) {
        byte[] shape = message(out -> {
            for (long dim : dims) {
                out.writeByteArray(1, message(d -> {
                    if (dim < 0) {
                        d.writeString(2, "n");
                    } else {
                        d.writeInt64(1, dim);
                    }
                }));
            }
        });
        byte[] tensor = message(out -> {
            out.writeInt32(1, elementType);
            out.writeByteArray(2, shape);
        });
        byte[] type = message(out -> out.writeByteArray(1, tensor));
        return message(out -> {
            out.writeString(1, name);
            out.writeByteArray(2, type);
        });
    }

    OnnxWriter floats(String name, float[] values, long... dims) {
        return graphField(5, floatTensor(name, values, dims));
    }

    static byte[] floatTensor(String name, float[] values, long... dims) {
        ByteBuffer raw = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        raw.asFloatBuffer().put(values);
        return tensor(name, 1, raw.array(), dims);
    }

    static byte[] tensor(String name, int type, byte[] raw, long... dims) {
        return message(out -> {
            for (long dim : dims) {
                out.writeInt64(1, dim);
            }
            out.writeInt32(2, type);
            out.writeString(8, name);
            out.writeBytes(9, ByteString.copyFrom(raw));
        });
    }

    OnnxWriter longs(String name, long... values) {
        return graphField(5, longTensor(name, values, values.length));
    }

    static byte[] longTensor(String name, long[] values, long... dims) {
        return message(out -> {
            for (long dim : dims) {
                out.writeInt64(1, dim);
            }
            out.writeInt32(2, 7);
            for (long value : values) {
                out.writeInt64(7, value);
            }
            out.writeString(8, name);
        });
    }

    /** A tensor of seeded values between -0.5 and 0.5; returns its name. */
    String random(long... dims) {
        return random("w" + weights, -0.5f, 0.5f, dims);
    }

    /** A tensor of seeded values between {@code low} and {@code high}; returns its name. */
    String random(String name, float low, float high, long... dims) {
        Random random = new Random(++weights);
        int size = 1;
        for (long dim : dims) {
            size *= (int) dim;
        }
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = low + random.nextFloat() * (high - low);
        }
        floats(name, values, dims);
        return name;
    }

    /** A node; inputs and outputs separated by spaces, "_" for one that is left out. */
    OnnxWriter node(String type, String inputs, String outputs, byte[]... attributes) {
        return nodeOf("", type, inputs, outputs, attributes);
    }

    OnnxWriter nodeOf(String domain, String type, String inputs, String outputs, byte[]... attributes) {
        return graphField(1, message(out -> {
            for (String input : inputs.isEmpty() ? new String[0] : inputs.split(" ")) {
                out.writeString(1, input.equals("_") ? "" : input);
            }
            for (String output : outputs.split(" ")) {
                out.writeString(2, output);
            }
            out.writeString(4, type);
            for (byte[] attribute : attributes) {
                out.writeByteArray(5, attribute);
            }
            out.writeString(7, domain);
        }));
    }

    static byte[] ints(String name, long... values) {
        return message(out -> {
            out.writeString(1, name);
            for (long value : values) {
                out.writeInt64(8, value);
            }
            out.writeInt32(20, 7);
        });
    }

    static byte[] integer(String name, long value) {
        return message(out -> {
            out.writeString(1, name);
            out.writeInt64(3, value);
            out.writeInt32(20, 2);
        });
    }

    static byte[] real(String name, float value) {
        return message(out -> {
            out.writeString(1, name);
            out.writeFloat(2, value);
            out.writeInt32(20, 1);
        });
    }

    static byte[] reals(String name, float... values) {
        return message(out -> {
            out.writeString(1, name);
            for (float value : values) {
                out.writeFloat(7, value);
            }
            out.writeInt32(20, 6);
        });
    }

    static byte[] text(String name, String value) {
        return message(out -> {
            out.writeString(1, name);
            out.writeBytes(4, ByteString.copyFrom(value, StandardCharsets.UTF_8));
            out.writeInt32(20, 3);
        });
    }

    static byte[] tensorAttribute(String name, byte[] tensor) {
        return message(out -> {
            out.writeString(1, name);
            out.writeByteArray(5, tensor);
            out.writeInt32(20, 4);
        });
    }

    byte[] build() {
        byte[] graph = message(out -> {
            for (byte[] field : graphFields) {
                out.writeRawBytes(field);
            }
            out.writeString(2, "tiny");
        });
        return message(out -> {
            out.writeInt64(1, opset >= 21 ? 10 : 8);
            out.writeByteArray(7, graph);
            out.writeByteArray(8, message(set -> set.writeInt64(2, opset)));
            out.writeByteArray(8, message(set -> {
                set.writeString(1, OperatorTable.CLASSIC);
                set.writeInt64(2, 1);
            }));
            for (byte[] field : modelFields) {
                out.writeRawBytes(field);
            }
        });
    }
}
