package io.tacit.cli;

import io.tacit.model.separate.CoreFilters;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One choice of core filters as {@code tacit privdnn select} writes it. Accuracies in percent.
 *
 * @param method how it was found
 * @param first core filters of the first convolution
 * @param second core filters of the second convolution
 * @param validation accuracies on the images that it was chosen with
 * @param test accuracies on the test images, if there are
 * @param seconds that the choice took
 * @param rank place among all choices of the budget by score, if all were looked at
 * @param choices number of these
 */
record SelectionEntry(
        String method,
        List<Integer> first,
        List<Integer> second,
        Accuracies validation,
        @Nullable Accuracies test,
        double seconds,
        @Nullable Integer rank,
        @Nullable Integer choices) {

    /**
     * Accuracies and the score that is made of them.
     *
     * @param images number of images
     */
    record Accuracies(int images, double original, double separated, double removed, double score) {}

    CoreFilters core() {
        return new CoreFilters(first, second);
    }

    /**
     * The file.
     *
     * @param network SHA-256 of the integer network, in hexadecimal digits
     * @param layers names of the two convolutions
     */
    record File(String network, List<String> layers, List<SelectionEntry> selections) {}
}
