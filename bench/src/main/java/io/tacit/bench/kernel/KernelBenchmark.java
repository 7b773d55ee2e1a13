package io.tacit.bench.kernel;

import io.tacit.kernel.provider.KernelProvider;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Times kernels in the calling thread by its CPU time, so that other load on the machine matters little. All subjects are
 * run in rounds, one after another: the compiler, which needs minutes for all of them on two cores and works beside the
 * calling thread, has a whole round for what it found in the last one, and a slow phase of the machine meets every subject
 * alike. The figure is the median of a subject's last nine rounds, once its times no longer fall and nothing of ours has
 * waited for the compiler in these rounds; one that is far slower than its plain twin is not hot enough to be compiled yet
 * and gets longer rounds until it is, or three quarters of a minute are over. For comparisons between builds use the JMH twins beside it.
 */
public final class KernelBenchmark {
    private static final int RUNS = 9;

    /** Of the last nine rounds, those whose times must not have fallen below the others'. */
    private static final int LATEST = 3;

    private static final double FALLEN = 0.9;

    /** Rounds before the nine even if the times of a subject do not fall: it may still wait for the compiler. */
    private static final int WARM_UP = 4;

    /** By the clock, for all subjects together: what then still waits for the compiler is shown as it is. */
    private static final long MOST_NANOS = 45_000_000_000L;

    /** Calls of a subject before it may be done: what is called less often may run interpreted, however steady its times are. */
    private static final long LEAST_CALLS = 1000;

    /** CPU time that stands for so many calls where one takes long. */
    private static final long LEAST_NANOS = 300_000_000;

    /** A subject with preparation is timed for this part of the time that others have. */
    private static final int PREPARED_PART = 20;

    /** How much longer the rounds of a subject are that looks as if it were not compiled. */
    private static final int LONGER = 8;

    /** Times slower than the plain twin that no machine explains: vectors are then boxed, or the code is interpreted. */
    private static final double SLOW_TWIN = 5;

    private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    private final long runNanos;

    /** @param runMillis CPU time of a subject in one round, or one call if that takes longer */
    public KernelBenchmark(int runMillis) {
        runNanos = runMillis * 1_000_000L;
    }

    /**
     * A case and the provider that runs it.
     *
     * @param prepare needed before each call and not counted; null if nothing. Such a call should take 100 us or more
     */
    public record Subject(
            KernelCase kernelCase,
            KernelProvider provider,
            @Nullable Runnable prepare) {
        public Subject(KernelCase kernelCase, KernelProvider provider) {
            this(kernelCase, provider, null);
        }
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

        /** Whether this takes so much longer than the plain twin that its vectors cannot be in registers. */
        public boolean isMiscompiled(Result plain) {
            return nanosAUnit > SLOW_TWIN * plain.nanosAUnit;
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

    /** Times subjects; results in their order. */
    public List<Result> run(List<Subject> subjects) {
        return run(subjects, done -> {});
    }

    /**
     * The same.
     *
     * @param afterRound told after each round how many subjects are done
     */
    public List<Result> run(List<Subject> subjects, IntConsumer afterRound) {
        List<Timing> timings = new ArrayList<>();
        Map<KernelCase, Timing> first = new HashMap<>();
        for (Subject subject : subjects) {
            Timing timing = new Timing(subject, first.get(subject.kernelCase));
            first.putIfAbsent(subject.kernelCase, timing);
            timings.add(timing);
        }
        List<Timing> open = new ArrayList<>(timings);
        int compiledRounds = 0;
        long began = System.nanoTime();
        while (!open.isEmpty()) {
            open.forEach(Timing::round);
            compiledRounds = CompilerQueue.hasOurCode() ? 0 : compiledRounds + 1;
            int compiled = compiledRounds;
            boolean over = System.nanoTime() - began > MOST_NANOS;
            open.removeIf(timing -> timing.isDone(compiled, over));
            afterRound.accept(timings.size() - open.size());
        }
        return timings.stream().map(Timing::result).toList();
    }

    /** Times one case with one provider. */
    public Result run(KernelCase kernelCase, KernelProvider provider) {
        return run(List.of(new Subject(kernelCase, provider))).get(0);
    }

    /** The rounds of one subject. */
    private final class Timing {
        private final Subject subject;

        /** The first subject with the same case, the plain twin; null for that one itself. */
        private final @Nullable Timing plain;

        private final Runnable kernel;
        private final List<Double> nanosACall = new ArrayList<>();
        private long calls;
        private long nanos;

        Timing(Subject subject, @Nullable Timing plain) {
            this.subject = subject;
            this.plain = plain;
            this.kernel = subject.kernelCase.bind().apply(subject.provider);
        }

        void round() {
            nanosACall.add(subject.prepare == null ? alone() : prepared(subject.prepare));
        }

        private double alone() {
            long used = 0;
            long done = 0;
            long atLeast = looksUncompiled() ? LONGER * runNanos : runNanos;
            for (int calls = 1; used < atLeast; calls *= 2) {
                long from = threads.getCurrentThreadCpuTime();
                for (int i = 0; i < calls; i++) {
                    kernel.run();
                }
                used += threads.getCurrentThreadCpuTime() - from;
                done += calls;
            }
            calls += done;
            nanos += used;
            return (double) used / done;
        }

        private double prepared(Runnable prepare) {
            long used = 0;
            long done = 0;
            while (used < runNanos / PREPARED_PART) {
                prepare.run();
                long from = threads.getCurrentThreadCpuTime();
                kernel.run();
                used += threads.getCurrentThreadCpuTime() - from;
                done++;
            }
            calls += done;
            nanos += used;
            return (double) used / done;
        }

        /**
         * @param compiledRounds rounds since code last waited for the compiler
         * @param over whether the rounds there are have to do
         */
        boolean isDone(int compiledRounds, boolean over) {
            int rounds = nanosACall.size();
            return over && rounds >= RUNS
                    || rounds >= WARM_UP + RUNS
                            && compiledRounds >= RUNS
                            && !looksUncompiled()
                            && (calls >= LEAST_CALLS
                                    || nanos >= LEAST_NANOS / (subject.prepare == null ? 1 : PREPARED_PART))
                            && least(rounds - LATEST, rounds) > FALLEN * least(rounds - RUNS, rounds - LATEST);
        }

        private boolean looksUncompiled() {
            return plain != null
                    && !nanosACall.isEmpty()
                    && !plain.nanosACall.isEmpty()
                    && latest() > SLOW_TWIN * plain.latest();
        }

        private double latest() {
            return nanosACall.get(nanosACall.size() - 1);
        }

        private double least(int from, int to) {
            return Collections.min(nanosACall.subList(from, to));
        }

        Result result() {
            List<Double> last = new ArrayList<>(nanosACall.subList(nanosACall.size() - RUNS, nanosACall.size()));
            Collections.sort(last);
            KernelCase of = subject.kernelCase;
            return new Result(
                    of.kernel(), of.size(), subject.provider.description(), last.get(RUNS / 2) / of.count(), of.unit());
        }
    }
}
