package io.tacit.protocol.plan;

import io.tacit.model.integer.IntegerNetwork;
import io.tacit.model.integer.PublicNetwork;

/**
 * What the client learns of the network's answer, and nothing else. Part of what is deployed.
 *
 * @param kind which of the forms
 * @param places number of classes named; 1 for {@code LABEL}, 0 for {@code SCORES}
 */
public record Disclosure(Kind kind, int places) {
    /** The index of the largest score. */
    public static final Disclosure LABEL = new Disclosure(Kind.LABEL, 1);

    /** All scores: a client learns the most, and may learn about the network from many of them. */
    public static final Disclosure SCORES = new Disclosure(Kind.SCORES, 0);

    /** The forms. */
    public enum Kind {
        /** The index of the largest score, the lowest among equals. */
        LABEL,
        /** The indices of the largest scores in their order. */
        TOP_K,
        /** All scores. */
        SCORES
    }

    public Disclosure {
        boolean fits = switch (kind) {
            case LABEL -> places == 1;
            case TOP_K -> places >= 1;
            case SCORES -> places == 0;
        };
        if (!fits) {
            throw new IllegalArgumentException(places + " places of " + kind);
        }
    }

    /** What everybody may know of a network that is asked under this disclosure. */
    public PublicNetwork known(IntegerNetwork network) {
        PublicNetwork known = PublicNetwork.of(network);
        return kind == Kind.SCORES ? known : known.withoutScale();
    }

    /** Whether it tells something about the scores of so many classes, and not all. */
    public boolean suits(int classes) {
        return kind == Kind.SCORES || classes > 1 && places <= classes;
    }

    /** The indices of the {@code places} largest scores. */
    public static Disclosure topK(int places) {
        return new Disclosure(Kind.TOP_K, places);
    }
}
