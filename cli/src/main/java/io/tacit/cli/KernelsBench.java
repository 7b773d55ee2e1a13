package io.tacit.cli;

import io.tacit.bench.kernel.KernelBenchmark;
import io.tacit.bench.kernel.KernelCase;
import io.tacit.bench.primitive.EncryptionCases;
import io.tacit.bench.primitive.PaillierCases;
import io.tacit.bench.primitive.PrimitiveCases;
import io.tacit.bench.report.HtmlPage;
import io.tacit.kernel.provider.KernelProvider;
import io.tacit.kernel.provider.Kernels;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code tacit bench kernels}. */
@Command(name = "kernels", description = "Every kernel, scalar and vector, in thread CPU time.")
final class KernelsBench implements Callable<Integer> {
    private static final int RUN_MILLIS = 20;
    private static final int PAILLIER_RUN_MILLIS = 60;

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
        if (json != null) {
            OutputFile.check(json);
        }
        if (page != null) {
            OutputFile.check(page);
        }
        List<KernelProvider> providers = new ArrayList<>(List.of(Kernels.plain()));
        if (!Kernels.active().description().equals(Kernels.plain().description())) {
            providers.add(Kernels.active());
        }
        List<KernelBenchmark.Result> results = new ArrayList<>();
        HtmlPage html =
                new HtmlPage("Tacit kernels", "One thread, CPU time, median of nine runs; " + BenchCommand.machine());
        out.printf("%-28s %-28s", "kernel", "size");
        providers.forEach(provider -> out.printf(" %18s", provider.description()));
        out.println();
        List<KernelCase> cases = new ArrayList<>(KernelCase.all());
        cases.addAll(PrimitiveCases.all());
        cases.addAll(EncryptionCases.all());
        for (KernelCase kernelCase : cases) {
            out.printf("%-28s %-28s", kernelCase.kernel(), kernelCase.size());
            List<HtmlPage.Bar> bars = new ArrayList<>();
            for (KernelProvider provider : providers) {
                KernelBenchmark.Result result = new KernelBenchmark(RUN_MILLIS).run(kernelCase, provider);
                results.add(result);
                bars.add(new HtmlPage.Bar(provider.description(), rate(result), provider != Kernels.plain()));
                out.printf(" %18s", result.figure());
                out.flush();
            }
            out.println(kernelCase.nativeFigure().isEmpty() ? "" : "  " + kernelCase.nativeFigure());
            html.heading(kernelCase.kernel() + ", " + kernelCase.size()).bars(rateOf(kernelCase.unit()), bars);
        }
        paillier(out, results, html);
        if (json != null) {
            OutputFile.writeJson(json, Map.of("machine", BenchCommand.machine(), "figures", results));
        }
        if (page != null) {
            html.write(page);
            out.println("page: " + page.toAbsolutePath());
        }
        return 0;
    }

    private static double rate(KernelBenchmark.Result result) {
        return result.gigaUnitsPerSecond() * (result.unit() == KernelCase.Unit.OPERATION ? 1e6 : 1);
    }

    private static String rateOf(KernelCase.Unit unit) {
        return switch (unit) {
            case MULTIPLY_ACCUMULATE -> "GMAC/s";
            case ELEMENT -> "G elements/s";
            case AND_GATE -> "G gates/s";
            case TRANSFER -> "G transfers/s";
            case OPERATION -> "thousand operations/s";
        };
    }

    /** Paillier operations beside BigInteger in the same run, and the native figures of another. */
    private static void paillier(PrintWriter out, List<KernelBenchmark.Result> results, HtmlPage html) {
        KernelProvider active = Kernels.active();
        KernelBenchmark benchmark = new KernelBenchmark(PAILLIER_RUN_MILLIS);
        out.printf(
                "%n%-36s %-22s %16s %16s %16s%n",
                "Paillier, N of 2048 bits", "size", active.description(), "BigInteger", "GMP (elsewhere)");
        for (PaillierCases.Row row : PaillierCases.rows()) {
            KernelBenchmark.Result ours = row.time(benchmark, active);
            KernelBenchmark.Result plain = benchmark.run(row.bigInteger(), active);
            results.add(ours);
            results.add(plain);
            out.printf(
                    "%-36s %-22s %16s %16s %16s%n",
                    ours.kernel(), ours.size(), ours.figure(), plain.figure(), row.nativeFigure());
            out.flush();
            html.heading("Paillier " + ours.kernel() + ", " + ours.size())
                    .bars(
                            "thousand operations/s",
                            List.of(
                                    new HtmlPage.Bar("BigInteger", 1e6 * plain.gigaUnitsPerSecond(), false),
                                    new HtmlPage.Bar(active.description(), 1e6 * ours.gigaUnitsPerSecond(), true)));
        }
    }
}
