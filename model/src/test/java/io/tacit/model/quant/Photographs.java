package io.tacit.model.quant;

import io.tacit.kernel.Workers;
import io.tacit.model.data.Pictures;
import io.tacit.model.graph.FloatGraph;
import io.tacit.model.image.Picture;
import io.tacit.model.image.PictureReader;
import io.tacit.model.integer.IntegerNetwork;
import io.tacit.model.integer.Preprocessing;
import io.tacit.model.integer.Preprocessing.ChannelOrder;
import io.tacit.model.integer.Provenance;
import io.tacit.model.integer.Step;
import io.tacit.model.onnx.ImportOptions;
import io.tacit.model.onnx.OnnxImporter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * An ImageNet network on the photographs, held out: every second one calibrates and the others are judged, then the other
 * way round, so that each is judged once, by a network that has not seen it.
 */
final class Photographs {
    static final String SQUEEZENET = "imagenet_squeezenet1.0";
    static final String MOBILENET = "imagenet_mobilenet_v1_0.25_128";

    private final FloatGraph graph;
    private final Preprocessing reads;
    private final Workers workers;
    private final List<Pictures> halves;
    private final List<FloatScores> scores = new ArrayList<>();

    Photographs(String name, Workers workers) {
        this.workers = workers;
        graph = new OnnxImporter().read(TestData.shared("models/" + name + ".onnx.gz"), ImportOptions.DEFAULT);
        reads = name.equals(SQUEEZENET) ? squeezenet() : mobilenet();
        List<Picture> even = new ArrayList<>();
        List<Picture> odd = new ArrayList<>();
        try (Stream<Path> files = Files.list(TestData.shared("images"))) {
            for (Path file : files.sorted().toList()) {
                (even.size() > odd.size() ? odd : even).add(PictureReader.read(file));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        halves = List.of(new Pictures(even), new Pictures(odd));
        halves.forEach(half -> scores.add(FloatScores.of(graph, reads, half, workers)));
    }

    private static Preprocessing squeezenet() {
        return new Preprocessing(
                227, 227, 256, ChannelOrder.BGR, 1, List.of(104.0, 117.0, 123.0), List.of(1.0, 1.0, 1.0), 1, List.of());
    }

    private static Preprocessing mobilenet() {
        List<Double> middle = List.of(127.5, 127.5, 127.5);
        return new Preprocessing(128, 128, 0, ChannelOrder.RGB, 1, middle, middle, 1, List.of());
    }

    /**
     * Both halves together.
     *
     * @param photographs number that were judged
     * @param agreeing of these, those that get the float network's label
     * @param nonZeroWeights of the integer networks, the mean of both
     * @param weights of an integer network
     * @param widestBits of both, the most that an accumulator needs
     * @param seconds for making both networks
     */
    record HeldOut(int photographs, int agreeing, long nonZeroWeights, long weights, int widestBits, double seconds) {}

    HeldOut judge(QuantizerOptions options) {
        int photographs = 0;
        int agreeing = 0;
        long left = 0;
        long weights = 0;
        int widest = 0;
        double seconds = 0;
        for (int half = 0; half < 2; half++) {
            Pictures judged = halves.get(half);
            long start = System.nanoTime();
            IntegerNetwork network =
                    new Quantizer(graph, reads, halves.get(1 - half), Provenance.NONE, workers).quantize(options);
            seconds += (System.nanoTime() - start) * 1e-9;
            Evaluation result = Evaluation.compare(network, judged, scores.get(half), workers);
            photographs += result.inputs();
            agreeing += result.agreeing();
            left += network.linearSteps().stream()
                    .mapToLong(Step.Linear::nonZeroWeights)
                    .sum();
            weights = network.weights();
            for (Step step : network.steps()) {
                widest = Math.max(widest, step.range().signedBits());
            }
        }
        return new HeldOut(photographs, agreeing, left / 2, weights, widest, seconds);
    }
}
