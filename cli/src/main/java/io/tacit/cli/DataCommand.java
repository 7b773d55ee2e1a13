package io.tacit.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Brings a public data set into a folder, checked against known digests. */
@Command(name = "data", description = "Fetches a data set and checks it: mnist, cifar10, fashion.")
final class DataCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "SET", description = "${COMPLETION-CANDIDATES}")
    private DataSet set;

    @Option(
            names = "--dir",
            paramLabel = "DIR",
            description = "folder that gets a subfolder for the set (default: data)")
    private Path dir = Path.of("data");

    @SuppressWarnings("NullAway.Init") // picocli fills the fields
    DataCommand() {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        Path folder = dir.resolve(set.folder());
        if (set.isComplete(folder)) {
            out.println(set + ": already in " + folder + ", digests right");
            return 0;
        }
        try (Progress progress = Progress.start("tacit data " + set, set.files().size())) {
            set.fetch(folder, progress);
        }
        out.println(set + ": " + set.files().size() + " files in " + folder + ", digests right");
        return 0;
    }
}
