package io.tacit.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints who holds what, who learns what, under which assumption, and what is not protected. */
@Command(name = "explain", description = "Says who holds what and who learns what in a protocol.")
final class ExplainCommand implements Callable<Integer> {
    /** Protocols of this version, each with a text of its own. */
    private static final List<String> PROTOCOLS = List.of("outsourced", "securenets", "popcorn", "privdnn", "seco");

    @Spec
    private CommandSpec spec;

    @Parameters(
            arity = "0..1",
            paramLabel = "PROTOCOL",
            description = "outsourced, securenets, popcorn, privdnn or seco; without it, all in one table")
    private @Nullable String protocol;

    @SuppressWarnings("NullAway.Init") // picocli fills the fields
    ExplainCommand() {}

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        if (protocol != null && !PROTOCOLS.contains(protocol)) {
            throw new BadInput("no protocol '" + protocol + "'; this version has: " + String.join(", ", PROTOCOLS));
        }
        out.print(text(protocol == null ? "protocols" : protocol));
        out.flush();
        return 0;
    }

    private static String text(String name) throws IOException {
        try (InputStream in = ExplainCommand.class.getResourceAsStream("explain-" + name + ".txt")) {
            if (in == null) {
                throw new IllegalStateException("the text on " + name + " is not in this build");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
