package io.tacit.cli;

import io.tacit.client.deployment.Sha256;
import io.tacit.client.privdnn.Bundle;
import io.tacit.client.privdnn.CoreKeyFile;
import io.tacit.crypto.random.Prg;
import io.tacit.crypto.random.Seed;
import io.tacit.model.integer.IntegerNetwork;
import io.tacit.model.integer.IntegerNetworkFile;
import io.tacit.model.separate.CoreFilters;
import io.tacit.model.separate.CoreSegment;
import io.tacit.protocol.plan.Disclosure;
import io.tacit.protocol.privdnn.Mode;
import io.tacit.protocol.privdnn.Settings;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** Makes the partly encrypted network that is shipped to users, and the owner's key. */
@Command(
        name = "pack",
        description =
                "Encrypts the core filters and writes the network that users get (NET.bundle.tacit) and the owner's"
                        + " key.")
final class PackCommand implements Callable<Integer> {
    private static final int MAX_SELECTION_BYTES = 1 << 24;

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "NET.tacit", description = "the network that core filters were chosen for")
    private Path file;

    @Option(names = "--selection", paramLabel = "FILE.json", description = "what 'tacit privdnn select' wrote")
    private @Nullable Path selection;

    @Option(
            names = "--entry",
            defaultValue = "1",
            paramLabel = "N",
            description = "which choice of that file (default: the first)")
    private int entry;

    @Option(
            names = "--core",
            paramLabel = "I,J;K,L",
            description =
                    "in place of a selection: filters of the first, a semicolon, filters of the second convolution,"
                            + " from 0")
    private @Nullable String core;

    @Option(
            names = "--mode",
            defaultValue = "hardened",
            description = "hardened (default) or published (for comparison only)")
    private String mode;

    @Option(
            names = "--policy",
            defaultValue = "label",
            description = "what the user learns: label (default), top-k or scores")
    private String policy;

    @Option(names = "--top-k", defaultValue = "5", description = "how many classes the policy top-k names (default: 5)")
    private int topK;

    @Option(names = "--out", paramLabel = "FILE", description = "bundle to write (default: NET.bundle.tacit)")
    private @Nullable Path out;

    @Option(names = "--key", paramLabel = "FILE", description = "the owner's secret key (default: NET.core-key)")
    private @Nullable Path key;

    @SuppressWarnings("NullAway.Init") // picocli fills the fields
    PackCommand() {}

    @Override
    public Integer call() throws IOException {
        PrintWriter print = spec.commandLine().getOut();
        String stem = String.valueOf(file.getFileName()).replaceFirst("\\.tacit$", "");
        Path target = out == null ? file.resolveSibling(stem + ".bundle.tacit") : out;
        Path keyFile = key == null ? file.resolveSibling(stem + ".core-key") : key;
        OutputFile.check(target);
        OutputFile.check(keyFile);
        if (Files.exists(keyFile)) {
            throw new BadInput(keyFile + " is there already; keys are never replaced");
        }
        IntegerNetwork network = IntegerNetworkFile.read(file);
        CoreFilters chosen = core(network);
        Settings settings = settings(network);
        long start = System.nanoTime();
        Progress[] bar = new Progress[1];
        SecureRandom random = new SecureRandom();
        try (Seed seed = Seed.random(random);
                Seed encryption = Seed.random(random);
                Prg prg = encryption.generator("pack")) {
            Sha256 hash = Bundle.write(target, network, chosen, settings, seed, prg, record -> {
                if (record < 0) {
                    bar[0] = Progress.start("tacit privdnn pack, core filters", -record);
                } else {
                    bar[0].moveTo(record, "");
                }
            });
            CoreKeyFile.write(keyFile, seed, hash);
            print.printf(
                    Locale.ROOT,
                    "core filters %s of \"%s\", %s of \"%s\"%n",
                    chosen.first(),
                    CoreSegment.of(network).first(network).name(),
                    chosen.second(),
                    CoreSegment.of(network).second(network).name());
            print.printf(
                    Locale.ROOT,
                    "%s  %,d bytes  %s  (%.1f s)%n",
                    target,
                    Files.size(target),
                    hash,
                    (System.nanoTime() - start) / 1e9);
            print.println(keyFile + "  secret: whoever has it has the core filters");
        } finally {
            if (bar[0] != null) {
                bar[0].close();
            }
        }
        return 0;
    }

    private Settings settings(IntegerNetwork network) {
        Mode chosen = Arrays.stream(Mode.values())
                .filter(each -> each.name().equalsIgnoreCase(mode))
                .findFirst()
                .orElseThrow(() -> new BadInput("no mode '" + mode + "'; there are: hardened, published"));
        Disclosure disclosure = switch (policy) {
            case "label" -> Disclosure.LABEL;
            case "scores" -> Disclosure.SCORES;
            case "top-k" -> {
                if (topK < 1 || topK > network.classes()) {
                    throw new BadInput("--top-k " + topK + " is not within 1 .. " + network.classes());
                }
                yield Disclosure.topK(topK);
            }
            default -> throw new BadInput("no policy '" + policy + "'; there are: label, top-k, scores");
        };
        if (chosen == Mode.PUBLISHED && disclosure.kind() != Disclosure.Kind.SCORES) {
            throw new BadInput("mode published discloses all scores: --policy scores");
        }
        if (!disclosure.suits(network.classes())) {
            throw new BadInput("the network has one output, which is a score and not a class: --policy scores");
        }
        return Settings.of(chosen, disclosure);
    }

    private CoreFilters core(IntegerNetwork network) throws IOException {
        String named = core;
        Path selected = selection;
        if ((named == null) == (selected == null)) {
            throw new BadInput("name the core filters with --selection or with --core");
        }
        CoreFilters filters = named != null ? NamedFilters.parse(named) : chosen(network, selected);
        try {
            CoreSegment.of(network).require(network, filters);
        } catch (IllegalArgumentException e) {
            throw new BadInput(String.valueOf(e.getMessage()));
        }
        return filters;
    }

    private CoreFilters chosen(IntegerNetwork network, @Nullable Path selected) throws IOException {
        if (selected == null || !Files.isRegularFile(selected) || Files.size(selected) > MAX_SELECTION_BYTES) {
            throw new BadInput("--selection " + selected + " is no file of 'tacit privdnn select'");
        }
        try {
            SelectionEntry.File read = JsonMapper.shared().readValue(selected.toFile(), SelectionEntry.File.class);
            if (!read.network().equals(HexFormat.of().formatHex(network.hash()))) {
                throw new BadInput(selected + " was made for another network");
            }
            if (entry < 1 || entry > read.selections().size()) {
                throw new BadInput("--entry " + entry + " is not within 1 .. "
                        + read.selections().size());
            }
            return read.selections().get(entry - 1).core();
        } catch (JacksonException | IllegalArgumentException e) {
            throw new BadInput(selected + " is no file of 'tacit privdnn select': " + e.getMessage());
        }
    }
}
