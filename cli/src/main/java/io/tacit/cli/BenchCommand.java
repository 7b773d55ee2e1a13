package io.tacit.cli;

import io.tacit.bench.ExampleNetworks;
import io.tacit.bench.kernel.KernelBenchmark;
import io.tacit.bench.kernel.KernelCase;
import io.tacit.bench.report.HtmlPage;
import io.tacit.bench.securenets.Carrier;
import io.tacit.bench.securenets.Figures;
import io.tacit.bench.securenets.Measurement;
import io.tacit.bench.securenets.TlsCarrier;
import io.tacit.kernel.provider.KernelProvider;
import io.tacit.kernel.provider.Kernels;
import io.tacit.protocol.material.MaterialStore;
import io.tacit.protocol.material.MemoryMaterialStore;
import io.tacit.protocol.securenets.Mode;
import io.tacit.protocol.securenets.Settings;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** Measures, and prints the papers' tables beside ours. */
@Command(
        name = "bench",
        description = "Measures kernels or whole protocols on this machine.",
        subcommands = {BenchCommand.NetworksBench.class, BenchCommand.KernelsBench.class})
final class BenchCommand {

    /** Who measured where: goes into every JSON file. */
    private static Map<String, Object> machine() {
        Map<String, Object> machine = new LinkedHashMap<>();
        machine.put("java", Runtime.version().toString());
        machine.put("kernels", Kernels.active().description());
        machine.put("cores", Runtime.getRuntime().availableProcessors());
        machine.put("os", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
        return machine;
    }

    /** {@code tacit bench networks}. */
    @Command(name = "networks", description = "The tables of a protocol's paper beside ours.")
    static final class NetworksBench implements java.util.concurrent.Callable<Integer> {
        private static final int LANES = 2;
        private static final long STORE_BYTES = 3L << 30;
        private static final double PAPER_IMAGES_AN_HOUR = 120_590;

        @Spec
        private CommandSpec spec;

        @Option(names = "--protocol", defaultValue = "securenets", description = "default: ${DEFAULT-VALUE}")
        private String protocol;

        @Option(
                names = "--network",
                split = ",",
                description = "names in examples/networks (default: mnist_sn_mlp,mnist_sn_cnn,cifar_sn)")
        private List<String> names = List.of("mnist_sn_mlp", "mnist_sn_cnn", "cifar_sn");

        @Option(names = "--mode", split = ",", description = "${COMPLETION-CANDIDATES} (default: all)")
        private List<Mode> modes = List.of(Mode.values());

        @Option(names = "--batch", defaultValue = "256", description = "pictures at a time (default: 256)")
        private int batch;

        @Option(
                names = "--runs",
                defaultValue = "5",
                description = "runs of which the best counts; the first warm up (default: 5)")
        private int runs;

        @Option(names = "--in-memory", description = "connects the parties in memory instead of by TLS")
        private boolean inMemory;

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
            if (!protocol.equals("securenets")) {
                throw new BadInput("this version measures securenets, not '" + protocol + "'");
            }
            PrintWriter out = spec.commandLine().getOut();
            Path networks = Path.of(System.getProperty("tacit.home", ".")).resolve("examples/networks");
            List<Figures> all = new ArrayList<>();
            HtmlPage html = new HtmlPage(
                    "Tacit: SecureNets, measured",
                    "Seconds of processor time for a batch of " + batch + " pictures, best of " + runs
                            + " runs; total is wall clock with all parties on this machine.");
            try (Cores cores = new Cores()) {
                ExampleNetworks examples = new ExampleNetworks(networks, data, cores.workers());
                for (String name : names) {
                    if (!Files.exists(networks.resolve(name + ".onnx"))) {
                        throw new BadInput("no network " + name + ".onnx in " + networks);
                    }
                    ExampleNetworks.Subject subject = examples.load(name, batch);
                    Measurement measurement = new Measurement(subject.network(), subject.inputs(), LANES, runs);
                    double local = measurement.local();
                    out.printf(
                            Locale.ROOT,
                            "%n%s: %,d multiplications a picture, %s, local %.4f s for %d (%.1f GMAC/s a thread)%n",
                            name,
                            subject.network().multiplications(),
                            subject.real() ? "real pictures" : "noise pictures",
                            local,
                            batch,
                            subject.network().multiplications() * (double) batch / local / 1e9);
                    out.println(header());
                    List<List<String>> rows = new ArrayList<>();
                    for (Settings settings : settings()) {
                        Figures figures = measure(measurement, settings, local);
                        all.add(figures);
                        List<String> cells = cells(figures);
                        out.println(row(cells));
                        out.flush();
                        rows.add(cells);
                    }
                    html.heading(name).table(COLUMNS, rows);
                }
            }
            paper(out, all, html);
            if (json != null) {
                Files.writeString(
                        json,
                        JsonMapper.shared()
                                .writerWithDefaultPrettyPrinter()
                                .writeValueAsString(Map.of("machine", machine(), "figures", all)));
            }
            if (page != null) {
                html.write(page);
                out.println("page: " + page.toAbsolutePath());
            }
            return 0;
        }

        private List<Settings> settings() {
            List<Settings> settings = new ArrayList<>();
            for (Mode mode : modes) {
                settings.add(Settings.of(mode));
                if (mode == Mode.PUBLISHED) {
                    for (int checks : new int[] {0, 10, 100}) {
                        settings.add(Settings.asPublished(checks));
                    }
                }
            }
            return settings;
        }

        private Figures measure(Measurement measurement, Settings settings, double local) throws IOException {
            try (MaterialStore store = new MemoryMaterialStore(STORE_BYTES, new SecureRandom())) {
                if (inMemory) {
                    return measurement.run(settings, Carrier.memory(), store, local);
                }
                Path folder = Files.createTempDirectory("tacit-bench");
                try (TlsCarrier carrier = new TlsCarrier(folder, settings.mode())) {
                    return measurement.run(settings, carrier, store, local);
                } finally {
                    ScratchFolder.delete(folder);
                }
            }
        }

        private static final List<String> COLUMNS = List.of(
                "mode",
                "checks",
                "local s",
                "user online s",
                "of local",
                "user offline s",
                "cloud s",
                "total s",
                "kB a picture",
                "pictures an hour",
                "wrong entry passes");

        private static List<String> cells(Figures f) {
            String checks = f.settings().spotChecks() > 0 || f.checks() == 0
                    ? "spot " + f.settings().spotChecks()
                    : "Freivalds " + f.checks();
            return List.of(
                    f.settings().mode().description(),
                    checks,
                    String.format(Locale.ROOT, "%.4f", f.localSeconds()),
                    String.format(Locale.ROOT, "%.4f", f.userOnlineSeconds()),
                    String.format(Locale.ROOT, "%.0f %%", 100 * f.userShare()),
                    String.format(Locale.ROOT, "%.4f", f.userOfflineSeconds()),
                    String.format(Locale.ROOT, "%.4f", f.cloudSeconds()),
                    String.format(Locale.ROOT, "%.4f", f.totalSeconds()),
                    String.format(Locale.ROOT, "%.1f", f.bytesPerImage() / 1000),
                    String.format(Locale.ROOT, "%,.0f", f.imagesPerHour()),
                    f.wrongEntryBits() < 30
                            ? String.format(Locale.ROOT, "%.6f", 1 - f.detection())
                            : String.format(Locale.ROOT, "2^-%.0f", f.wrongEntryBits()));
        }

        private static String header() {
            return row(COLUMNS);
        }

        private static String row(List<String> cells) {
            return String.format(Locale.ROOT, "%-34s %-12s %9s %13s %9s %14s %9s %9s %12s %16s %18s", cells.toArray());
        }

        /** The paper's own figures (Chen et al., ACML 2018, tables 1 to 3), beside what they compare with here. */
        private static void paper(PrintWriter out, List<Figures> all, HtmlPage html) {
            List<List<String>> rows = List.of(
                    List.of("mnist_sn_mlp", "25.74", "49.88", "51.30", "49.97"),
                    List.of("mnist_sn_cnn", "3968.0", "1492.66", "1502.08", "1568.95"),
                    List.of("cifar_sn", "6437.3", "2353.82", "2484.08", "2476.01"));
            List<String> columns =
                    List.of("published, seconds for 50,000 pictures", "local", "0 checks", "10 checks", "100 checks");
            out.printf("%n%-40s %9s %9s %9s %10s%n", columns.toArray());
            rows.forEach(row -> out.printf("%-40s %9s %9s %9s %10s%n", row.toArray()));
            html.heading("The paper's figures").table(columns, rows);
            for (Figures f : all) {
                String ours = String.format(
                        Locale.ROOT,
                        "%s, %s: 50,000 pictures take %.1f s in all here; %.1f times the paper's %,.0f pictures an hour",
                        f.network(),
                        f.settings().mode().description()
                                + (f.settings().spotChecks() > 0
                                        ? ", " + f.settings().spotChecks() + " spot checks"
                                        : ""),
                        50_000 * f.totalSeconds() / f.images(),
                        f.imagesPerHour() / PAPER_IMAGES_AN_HOUR,
                        PAPER_IMAGES_AN_HOUR);
                out.println(ours);
                html.paragraph(ours);
            }
        }
    }

    /** {@code tacit bench kernels}. */
    @Command(name = "kernels", description = "Every kernel, scalar and vector, in thread CPU time.")
    static final class KernelsBench implements java.util.concurrent.Callable<Integer> {
        private static final int RUN_MILLIS = 20;

        @Spec
        private CommandSpec spec;

        @Option(names = "--json", paramLabel = "FILE", description = "writes the figures as JSON")
        private @Nullable Path json;

        @Option(names = "--page", paramLabel = "FILE", description = "writes the figures as a page with bars")
        private @Nullable Path page;

        @SuppressWarnings("NullAway.Init") // picocli fills the fields
        KernelsBench() {}

        @Override
        public Integer call() throws IOException {
            PrintWriter out = spec.commandLine().getOut();
            List<KernelProvider> providers = new ArrayList<>(List.of(Kernels.plain()));
            if (!Kernels.active().description().equals(Kernels.plain().description())) {
                providers.add(Kernels.active());
            }
            List<KernelBenchmark.Result> results = new ArrayList<>();
            HtmlPage html = new HtmlPage("Tacit kernels", "One thread, CPU time, median of nine runs; " + machine());
            out.printf("%-28s %-28s", "kernel", "size");
            providers.forEach(provider -> out.printf(" %18s", provider.description()));
            out.println();
            for (KernelCase kernelCase : KernelCase.all()) {
                out.printf("%-28s %-28s", kernelCase.kernel(), kernelCase.size());
                List<HtmlPage.Bar> bars = new ArrayList<>();
                for (KernelProvider provider : providers) {
                    KernelBenchmark.Result result = new KernelBenchmark(RUN_MILLIS).run(kernelCase, provider);
                    results.add(result);
                    bars.add(new HtmlPage.Bar(
                            provider.description(), result.gigaUnitsPerSecond(), provider != Kernels.plain()));
                    out.printf(" %18s", result.figure());
                    out.flush();
                }
                out.println();
                html.heading(kernelCase.kernel() + ", " + kernelCase.size())
                        .bars(kernelCase.unit() == KernelCase.Unit.ELEMENT ? "G elements/s" : "GMAC/s", bars);
            }
            if (json != null) {
                Files.writeString(
                        json,
                        JsonMapper.shared()
                                .writerWithDefaultPrettyPrinter()
                                .writeValueAsString(Map.of("machine", machine(), "figures", results)));
            }
            if (page != null) {
                html.write(page);
                out.println("page: " + page.toAbsolutePath());
            }
            return 0;
        }
    }
}
