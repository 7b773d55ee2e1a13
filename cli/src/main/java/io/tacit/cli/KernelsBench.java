package io.tacit.cli;

import io.tacit.bench.kernel.KernelBenchmark;
import io.tacit.bench.kernel.KernelCase;
import io.tacit.bench.primitive.EncryptionCases;
import io.tacit.bench.primitive.GarblingLink;
import io.tacit.bench.primitive.PaillierCases;
import io.tacit.bench.primitive.PartyGarbling;
import io.tacit.bench.primitive.PrimitiveCases;
import io.tacit.bench.report.HtmlPage;
import io.tacit.kernel.provider.KernelProvider;
import io.tacit.kernel.provider.Kernels;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
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
    private static final int RUN_MILLIS = 5;
    private static final double LINK_SECONDS = 4;
    private static final int[] PARTIES = {2, 3, 4, 5};
    private static final int PARTY_ROUNDS = 3;

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
        List<KernelCase> cases = new ArrayList<>(KernelCase.all());
        cases.addAll(PrimitiveCases.all());
        cases.addAll(EncryptionCases.all());
        List<PaillierCases.Row> rows = PaillierCases.rows();
        List<KernelBenchmark.Subject> subjects = new ArrayList<>();
        for (KernelCase kernelCase : cases) {
            providers.forEach(provider -> subjects.add(new KernelBenchmark.Subject(kernelCase, provider)));
        }
        rows.forEach(row -> subjects.addAll(row.subjects(Kernels.active())));
        List<KernelBenchmark.Result> results;
        try (Progress progress = Progress.start("timing in rounds, a minute or two", subjects.size())) {
            results = new KernelBenchmark(RUN_MILLIS)
                    .run(subjects, done -> progress.moveTo(done, "of " + subjects.size() + " figures final"));
        }
        HtmlPage html =
                new HtmlPage("Tacit kernels", "One thread, CPU time, median of nine runs; " + BenchCommand.machine());
        Iterator<KernelBenchmark.Result> next = results.iterator();
        kernels(out, cases, providers, next, html);
        paillier(out, rows, next, html);
        List<GarblingLink.Figures> links = links(out, html);
        List<PartyGarbling.Figures> parties = parties(out, html);
        if (json != null) {
            OutputFile.writeJson(
                    json,
                    Map.of(
                            "machine",
                            BenchCommand.machine(),
                            "figures",
                            results,
                            "garbling links",
                            links,
                            "garbling by parties",
                            parties));
        }
        if (page != null) {
            html.write(page);
            out.println("page: " + page.toAbsolutePath());
        }
        return 0;
    }

    private static void kernels(
            PrintWriter out,
            List<KernelCase> cases,
            List<KernelProvider> providers,
            Iterator<KernelBenchmark.Result> results,
            HtmlPage html) {
        out.printf("%-28s %-28s", "kernel", "size");
        providers.forEach(provider -> out.printf(" %18s", provider.description()));
        out.println();
        for (KernelCase kernelCase : cases) {
            out.printf("%-28s %-28s", kernelCase.kernel(), kernelCase.size());
            List<HtmlPage.Bar> bars = new ArrayList<>();
            KernelBenchmark.Result plain = null;
            boolean miscompiled = false;
            for (KernelProvider provider : providers) {
                KernelBenchmark.Result result = results.next();
                plain = plain == null ? result : plain;
                miscompiled |= result.isMiscompiled(plain);
                bars.add(new HtmlPage.Bar(provider.description(), rate(result), provider != Kernels.plain()));
                out.printf(" %18s", result.figure());
            }
            out.print(kernelCase.nativeFigure().isEmpty() ? "" : "  " + kernelCase.nativeFigure());
            out.println(miscompiled ? "  NOT COMPILED AS IT SHOULD BE" : "");
            html.heading(kernelCase.kernel() + ", " + kernelCase.size()).bars(rateOf(kernelCase.unit()), bars);
        }
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
    private static void paillier(
            PrintWriter out, List<PaillierCases.Row> rows, Iterator<KernelBenchmark.Result> results, HtmlPage html) {
        KernelProvider active = Kernels.active();
        out.printf(
                "%n%-36s %-22s %16s %16s %16s%n",
                "Paillier, N of 2048 bits", "size", active.description(), "BigInteger", "GMP (elsewhere)");
        for (PaillierCases.Row row : rows) {
            KernelBenchmark.Result ours = results.next();
            KernelBenchmark.Result plain = results.next();
            out.printf(
                    "%-36s %-22s %16s %16s %16s%n",
                    ours.kernel(), ours.size(), ours.figure(), plain.figure(), row.nativeFigure());
            html.heading("Paillier " + ours.kernel() + ", " + ours.size())
                    .bars(
                            "thousand operations/s",
                            List.of(
                                    new HtmlPage.Bar("BigInteger", 1e6 * plain.gigaUnitsPerSecond(), false),
                                    new HtmlPage.Bar(active.description(), 1e6 * ours.gigaUnitsPerSecond(), true)));
        }
        out.flush();
    }

    /** Garbling and evaluation in two processes. */
    private static List<GarblingLink.Figures> links(PrintWriter out, HtmlPage html) throws IOException {
        out.printf(
                "%n%-36s %16s %20s %20s%n",
                "garbling over loopback", "M AND/s (clock)", "ns CPU, garbler", "ns CPU, evaluator");
        List<GarblingLink.Figures> links = new ArrayList<>();
        List<HtmlPage.Bar> bars = new ArrayList<>();
        for (GarblingLink.Kind kind : GarblingLink.Kind.values()) {
            GarblingLink.Figures figures = GarblingLink.measure(kind, LINK_SECONDS);
            links.add(figures);
            bars.add(new HtmlPage.Bar(kind.description(), figures.millionGatesASecond() / 1e3, true));
            out.printf(
                    Locale.ROOT,
                    "%-36s %16.1f %20.1f %20.1f%n",
                    kind.description(),
                    figures.millionGatesASecond(),
                    figures.garblerNanosAGate(),
                    figures.evaluatorNanosAGate());
            out.flush();
        }
        html.heading("garbling in one process, evaluation in another, over loopback")
                .bars(rateOf(KernelCase.Unit.AND_GATE), bars);
        return links;
    }

    /** Garbling by several parties in this process. */
    private static List<PartyGarbling.Figures> parties(PrintWriter out, HtmlPage html) {
        out.printf(
                "%n%-36s %16s %20s %20s %20s%n",
                "garbling by n parties, one process",
                "M AND/s (clock)",
                "ns CPU, each other",
                "ns CPU, evaluator",
                "evaluate, M AND/s");
        List<PartyGarbling.Figures> all = new ArrayList<>();
        List<HtmlPage.Bar> bars = new ArrayList<>();
        for (int parties : PARTIES) {
            PartyGarbling.Figures figures = PartyGarbling.measure(parties, PARTY_ROUNDS);
            all.add(figures);
            bars.add(new HtmlPage.Bar(parties + " parties", figures.millionGatesASecond() / 1e3, true));
            out.printf(
                    Locale.ROOT,
                    "%-36s %16.2f %20.1f %20.1f %20.1f%n",
                    parties + " parties",
                    figures.millionGatesASecond(),
                    figures.garblerNanosAGate(),
                    figures.evaluatorNanosAGate(),
                    figures.millionEvaluatedASecond());
            out.flush();
        }
        html.heading("garbling by n parties, all in one process").bars(rateOf(KernelCase.Unit.AND_GATE), bars);
        return all;
    }
}
