package io.tacit.cli;

import io.tacit.protocol.seco.SecoPlan;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Whether users of {@code seco} can tell how many layers the servers hold: an option that several commands share. */
final class HiddenDepth {
    @Option(
            names = "--hide-depth",
            paramLabel = "ROUNDS",
            description =
                    "seco: hides from users how many layers the servers hold: every query takes ROUNDS rounds between the"
                            + " servers, as many as 'tacit plan' counts or more, at most " + SecoPlan.MOST_SHOWN_ROUNDS)
    private @Nullable Integer rounds;

    HiddenDepth() {}

    boolean given() {
        return rounds != null;
    }

    /** Rounds that are shown; 0 for those that there are. */
    int rounds() {
        if (rounds != null && (rounds < 1 || rounds > SecoPlan.MOST_SHOWN_ROUNDS)) {
            throw new BadInput("--hide-depth " + rounds + " is not within 1 .. " + SecoPlan.MOST_SHOWN_ROUNDS);
        }
        return rounds == null ? 0 : rounds;
    }
}
