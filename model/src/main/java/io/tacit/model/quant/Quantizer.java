package io.tacit.model.quant;

import io.tacit.kernel.Workers;
import io.tacit.model.data.InputSet;
import io.tacit.model.graph.FloatGraph;
import io.tacit.model.image.Preprocessor;
import io.tacit.model.integer.IntegerNetwork;
import io.tacit.model.integer.IntegerTensor;
import io.tacit.model.integer.Preprocessing;
import io.tacit.model.integer.Provenance;
import io.tacit.model.integer.Range;
import io.tacit.model.integer.Step;
import io.tacit.model.integer.TensorShape;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Turns a float network into an integer network. Deterministic: the same graph, options and calibration inputs give the
 * same bytes.
 *
 * <p>Scales of activations are chosen from the calibration inputs; scales of weights so that bringing an accumulator to
 * the next activation's scale is a floor shift; averages become sums; residual operands meet by exact left shifts. Ranges
 * are proven from the integer weights.
 */
public final class Quantizer {
    /** Most values of all calibration inputs together in one tensor. */
    private static final long MAX_CALIBRATION_VALUES = 1L << 25;

    private final FloatGraph graph;
    private final Preprocessing preprocessing;
    private final InputSet calibrationInputs;
    private final Workers workers;
    private final Provenance source;
    private final QuantizationProgress progress;

    /**
     * @param graph the float network
     * @param preprocessing how it reads pictures or numbers; its {@code inputScale} is not used
     * @param calibrationInputs typical inputs, a few hundred at best; for large networks only the first few are used
     * @param source file name and hash for the provenance; settings are added
     */
    public Quantizer(
            FloatGraph graph,
            Preprocessing preprocessing,
            InputSet calibrationInputs,
            Provenance source,
            Workers workers) {
        this(graph, preprocessing, calibrationInputs, source, workers, QuantizationProgress.NONE);
    }

    /** As above, and {@code progress} is told of each network in the making. */
    public Quantizer(
            FloatGraph graph,
            Preprocessing preprocessing,
            InputSet calibrationInputs,
            Provenance source,
            Workers workers,
            QuantizationProgress progress) {
        if (calibrationInputs.size() == 0) {
            throw new IllegalArgumentException("there are no inputs to calibrate with");
        }
        this.graph = graph;
        this.preprocessing = preprocessing;
        this.calibrationInputs = calibrationInputs;
        this.source = source;
        this.workers = workers;
        this.progress = progress;
    }

    /** @throws io.tacit.model.UnsupportedModelException with all findings if the graph has no integer form */
    public IntegerNetwork quantize(QuantizerOptions options) {
        Draft draft = Drafting.draft(graph, options);
        Pruning.mark(draft, options.pruning(), options.pruningScope());
        int count = calibrationCount(draft);
        Preprocessor floats = new Preprocessor(preprocessing);
        List<float[]> reals = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            reals.add(calibrationInputs.reals(i, floats));
        }
        Calibration calibration = new Calibration(graph, reals, workers, progress);
        InputScale input = inputScale(draft, calibration);
        IntegerTensor integers =
                options.unscaled() ? null : integers(input, draft.nodes().get(0).shape, count);
        NetworkBuilder builder = new NetworkBuilder(draft, calibration, options, input, integers, workers, progress);
        List<Step> steps = builder.build();
        return new IntegerNetwork(
                graph.name(), provenance(options, count), input.preprocessing(), steps, builder.outputScale());
    }

    private InputScale inputScale(Draft draft, Calibration calibration) {
        Draft.Node node = draft.nodes().get(0);
        boolean linear = node.readers.stream().allMatch(reader -> reader.kind == Draft.Kind.LINEAR);
        if (preprocessing.order() != Preprocessing.ChannelOrder.NUMBERS && linear) {
            return InputScale.ofPixels(preprocessing);
        }
        Calibration.NodeStatistics seen = calibration.node(node.floatNode);
        double largest = Math.max(Math.abs(seen.least()), Math.abs(seen.most()));
        return InputScale.ofNumbers(preprocessing, largest, seen.least() < 0);
    }

    private @Nullable IntegerTensor integers(InputScale input, TensorShape shape, int count) {
        Preprocessor preprocessor = new Preprocessor(input.preprocessing());
        Range range = input.range();
        int[] values = new int[count * shape.size()];
        for (int i = 0; i < count; i++) {
            System.arraycopy(
                    calibrationInputs.integers(i, preprocessor, range), 0, values, i * shape.size(), shape.size());
        }
        return IntegerTensor.ofInts(count, shape, values);
    }

    private int calibrationCount(Draft draft) {
        long largest = 1;
        for (Draft.Node node : draft.nodes()) {
            largest = Math.max(largest, node.shape.size());
        }
        return (int) Math.max(1, Math.min(calibrationInputs.size(), MAX_CALIBRATION_VALUES / largest));
    }

    private Provenance provenance(QuantizerOptions options, int calibrated) {
        List<String> settings = new ArrayList<>(source.settings());
        settings.add("weight-bits=" + options.weightBits());
        settings.add("activation-bits=" + options.activationBits());
        settings.add("clipping=" + options.clipping());
        settings.add("compensate=" + options.compensate());
        settings.add("pruning=" + options.pruning());
        settings.add("pruning-scope=" + options.pruningScope());
        for (QuantizerOptions.Segment segment : options.deferred()) {
            settings.add("defer=" + segment.first() + ".." + segment.last());
        }
        settings.add("unscaled=" + options.unscaled());
        settings.add("calibration-inputs=" + calibrated);
        return new Provenance(source.sourceName(), source.sourceSha256(), settings);
    }
}
