package io.tacit.model.onnx;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import io.tacit.model.ModelFileException;
import io.tacit.model.onnx.OnnxModel.OnnxAttribute;
import io.tacit.model.onnx.OnnxModel.OnnxNode;
import io.tacit.model.onnx.OnnxModel.ValueInfo;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads ONNX's protobuf messages (onnx.proto of the ONNX project, IR versions 3 to 10) into an {@link OnnxModel}. Of
 * nested messages only those are entered that networks without control flow need, so the depth is fixed; every count
 * and size is checked before memory is taken for it.
 */
final class OnnxParser {
    private static final int MAX_NAME_BYTES = 4096;
    private static final int MAX_NAMES_PER_NODE = 2048;
    private static final int MAX_ATTRIBUTES_PER_NODE = 256;
    private static final int MAX_OPSETS = 64;
    private static final int MAX_GRAPH_VALUES = 4096;

    private final CodedInputStream in;
    private final ImportLimits limits;
    private final TensorParser tensors;

    private String producer = "";
    private String graphName = "";
    private boolean graphSeen;
    private final Map<String, Integer> opsets = new HashMap<>();
    private final List<OnnxNode> nodes = new ArrayList<>();
    private final Map<String, OnnxTensor> initializers = new LinkedHashMap<>();
    private final List<ValueInfo> inputs = new ArrayList<>();
    private final List<ValueInfo> outputs = new ArrayList<>();

    private OnnxParser(byte[] file, ImportLimits limits, ExternalData external) {
        this.in = CodedInputStream.newInstance(file);
        this.limits = limits;
        this.tensors = new TensorParser(in, limits, external);
    }

    /**
     * @throws ModelFileException if the bytes are no ONNX model, or ask for more than {@code limits}
     */
    static OnnxModel parse(byte[] file, ImportLimits limits, ExternalData external) {
        OnnxParser parser = new OnnxParser(file, limits, external);
        try {
            // With a limit at the end of the file, a part that claims to be longer is refused before it is entered.
            parser.in.pushLimit(file.length);
            parser.model();
        } catch (IOException e) {
            throw new ModelFileException("this is no ONNX model, or it is damaged: " + e.getMessage(), e);
        }
        if (!parser.graphSeen) {
            throw new ModelFileException("this is no ONNX model: it holds no graph");
        }
        return new OnnxModel(
                parser.producer,
                parser.graphName,
                parser.opsets,
                parser.nodes,
                parser.initializers,
                parser.inputs,
                parser.outputs);
    }

    /** A single tensor, as the ONNX project keeps test data. */
    static OnnxTensor parseTensor(byte[] file, ImportLimits limits) {
        OnnxParser parser = new OnnxParser(file, limits, ExternalData.of(file, null, limits));
        try {
            return parser.tensors.tensor(file.length);
        } catch (IOException e) {
            throw new ModelFileException("this is no ONNX tensor, or it is damaged: " + e.getMessage(), e);
        }
    }

    private void model() throws IOException {
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            switch (WireFormat.getTagFieldNumber(tag)) {
                case 2 -> producer = name(tag);
                case 7 -> {
                    if (graphSeen) {
                        throw new ModelFileException("the file holds two graphs");
                    }
                    graphSeen = true;
                    message(tag, this::graphField);
                }
                case 8 -> opset(tag);
                case 25 ->
                    throw new ModelFileException(
                            "the file defines functions of its own; export it with them expanded (inlined)");
                default -> skip(tag);
            }
        }
    }

    private void opset(int tag) throws IOException {
        String[] domain = {""};
        long[] version = {0};
        message(tag, field -> {
            switch (WireFormat.getTagFieldNumber(field)) {
                case 1 -> domain[0] = name(field);
                case 2 -> version[0] = integer(field);
                default -> skip(field);
            }
        });
        if (version[0] < 1 || version[0] > 10_000 || opsets.size() >= MAX_OPSETS) {
            throw new ModelFileException("operator set version " + version[0] + " is out of range");
        }
        opsets.put(domain[0].equals("ai.onnx") ? "" : domain[0], (int) version[0]);
    }

    private void graphField(int tag) throws IOException {
        switch (WireFormat.getTagFieldNumber(tag)) {
            case 1 -> {
                if (nodes.size() >= limits.maxNodes()) {
                    throw new ModelFileException("the network has more than " + limits.maxNodes() + " nodes");
                }
                nodes.add(node(tag));
            }
            case 2 -> graphName = name(tag);
            case 5 -> {
                if (initializers.size() >= limits.maxTensors()) {
                    throw new ModelFileException("the file holds more than " + limits.maxTensors() + " tensors");
                }
                OnnxTensor tensor = tensors.tensor(length(tag));
                if (initializers.put(tensor.name(), tensor) != null) {
                    throw new ModelFileException("two tensors are called \"" + shown(tensor.name()) + "\"");
                }
            }
            case 11 -> valueInfo(tag, inputs);
            case 12 -> valueInfo(tag, outputs);
            case 15 ->
                throw new ModelFileException(
                        "the file holds sparse tensors; export it with dense ones (zeros cost little)");
            default -> skip(tag);
        }
    }

    private OnnxNode node(int tag) throws IOException {
        String[] text = {"", "", ""};
        List<String> nodeInputs = new ArrayList<>();
        List<String> nodeOutputs = new ArrayList<>();
        Map<String, OnnxAttribute> attributes = new LinkedHashMap<>();
        message(tag, field -> {
            switch (WireFormat.getTagFieldNumber(field)) {
                case 1 -> addName(field, nodeInputs);
                case 2 -> addName(field, nodeOutputs);
                case 3 -> text[0] = name(field);
                case 4 -> text[1] = name(field);
                case 5 -> {
                    OnnxAttribute attribute = attribute(field);
                    if (attributes.put(attribute.name(), attribute) != null
                            || attributes.size() > MAX_ATTRIBUTES_PER_NODE) {
                        throw new ModelFileException("node \"" + shown(text[0]) + "\" has too many attributes, or \""
                                + shown(attribute.name()) + "\" twice");
                    }
                }
                case 7 -> text[2] = name(field);
                default -> skip(field);
            }
        });
        return new OnnxNode(
                text[0],
                text[2].equals("ai.onnx") ? "" : text[2],
                text[1],
                List.copyOf(nodeInputs),
                List.copyOf(nodeOutputs),
                attributes);
    }

    private void addName(int tag, List<String> names) throws IOException {
        if (names.size() >= MAX_NAMES_PER_NODE) {
            throw new ModelFileException("a node has more than " + MAX_NAMES_PER_NODE + " inputs or outputs");
        }
        names.add(name(tag));
    }

    /** What has been read of an attribute. */
    private static final class AttributeFields {
        String name = "";
        long type;
        float number;
        long integer;
        String text = "";
        final NumberList numbers = new NumberList();
        final NumberList integers = new NumberList();
        final List<String> texts = new ArrayList<>();

        @Nullable
        OnnxTensor tensor;

        OnnxAttribute.Kind kind = OnnxAttribute.Kind.OTHER;
    }

    private OnnxAttribute attribute(int tag) throws IOException {
        AttributeFields read = new AttributeFields();
        message(tag, field -> {
            switch (WireFormat.getTagFieldNumber(field)) {
                case 1 -> read.name = name(field);
                case 2 -> {
                    expect(field, WireFormat.WIRETYPE_FIXED32);
                    read.number = in.readFloat();
                    read.kind = OnnxAttribute.Kind.FLOAT;
                }
                case 3 -> {
                    read.integer = integer(field);
                    read.kind = OnnxAttribute.Kind.INT;
                }
                case 4 -> {
                    read.text = text(field);
                    read.kind = OnnxAttribute.Kind.STRING;
                }
                case 5 -> {
                    read.tensor = tensors.tensor(length(field));
                    read.kind = OnnxAttribute.Kind.TENSOR;
                }
                case 7 -> {
                    tensors.numbers(field, WireFormat.WIRETYPE_FIXED32, read.numbers);
                    read.kind = OnnxAttribute.Kind.FLOATS;
                }
                case 8 -> {
                    tensors.numbers(field, WireFormat.WIRETYPE_VARINT, read.integers);
                    read.kind = OnnxAttribute.Kind.INTS;
                }
                case 9 -> {
                    tensors.spend(1);
                    read.texts.add(text(field));
                    read.kind = OnnxAttribute.Kind.STRINGS;
                }
                case 20 -> read.type = integer(field);
                default -> skip(field);
            }
        });
        // An empty list leaves no trace but the declared type (AttributeProto.AttributeType).
        if (read.kind == OnnxAttribute.Kind.OTHER) {
            read.kind = switch ((int) read.type) {
                case 1 -> OnnxAttribute.Kind.FLOAT;
                case 2 -> OnnxAttribute.Kind.INT;
                case 3 -> OnnxAttribute.Kind.STRING;
                case 6 -> OnnxAttribute.Kind.FLOATS;
                case 7 -> OnnxAttribute.Kind.INTS;
                case 8 -> OnnxAttribute.Kind.STRINGS;
                default -> OnnxAttribute.Kind.OTHER;
            };
        }
        return new OnnxAttribute(
                read.name,
                read.kind,
                read.number,
                read.integer,
                read.text,
                read.numbers.toFloats(),
                read.integers.toLongs(),
                List.copyOf(read.texts),
                read.tensor);
    }

    private void valueInfo(int tag, List<ValueInfo> to) throws IOException {
        if (to.size() >= MAX_GRAPH_VALUES + limits.maxTensors()) {
            throw new ModelFileException("the network has too many inputs or outputs");
        }
        String[] name = {""};
        int[] elementType = {0};
        boolean[] shaped = {false};
        List<Long> dims = new ArrayList<>();
        message(tag, field -> {
            switch (WireFormat.getTagFieldNumber(field)) {
                case 1 -> name[0] = name(field);
                case 2 ->
                    message(field, typeField -> {
                        if (WireFormat.getTagFieldNumber(typeField) != 1) {
                            skip(typeField);
                            return;
                        }
                        message(typeField, tensorField -> {
                            switch (WireFormat.getTagFieldNumber(tensorField)) {
                                case 1 -> elementType[0] = (int) integer(tensorField);
                                case 2 -> {
                                    shaped[0] = true;
                                    message(tensorField, shapeField -> dimension(shapeField, dims));
                                }
                                default -> skip(tensorField);
                            }
                        });
                    });
                default -> skip(field);
            }
        });
        to.add(new ValueInfo(name[0], elementType[0], shaped[0] ? List.copyOf(dims) : null));
    }

    private void dimension(int tag, List<Long> dims) throws IOException {
        if (WireFormat.getTagFieldNumber(tag) != 1) {
            skip(tag);
            return;
        }
        long[] extent = {-1};
        message(tag, field -> {
            if (WireFormat.getTagFieldNumber(field) == 1) {
                extent[0] = integer(field);
            } else {
                skip(field);
            }
        });
        if (dims.size() >= 16) {
            throw new ModelFileException("an input or output has more than 16 dimensions");
        }
        dims.add(extent[0]);
    }

    /** Reads one field. */
    @FunctionalInterface
    interface Field {
        void read(int tag) throws IOException;
    }

    private void message(int tag, Field field) throws IOException {
        int limit = in.pushLimit(length(tag));
        for (int inner = in.readTag(); inner != 0; inner = in.readTag()) {
            field.read(inner);
        }
        in.popLimit(limit);
    }

    private int length(int tag) throws IOException {
        return TensorParser.length(in, tag);
    }

    private long integer(int tag) throws IOException {
        expect(tag, WireFormat.WIRETYPE_VARINT);
        return in.readInt64();
    }

    private void expect(int tag, int wireType) {
        TensorParser.expect(tag, wireType);
    }

    private void skip(int tag) throws IOException {
        TensorParser.skip(in, tag);
    }

    private String name(int tag) throws IOException {
        int length = length(tag);
        if (length > MAX_NAME_BYTES) {
            throw new ModelFileException("a name of " + length + " bytes is longer than " + MAX_NAME_BYTES);
        }
        return new String(in.readRawBytes(length), StandardCharsets.UTF_8);
    }

    /** A text attribute; one that is too long to be of use is not kept. */
    private String text(int tag) throws IOException {
        int length = length(tag);
        if (length > MAX_NAME_BYTES) {
            in.skipRawBytes(length);
            return "";
        }
        return new String(in.readRawBytes(length), StandardCharsets.UTF_8);
    }

    /** A name from the file, fit for a message. */
    static String shown(String name) {
        String cut = name.length() > 120 ? name.substring(0, 117) + "..." : name;
        return cut.replaceAll("\\p{Cntrl}", "?");
    }
}
