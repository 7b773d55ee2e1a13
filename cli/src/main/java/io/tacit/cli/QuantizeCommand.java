package io.tacit.cli;

import io.tacit.model.data.InputSet;
import io.tacit.model.graph.FloatGraph;
import io.tacit.model.integer.IntegerNetwork;
import io.tacit.model.integer.IntegerNetworkFile;
import io.tacit.model.integer.Preprocessing;
import io.tacit.model.integer.Provenance;
import io.tacit.model.onnx.ImportOptions;
import io.tacit.model.onnx.OnnxImporter;
import io.tacit.model.quant.BitSearch;
import io.tacit.model.quant.Evaluation;
import io.tacit.model.quant.FloatScores;
import io.tacit.model.quant.LayerReport;
import io.tacit.model.quant.ProtocolVerdict;
import io.tacit.model.quant.Quantizer;
import io.tacit.model.quant.QuantizerOptions;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** From a float network to an integer network whose every bound is proven. */
@Command(name = "quantize", description = "Turns an ONNX file into an exact integer network (.tacit).")
final class QuantizeCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "FILE.onnx", description = "the trained network; .onnx.gz is read too")
    private Path file;

    @Mixin
    private ReadingOptions reading;

    @Option(
            names = "--out",
            paramLabel = "NET.tacit",
            description = "file to write (default: the network's name with .tacit)")
    private @Nullable Path out;

    @Option(
            names = "--calibrate",
            paramLabel = "PATH",
            description = "typical inputs: a folder of pictures, a data set of 'tacit data', or a CSV file")
    private @Nullable Path calibrate;

    @Option(names = "--calibration-limit", defaultValue = "256", description = "most inputs used of it (default: 256)")
    private int calibrationLimit;

    @Option(names = "--test", paramLabel = "PATH", description = "labelled inputs to measure accuracy and agreement on")
    private @Nullable Path test;

    @Option(names = "--test-limit", defaultValue = "1000000", description = "most inputs used of it (default: all)")
    private int testLimit;

    @Option(names = "--weight-bits", defaultValue = "8", description = "2 to 12 (default: 8)")
    private int weightBits;

    @Option(names = "--activation-bits", defaultValue = "8", description = "4 to 16 (default: 8)")
    private int activationBits;

    @Option(
            names = "--auto",
            paramLabel = "PERCENT",
            description = "finds the fewest bits with at most this loss of agreement on the test inputs")
    private @Nullable Double auto;

    @Option(
            names = "--prune",
            defaultValue = "0",
            paramLabel = "SHARE",
            description = "share of the weights that becomes zero, 0 to below 1")
    private double prune;

    @Option(names = "--prune-scope", defaultValue = "LAYER", description = "LAYER (default) or GLOBAL")
    private QuantizerOptions.PruningScope pruneScope;

    @Option(
            names = "--clipping",
            defaultValue = "MEAN_SQUARE",
            description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE})")
    private QuantizerOptions.Clipping clipping;

    @Option(
            names = "--defer",
            paramLabel = "A..B",
            description = "layers without shift or saturation between them, by name; may be given several times")
    private List<String> defer = new ArrayList<>();

    @Option(names = "--unscaled", description = "no shift or saturation anywhere: exact in arbitrary precision")
    private boolean unscaled;

    @SuppressWarnings("NullAway.Init") // picocli fills the fields
    QuantizeCommand() {}

    @Override
    public Integer call() throws IOException {
        PrintWriter print = spec.commandLine().getOut();
        long start = System.nanoTime();
        FloatGraph graph = graph(file);
        graph.notes().forEach(note -> print.println("note: " + note));
        Preprocessing preprocessing = reading.preprocessing(graph);
        int width = graph.node(graph.input()).shape().size();
        if (calibrate == null) {
            throw new BadInput(
                    "scales are chosen from typical inputs: give some with --calibrate (a folder of a few hundred"
                            + " pictures, a data set of 'tacit data', or a CSV file)");
        }
        if (calibrationLimit < 1 || testLimit < 1) {
            throw new BadInput("--calibration-limit and --test-limit must be at least 1");
        }
        Double loss = auto;
        if (loss != null && !(loss >= 0 && loss <= 100)) {
            throw new BadInput("--auto " + loss + " is not within 0 .. 100 percent");
        }
        Path target = out != null ? out : Path.of(baseName(file) + ".tacit");
        OutputFile.check(target);
        InputSet calibration = Inputs.read(calibrate, true, calibrationLimit, width, preprocessing);
        try (Cores cores = new Cores();
                StageProgress progress = new StageProgress("tacit quantize")) {
            QuantizerOptions options = options(graph);
            Quantizer quantizer = new Quantizer(
                    graph,
                    preprocessing,
                    calibration,
                    new Provenance(String.valueOf(file.getFileName()), sha256(file), List.of()),
                    cores.workers(),
                    progress);
            IntegerNetwork network;
            Evaluation evaluation = null;
            Path testPath = test;
            if (testPath == null) {
                if (auto != null) {
                    throw new BadInput("--auto measures agreement: name inputs with --test");
                }
                network = quantizer.quantize(options);
            } else {
                InputSet tests = Inputs.read(testPath, false, testLimit, width, preprocessing);
                FloatScores floats = FloatScores.of(graph, preprocessing, tests, cores.workers(), progress);
                if (auto != null) {
                    BitSearch.Result result =
                            new BitSearch(quantizer, tests, floats, cores.workers(), progress).search(options, auto);
                    for (BitSearch.Trial trial : result.trials()) {
                        print.printf(
                                Locale.ROOT,
                                "tried %d-bit weights, %d-bit activations: agreement %.2f %%%n",
                                trial.options().weightBits(),
                                trial.options().activationBits(),
                                trial.evaluation().agreement());
                    }
                    if (!result.goodEnough()) {
                        print.println("no combination keeps to that loss; the one that agrees most was taken");
                    }
                    network = result.chosen().network();
                    evaluation = result.chosen().evaluation();
                } else {
                    network = quantizer.quantize(options);
                    evaluation = Evaluation.compare(network, tests, floats, cores.workers(), progress);
                }
            }
            progress.close();
            IntegerNetworkFile.write(network, target);
            print.print(LayerReport.table(network));
            if (evaluation != null) {
                print(print, evaluation);
            }
            ProtocolVerdict.of(network).forEach(print::println);
            print.printf(
                    Locale.ROOT,
                    "%s  %s  (%.1f s)%n",
                    target,
                    HexFormat.of().formatHex(network.hash()),
                    (System.nanoTime() - start) / 1e9);
        }
        return 0;
    }

    private static void print(PrintWriter print, Evaluation e) {
        if (e.labelled() > 0) {
            print.printf(
                    Locale.ROOT,
                    "accuracy on %d inputs: float %.2f %%, integer %.2f %% (%+.2f points)%n",
                    e.labelled(),
                    e.floatAccuracy(),
                    e.integerAccuracy(),
                    e.integerAccuracy() - e.floatAccuracy());
        }
        print.printf(
                Locale.ROOT,
                "agreement with the float network: %.2f %% of %d; largest logit error %.3f, logits range over %.1f%n",
                e.agreement(),
                e.inputs(),
                e.largestLogitError(),
                e.logitRange());
    }

    /** The graph, named after its file. */
    static FloatGraph graph(Path file) {
        FloatGraph read = new OnnxImporter().read(file, ImportOptions.DEFAULT);
        return new FloatGraph(baseName(file), read.nodes(), read.outputs(), read.notes());
    }

    static String baseName(Path file) {
        return String.valueOf(file.getFileName()).replaceFirst("\\.gz$", "").replaceFirst("\\.onnx$", "");
    }

    private QuantizerOptions options(FloatGraph graph) {
        try {
            List<QuantizerOptions.Segment> segments = new ArrayList<>();
            for (String range : defer) {
                int dots = range.indexOf("..");
                if (dots < 1) {
                    throw new BadInput("--defer " + range + " is not A..B");
                }
                for (String name : List.of(range.substring(0, dots), range.substring(dots + 2))) {
                    if (graph.nodes().stream().noneMatch(node -> node.name().equals(name))) {
                        throw new BadInput("--defer: the network has no layer " + name + " ('tacit check' lists them)");
                    }
                }
                segments.add(new QuantizerOptions.Segment(range.substring(0, dots), range.substring(dots + 2)));
            }
            return QuantizerOptions.DEFAULT
                    .withBits(weightBits, activationBits)
                    .withClipping(clipping)
                    .withPruning(prune, pruneScope)
                    .withDeferred(segments)
                    .withUnscaled(unscaled);
        } catch (IllegalArgumentException e) {
            throw new BadInput(String.valueOf(e.getMessage()));
        }
    }

    private static String sha256(Path file) throws IOException {
        try (InputStream in = new DigestInputStream(Files.newInputStream(file), MessageDigest.getInstance("SHA-256"))) {
            in.transferTo(OutputStream.nullOutputStream());
            return HexFormat.of()
                    .formatHex(((DigestInputStream) in).getMessageDigest().digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
