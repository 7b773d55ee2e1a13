package io.tacit.protocol.privdnn;

import java.util.List;

/**
 * What the user learns about one image.
 *
 * @param classes the best classes, best first, as many as are disclosed; all of them where scores are
 * @param scores integer score of each class, or nothing where scores are not disclosed
 */
public record Answer(List<Integer> classes, List<Long> scores) {

    public Answer {
        classes = List.copyOf(classes);
        scores = List.copyOf(scores);
    }

    public int label() {
        return classes.get(0);
    }
}
