package io.tacit.cli;

import org.jspecify.annotations.Nullable;

/** A bar for each stage of a search. Short stages print nothing where there is no terminal. */
final class SearchProgress {
    private static final int SHORT = 100;

    private @Nullable Progress shown;

    synchronized void at(String stage, int done, int total) {
        if (total < SHORT && !Progress.onTerminal()) {
            return;
        }
        Progress bar = shown;
        if (bar == null) {
            bar = Progress.start(stage, total);
            shown = bar;
        }
        bar.moveTo(done, "");
        if (done == total) {
            bar.close();
            shown = null;
        }
    }
}
