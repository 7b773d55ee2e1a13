package io.tacit.bench.kernel;

import io.tacit.kernel.provider.KernelProvider;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Times kernels in the calling thread by its CPU time, so that other load on the machine matters little: warm-up, then the
 * median of several runs. For comparisons between builds use the JMH twins beside it.
 */
public final class KernelBenchmark {
    private static final int RUNS = 9;

    private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    private final long runNanos;

    /** @param runMillis CPU time of one of the nine runs; the warm-up takes as long as ten */
    public KernelBenchmark(int runMillis) {
        runNanos = runMillis * 1_000_000L;
    }

    /**
     * One figure.
     *
     * @param kernel arithmetic and operation
     * @param size shape
     * @param twin the provider's description
     * @param nanosAUnit median CPU time of one unit
     * @param unit what one unit is
     */
    public record Result(String kernel, String size, String twin, double nanosAUnit, KernelCase.Unit unit) {

        /** Thousand millions of units a second and thread. */
        public double gigaUnitsPerSecond() {
            return 1 / nanosAUnit;
        }

        /** Such as {@code 23.1 GMAC/s}, {@code 0.09 ns} or {@code 120.0 us}. */
        public String figure() {
            return switch (unit) {
                case MULTIPLY_ACCUMULATE -> String.format(Locale.ROOT, "%.2f GMAC/s", gigaUnitsPerSecond());
                case AND_GATE -> String.format(Locale.ROOT, "%.1f M AND/s", 1e3 * gigaUnitsPerSecond());
                case TRANSFER -> String.format(Locale.ROOT, "%.1f M COT/s", 1e3 * gigaUnitsPerSecond());
                case OPERATION -> String.format(Locale.ROOT, "%.2f us", nanosAUnit / 1e3);
                case ELEMENT -> String.format(Locale.ROOT, "%.3f ns", nanosAUnit);
            };
        }
    }

    /** Times every case with every provider. */
    public List<Result> run(List<KernelCase> cases, List<KernelProvider> providers) {
        List<Result> results = new ArrayList<>();
        for (KernelCase kernelCase : cases) {
            for (KernelProvider provider : providers) {
                results.add(run(kernelCase, provider));
            }
        }
        return results;
    }

    /** Times one case with one provider. */
    public Result run(KernelCase kernelCase, KernelProvider provider) {
        Runnable kernel = kernelCase.bind().apply(provider);
        long warmUpFrom = threads.getCurrentThreadCpuTime();
        long calls = 0;
        while (threads.getCurrentThreadCpuTime() - warmUpFrom < 10 * runNanos) {
            kernel.run();
            calls++;
        }
        double[] nanos = new double[RUNS];
        int callsARun = (int) Math.max(1, calls / 20);
        for (int run = 0; run < RUNS; run++) {
            long used = 0;
            long done = 0;
            while (used < runNanos) {
                long from = threads.getCurrentThreadCpuTime();
                for (int i = 0; i < callsARun; i++) {
                    kernel.run();
                }
                used += threads.getCurrentThreadCpuTime() - from;
                done += callsARun;
            }
            nanos[run] = (double) used / (done * kernelCase.count());
        }
        Arrays.sort(nanos);
        return new Result(
                kernelCase.kernel(), kernelCase.size(), provider.description(), nanos[RUNS / 2], kernelCase.unit());
    }

    /**
     * Times one case whose every call needs {@code prepare} before it, which is not counted. Runs are a twentieth as long as
     * those of the other method, because preparing is usually the longer part; a call should take 100 us or more.
     */
    public Result runPrepared(KernelCase kernelCase, KernelProvider provider, Runnable prepare) {
        Runnable kernel = kernelCase.bind().apply(provider);
        double[] nanos = new double[RUNS];
        for (int run = -RUNS; run < RUNS; run++) { // the first half is warm-up
            long used = 0;
            long done = 0;
            while (used < runNanos / 20) {
                prepare.run();
                long from = threads.getCurrentThreadCpuTime();
                kernel.run();
                used += threads.getCurrentThreadCpuTime() - from;
                done++;
            }
            nanos[Math.max(0, run)] = (double) used / (done * kernelCase.count());
        }
        Arrays.sort(nanos);
        return new Result(
                kernelCase.kernel(), kernelCase.size(), provider.description(), nanos[RUNS / 2], kernelCase.unit());
    }
}
