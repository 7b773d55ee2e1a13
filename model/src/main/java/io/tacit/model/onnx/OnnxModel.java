package io.tacit.model.onnx;

import io.tacit.model.graph.FloatTensor;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an ONNX file says, as far as networks need it; nothing is interpreted yet.
 *
 * @param opsets version of each operator set the file uses, by domain; the standard one is ""
 * @param initializers tensors that the file holds, by name
 */
record OnnxModel(
        String producer,
        String graphName,
        Map<String, Integer> opsets,
        List<OnnxNode> nodes,
        Map<String, OnnxTensor> initializers,
        List<ValueInfo> inputs,
        List<ValueInfo> outputs) {

    /**
     * An input or output of the graph.
     *
     * @param elementType code of {@link ElementType}, 0 if the value is not a tensor
     * @param dims extents, -1 where the file leaves one open; null if the file gives no shape
     */
    record ValueInfo(String name, int elementType, @Nullable List<Long> dims) {}

    /** One operation. Empty names among the inputs stand for inputs that are left out. */
    record OnnxNode(
            String name,
            String domain,
            String type,
            List<String> inputs,
            List<String> outputs,
            Map<String, OnnxAttribute> attributes) {

        /** A name for people: the node's, else that of its first result. */
        String title() {
            return !name.isEmpty() || outputs.isEmpty() ? name : outputs.get(0);
        }
    }

    /** One attribute; {@code kind} says which of the values was given. */
    record OnnxAttribute(
            String name,
            Kind kind,
            float number,
            long integer,
            String text,
            float[] numbers,
            long[] integers,
            List<String> texts,
            @Nullable OnnxTensor tensor) {

        enum Kind {
            FLOAT,
            INT,
            STRING,
            TENSOR,
            FLOATS,
            INTS,
            STRINGS,
            OTHER
        }

        @Override
        public String toString() {
            return name + "="
                    + switch (kind) {
                        case FLOAT -> String.valueOf(number);
                        case INT -> String.valueOf(integer);
                        case STRING -> text;
                        case TENSOR -> "tensor";
                        case FLOATS -> numbers.length + " numbers";
                        case INTS -> integers.length <= 16 ? Arrays.toString(integers) : integers.length + " integers";
                        case STRINGS -> texts.size() + " texts";
                        case OTHER -> "(not read)";
                    };
        }
    }

    /** The model with some of its inputs held fixed, as if the file had them as initializers. */
    OnnxModel withBindings(Map<String, FloatTensor> bindings) {
        Map<String, OnnxTensor> bound = new LinkedHashMap<>(initializers);
        bindings.forEach((name, value) -> {
            int type = inputs.stream()
                    .filter(input -> input.name().equals(name))
                    .mapToInt(ValueInfo::elementType)
                    .findFirst()
                    .orElse(ElementType.FLOAT.code());
            bound.put(name, OnnxTensor.ofFloats(name, ElementType.of(type), value));
        });
        return new OnnxModel(producer, graphName, opsets, nodes, bound, inputs, outputs);
    }
}
