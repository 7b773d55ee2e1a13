package io.tacit.cli;

import io.tacit.client.deployment.Deployment;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What a client is told of an answer: options that several commands share. */
final class DisclosureOptions {
    private static final int USUAL_PLACES = 5;

    @Option(
            names = "--policy",
            description = "what the client of outsourced or popcorn learns: label (default), top-k or scores")
    private @Nullable String policy;

    @Option(
            names = "--top-k",
            paramLabel = "K",
            description = "how many classes the policy top-k names (default: " + USUAL_PLACES + ")")
    private @Nullable Integer topK;

    DisclosureOptions() {}

    /** Whether any of them was given. */
    boolean given() {
        return policy != null || topK != null;
    }

    /** The policy that was asked for; {@code --top-k} alone asks for top-k. */
    String policy() {
        return policy != null ? policy : topK != null ? "top-k" : "label";
    }

    /** @param classes of the network, which has to have what is asked for */
    Deployment.Disclosure of(int classes) {
        String wanted = policy();
        if (classes < 2 && !wanted.equals("scores")) {
            throw new BadInput("the network has one output, which is a score and not a class: --policy scores");
        }
        if (topK != null && !wanted.equals("top-k")) {
            throw new BadInput("--top-k goes with --policy top-k");
        }
        return switch (wanted) {
            case "label" -> new Deployment.Disclosure(Deployment.Policy.LABEL, 1);
            case "scores" -> new Deployment.Disclosure(Deployment.Policy.SCORES, 0);
            case "top-k" -> {
                int places = topK == null ? Math.min(USUAL_PLACES, classes) : topK;
                if (places < 1 || places > classes) {
                    throw new BadInput("--top-k " + places + " is not within 1 .. " + classes + ", the classes");
                }
                yield new Deployment.Disclosure(Deployment.Policy.TOP_K, places);
            }
            default -> throw new BadInput("no policy '" + wanted + "'; there are: label, top-k, scores");
        };
    }
}
