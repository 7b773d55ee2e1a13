package io.tacit.cli;

import io.tacit.client.wire.Software;
import io.tacit.kernel.provider.Kernels;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
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
        machine.put("software", software());
        machine.put("java", Runtime.version().toString());
        machine.put("kernels", Kernels.active().description());
        machine.put("cores", Runtime.getRuntime().availableProcessors());
        machine.put("os", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
        return machine;
    }

    /** Version and, where the sources lie beside the program, their commit; "-dirty" if they differ from it. */
    private static String software() {
        String version = Software.version();
        try {
            Process git = new ProcessBuilder("git", "describe", "--always", "--dirty", "--abbrev=12", "--exclude", "*")
                    .directory(Path.of(System.getProperty("tacit.home", ".")).toFile())
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            String commit = new String(git.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip();
            return git.waitFor() == 0 && !commit.isEmpty() ? version + ", commit " + commit : version;
        } catch (IOException e) {
            return version; // no git on this machine
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return version;
        }
    }
}
