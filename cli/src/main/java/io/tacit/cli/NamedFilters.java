package io.tacit.cli;

import io.tacit.model.separate.CoreFilters;
import java.util.Arrays;
import java.util.List;

/** Core filters as they are named on a command line: {@code 0;1,5,14}. */
final class NamedFilters {

    private NamedFilters() {}

    /** @throws BadInput if they are not two lists of increasing numbers */
    static CoreFilters parse(String named) {
        try {
            String[] layers = named.split(";", -1);
            if (layers.length == 2) {
                return new CoreFilters(list(layers[0]), list(layers[1]));
            }
        } catch (IllegalArgumentException e) { // a NumberFormatException is one
            throw new BadInput("--core " + named + ": " + e.getMessage());
        }
        throw new BadInput("--core " + named + " is not two lists with a semicolon between, such as 0;1,5,14");
    }

    private static List<Integer> list(String text) {
        return Arrays.stream(text.split(",", -1))
                .filter(part -> !part.isEmpty())
                .map(Integer::valueOf)
                .toList();
    }
}
