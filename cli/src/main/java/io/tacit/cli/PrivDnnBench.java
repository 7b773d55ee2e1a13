package io.tacit.cli;

import io.tacit.bench.ExampleNetworks;
import io.tacit.bench.privdnn.PrivDnnFigures;
import io.tacit.bench.report.HtmlPage;
import io.tacit.model.quant.QuantizerOptions;
import io.tacit.model.separate.CoreFilters;
import io.tacit.model.separate.CoreSegment;
import io.tacit.protocol.privdnn.Mode;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The table of privdnn: LeNet-5 with squares, budgets in both modes, beside the authors' program and the paper. */
final class PrivDnnBench {
    static final String NETWORK = "mnist_lenet5_square";

    /** As the paper measures. */
    static final int USUAL_BATCH = 5000;

    static final int MOST_PICTURES = 16_384;

    /** What the network is quantised with. */
    static final QuantizerOptions OPTIONS =
            QuantizerOptions.DEFAULT.withDeferred(List.of(new QuantizerOptions.Segment("/0/Conv", "/3/Conv")));

    /** The best choices of some budgets, see docs/benchmarks.md. */
    static final List<String> CORES = List.of("5;14", "5;0,12,14", "5;0,8,12,14");

    private static final List<String> COLUMNS = List.of(
            "core filters",
            "budget",
            "mode",
            "pictures",
            "user",
            "owner",
            "wall",
            "MB up",
            "MB down",
            "MB bundle",
            "pack",
            "MiB heap",
            "of");

    private final PrintWriter out;
    private final HtmlPage html;
    private final int runs;
    private final List<PrivDnnFigures> all = new ArrayList<>();

    PrivDnnBench(PrintWriter out, HtmlPage html, int runs) {
        this.out = out;
        this.html = html;
        this.runs = runs;
    }

    /** Measures each choice in each mode, all pictures in one batch. */
    void measure(ExampleNetworks.Subject subject, List<CoreFilters> cores, List<Mode> modes) throws IOException {
        CoreSegment segment = CoreSegment.of(subject.network());
        cores.forEach(core -> {
            try {
                segment.require(subject.network(), core);
            } catch (IllegalArgumentException e) {
                throw new BadInput(String.valueOf(e.getMessage()));
            }
        });
        out.println(line(COLUMNS));
        out.flush();
        for (CoreFilters core : cores) {
            for (Mode mode : modes) {
                PrivDnnFigures row = PrivDnnFigures.measure(subject.network(), core, mode, subject.inputs(), runs);
                all.add(row);
                out.println(line(cells(row)));
                out.flush();
            }
        }
        html.heading(NETWORK)
                .table(COLUMNS, all.stream().map(PrivDnnBench::cells).toList());
        published();
    }

    /** Everything measured. */
    List<PrivDnnFigures> figures() {
        return all;
    }

    private static List<String> cells(PrivDnnFigures row) {
        return List.of(
                numbers(row.first()) + ";" + numbers(row.second()),
                "{" + row.first().size() + "," + row.second().size() + "}",
                row.mode().name().toLowerCase(Locale.ROOT),
                Integer.toString(row.images()),
                seconds(row.userSeconds()),
                seconds(row.ownerSeconds()),
                seconds(row.wallSeconds()),
                megabytes(row.bytesUp()),
                megabytes(row.bytesDown()),
                megabytes(row.bundleBytes()),
                seconds(row.packSeconds()),
                Long.toString(row.peakHeapBytes() >> 20),
                Long.toString(row.heapLimitBytes() >> 20));
    }

    private static String numbers(List<Integer> list) {
        return String.join(",", list.stream().map(String::valueOf).toList());
    }

    private static String seconds(double value) {
        return String.format(Locale.ROOT, "%.2f", value);
    }

    private static String megabytes(long bytes) {
        return String.format(Locale.ROOT, "%.1f", bytes / 1e6);
    }

    private static String line(List<String> cells) {
        return String.format(Locale.ROOT, "%-36s %-7s %-10s %8s %8s %8s %8s %9s %9s %9s %7s %9s %7s", cells.toArray());
    }

    /** The authors' program and the paper (Ren et al., PoPETs 2024(3)), mode published; seconds by the clock. */
    private void published() {
        List<String> columns = List.of("published system", "budget", "pictures", "seconds", "memory", "machine");
        List<List<String>> rows = List.of(
                List.of("authors' program as shipped", "{1,1}", "a batch", "665", "", "2 cores, AVX-512"),
                List.of("authors' program, -O3, HEXL", "{1,1}", "a batch", "115", "", "2 cores, AVX-512"),
                List.of("paper", "{1,4}", "5000", "190", "2.5 to 5 GB", "8 cores"),
                List.of("paper, fully encrypted", "all layers", "5000", "5647", "151 GB", "8 cores"));
        out.printf("%n%-30s %-11s %9s %8s %-12s %s%n", columns.toArray());
        rows.forEach(row -> out.printf("%-30s %-11s %9s %8s %-12s %s%n", row.toArray()));
        html.heading("The authors' program and the paper, on their machines").table(columns, rows);
    }
}
