package io.tacit.cli;

import io.tacit.bench.kernel.KernelBenchmark;
import io.tacit.bench.kernel.KernelCase;
import io.tacit.bench.primitive.EncryptionCases;
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
    private static final double GIGA_IN_THOUSANDS = 1e6;

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
}
