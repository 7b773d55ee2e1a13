package io.tacit.cli;

import ai.onnxruntime.OrtException;
import io.tacit.bench.ExampleNetworks;
import io.tacit.bench.plaintext.PlaintextFigures;
import io.tacit.bench.report.HtmlPage;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What networks cost without privacy, on one thread: the exact integer evaluator beside onnxruntime. */
final class PlaintextBench {
    static final List<String> NETWORKS = List.of("cifar_c1", "cifar_sn", "mnist_lenet", "mnist_m4");

    /** Pictures that the integer evaluator takes together. */
    static final int USUAL_BATCH = 4;

    private static final List<String> COLUMNS = List.of(
            "network",
            "multiplications",
            "integers, ms a picture",
            "GMAC/s",
            "onnxruntime, ms a picture",
            "GMAC/s",
            "integers of onnxruntime");

    private final PrintWriter out;
    private final HtmlPage html;
    private final int runs;
    private final Map<String, PlaintextFigures> figures = new LinkedHashMap<>();

    PlaintextBench(PrintWriter out, HtmlPage html, int runs) {
        this.out = out;
        this.html = html;
        this.runs = runs;
    }

    void measure(List<String> names, Path networks, ExampleNetworks examples, int batch) throws IOException {
        out.println(line(COLUMNS));
        out.flush();
        List<List<String>> rows = new ArrayList<>();
        for (String name : names) {
            ExampleNetworks.Subject subject = examples.load(name, batch);
            try {
                PlaintextFigures measured = PlaintextFigures.measure(
                        networks.resolve(name + ".onnx"), subject.network(), subject.inputs(), runs);
                figures.put(name, measured);
                rows.add(cells(name, measured));
            } catch (OrtException e) {
                throw new BadInput("onnxruntime cannot run " + name + ".onnx: " + e.getMessage());
            }
            out.println(line(rows.get(rows.size() - 1)));
            out.flush();
        }
        html.table(COLUMNS, rows);
    }

    /** By network. */
    Map<String, PlaintextFigures> figures() {
        return figures;
    }

    private static List<String> cells(String name, PlaintextFigures f) {
        return List.of(
                name,
                String.format(Locale.ROOT, "%,d", f.multiplications()),
                String.format(Locale.ROOT, "%.4f", 1000 * f.integerSeconds()),
                String.format(Locale.ROOT, "%.1f", f.integerGigaMultiplications()),
                String.format(Locale.ROOT, "%.4f", 1000 * f.floatSeconds()),
                String.format(Locale.ROOT, "%.1f", f.floatGigaMultiplications()),
                String.format(
                        Locale.ROOT, "%.0f %%", 100 * f.integerGigaMultiplications() / f.floatGigaMultiplications()));
    }

    private static String line(List<String> cells) {
        return String.format(Locale.ROOT, "%-16s %16s %24s %8s %26s %8s %24s", cells.toArray());
    }
}
