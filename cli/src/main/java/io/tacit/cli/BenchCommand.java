package io.tacit.cli;

import io.tacit.kernel.provider.Kernels;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Command;

/** Measures, and prints the papers' tables beside ours. */
@Command(
        name = "bench",
        description = "Measures kernels or whole protocols on this machine.",
        subcommands = {NetworksBench.class, KernelsBench.class},
        synopsisSubcommandLabel = "(networks | kernels)")
final class BenchCommand {

    /** What was measured on: goes into every JSON file. */
    static Map<String, Object> machine() {
        Map<String, Object> machine = new LinkedHashMap<>();
        machine.put("java", Runtime.version().toString());
        machine.put("kernels", Kernels.active().description());
        machine.put("cores", Runtime.getRuntime().availableProcessors());
        machine.put("os", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
        return machine;
    }
}
