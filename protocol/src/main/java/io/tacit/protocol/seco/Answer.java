package io.tacit.protocol.seco;

import java.util.List;

/**
 * What a user learns.
 *
 * @param classes indices of the classes that are disclosed, best first; of all classes, if scores are disclosed
 * @param scores all scores in the order of the classes' indices, if they are disclosed; else empty
 */
public record Answer(List<Integer> classes, List<Long> scores) {
    public Answer {
        classes = List.copyOf(classes);
        scores = List.copyOf(scores);
    }

    /** The best class. */
    public int label() {
        return classes.get(0);
    }
}
