package io.tacit.cli;

import io.tacit.bench.popcorn.PopcornFigures;
import io.tacit.bench.report.HtmlPage;
import io.tacit.crypto.paillier.KeyLength;
import io.tacit.crypto.paillier.PaillierKeys;
import io.tacit.crypto.random.Seed;
import io.tacit.model.integer.IntegerNetwork;
import io.tacit.model.integer.IntegerTensor;
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
    private final int runs;
    private final Map<String, List<PopcornFigures>> all = new LinkedHashMap<>();

    PopcornBench(PrintWriter out, HtmlPage html, int runs, Cores cores) {
        this.out = out;
        this.html = html;
        this.runs = runs;
        out.println("searching for two safe primes of 1024 bits ...");
        out.flush();
        try (Seed seed = Seed.random(new SecureRandom())) {
            keys = PaillierKeys.generate(KeyLength.BITS_2048, seed, cores.workers());
        }
    }

    /** Measures one picture, and as many of the inputs together as fit. */
    void measure(String name, IntegerNetwork network, IntegerTensor inputs) {
        out.printf(
                Locale.ROOT,
                "%n%s: %,d multiplications; seconds a query, one thread a party%n",
                name,
                network.multiplications());
        out.println(line(COLUMNS));
        out.flush();
        List<PopcornFigures> rows = new ArrayList<>();
        for (int images : inputs.batch() == 1 ? new int[] {1} : new int[] {1, inputs.batch()}) {
            PopcornFigures row = PopcornFigures.measure(network, inputs.slice(0, images), keys, runs);
            rows.add(row);
            out.println(line(cells(row)));
            out.flush();
        }
        all.put(name, rows);
        html.heading(name).table(COLUMNS, rows.stream().map(PopcornBench::cells).toList());
    }

    /** Everything measured, by network. */
    Map<String, List<PopcornFigures>> figures() {
        return all;
    }

    private static List<String> cells(PopcornFigures row) {
        return List.of(
                Integer.toString(row.images()),
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
        return String.format(Locale.ROOT, "%9s %13s %13s %10s %14s %14s %12s %9s %9s", cells.toArray());
    }

    @Override
    public void close() {
        keys.close();
    }
}
