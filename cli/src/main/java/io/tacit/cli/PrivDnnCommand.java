package io.tacit.cli;

import picocli.CommandLine.Command;

/** What the owner of a network does before partial encryption ships it. */
@Command(
        name = "privdnn",
        description = "Partial encryption of a network: which filters to encrypt, and the network that users get.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {SelectCommand.class, PackCommand.class, SignCommand.class})
final class PrivDnnCommand {}
