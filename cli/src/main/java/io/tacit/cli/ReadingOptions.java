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
        List<String> names = base.labels();
        if (labels != null) {
            names = Files.readAllLines(labels).stream()
                    .map(String::strip)
                    .filter(line -> !line.isEmpty())
                    .toList();
        }
        return new Preprocessing(
                width,
                height,
                resize != null ? resize : base.resize(),
                order,
                factor != null ? factor : base.factor(),
                means,
                deviations,
                1,
                names);
    }
}
