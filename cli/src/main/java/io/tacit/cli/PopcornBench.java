package io.tacit.cli;

import io.tacit.bench.ExampleNetworks;
import io.tacit.bench.popcorn.PopcornFigures;
import io.tacit.bench.popcorn.ProductTime;
import io.tacit.bench.popcorn.PublishedFigures;
import io.tacit.bench.report.HtmlPage;
import io.tacit.crypto.paillier.KeyLength;
import io.tacit.crypto.paillier.PaillierKeys;
import io.tacit.crypto.random.Seed;
import io.tacit.kernel.Workers;
import io.tacit.model.integer.IntegerNetwork;
import io.tacit.model.integer.IntegerTensor;
import io.tacit.model.integer.Step;
import io.tacit.model.reference.IntegerEvaluator;
import java.io.PrintWriter;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The tables of popcorn, keys of 2048 bits. Hardened: one picture and batches of each network. Published: one picture, of large
 * networks the first layers on a part of it, and what the plan makes of that for the rest.
 */
final class PopcornBench implements AutoCloseable {
    /** Networks that are measured where none is named. */
    static final List<String> NETWORKS = List.of("mnist_m1_relu", "mnist_m2_relu", "mnist_m4", "mnist_lenet");

    private static final List<String> COLUMNS = List.of(
            "pictures",
            "products",
            "a weight",
            "client ahead",
            "server ahead",
            "MB ahead",
            "client online",
            "server online",
            "wall online",
            "MB up",
            "MB down");

    private static final List<String> PUBLISHED_COLUMNS =
            List.of("published", "values", "client", "server", "MB up", "MB down");

    private final PrintWriter out;
    private final HtmlPage html;
    private final PaillierKeys keys;
    private final Workers workers;
    private final int runs;
    private final Map<String, Object> all = new LinkedHashMap<>();

    PopcornBench(PrintWriter out, HtmlPage html, int runs, Cores cores) {
        this.out = out;
        this.html = html;
        this.runs = runs;
        this.workers = cores.workers();
        out.println("searching for two safe primes of 1024 bits ...");
        out.flush();
        try (Seed seed = Seed.random(new SecureRandom())) {
            keys = PaillierKeys.generate(KeyLength.BITS_2048, seed, cores.workers());
        }
    }

    /**
     * Measures a network.
     *
     * @param batches pictures that travel together: of each as many as fit
     * @param judged pictures on which the network is judged
     */
    void measure(String name, ExampleNetworks.Subject subject, List<Integer> batches, int judged) {
        IntegerNetwork network = subject.network();
        long weights = network.linearSteps().stream()
                .mapToLong(Step.Linear::nonZeroWeights)
                .sum();
        String title = String.format(
                Locale.ROOT, "%s: %,d weights that are not zero; %s", name, weights, accuracy(subject, judged));
        out.printf("%n%s; seconds a query, one thread a party%n", title);
        out.println(line(COLUMNS));
        out.flush();
        List<PopcornFigures> rows = new ArrayList<>();
        List<List<String>> table = new ArrayList<>();
        for (int images : batches) {
            PopcornFigures row =
                    PopcornFigures.measure(network, subject.inputs().slice(0, images), keys, runs);
            if (rows.stream().anyMatch(earlier -> earlier.images() == row.images())) {
                continue; // no more fit
            }
            rows.add(row);
            table.add(cells(row));
            out.println(line(cells(row)));
            out.flush();
        }
        String layers = rows.get(0).layers().stream()
                .map(layer -> String.format(
                        Locale.ROOT,
                        "%s %,d (%.3f)",
                        layer.name(),
                        layer.products(),
                        (double) layer.products() / layer.weighted()))
                .collect(Collectors.joining(", "));
        out.println("products by layer (a weight), one picture: " + layers);
        all.put(title, rows);
        html.heading(title).table(COLUMNS, table).paragraph("Products by layer (a weight), one picture: " + layers);
    }

    /**
     * Measures published mode once, and extrapolates.
     *
     * @param part without rescaling
     * @param whole what it is a part of, or the same
     */
    void measurePublished(IntegerNetwork part, IntegerTensor input, IntegerNetwork whole) {
        double product = ProductTime.measure(KeyLength.BITS_2048);
        out.printf(
                Locale.ROOT,
                "%n%s, published; one picture, one thread a party; %.2f us a product modulo N^2%n",
                part.name(),
                1e6 * product);
        out.println(publishedLine(PUBLISHED_COLUMNS));
        out.flush();
        PublishedFigures figures = PublishedFigures.measure(part, input, keys, product);
        PublishedFigures.Planned planned = figures.planned();
        List<List<String>> table = new ArrayList<>();
        table.add(cells("measured, exact", planned, figures.serverSeconds(), figures.clientSeconds()));
        table.add(cells("planned", planned, planned.serverSeconds(), planned.clientSeconds()));
        all.put(part.name(), figures);
        if (whole != part) {
            PublishedFigures.Planned rest = PublishedFigures.Planned.of(whole, product);
            table.add(cells(
                    "all, extrapolated",
                    rest,
                    rest.serverSeconds() * figures.serverSeconds() / planned.serverSeconds(),
                    rest.clientSeconds() * figures.clientSeconds() / planned.clientSeconds()));
            all.put(whole.name() + ", planned", rest);
        }
        table.forEach(row -> out.println(publishedLine(row)));
        out.flush();
        html.heading(part.name() + ", published").table(PUBLISHED_COLUMNS, table);
    }

    private static List<String> cells(
            String what, PublishedFigures.Planned counts, double serverSeconds, double clientSeconds) {
        return List.of(
                what,
                String.format(Locale.ROOT, "%,d", counts.values()),
                seconds(clientSeconds),
                seconds(serverSeconds),
                megabytes(counts.bytesUp()),
                megabytes(counts.bytesDown()));
    }

    private static String publishedLine(List<String> cells) {
        return String.format(Locale.ROOT, "%-20s %12s %13s %13s %9s %9s", cells.toArray());
    }

    private String accuracy(ExampleNetworks.Subject subject, int most) {
        if (!subject.real()) {
            return "inputs are noise";
        }
        int pictures = Math.min(most, subject.labels().length);
        int[] labels = new IntegerEvaluator(subject.network(), workers)
                .labels(subject.inputs().slice(0, pictures));
        int right = 0;
        for (int i = 0; i < pictures; i++) {
            right += labels[i] == subject.labels()[i] ? 1 : 0;
        }
        return String.format(Locale.ROOT, "%.2f %% of %,d test pictures right", 100.0 * right / pictures, pictures);
    }

    /** Everything measured, by network. */
    Map<String, Object> figures() {
        return all;
    }

    private static List<String> cells(PopcornFigures row) {
        return List.of(
                Integer.toString(row.images()),
                String.format(Locale.ROOT, "%,d", row.products()),
                String.format(Locale.ROOT, "%.3f", (double) row.products() / row.weighted()),
                seconds(row.prepare().clientSeconds()),
                seconds(row.prepare().serverSeconds()),
                megabytes(row.prepare().bytesUp() + row.prepare().bytesDown()),
                seconds(row.online().clientSeconds()),
                seconds(row.online().serverSeconds()),
                seconds(row.online().wallSeconds()),
                megabytes(row.online().bytesUp()),
                megabytes(row.online().bytesDown()));
    }

    private static String seconds(double value) {
        return String.format(Locale.ROOT, "%.3f", value);
    }

    private static String megabytes(long bytes) {
        return String.format(Locale.ROOT, "%.3f", bytes / 1e6);
    }

    private static String line(List<String> cells) {
        return String.format(Locale.ROOT, "%9s %12s %9s %13s %13s %10s %14s %14s %12s %9s %9s", cells.toArray());
    }

    @Override
    public void close() {
        keys.close();
    }
}
