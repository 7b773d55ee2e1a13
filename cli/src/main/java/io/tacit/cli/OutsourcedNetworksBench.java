package io.tacit.cli;

import io.tacit.bench.ExampleNetworks;
import io.tacit.bench.SeededNetworks;
import io.tacit.bench.link.LinkShaper;
import io.tacit.bench.outsourced.OutsourcedParties;
import io.tacit.bench.outsourced.OutsourcedTable;
import io.tacit.bench.report.HtmlPage;
import io.tacit.model.integer.IntegerNetwork;
import io.tacit.model.integer.IntegerNetworkFile;
import io.tacit.model.integer.IntegerTensor;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What {@code outsourced} costs on the networks of the literature, beside what others published. */
final class OutsourcedNetworksBench {
    static final List<String> USUAL =
            List.of("mnist_m1_relu", "mnist_m1_square", "mnist_m4", "mnist_m4_avg", "mnist_lenet", "cifar_c1");

    /** Name that stands for ResNet-50 with seeded random weights. */
    private static final String RESNET = "resnet50";

    private static final int INPUTS = 4;
    /** Round trips in their names, one way in the links. */
    private static final Map<String, LinkShaper.Link> LINKS = new LinkedHashMap<>();

    static {
        LINKS.put("1 Gbit/s, 0.5 ms", new LinkShaper.Link(1_000_000_000, Duration.ofNanos(250_000)));
        LINKS.put("100 Mbit/s, 40 ms", new LinkShaper.Link(100_000_000, Duration.ofMillis(20)));
    }

    private static final List<String> COLUMNS = List.of(
            "network",
            "link",
            "triplets",
            "garbling",
            "prepare",
            "batches",
            "prepare / batches",
            "online",
            "total",
            "just in time",
            "MB just i. t.",
            "MB offline",
            "MB off. / batches",
            "MB online",
            "trips",
            "AND gates",
            "MB disk",
            "CPU prep. G/E",
            "CPU online G/E",
            "pipeline",
            "bound by",
            "queries a minute");

    /** @param source where the figures are from */
    private record Published(String network, String system, String seconds, String megabytes, String source) {}

    private static final List<Published> PUBLISHED = List.of(
            new Published("M1", "the paper, by its abstract's ratio to SecureML", "0.040", "", "TDSC 19(3), 2020"),
            new Published("M1", "SecureML", "4.7 + 0.18", "", "S&P 2017"),
            new Published("M1 (square)", "MiniONN", "0.9 + 0.14", "15.8", "CCS 2017"),
            new Published("M1", "EzPC (LAN)", "0.7", "76", "EuroS&P 2019"),
            new Published("M1", "Gazelle", "0.03", "0.5", "USENIX Security 2018"),
            new Published("M1", "XONN (binary network)", "0.13", "4.29", "USENIX Security 2019"),
            new Published("M1", "SecureNN (3 parties)", "0.043", "2.1", "PoPETs 2019"),
            new Published("M4", "MiniONN", "3.58 + 5.74", "657.5", "CCS 2017"),
            new Published("M4", "EzPC (LAN)", "5.1", "501", "EuroS&P 2019"),
            new Published("M4", "Gazelle", "0.48 + 0.33", "70", "USENIX Security 2018"),
            new Published("M4", "XONN (binary network)", "0.15", "32.1", "USENIX Security 2019"),
            new Published("M4", "SecureNN (3 parties)", "0.13", "8.86", "PoPETs 2019"),
            new Published("M4", "MP-SPDZ semi2k, on our reference machine", "3.6 to 4.0", "1,074", "measured"),
            new Published("C1", "the paper, by its abstract's ratios", "about 76", "450 to 670", "TDSC 19(3), 2020"),
            new Published("C1", "MiniONN", "472 + 72", "9,272", "CCS 2017"),
            new Published("C1", "EzPC", "265.6", "40,683", "EuroS&P 2019"),
            new Published("C1", "Gazelle", "9.34 + 3.56", "1,236", "USENIX Security 2018"),
            new Published("C1", "CrypTFlow2", "11.7", "300", "CCS 2020"),
            new Published("C1", "Cheetah", "3.55", "30", "USENIX Security 2022"),
            new Published("C1", "COINN (retrained, narrow)", "1.45", "", "CCS 2021"),
            new Published(
                    "SqueezeNet", "OpenCheetah, two threads, on our reference machine", "39.1", "447", "measured"),
            new Published("ResNet-50", "OpenCheetah, on our reference machine", "249", "1,903", "measured"));

    private final List<String> names;
    private final int runs;
    private final Path data;
    private final boolean shaped;

    /** @param names example networks, {@value #RESNET}, or files of quantised networks */
    OutsourcedNetworksBench(List<String> names, int runs, Path data, boolean shaped) {
        this.names = names;
        this.runs = runs;
        this.data = data;
        this.shaped = shaped;
    }

    private record Subject(String name, IntegerNetwork network, List<IntegerTensor> inputs) {}

    void run(PrintWriter out, @Nullable Path json, @Nullable Path page) throws IOException {
        int threads = Runtime.getRuntime().availableProcessors();
        String conditions = "Seconds by the clock, medians of " + runs
                + " runs after some to warm up, one query; owner, both"
                + " servers and clients in one process with " + threads
                + " threads a server, over TLS 1.3, prepared material in"
                + " files; every answer compared with the plaintext network's. triplets and garbling: each alone; prepare: both"
                + " side by side; / batch: a query of those prepared together; total: prepare and online; CPU: processor seconds of"
                + " garbler / evaluator; pipeline: triplets without it for one with it. " + BenchCommand.machine();
        out.println(conditions);
        out.println(line(COLUMNS));
        out.flush();
        List<OutsourcedTable.Row> rows = new ArrayList<>();
        for (String name : names) {
            Subject subject = load(name);
            rows.add(measure(out, subject, "loopback", Optional.empty(), threads));
            if (shaped) {
                for (Map.Entry<String, LinkShaper.Link> link : LINKS.entrySet()) {
                    rows.add(measure(out, subject, link.getKey(), Optional.of(link.getValue()), threads));
                }
            }
            if (json != null) { // what is there stays if the next network is given up
                OutputFile.writeJson(json, figures(conditions, rows));
            }
        }
        HtmlPage html = new HtmlPage("Tacit: outsourced, measured", conditions);
        html.table(COLUMNS, rows.stream().map(OutsourcedNetworksBench::cells).toList());
        published(out, html);
        if (page != null) {
            html.write(page);
            out.println("page: " + page.toAbsolutePath());
        }
    }

    private static Map<String, Object> figures(String conditions, List<OutsourcedTable.Row> rows) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("machine", BenchCommand.machine());
        all.put("conditions", conditions);
        all.put("figures", rows);
        all.put("published", PUBLISHED);
        return all;
    }

    private OutsourcedTable.Row measure(
            PrintWriter out, Subject subject, String linkName, Optional<LinkShaper.Link> link, int threads)
            throws IOException {
        OutsourcedTable.Row row = OutsourcedTable.measure(
                subject.name(),
                subject.network(),
                subject.inputs(),
                linkName,
                link,
                OutsourcedTable.Settings.usual(runs, threads));
        out.println(line(cells(row)));
        if (row.loadAverage() > 0.5 * threads) {
            out.printf(
                    Locale.ROOT, "  (others used the machine: load average %.1f when this began)%n", row.loadAverage());
        }
        out.flush();
        return row;
    }

    private Subject load(String name) throws IOException {
        Path networks = Path.of(System.getProperty("tacit.home", ".")).resolve("examples/networks");
        try (Cores cores = new Cores()) {
            if (name.equals(RESNET)) {
                IntegerNetwork network = SeededNetworks.resNet50(1, cores.workers());
                return new Subject(
                        "ResNet-50, " + SeededNetworks.NOTE, network, split(SeededNetworks.inputs(network, 1, 2)));
            }
            if (Files.exists(networks.resolve(name + ".onnx"))) {
                ExampleNetworks.Subject subject =
                        new ExampleNetworks(networks, data, cores.workers()).load(name, INPUTS);
                return new Subject(name, subject.network(), split(subject.inputs()));
            }
            if (Files.isRegularFile(Path.of(name))) {
                IntegerNetwork network = IntegerNetworkFile.read(Path.of(name));
                return new Subject(network.name(), network, List.of(SeededNetworks.inputs(network, 1, 1)));
            }
        }
        throw new BadInput("no network " + name + ".onnx in " + networks + ", and no file " + name);
    }

    private static List<IntegerTensor> split(IntegerTensor inputs) {
        int size = inputs.shape().size();
        List<IntegerTensor> each = new ArrayList<>();
        for (int i = 0; i < inputs.batch(); i++) {
            each.add(IntegerTensor.ofInts(
                    1, inputs.shape(), Arrays.copyOfRange(inputs.ints(), i * size, (i + 1) * size)));
        }
        return each;
    }

    private static List<String> cells(OutsourcedTable.Row row) {
        StringBuilder rates = new StringBuilder();
        row.queriesPerMinute()
                .forEach((clients, rate) -> rates.append(rates.isEmpty() ? "" : ", ")
                        .append(String.format(Locale.ROOT, "%d: %,.0f", clients, rate)));
        return List.of(
                row.network(),
                row.link(),
                seconds(row.productsSeconds()),
                seconds(row.circuitsSeconds()),
                seconds(row.prepare().seconds()),
                batches(row, batch -> Integer.toString(batch.queries())),
                batches(row, batch -> seconds(batch.prepare().seconds())),
                seconds(row.predict().seconds()),
                seconds(row.totalSeconds()),
                seconds(row.justInTime().seconds()),
                megabytes(row.justInTimeMegabytes()),
                megabytes(row.offlineMegabytes()),
                batches(row, batch -> megabytes(batch.offlineMegabytes())),
                megabytes(row.onlineMegabytes()),
                Long.toString(row.roundTrips()),
                String.format(Locale.ROOT, "%,d", row.andGates()),
                String.format(Locale.ROOT, "%.1f", row.diskMegabytes()),
                both(row.prepare()),
                both(row.predict()),
                String.format(Locale.ROOT, "x %.2f", row.pipelineGain()),
                row.boundBy(),
                rates.toString());
    }

    private static String batches(OutsourcedTable.Row row, Function<OutsourcedTable.Batch, String> figure) {
        return row.batches().isEmpty()
                ? "-"
                : row.batches().stream().map(figure).collect(Collectors.joining(", "));
    }

    private static String seconds(double value) {
        return measured("%.4f", value);
    }

    private static String megabytes(double value) {
        return measured("%.2f", value);
    }

    private static String measured(String format, double value) {
        return Double.isNaN(value) ? "-" : String.format(Locale.ROOT, format, value);
    }

    private static String both(OutsourcedParties.Took took) {
        return measured("%.3f", took.garblerSeconds()) + "/" + measured("%.3f", took.evaluatorSeconds());
    }

    private static String line(List<String> cells) {
        return String.format(
                Locale.ROOT,
                "%-22s %-18s %9s %9s %9s %7s %17s %9s %9s %12s %13s %10s %17s %9s %5s %12s %8s %14s %14s %8s %9s  %s",
                cells.toArray());
    }

    private static void published(PrintWriter out, HtmlPage html) {
        List<String> columns = List.of("published: network", "system", "seconds", "MB", "source");
        out.println();
        String format = "%-20s %-54s %-14s %-12s %s%n";
        out.printf(format, columns.toArray());
        List<List<String>> rows = new ArrayList<>();
        for (Published each : PUBLISHED) {
            List<String> row = List.of(each.network(), each.system(), each.seconds(), each.megabytes(), each.source());
            rows.add(row);
            out.printf(format, row.toArray());
        }
        html.heading("What others published, on their machines: offline + online, or in all")
                .table(columns, rows);
    }
}
