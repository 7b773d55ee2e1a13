package io.tacit.model.onnx;

import io.tacit.model.ModelFileException;
import io.tacit.model.UnsupportedModelException;
import io.tacit.model.graph.FloatGraph;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Reads ONNX files (plain or gzip-compressed) of opsets 7 to 21, as PyTorch, tf2onnx and scikit-learn's converter write
 * them, into float graphs. A file is not trusted: it is checked before memory is taken, weights beside it are read only
 * from its own folder, and whatever is wrong is said in one of two exceptions:
 * {@link UnsupportedModelException} (a well-formed network that cannot be taken: all findings at once) and
 * {@link ModelFileException} (no model, damaged, or hostile). Immutable.
 */
public final class OnnxImporter {
    private final ImportLimits limits;

    public OnnxImporter() {
        this(ImportLimits.DEFAULT);
    }

    public OnnxImporter(ImportLimits limits) {
        this.limits = limits;
    }

    /**
     * The network, normalised: constants folded, batch normalisation, padding, transpositions and factors taken into
     * the layers beside them, a batch of 1. {@link FloatGraph#privacyFindings} says whether it can be evaluated
     * privately.
     */
    public FloatGraph read(Path file, ImportOptions options) {
        return normalised(parse(file), options);
    }

    /** As {@link #read(Path, ImportOptions)}, of bytes; weights in other files are refused. */
    public FloatGraph read(byte[] file, ImportOptions options) {
        return normalised(parse(file), options);
    }

    /** The network node by node as the file has it, with only constants folded. */
    public FloatGraph readAsWritten(Path file, ImportOptions options) {
        return new Lowering(parse(file), options, limits, false).run();
    }

    /** As {@link #readAsWritten(Path, ImportOptions)}, of bytes; weights in other files are refused. */
    public FloatGraph readAsWritten(byte[] file, ImportOptions options) {
        return new Lowering(parse(file), options, limits, false).run();
    }

    private OnnxModel parse(Path file) {
        byte[] bytes = ModelBytes.read(file, limits);
        try {
            return parse(bytes, file.toAbsolutePath().getParent());
        } catch (ModelFileException e) {
            throw new ModelFileException(file + ": " + e.getMessage(), e);
        }
    }

    private OnnxModel parse(byte[] file) {
        return parse(ModelBytes.unpack(file, limits), null);
    }

    private OnnxModel parse(byte[] bytes, @Nullable Path folder) {
        return OnnxParser.parse(bytes, limits, ExternalData.of(bytes, folder, limits));
    }

    private FloatGraph normalised(OnnxModel model, ImportOptions options) {
        return Normaliser.normalise(new Lowering(model, options, limits, true).run(), options);
    }
}
