package io.tacit.bench;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.zip.GZIPInputStream;

/** A network as onnxruntime evaluates the file that was given: one picture a call, one input, its first output. */
public final class OnnxRuntimeNetwork implements AutoCloseable {
    private static final int MAX_FILE_BYTES = 1 << 30;

    private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
    private final OrtSession session;
    private final String input;
    private final long[] shape;

    private OnnxRuntimeNetwork(byte[] file, OrtSession.SessionOptions options) throws OrtException {
        session = environment.createSession(file, options);
        var first = session.getInputInfo().entrySet().iterator().next();
        input = first.getKey();
        shape = ((TensorInfo) first.getValue().getInfo()).getShape();
        for (int i = 0; i < shape.length; i++) {
            shape[i] = Math.max(1, shape[i]); // an open batch dimension
        }
    }

    /**
     * Loads a file.
     *
     * @param file ONNX, or the same packed with gzip
     * @throws OrtException if onnxruntime cannot run it
     */
    public static OnnxRuntimeNetwork load(Path file) throws IOException, OrtException {
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            return new OnnxRuntimeNetwork(read(file), options);
        }
    }

    /** The same, all of whose work is done by the thread that calls {@link #evaluate}. */
    public static OnnxRuntimeNetwork loadForOneThread(Path file) throws IOException, OrtException {
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(1);
            options.setInterOpNumThreads(1);
            return new OnnxRuntimeNetwork(read(file), options);
        }
    }

    private static byte[] read(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        if (!file.toString().endsWith(".gz")) {
            return bytes;
        }
        try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
            return in.readNBytes(MAX_FILE_BYTES);
        }
    }

    /** Number of values of one picture. */
    public int inputSize() {
        int size = 1;
        for (long dimension : shape) {
            size = Math.multiplyExact(size, Math.toIntExact(dimension));
        }
        return size;
    }

    /**
     * Scores of one picture.
     *
     * @param values {@link #inputSize} values in the order of the file's input
     */
    public float[] evaluate(float[] values) throws OrtException {
        try (OnnxTensor tensor = OnnxTensor.createTensor(environment, FloatBuffer.wrap(values), shape);
                OrtSession.Result result = session.run(Map.of(input, tensor))) {
            FloatBuffer scores = ((OnnxTensor) result.get(0)).getFloatBuffer();
            float[] copy = new float[scores.remaining()];
            scores.get(copy);
            return copy;
        }
    }

    @Override
    public void close() throws OrtException {
        session.close();
    }
}
