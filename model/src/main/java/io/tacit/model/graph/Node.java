package io.tacit.model.graph;

import java.util.List;

/**
 * One value of a {@link FloatGraph} and how it comes about.
 *
 * @param name name for people, unique in its graph
 * @param inputs indices of the nodes that this one reads, each below the node's own
 * @param shape shape of the result
 */
public record Node(String name, Operator operator, List<Integer> inputs, Shape shape) {

    public Node {
        inputs = List.copyOf(inputs);
    }

    /** Index of the only input. @throws IllegalStateException if there is not exactly one */
    public int input() {
        if (inputs.size() != 1) {
            throw new IllegalStateException(name + " has " + inputs.size() + " inputs");
        }
        return inputs.get(0);
    }

    @Override
    public String toString() {
        return name + " = " + operator.title() + inputs + " " + shape;
    }
}
