package io.tacit.cli;

import io.tacit.client.outsourced.OutsourcedPlans;
import io.tacit.client.seco.ServerFile;
import io.tacit.client.seco.UserFile;
import io.tacit.crypto.channel.Mesh;
import io.tacit.model.integer.IntegerNetwork;
import io.tacit.model.integer.IntegerNetworkFile;
import io.tacit.protocol.plan.Disclosure;
import io.tacit.protocol.seco.Mode;
import io.tacit.protocol.seco.NetworkSplit;
import io.tacit.protocol.seco.SecoPlan;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Cuts a network: first layers for the gateway, shares of the rest for all servers, a file each. */
@Command(
        name = "split",
        description =
                "seco: gives the gateway the first layers and shares the rest out among all servers, a file each.")
final class SplitCommand implements Callable<Integer> {
    /** As in the paper. */
    private static final int PUBLISHED_SERVERS = 3;

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "NET.tacit", description = "the network")
    private Path file;

    @Option(
            names = "--at",
            defaultValue = "0",
            paramLabel = "LAYERS",
            description =
                    "layers, linear and non-linear ones, that the gateway keeps to itself (default: ${DEFAULT-VALUE})")
    private int layers;

    @Option(
            names = "--servers",
            split = ",",
            paramLabel = "NAME",
            description = "names for the servers' files, the gateway's first; as many as there are servers, 2 to "
                    + Mesh.MAX_PARTIES + " (default: gateway,server-1,server-2)")
    private List<String> names = List.of();

    @Option(
            names = "--mode",
            defaultValue = "hardened",
            description =
                    "hardened (default) or published (for comparison only, with " + PUBLISHED_SERVERS + " servers)")
    private String mode;

    @Mixin
    private HiddenDepth hiddenDepth;

    @Mixin
    private DisclosureOptions told;

    @Option(names = "--dir", paramLabel = "DIR", description = "folder for the files (default: that of the network)")
    private @Nullable Path dir;

    @SuppressWarnings("NullAway.Init") // picocli fills the fields
    SplitCommand() {}

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        List<String> servers = names.isEmpty() ? usualNames() : names;
        if (servers.size() < 2 || servers.size() > Mesh.MAX_PARTIES) {
            throw new BadInput("--servers names " + servers.size() + "; 2 to " + Mesh.MAX_PARTIES
                    + " servers hold a network, the gateway among them");
        }
        Mode chosen = mode(mode, servers.size());
        int shownRounds = hiddenDepth.rounds();
        String stem = String.valueOf(file.getFileName()).replaceFirst("\\.tacit$", "");
        Path folder = dir != null ? dir : file.toAbsolutePath().resolveSibling("");
        List<Path> targets = new ArrayList<>();
        for (String name : servers) {
            if (!name.matches("[A-Za-z0-9._-]{1,64}") || name.equals("user") || name.equals("public")) {
                throw new BadInput("--servers " + name + " is not a name for a file: letters, digits, . _ -");
            }
            Path target = folder.resolve(stem + "." + name + ".tacit");
            if (targets.contains(target)) {
                throw new BadInput("--servers names " + name + " twice");
            }
            if (Files.exists(target)) {
                throw new BadInput(target + " is there already; shares are never replaced");
            }
            targets.add(target);
        }
        IntegerNetwork network = IntegerNetworkFile.read(file);
        Disclosure disclosure = OutsourcedPlans.disclosure(told.of(network.classes()));
        NetworkSplit split = split(network, layers);
        SecoPlan plan = ServerFile.plan(chosen, shownRounds, split, disclosure, servers.size());
        Files.createDirectories(folder);
        List<ServerFile> parts = ServerFile.of(plan, split, new SecureRandom());
        for (int server = 0; server < parts.size(); server++) {
            try (ServerFile part = parts.get(server)) {
                part.write(targets.get(server));
            }
            out.println(SecoPlan.role(server) + "  " + targets.get(server) + "  secret");
        }
        Path forUsers = folder.resolve(stem + ".user.tacit");
        OutputFile.check(forUsers);
        UserFile.write(plan.forUser(), forUsers);
        out.println("users  " + forUsers + "  " + HexFormat.of().formatHex(plan.hash()));
        out.println("the gateway's own layers: " + layers + "; shared out among " + servers.size()
                + " servers: the rest. Give every server its own file and none of the others.");
        if (chosen == Mode.PUBLISHED) {
            out.println(chosen.description());
        }
        return 0;
    }

    /** The mode of that name. @param servers that are to run in it */
    static Mode mode(String name, int servers) {
        Mode mode = Arrays.stream(Mode.values())
                .filter(one -> one.id().equals(name))
                .findFirst()
                .orElseThrow(() -> new BadInput("no mode '" + name + "'; seco has: hardened, published"));
        if (mode == Mode.PUBLISHED && servers != PUBLISHED_SERVERS) {
            throw new BadInput("mode published has " + PUBLISHED_SERVERS + " servers, as in the paper, not " + servers);
        }
        return mode;
    }

    /** The network, cut where {@code --at} says. */
    static NetworkSplit split(IntegerNetwork network, int layers) {
        try {
            return NetworkSplit.at(network, layers);
        } catch (IllegalArgumentException e) {
            throw new BadInput("--at " + layers + ": " + e.getMessage());
        }
    }

    private static List<String> usualNames() {
        return List.of(SecoPlan.role(0), SecoPlan.role(1), SecoPlan.role(2));
    }
}
