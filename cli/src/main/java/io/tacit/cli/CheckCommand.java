package io.tacit.cli;

import io.tacit.model.Finding;
import io.tacit.model.UnsupportedModelException;
import io.tacit.model.graph.FloatGraph;
import io.tacit.model.graph.Node;
import io.tacit.model.integer.IntegerNetwork;
import io.tacit.model.integer.IntegerNetworkFile;
import io.tacit.model.onnx.ImportOptions;
import io.tacit.model.onnx.OnnxImporter;
import io.tacit.model.quant.LayerReport;
import io.tacit.model.quant.ProtocolLimit;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
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

    @SuppressWarnings("NullAway.Init") // picocli fills the fields
    CheckCommand() {}

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        return file.toString().endsWith(".tacit") ? integer(out) : onnx(out);
    }

    private int integer(PrintWriter out) {
        IntegerNetwork network = IntegerNetworkFile.read(file);
        out.print(LayerReport.table(network));
        List<String> refusals = ProtocolLimit.refusals(network);
        for (ProtocolLimit limit : ProtocolLimit.values()) {
            List<String> beyond = LayerReport.beyond(network, limit.magnitudeBits());
            out.printf(
                    "private under %-24s %s%n",
                    limit.title(),
                    beyond.isEmpty()
                            ? "yes"
                            : "no: beyond 2^" + limit.magnitudeBits() + " at " + String.join(", ", beyond));
        }
        return refusals.size() == ProtocolLimit.values().length ? 2 : 0;
    }

    private int onnx(PrintWriter out) {
        FloatGraph graph;
        try {
            graph = new OnnxImporter().read(file, ImportOptions.DEFAULT);
        } catch (UnsupportedModelException e) {
            out.println("float    no, " + e.findings().size() + " findings:");
            e.findings().forEach(finding -> out.println("  " + finding));
            out.println("private  no");
            return 2;
        }
        out.printf("%-4s %-28s %-44s %s%n", "", "layer", "operator", "shape");
        for (int i = 0; i < graph.nodes().size(); i++) {
            Node node = graph.node(i);
            String operator = node.operator().getClass().getSimpleName();
            out.printf("%-4d %-28s %-44s %s%n", i, node.name(), operator, node.shape());
        }
        graph.notes().forEach(note -> out.println("note: " + note));
        out.println("float    yes");
        List<Finding> findings = graph.privacyFindings();
        if (findings.isEmpty()) {
            out.println(
                    "private  yes; 'tacit quantize' makes the integer network, whose proven ranges say which protocols take it");
            return 0;
        }
        out.println("private  no, " + findings.size() + " findings:");
        findings.forEach(finding -> out.println("  " + finding));
        return 2;
    }
}
