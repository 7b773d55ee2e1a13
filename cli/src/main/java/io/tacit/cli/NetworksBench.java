package io.tacit.cli;

import io.tacit.bench.ExampleNetworks;
import io.tacit.bench.SeededNetworks;
import io.tacit.bench.popcorn.CutOut;
import io.tacit.bench.report.HtmlPage;
import io.tacit.bench.securenets.Figures;
import io.tacit.bench.securenets.SecureNetsTable;
import io.tacit.crypto.channel.Mesh;
import io.tacit.kernel.Workers;
import io.tacit.model.integer.IntegerNetwork;
import io.tacit.model.integer.IntegerNetworkFile;
import io.tacit.model.integer.IntegerTensor;
import io.tacit.model.quant.QuantizerOptions;
import io.tacit.model.separate.CoreFilters;
import io.tacit.protocol.securenets.Mode;
import io.tacit.protocol.securenets.Settings;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The tables of a paper beside ours, or what the networks cost in the clear. */
@Command(name = "networks", description = "The tables of a protocol's paper beside ours.")
final class NetworksBench implements Callable<Integer> {
    /** Name that stands for one 3x3 convolution, 512 to 512 channels: much work a transferred value. */
    private static final String WIDE = "wide_convolution";

    /** Pictures of the wide layer at a time: one of its pictures is as much work as a thousand of the MLP's. */
    private static final int WIDE_BATCH = 32;

    private static final List<String> SECURENETS_NETWORKS =
            List.of("mnist_sn_mlp", "mnist_sn_cnn", "cifar_sn", "mnist_m2_square", WIDE);

    private static final int WARM_UPS = 5;
    private static final int USUAL_RUNS = 10;

    /** Chen et al., ACML 2018: pictures an hour on MNIST. */
    private static final double PAPER_PICTURES_AN_HOUR = 120_590;

    private static final List<String> COLUMNS = List.of(
            "mode",
            "check",
            "local",
            "user online",
            "of local",
            "in memory",
            "of local",
            "user offline",
            "clouds",
            "transfer",
            "total",
            "kB a picture",
            "pictures an hour",
            "x paper",
            "break-even",
            "wrong entry passes");

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--protocol",
            defaultValue = "securenets",
            description = "or plaintext: our integer evaluator beside onnxruntime (default: ${DEFAULT-VALUE})")
    private String protocol;

    @Option(
            names = "--network",
            split = ",",
            description = "names in examples/networks; securenets: or " + WIDE + ", in batches of " + WIDE_BATCH
                    + " at most; outsourced: or resnet50 (seeded random weights); outsourced and published popcorn: or a file"
                    + " of 'tacit quantize' (default: those of the papers' tables)")
    private @Nullable List<String> names;

    @Option(
            names = "--mode",
            split = ",",
            description = "securenets: blinded_one, blinded_two, blinded_three, published; privdnn: published, hardened"
                    + " (default: all); popcorn: published, seco: hardened, published (default: hardened)")
    private @Nullable List<String> modes;

    @Option(
            names = "--batch",
            description =
                    "securenets, popcorn, privdnn, plaintext: pictures at a time (default: 256; popcorn: 1, 8, and 28"
                            + " or as many as fit a ciphertext; privdnn: 5000; plaintext: 4)")
    private @Nullable Integer batch;

    @Option(names = "--weight-bits", split = ",", description = "popcorn: bits of weights, several (default: 8)")
    private List<Integer> weightBits = List.of(8);

    @Option(names = "--prune", split = ",", description = "popcorn: shares of weights made zero (default: 0)")
    private List<Double> prune = List.of(0.0);

    @Option(names = "--prune-scope", defaultValue = "GLOBAL", description = "LAYER or GLOBAL (default)")
    private QuantizerOptions.PruningScope pruneScope;

    @Option(
            names = "--judged",
            defaultValue = "1000",
            description = "popcorn: test pictures on which networks are judged (default: ${DEFAULT-VALUE})")
    private int judged;

    @Option(
            names = "--until",
            paramLabel = "STEP",
            description = "popcorn, published: measures the layers up to this one, and extrapolates by the plan")
    private @Nullable String until;

    @Option(
            names = "--pixels",
            paramLabel = "N",
            defaultValue = "32",
            description = "popcorn, --until: of a picture of N x N pixels (default: ${DEFAULT-VALUE})")
    private int pixels;

    @Option(
            names = "--core",
            paramLabel = "I,J;K,L",
            description =
                    "privdnn: filters to encrypt of the first, a semicolon, of the second convolution; several times")
    private @Nullable List<String> cores;

    @Option(
            names = "--runs",
            description = "runs of which the medians count, after " + WARM_UPS
                    + " to warm up (default: 10; seco: 5, after 3; privdnn: 1, without any to warm up)")
    private @Nullable Integer givenRuns;

    private int runs;

    @Option(
            names = "--at",
            split = ",",
            paramLabel = "LAYERS",
            description = "seco: layers that the gateway keeps, several (default: 0)")
    private @Nullable List<Integer> at;

    @Option(
            names = "--servers",
            paramLabel = "N",
            defaultValue = "" + SecoNetworksBench.USUAL_SERVERS,
            description = "seco: servers, the gateway among them (default: ${DEFAULT-VALUE})")
    private int servers;

    @Option(
            names = "--loopback-only",
            description = "outsourced, seco: leaves the links of 1 Gbit/s and 100 Mbit/s out")
    private boolean loopbackOnly;

    @Option(
            names = "--data",
            defaultValue = "data",
            paramLabel = "DIR",
            description = "data sets of 'tacit data' (default: ${DEFAULT-VALUE}); noise where absent")
    private Path data;

    @Option(names = "--json", paramLabel = "FILE", description = "writes the figures as JSON")
    private @Nullable Path json;

    @Option(names = "--page", paramLabel = "FILE", description = "writes the figures as a page")
    private @Nullable Path page;

    @SuppressWarnings("NullAway.Init") // picocli fills the fields
    NetworksBench() {}

    @Override
    public Integer call() throws IOException {
        boolean popcorn = protocol.equals("popcorn");
        boolean outsourced = protocol.equals("outsourced");
        boolean plaintext = protocol.equals("plaintext");
        boolean privDnn = protocol.equals("privdnn");
        boolean seco = protocol.equals("seco");
        if (!popcorn && !outsourced && !plaintext && !privDnn && !seco && !protocol.equals("securenets")) {
            throw new BadInput("this version measures securenets, outsourced, popcorn, privdnn, seco and plaintext,"
                    + " not '" + protocol + "'");
        }
        if (!seco && (at != null || servers != SecoNetworksBench.USUAL_SERVERS)) {
            throw new BadInput("--at and --servers are for seco");
        }
        if (cores != null && !privDnn) {
            throw new BadInput("--core is for privdnn");
        }
        if (!popcorn && (!weightBits.equals(List.of(8)) || !prune.equals(List.of(0.0)))) {
            throw new BadInput("--weight-bits and --prune are for popcorn");
        }
        boolean published = popcorn && modes != null;
        if (popcorn && modes != null && !String.join(",", modes).equalsIgnoreCase("published")) {
            throw new BadInput("--mode: popcorn has published, and hardened where --mode is left out");
        }
        if (until != null && !published) {
            throw new BadInput("--until is for popcorn with --mode published");
        }
        int batch = this.batch != null
                ? this.batch
                : popcorn ? 28 : plaintext ? PlaintextBench.USUAL_BATCH : privDnn ? PrivDnnBench.USUAL_BATCH : 256;
        runs = givenRuns != null ? givenRuns : privDnn ? 1 : seco ? SecoNetworksBench.USUAL_RUNS : USUAL_RUNS;
        if (batch < 1 || runs < 1) {
            throw new BadInput("--batch and --runs must be at least 1");
        }
        if (judged < 1 || pixels < 1) {
            throw new BadInput("--judged and --pixels must be at least 1");
        }
        if (json != null) {
            OutputFile.check(json);
        }
        if (page != null) {
            OutputFile.check(page);
        }
        if (outsourced) {
            new OutsourcedNetworksBench(
                            names == null ? OutsourcedNetworksBench.USUAL : names, runs, data, !loopbackOnly)
                    .run(spec.commandLine().getOut(), json, page);
            return 0;
        }
        if (seco) {
            return seco();
        }
        if (published) {
            return published();
        }
        if (popcorn) {
            return popcorn(IntStream.of(1, 8, batch)
                    .filter(images -> images <= batch)
                    .distinct()
                    .boxed()
                    .toList());
        }
        return plaintext ? plaintext(batch) : privDnn ? privDnn(batch) : secureNets(batch);
    }

    /** The modes that were named, or all. */
    private <E extends Enum<E>> List<E> modes(List<E> all) {
        List<String> named = modes;
        if (named == null) {
            return all;
        }
        return named.stream()
                .map(name -> all.stream()
                        .filter(mode -> mode.name().equalsIgnoreCase(name))
                        .findFirst()
                        .orElseThrow(() -> new BadInput("--mode " + name + " is none of: "
                                + all.stream()
                                        .map(mode -> mode.name().toLowerCase(Locale.ROOT))
                                        .collect(Collectors.joining(", ")))))
                .toList();
    }

    private int privDnn(int batch) throws IOException {
        if (names != null && !names.equals(List.of(PrivDnnBench.NETWORK))) {
            throw new BadInput("--network: privdnn is measured on " + PrivDnnBench.NETWORK);
        }
        if (batch > PrivDnnBench.MOST_PICTURES) {
            throw new BadInput("--batch " + batch + ": a batch of privdnn has at most " + PrivDnnBench.MOST_PICTURES
                    + " pictures");
        }
        PrintWriter out = spec.commandLine().getOut();
        HtmlPage html = new HtmlPage(
                "Tacit: privdnn, measured",
                "Seconds of processor time of one batch, and by the clock; both parties in one process with "
                        + Runtime.getRuntime().availableProcessors()
                        + " threads each, messages in memory, all scores compared with the separated network's;"
                        + " medians of "
                        + runs
                        + " runs, nothing left out to warm up. Heap: the most in use, garbage included, and the limit. "
                        + BenchCommand.machine());
        List<CoreFilters> chosen = (cores == null ? PrivDnnBench.CORES : cores)
                .stream().map(NamedFilters::parse).toList();
        PrivDnnBench bench = new PrivDnnBench(out, html, runs);
        try (Cores threads = new Cores()) {
            ExampleNetworks examples = new ExampleNetworks(networks(), data, threads.workers());
            bench.measure(
                    examples.load(PrivDnnBench.NETWORK, batch, PrivDnnBench.OPTIONS),
                    chosen,
                    modes(List.of(io.tacit.protocol.privdnn.Mode.values())));
        }
        if (json != null) {
            OutputFile.writeJson(json, Map.of("machine", BenchCommand.machine(), "figures", bench.figures()));
        }
        if (page != null) {
            html.write(page);
            out.println("page: " + page.toAbsolutePath());
        }
        return 0;
    }

    private int seco() throws IOException {
        if (servers < 2 || servers > Mesh.MAX_PARTIES) {
            throw new BadInput("--servers " + servers + " is not within 2 .. " + Mesh.MAX_PARTIES);
        }
        List<io.tacit.protocol.seco.Mode> chosen = modes == null
                ? List.of(io.tacit.protocol.seco.Mode.HARDENED)
                : modes(List.of(io.tacit.protocol.seco.Mode.values()));
        chosen.forEach(mode -> SplitCommand.mode(mode.id(), servers));
        List<String> networks = names == null ? SecoNetworksBench.USUAL : names;
        networks.forEach(name -> requireExample(networks(), name));
        try (Cores cores = new Cores()) {
            new SecoNetworksBench(at == null ? List.of(0) : at, servers, chosen, runs, !loopbackOnly)
                    .run(
                            networks,
                            new ExampleNetworks(networks(), data, cores.workers()),
                            spec.commandLine().getOut(),
                            json,
                            page);
        }
        return 0;
    }

    private int plaintext(int batch) throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        HtmlPage html = new HtmlPage(
                "Tacit: networks in the clear",
                "The exact integer evaluator beside onnxruntime on the same file, one thread each, measured in turns;"
                        + " medians of " + runs + " runs of " + batch + " pictures, processor time. "
                        + BenchCommand.machine());
        Path networks = networks();
        PlaintextBench bench = new PlaintextBench(out, html, runs);
        List<String> chosen = names == null ? PlaintextBench.NETWORKS : names;
        chosen.forEach(name -> requireExample(networks, name));
        bench.measure(chosen, networks, new ExampleNetworks(networks, data, Workers.NONE), batch);
        if (json != null) {
            OutputFile.writeJson(json, Map.of("machine", BenchCommand.machine(), "figures", bench.figures()));
        }
        if (page != null) {
            html.write(page);
            out.println("page: " + page.toAbsolutePath());
        }
        return 0;
    }

    private int popcorn(List<Integer> batches) throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        HtmlPage html = new HtmlPage(
                "Tacit: popcorn, measured",
                "Hardened, keys of 2048 bits. Seconds of processor time a query, medians of " + runs
                        + " queries, every answer compared with the plaintext network's; both parties in one process,"
                        + " messages in memory, one thread each. "
                        + BenchCommand.machine());
        Path networks = networks();
        try (Cores cores = new Cores();
                PopcornBench bench = new PopcornBench(out, html, runs, cores)) {
            ExampleNetworks examples = new ExampleNetworks(networks, data, cores.workers());
            for (String name : names == null ? PopcornBench.NETWORKS : names) {
                requireExample(networks, name);
                for (double share : prune) {
                    for (int bits : weightBits) {
                        bench.measure(
                                String.format(
                                        Locale.ROOT, "%s, weights of %d bits, %.0f %% pruned", name, bits, 100 * share),
                                examples.load(
                                        name,
                                        Math.max(judged, batches.get(batches.size() - 1)),
                                        QuantizerOptions.DEFAULT
                                                .withBits(bits, 8)
                                                .withPruning(share, pruneScope)),
                                batches,
                                judged);
                    }
                }
            }
            if (json != null) {
                OutputFile.writeJson(json, Map.of("machine", BenchCommand.machine(), "figures", bench.figures()));
            }
        }
        if (page != null) {
            html.write(page);
            out.println("page: " + page.toAbsolutePath());
        }
        return 0;
    }

    private int published() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        HtmlPage html = new HtmlPage(
                "Tacit: popcorn as published, measured",
                "Keys of 2048 bits. Seconds of processor time of one query, its answer compared with the plaintext network's; both"
                        + " parties in one process, messages in memory, one thread each; planned: by count, from what a product"
                        + " takes here. "
                        + BenchCommand.machine());
        Path networks = networks();
        try (Cores cores = new Cores();
                PopcornBench bench = new PopcornBench(out, html, 1, cores)) {
            for (String name : names == null ? PopcornBench.NETWORKS : names) {
                IntegerNetwork network;
                IntegerTensor input;
                if (!Files.exists(networks.resolve(name + ".onnx")) && Files.isRegularFile(Path.of(name))) {
                    network = IntegerNetworkFile.read(Path.of(name));
                    input = SeededNetworks.inputs(network, 1, 1);
                } else {
                    requireExample(networks, name);
                    ExampleNetworks.Subject subject = new ExampleNetworks(networks, data, cores.workers())
                            .load(name, 1, QuantizerOptions.DEFAULT.withUnscaled(true));
                    network = subject.network();
                    input = subject.inputs();
                }
                if (until == null) {
                    bench.measurePublished(network, input, network);
                } else {
                    IntegerNetwork part = cutOut(network, until);
                    bench.measurePublished(part, SeededNetworks.inputs(part, 1, 1), network);
                }
            }
            if (json != null) {
                OutputFile.writeJson(json, Map.of("machine", BenchCommand.machine(), "figures", bench.figures()));
            }
        }
        if (page != null) {
            html.write(page);
            out.println("page: " + page.toAbsolutePath());
        }
        return 0;
    }

    private IntegerNetwork cutOut(IntegerNetwork network, String last) {
        try {
            return CutOut.of(network, last, pixels);
        } catch (IllegalArgumentException e) {
            throw new BadInput("--until " + last + ", --pixels " + pixels + ": " + e.getMessage());
        }
    }

    private static Path networks() {
        return Path.of(System.getProperty("tacit.home", ".")).resolve("examples/networks");
    }

    private static void requireExample(Path networks, String name) {
        if (!Files.exists(networks.resolve(name + ".onnx"))) {
            throw new BadInput("no network " + name + ".onnx in " + networks);
        }
    }

    private int secureNets(int batch) throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        List<Mode> chosen = modes(List.of(Mode.values()));
        Map<String, List<SecureNetsTable.Row>> all = new LinkedHashMap<>();
        HtmlPage html = new HtmlPage(
                "Tacit: SecureNets, measured",
                "Milliseconds of processor time a picture in batches of " + batch + ", medians of " + runs
                        + " runs, every answer compared with the plaintext network's. Everything is over TLS 1.3 on"
                        + " loopback but the columns in memory, which are the same work of the user without it;"
                        + " transfer is what TLS adds on both sides; total is wall clock with all parties on this"
                        + " machine. "
                        + BenchCommand.machine());
        try (Cores cores = new Cores()) {
            Path networks = networks();
            ExampleNetworks examples = new ExampleNetworks(networks, data, cores.workers());
            for (String name : names == null ? SECURENETS_NETWORKS : names) {
                IntegerNetwork network;
                IntegerTensor inputs;
                if (name.equals(WIDE)) {
                    network = SecureNetsTable.wideConvolution();
                    inputs = SecureNetsTable.uniformInputs(network, Math.min(batch, WIDE_BATCH));
                } else {
                    requireExample(networks, name);
                    ExampleNetworks.Subject subject = examples.load(name, batch);
                    network = subject.network();
                    inputs = subject.inputs();
                }
                List<SecureNetsTable.Row> rows = measure(out, name, network, inputs, chosen);
                all.put(name, rows);
                html.heading(name + ", " + String.format(Locale.ROOT, "%,d", network.multiplications())
                                + " multiplications")
                        .table(COLUMNS, rows.stream().map(NetworksBench::cells).toList());
            }
        }
        paper(out, all, html);
        if (json != null) {
            OutputFile.writeJson(json, Map.of("machine", BenchCommand.machine(), "figures", all));
        }
        if (page != null) {
            html.write(page);
            out.println("page: " + page.toAbsolutePath());
        }
        return 0;
    }

    private List<SecureNetsTable.Row> measure(
            PrintWriter out, String name, IntegerNetwork network, IntegerTensor inputs, List<Mode> chosen) {
        out.printf(Locale.ROOT, "%n%s: %,d multiplications; milliseconds a picture%n", name, network.multiplications());
        out.println(line(COLUMNS));
        out.flush();
        List<SecureNetsTable.Row> rows = new ArrayList<>();
        for (Settings settings : SecureNetsTable.allModes()) {
            if (chosen.contains(settings.mode())) {
                SecureNetsTable.Row row = SecureNetsTable.measure(network, inputs, settings, WARM_UPS, runs);
                rows.add(row);
                out.println(line(cells(row)));
                out.flush();
            }
        }
        return rows;
    }

    private static List<String> cells(SecureNetsTable.Row row) {
        Figures f = row.tls();
        double perPicture = 1000.0 / f.images();
        return List.of(
                f.settings().mode().description(),
                f.checks() == 0 ? f.settings().spotChecks() + " entries" : "Freivalds x " + f.checks(),
                millis(f.localSeconds() * perPicture),
                millis(f.userOnlineSeconds() * perPicture),
                percent(f.userShare()),
                millis(row.memory().userOnlineSeconds() * perPicture),
                percent(row.memory().userShare()),
                millis(f.userOfflineSeconds() * perPicture),
                millis(f.cloudSeconds() * perPicture),
                millis(row.transferSeconds() * perPicture),
                millis(f.totalSeconds() * perPicture),
                String.format(Locale.ROOT, "%.1f", f.bytesPerImage() / 1000),
                String.format(Locale.ROOT, "%,.0f", f.imagesPerHour()),
                String.format(Locale.ROOT, "%.1f", f.imagesPerHour() / PAPER_PICTURES_AN_HOUR),
                String.format(Locale.ROOT, "%.0f", row.breakEvenMultiplications()),
                f.wrongEntryBits() < 30
                        ? String.format(Locale.ROOT, "%.6f", 1 - f.detection())
                        : String.format(Locale.ROOT, "2^-%.0f", f.wrongEntryBits()));
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.0f %%", 100 * share);
    }

    private static String millis(double value) {
        return String.format(Locale.ROOT, "%.4f", value);
    }

    private static String line(List<String> cells) {
        return String.format(
                Locale.ROOT,
                "%-34s %-13s %8s %11s %8s %9s %8s %12s %8s %8s %8s %12s %16s %8s %10s %18s",
                cells.toArray());
    }

    /** The paper's own figures (Chen et al., ACML 2018), and how ours compare. */
    private static void paper(PrintWriter out, Map<String, List<SecureNetsTable.Row>> all, HtmlPage html) {
        List<String> columns =
                List.of("published, seconds for 50,000 pictures", "local", "0 checks", "10 checks", "100 checks");
        List<List<String>> rows = List.of(
                List.of("mnist_sn_mlp", "25.74", "49.88", "51.30", "49.97"),
                List.of("mnist_sn_cnn", "3968.0", "1492.66", "1502.08", "1568.95"),
                List.of("cifar_sn", "6437.3", "2353.82", "2484.08", "2476.01"));
        out.printf("%n%-40s %9s %9s %9s %10s%n", columns.toArray());
        rows.forEach(row -> out.printf("%-40s %9s %9s %9s %10s%n", row.toArray()));
        html.heading("The paper's figures, on its machines").table(columns, rows);
        all.forEach((name, measured) -> {
            for (SecureNetsTable.Row row : measured) {
                Figures f = row.tls();
                String sentence = String.format(
                        Locale.ROOT,
                        "%s, %s, %s: 50,000 pictures in %.1f s (local %.1f s); the user's work is %.0f %% %s than"
                                + " local evaluation; break-even at %.0f multiplications a transferred value, the network"
                                + " has %.0f",
                        name,
                        f.settings().mode().description(),
                        f.checks() == 0 ? f.settings().spotChecks() + " entries checked" : "Freivalds",
                        50_000 * f.totalSeconds() / f.images(),
                        50_000 * f.localSeconds() / f.images(),
                        Math.abs(100 * row.reduction()),
                        row.reduction() >= 0 ? "less" : "more",
                        row.breakEvenMultiplications(),
                        f.multiplications() * f.bytesPerValue() / f.bytesPerImage());
                out.println(sentence);
                html.paragraph(sentence);
            }
        });
    }
}
