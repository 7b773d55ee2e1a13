package io.tacit.cli;

import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/** Progress of long work on stderr: a bar with an estimate on a terminal, a plain line for every tenth elsewhere. */
final class Progress implements AutoCloseable {
    /** Work that takes less is not worth lines of estimates. */
    private static final int SHORT_SECONDS = 5;

    private final String task;
    private final long total;
    private final boolean estimates;
    private final long started = System.nanoTime();
    private final @Nullable ProgressBar bar;
    private long done;
    private long shownTenths;

    private Progress(String task, long total, boolean estimates, @Nullable ProgressBar bar) {
        this.task = task;
        this.total = total;
        this.estimates = estimates;
        this.bar = bar;
    }

    static Progress start(String task, long total) {
        return start(task, total, false);
    }

    /** Of work whose steps take equally long: where there are lines, they say how long the rest will take. */
    static Progress estimating(String task, long total) {
        return start(task, total, true);
    }

    private static Progress start(String task, long total, boolean estimates) {
        return new Progress(
                task,
                total,
                estimates,
                onTerminal()
                        ? new ProgressBarBuilder()
                                .setTaskName(task)
                                .setInitialMax(total)
                                .setStyle(ProgressBarStyle.ASCII)
                                .build()
                        : null);
    }

    /** Whether bars are drawn, or lines printed. */
    static boolean onTerminal() {
        return Boolean.getBoolean("tacit.terminal");
    }

    /** Moves on by {@code steps} and says what is being done. */
    synchronized void step(long steps, String detail) {
        done += steps;
        if (bar != null) {
            bar.stepBy(steps);
            bar.setExtraMessage(detail);
            return;
        }
        long tenths = total == 0 ? 10 : done * 10 / total;
        if (tenths > shownTenths) {
            shownTenths = tenths;
            double seconds = (System.nanoTime() - started) / 1e9;
            if (!estimates) {
                System.err.println((task + ": " + tenths * 10 + " % " + detail).stripTrailing());
            } else if (seconds > SHORT_SECONDS) {
                System.err.printf(
                        "%s: %d %% after %.0f s, about %.0f s left%n",
                        task, tenths * 10, seconds, seconds * (total - done) / done);
            }
        }
    }

    /** Moves on to {@code position} of the total, never back. */
    synchronized void moveTo(long position, String detail) {
        step(Math.max(0, position - done), detail);
    }

    @Override
    public void close() {
        if (bar != null) {
            bar.close();
        }
    }
}
