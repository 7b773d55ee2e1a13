package io.tacit.model.onnx;

import io.tacit.model.graph.FloatTensor;
import io.tacit.model.graph.Shape;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a network is to be read.
 *
 * @param inputShape shape of the network's input, for files that leave more than the batch open; null: as the file has it
 * @param output name of the output that holds the scores, for files with several; null: the only one
 * @param keepLast whether a last Softmax, Sigmoid, LogSoftmax or ArgMax stays; else it is left to the receiver of the scores
 * @param fixed inputs that are held fixed at these values, by name
 */
public record ImportOptions(
        @Nullable Shape inputShape, @Nullable String output, boolean keepLast, Map<String, FloatTensor> fixed) {

    /** The file's own shape and only output; last operators that do not change the order of scores are left out. */
    public static final ImportOptions DEFAULT = new ImportOptions(null, null, false, Map.of());

    public ImportOptions {
        fixed = Map.copyOf(fixed);
    }

    public ImportOptions withInputShape(Shape shape) {
        return new ImportOptions(shape, output, keepLast, fixed);
    }

    public ImportOptions withOutput(String name) {
        return new ImportOptions(inputShape, name, keepLast, fixed);
    }

    public ImportOptions withLastKept() {
        return new ImportOptions(inputShape, output, true, fixed);
    }

    public ImportOptions withFixed(Map<String, FloatTensor> values) {
        return new ImportOptions(inputShape, output, keepLast, values);
    }
}
