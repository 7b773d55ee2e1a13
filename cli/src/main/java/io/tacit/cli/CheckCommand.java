package io.tacit.cli;

import io.tacit.model.Finding;
import io.tacit.model.UnsupportedModelException;
import io.tacit.model.graph.FloatGraph;
import io.tacit.model.graph.Node;
import io.tacit.model.graph.Operator;
import io.tacit.model.integer.IntegerNetwork;
import io.tacit.model.integer.IntegerNetworkFile;
import io.tacit.model.onnx.ImportOptions;
import io.tacit.model.onnx.OnnxImporter;
import io.tacit.model.quant.LayerReport;
import io.tacit.model.quant.ProtocolVerdict;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Says all that matters here about a network file, all findings at once. */
@Command(
        name = "check",
        description =
                "Checks a network (.onnx or .tacit): what can be evaluated, privately and in float, and what cannot and why.")
final class CheckCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "FILE", description = "an ONNX file (.onnx.gz too) or an integer network (.tacit)")
    private Path file;

    @Mixin
    private ReadingOptions reading;

    @SuppressWarnings("NullAway.Init") // picocli fills the fields
    CheckCommand() {}

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        return file.toString().endsWith(".tacit") ? integer(out) : onnx(out);
    }

    private int integer(PrintWriter out) {
        IntegerNetwork network = IntegerNetworkFile.read(file);
        out.print(LayerReport.table(network));
        return verdicts(out, ProtocolVerdict.of(network));
    }

    /** A line a protocol; 2 if none takes the network. */
    private static int verdicts(PrintWriter out, List<ProtocolVerdict> verdicts) {
        verdicts.forEach(out::println);
        return verdicts.stream().anyMatch(ProtocolVerdict::possible) ? 0 : 2;
    }

    private int onnx(PrintWriter out) throws IOException {
        FloatGraph graph;
        try {
            graph = new OnnxImporter().read(file, ImportOptions.DEFAULT);
        } catch (UnsupportedModelException e) {
            out.println("float    no, " + e.findings().size() + " findings:");
            e.findings().forEach(finding -> out.println("  " + finding));
            return verdicts(out, ProtocolVerdict.refusedByAll(e.findings()));
        }
        List<ProtocolVerdict> verdicts;
        try (Cores cores = new Cores()) {
            verdicts = ProtocolVerdict.ofTrial(graph, reading.preprocessing(graph), cores.workers());
        }
        out.printf(
                "%-28s %-16s %-18s %14s %12s %12s  %s%n",
                "layer", "operator", "shape", "MACs", "weights", "activations", "private");
        for (Node node : graph.nodes()) {
            long multiplications = 0;
            long weights = 0;
            if (node.operator() instanceof Operator.Conv conv) {
                multiplications = conv.geometry().multiplications();
                weights = conv.weights().length;
            } else if (node.operator() instanceof Operator.Dense dense) {
                multiplications = dense.weights().length;
                weights = dense.weights().length;
            }
            out.printf(
                    Locale.ROOT,
                    "%-28s %-16s %-18s %14s %12s %12s  %s%n",
                    node.name(),
                    node.operator().title(),
                    node.shape(),
                    multiplications == 0 ? "" : String.format(Locale.ROOT, "%,d", multiplications),
                    weights == 0 ? "" : String.format(Locale.ROOT, "%,d", weights),
                    String.format(Locale.ROOT, "%,d", node.shape().size()),
                    privately(node, verdicts));
        }
        graph.notes().forEach(note -> out.println("note: " + note));
        out.println("float    yes");
        int status = verdicts(out, verdicts);
        List<Finding> findings = graph.privacyFindings();
        if (findings.isEmpty()) {
            out.println(
                    "these bits are those of a trial: 8-bit weights and activations, made-up inputs for calibration;"
                            + " 'tacit quantize' proves those of the network it writes, and 'tacit check' then says the same of it");
        } else {
            out.println(findings.size() + " findings:");
            findings.forEach(finding -> out.println("  " + finding));
        }
        return status;
    }

    /** The protocols that can compute a layer: all of them, or which not. */
    private static String privately(Node node, List<ProtocolVerdict> verdicts) {
        List<String> refusing = verdicts.stream()
                .filter(verdict -> verdict.layers().contains(node.name()))
                .map(ProtocolVerdict::protocol)
                .toList();
        if (!(node.operator() instanceof Operator.Private) || refusing.size() == verdicts.size()) {
            return "none";
        }
        return refusing.isEmpty() ? "all" : "not " + String.join(", ", refusing);
    }
}
