package io.tacit.cli;

import io.tacit.model.graph.FloatGraph;
import io.tacit.model.graph.Shape;
import io.tacit.model.image.Preset;
import io.tacit.model.integer.Preprocessing;
import io.tacit.model.integer.Preprocessing.ChannelOrder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How a network reads pictures or rows of numbers: a preset, or piece by piece. */
final class ReadingOptions {
    private static final int MAX_RESIZE = 8192;

    @Option(
            names = "--preset",
            description = "how pictures are read: ${COMPLETION-CANDIDATES}; the options below change single parts")
    private @Nullable Preset preset;

    @Option(
            names = "--resize",
            paramLabel = "PIXELS",
            description = "length of the shorter side before the centre is cut out; 0: straight to the network's size")
    private @Nullable Integer resize;

    @Option(names = "--channels", description = "GRAY, RGB, BGR, or NUMBERS for networks that read rows of numbers")
    private @Nullable ChannelOrder channels;

    @Option(names = "--factor", description = "applied to 8-bit values first (default 1/255; 1 for NUMBERS)")
    private @Nullable Double factor;

    @Option(names = "--mean", split = ",", description = "subtracted after the factor, one value a channel")
    private @Nullable List<Double> mean;

    @Option(names = "--std", split = ",", description = "divided by, one value a channel")
    private @Nullable List<Double> std;

    @Option(names = "--labels", paramLabel = "FILE", description = "names of the classes, one a line")
    private @Nullable Path labels;

    /** What these options say for a network with this input; width and height are the network's own. */
    Preprocessing preprocessing(FloatGraph graph) throws IOException {
        Shape input = graph.node(graph.input()).shape();
        int[] dimensions = input.toArray();
        boolean picture = dimensions.length == 4 && (dimensions[1] == 1 || dimensions[1] == 3);
        Preprocessing base;
        if (preset != null) {
            base = preset.preprocessing();
        } else if (picture) {
            base = Preprocessing.scaled(
                    dimensions[3], dimensions[2], dimensions[1] == 1 ? ChannelOrder.GRAY : ChannelOrder.RGB, 1 / 255.0);
        } else {
            base = Preprocessing.scaled(1, 1, ChannelOrder.NUMBERS, 1);
        }
        ChannelOrder order = channels != null ? channels : base.order();
        int width = picture ? dimensions[3] : base.width();
        int height = picture ? dimensions[2] : base.height();
        int count = order == ChannelOrder.NUMBERS ? input.size() : order.channels();
        List<Double> means = mean != null ? mean : base.mean();
        List<Double> deviations = std != null ? std : base.std();
        if (means.isEmpty() != deviations.isEmpty()) {
            means = means.isEmpty() ? Collections.nCopies(count, 0.0) : means;
            deviations = deviations.isEmpty() ? Collections.nCopies(count, 1.0) : deviations;
        }
        if (!means.isEmpty() && (means.size() != count || deviations.size() != count)) {
            throw new BadInput("--mean and --std need " + count + " values each, one a channel; given are "
                    + means.size() + " and " + deviations.size());
        }
        if (deviations.stream().anyMatch(value -> value == 0 || !Double.isFinite(value))
                || !means.stream().allMatch(Double::isFinite)) {
            throw new BadInput("--mean and --std must be finite numbers, and --std not 0");
        }
        double scale = factor != null ? factor : base.factor();
        if (scale == 0 || !Double.isFinite(scale)) {
            throw new BadInput("--factor must be a finite number and not 0");
        }
        int shorter = resize != null ? resize : base.resize();
        if (shorter < 0 || shorter > MAX_RESIZE) {
            throw new BadInput("--resize " + shorter + " is not within 0 .. " + MAX_RESIZE);
        }
        if (order != ChannelOrder.NUMBERS && (long) count * width * height != input.size()) {
            throw new BadInput("pictures of " + width + " x " + height + " with " + count + " channels (" + order
                    + ") do not fit the network, which reads " + input
                    + "; choose --preset and --channels to match");
        }
        List<String> names = base.labels();
        Path namesFile = labels;
        if (namesFile != null) {
            if (!Files.isRegularFile(namesFile)) {
                throw new BadInput("--labels: no such file: " + namesFile);
            }
            names = Files.readAllLines(namesFile).stream()
                    .map(String::strip)
                    .filter(line -> !line.isEmpty())
                    .toList();
        }
        return new Preprocessing(width, height, shorter, order, scale, means, deviations, 1, names);
    }
}
