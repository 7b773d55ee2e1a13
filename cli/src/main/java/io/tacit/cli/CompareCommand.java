package io.tacit.cli;

import ai.onnxruntime.OrtException;
import io.tacit.bench.OnnxRuntimeNetwork;
import io.tacit.bench.securenets.InProcess;
import io.tacit.model.data.InputSet;
import io.tacit.model.graph.FloatGraph;
import io.tacit.model.graph.FloatTensor;
import io.tacit.model.image.Preprocessor;
import io.tacit.model.integer.IntegerNetwork;
import io.tacit.model.integer.IntegerNetworkFile;
import io.tacit.model.integer.IntegerTensor;
import io.tacit.model.integer.Preprocessing;
import io.tacit.model.integer.Step;
import io.tacit.model.reference.FloatEvaluator;
import io.tacit.model.reference.IntegerEvaluator;
import io.tacit.protocol.securenets.Mode;
import java.io.IOException;
import java.io.PrintWriter;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Float, integer and private evaluation of the same inputs, layer by layer. */
@Command(
        name = "compare",
        description =
                "Runs onnxruntime, our float evaluator, the integer network and a private run on the same inputs, layer by"
                        + " layer, and names the first layer that differs.")
final class CompareCommand implements Callable<Integer> {
    private static final double NOTABLE_ERROR = 0.1;
    private static final double FLOAT_TOLERANCE = 1e-3;

    @Spec
    private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "FILE.onnx", description = "the float network")
    private Path onnx;

    @Parameters(index = "1", paramLabel = "NET.tacit", description = "the integer network made from it")
    private Path tacit;

    @Parameters(
            index = "2",
            paramLabel = "PATH",
            description = "a picture, a folder of pictures, a data set, or a CSV file")
    private Path inputs;

    @Mixin
    private ReadingOptions reading;

    @Option(
            names = "--limit",
            defaultValue = "4",
            description = "most inputs that are compared (default: ${DEFAULT-VALUE})")
    private int limit;

    @SuppressWarnings("NullAway.Init") // picocli fills the fields
    CompareCommand() {}

    /** What is summed up of one step over all inputs. */
    private static final class Totals {
        double floatSquares;
        double integerSquares;
        double products;
        boolean hasFloat;
        BigInteger largestDifference = BigInteger.ZERO;

        /** Root mean square of the difference at the best common scale, relative to the float values'. */
        double relativeError() {
            double left = floatSquares - products * products / Math.max(integerSquares, Double.MIN_NORMAL);
            return Math.sqrt(Math.max(0, left) / Math.max(floatSquares, Double.MIN_NORMAL));
        }
    }

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        FloatGraph graph = QuantizeCommand.graph(onnx);
        IntegerNetwork network = IntegerNetworkFile.read(tacit);
        Preprocessing preprocessing = reading.preprocessing(graph);
        int width = graph.node(graph.input()).shape().size();
        if (width != network.input().shape().size()) {
            throw new BadInput(
                    tacit + " reads " + network.input().shape().size() + " values, " + onnx + " reads " + width);
        }
        InputSet set = Inputs.read(inputs, false, limit, width, preprocessing);
        Map<String, Totals> totals = new HashMap<>();
        network.steps().forEach(step -> totals.put(step.name(), new Totals()));
        int labelsEqual = 0;
        boolean exact = true;
        double ortError = 0;
        double ortRange = 0;
        try (Cores cores = new Cores();
                OnnxRuntimeNetwork judge = OnnxRuntimeNetwork.load(onnx)) {
            FloatEvaluator floats = new FloatEvaluator(graph, cores.workers());
            IntegerEvaluator integers = new IntegerEvaluator(network, cores.workers());
            Preprocessor real = new Preprocessor(preprocessing);
            Preprocessor integer = new Preprocessor(network.preprocessing());
            for (int i = 0; i < set.size(); i++) {
                float[] input = set.reals(i, real);
                List<FloatTensor> nodes = floats.evaluateAll(
                        List.of(new FloatTensor(graph.node(graph.input()).shape(), input)));
                float[] logits = nodes.get(graph.output()).values();
                float[] judged = judge.evaluate(input);
                for (int c = 0; c < Math.min(logits.length, judged.length); c++) {
                    ortError = Math.max(ortError, Math.abs(logits[c] - judged[c]));
                    ortRange = Math.max(ortRange, Math.abs(judged[c]));
                }
                IntegerTensor batch = IntegerTensor.ofInts(
                        1,
                        network.input().shape(),
                        set.integers(i, integer, network.input().range()));
                List<IntegerTensor> steps = integers.evaluateAll(batch);
                for (int s = 0; s < steps.size(); s++) {
                    floatBeside(graph, nodes, network, s, steps.get(s), totals);
                }
                Map<String, Integer> index = new HashMap<>();
                for (int s = 0; s < steps.size(); s++) {
                    index.put(network.steps().get(s).name(), s);
                }
                IntegerTensor scores =
                        InProcess.scores(network, batch, Mode.BLINDED_TWO, cores.growing(), (step, result) -> {
                            IntegerTensor reference = steps.get(index.getOrDefault(step.name(), 0));
                            Totals t = totals.getOrDefault(step.name(), new Totals());
                            for (int v = 0; v < result.shape().size(); v++) {
                                t.largestDifference = t.largestDifference.max(result.getBig(v)
                                        .subtract(reference.getBig(v))
                                        .abs());
                            }
                        });
                IntegerTensor last = steps.get(steps.size() - 1);
                for (int c = 0; c < network.classes(); c++) {
                    exact &= scores.getBig(c).equals(last.getBig(c));
                }
                labelsEqual += argMax(logits) == last.argMax(0) ? 1 : 0;
            }
        } catch (OrtException e) {
            throw new BadInput("onnxruntime cannot run " + onnx + ": "
                    + String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
        }
        return report(out, network, set.size(), totals, ortError, ortRange, labelsEqual, exact);
    }

    private static int report(
            PrintWriter out,
            IntegerNetwork network,
            int count,
            Map<String, Totals> totals,
            double ortError,
            double ortRange,
            int labelsEqual,
            boolean exact) {
        String firstNotable = "";
        String firstInexact = "";
        out.printf("%-28s %-14s %22s   %s%n", "step", "shape", "integer against float", "private against integer");
        for (Step step : network.steps()) {
            Totals t = totals.getOrDefault(step.name(), new Totals());
            String beside = t.hasFloat ? String.format(Locale.ROOT, "%.2f %%", 100 * t.relativeError()) : "-";
            boolean same = t.largestDifference.signum() == 0;
            out.printf(
                    "%-28s %-14s %22s   %s%n",
                    step.name(), step.shape(), beside, same ? "equal" : "differs by up to " + t.largestDifference);
            if (firstNotable.isEmpty() && t.hasFloat && t.relativeError() > NOTABLE_ERROR) {
                firstNotable = step.name() + String.format(Locale.ROOT, " (%.1f %%)", 100 * t.relativeError());
            }
            if (firstInexact.isEmpty() && !same) {
                firstInexact = step.name() + " (by up to " + t.largestDifference + ")";
            }
        }
        boolean floatsAgree = ortError <= FLOAT_TOLERANCE * Math.max(1, ortRange);
        out.printf(
                Locale.ROOT,
                "%d inputs; float evaluator against onnxruntime: largest difference %.2g of %.3g%s%n",
                count,
                ortError,
                ortRange,
                floatsAgree ? "" : "  <- THEY DIFFER");
        out.println(
                firstNotable.isEmpty()
                        ? "no layer of the integer network is off by more than 10 % of the float network's values"
                        : "the first layer that is off by more than 10 % of the float network's values: "
                                + firstNotable);
        out.println(labelsEqual + " of " + count + " labels as in float");
        out.println(
                exact && firstInexact.isEmpty()
                        ? "private = integer, at every step"
                        : "the private run DIFFERS, first at " + firstInexact);
        return exact && firstInexact.isEmpty() && floatsAgree ? 0 : 1;
    }

    private static void floatBeside(
            FloatGraph graph,
            List<FloatTensor> nodes,
            IntegerNetwork network,
            int index,
            IntegerTensor result,
            Map<String, Totals> totals) {
        Step step = network.steps().get(index);
        int plane = step.shape().height() * step.shape().width();
        for (int n = 0; n < nodes.size(); n++) {
            if (graph.node(n).name().equals(step.name())
                    && nodes.get(n).values().length == result.shape().size()) {
                Totals t = totals.getOrDefault(step.name(), new Totals());
                t.hasFloat = true;
                float[] values = nodes.get(n).values();
                for (int v = 0; v < values.length; v++) {
                    double integer = Math.scalb(result.getBig(v).doubleValue(), -shiftAhead(network, index, v / plane));
                    t.floatSquares += (double) values[v] * values[v];
                    t.integerSquares += integer * integer;
                    t.products += values[v] * integer;
                }
                return;
            }
        }
    }

    /** The shift that brings a channel of an accumulator to the tensor's common scale: that of the activation it runs into. */
    private static int shiftAhead(IntegerNetwork network, int index, int channel) {
        for (int next = index + 1; next < network.steps().size(); next++) {
            Step step = network.steps().get(next);
            if (step.sources().contains(index)) {
                if (step instanceof Step.Activation activation) {
                    return activation.shift(channel);
                }
                return step instanceof Step.SumPool || step instanceof Step.MaxPool
                        ? shiftAhead(network, next, channel)
                        : 0;
            }
        }
        return 0;
    }

    private static int argMax(float[] scores) {
        int best = 0;
        for (int i = 1; i < scores.length; i++) {
            if (scores[i] > scores[best]) {
                best = i;
            }
        }
        return best;
    }
}
