package io.tacit.cli;

import io.tacit.model.quant.QuantizationProgress;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One bar for each stage of a quantisation, and again for each trial of a search. Where there is no terminal, stages that
 * take less than a second print nothing.
 */
final class StageProgress implements QuantizationProgress, AutoCloseable {
    private static final long QUIET_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final String command;
    private @Nullable Progress shown;
    private long begun;

    StageProgress(String command) {
        this.command = command;
    }

    @Override
    public synchronized void at(Stage stage, long done, long total) {
        if (done == 0) {
            close();
            begun = System.nanoTime();
        }
        Progress bar = shown;
        if (bar == null && (Progress.onTerminal() || System.nanoTime() - begun > QUIET_NANOS)) {
            bar = Progress.start(command + ", " + stage.title(), total);
            shown = bar;
        }
        if (bar != null) {
            bar.moveTo(done, "");
        }
    }

    @Override
    public synchronized void close() {
        Progress bar = shown;
        if (bar != null) {
            bar.close();
            shown = null;
        }
    }
}
