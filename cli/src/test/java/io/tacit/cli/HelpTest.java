package io.tacit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** Every command explains itself, however deep it lies. */
class HelpTest {

    static Stream<String> commands() {
        List<String> names = new ArrayList<>();
        collect(Main.commands(), "", names);
        return names.stream();
    }

    private static void collect(CommandLine line, String path, List<String> names) {
        names.add(path);
        line.getSubcommands().forEach((name, command) -> collect(command, path + name + " ", names));
    }

    @Test
    void commandsOfTheThirdLevelAreAmongThem() {
        assertThat(commands()).contains("", "bench kernels ", "bench networks ", "help ", "data ");
    }

    @ParameterizedTest
    @MethodSource("commands")
    void printsItsHelp(String command) {
        for (String option : List.of("--help", "-h")) {
            StringWriter said = new StringWriter();
            StringWriter errors = new StringWriter();
            int status = Main.commands()
                    .setOut(new PrintWriter(said))
                    .setErr(new PrintWriter(errors))
                    .execute((command + option).split(" "));
            assertThat(errors.toString()).isEmpty();
            assertThat(status).isZero();
            assertThat(said.toString()).contains(("Usage: tacit " + command).strip());
        }
    }
}
