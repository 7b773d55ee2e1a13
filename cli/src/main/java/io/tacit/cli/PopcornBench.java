package io.tacit.cli;

import io.tacit.bench.ExampleNetworks;
import io.tacit.bench.popcorn.PopcornFigures;
import io.tacit.bench.report.HtmlPage;
import io.tacit.crypto.paillier.KeyLength;
import io.tacit.crypto.paillier.PaillierKeys;
import io.tacit.crypto.random.Seed;
import io.tacit.kernel.Workers;
import io.tacit.model.integer.IntegerNetwork;
import io.tacit.model.integer.Step;
import io.tacit.model.reference.IntegerEvaluator;
import io.tacit.protocol.popcorn.LinearWork;
import java.io.PrintWriter;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The table of popcorn: hardened, keys of 2048 bits, one picture and a batch of each network. */
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

    private final PrintWriter out;
    private final HtmlPage html;
    private final PaillierKeys keys;
    private final Workers workers;
    private final int runs;
    private final Map<String, List<PopcornFigures>> all = new LinkedHashMap<>();

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
     */
    void measure(String name, ExampleNetworks.Subject subject, List<Integer> batches) {
        IntegerNetwork network = subject.network();
        long weighted = 0;
        long weights = 0;
        for (Step step : network.steps()) {
            if (step instanceof Step.Linear layer) {
                weighted += LinearWork.weightedInputs(layer);
                weights += layer.nonZeroWeights();
            }
        }
        String title = String.format(
                Locale.ROOT,
                "%s: %,d weights that are not zero, used %,d times; %s",
                name,
                weights,
                weighted,
                accuracy(subject));
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
            table.add(cells(row, weighted));
            out.println(line(cells(row, weighted)));
            out.flush();
        }
        all.put(title, rows);
        html.heading(title).table(COLUMNS, table);
    }

    private String accuracy(ExampleNetworks.Subject subject) {
        if (!subject.real()) {
            return "inputs are noise";
        }
        int pictures = subject.labels().length;
        int[] labels = new IntegerEvaluator(subject.network(), workers).labels(subject.inputs());
        int right = 0;
        for (int i = 0; i < pictures; i++) {
            right += labels[i] == subject.labels()[i] ? 1 : 0;
        }
        return String.format(Locale.ROOT, "%.1f %% of %,d test pictures right", 100.0 * right / pictures, pictures);
    }

    /** Everything measured, by network. */
    Map<String, List<PopcornFigures>> figures() {
        return all;
    }

    private static List<String> cells(PopcornFigures row, long weighted) {
        return List.of(
                Integer.toString(row.images()),
                String.format(Locale.ROOT, "%,d", row.products()),
                String.format(Locale.ROOT, "%.3f", (double) row.products() / weighted),
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
