package io.tacit.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;

/** Entry point: dispatches to the subcommands and turns their failures into one line and an exit status. */
@Command(
        name = "tacit",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        description = "Private neural-network inference: a trained network answers a question that nobody else sees.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            DemoCommand.class,
            ExplainCommand.class,
            CheckCommand.class,
            QuantizeCommand.class,
            CompareCommand.class,
            PlanCommand.class,
            SplitCommand.class,
            KeygenCommand.class,
            DeployCommand.class,
            ServeCommand.class,
            PrepareCommand.class,
            PredictCommand.class,
            DoctorCommand.class,
            AuditCommand.class,
            BenchCommand.class,
            PrivDnnCommand.class,
            DataCommand.class,
            CommandLine.HelpCommand.class
        },
        footerHeading = "%nStart with:%n",
        footer = {"  tacit demo              see it work, with pictures", "  tacit explain           who may learn what"
        })
public final class Main {

    public static void main(String[] args) {
        System.exit(run(args));
    }

    /** All commands, as the command line names them. */
    static CommandLine commands() {
        CommandLine line = new CommandLine(new Main());
        line.setExecutionExceptionHandler(Failures::report);
        line.setParameterExceptionHandler(Failures::misuse);
        line.setCaseInsensitiveEnumValuesAllowed(true);
        addHelp(line);
        return line;
    }

    /** Runs one command line; exit status 0 is success, 1 a bug or a failed check, 2 a bad input or an unavailable peer. */
    static int run(String... args) {
        CommandLine line = commands();
        if (args.length == 0) {
            line.usage(System.out);
            return 0;
        }
        return line.execute(args);
    }

    /** Gives every command below {@code line} the option {@code --help}. */
    private static void addHelp(CommandLine line) {
        for (CommandLine command : line.getSubcommands().values()) {
            if (!(command.getCommand() instanceof CommandLine.HelpCommand)) {
                command.getCommandSpec()
                        .addOption(CommandLine.Model.OptionSpec.builder("-h", "--help")
                                .usageHelp(true)
                                .description("Show this help message and exit.")
                                .build());
                addHelp(command);
            }
        }
    }

    /** Version from the jar's manifest. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Main.class.getPackage().getImplementationVersion();
            return new String[] {"tacit " + (version == null ? "(unpackaged)" : version)};
        }
    }
}
