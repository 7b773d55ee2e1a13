package io.tacit.model.graph;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Collects the nodes of a {@link FloatGraph} in evaluation order. Not for several threads. */
public final class GraphBuilder {
    private final List<Node> nodes = new ArrayList<>();
    private final List<String> wishes = new ArrayList<>();
    private final Set<String> names = new HashSet<>();
    private final List<String> notes = new ArrayList<>();

    /**
     * Appends a node; a name that is taken gets a number.
     *
     * @return the node's index
     */
    public int add(String name, Operator operator, List<Integer> inputs, Shape shape) {
        nodes.add(new Node(unique(name, names), operator, inputs, shape));
        wishes.add(name);
        return nodes.size() - 1;
    }

    private static String unique(String name, Set<String> taken) {
        String unique = name;
        for (int i = 2; !taken.add(unique); i++) {
            unique = name + "#" + i;
        }
        return unique;
    }

    public Node node(int index) {
        return nodes.get(index);
    }

    public Shape shape(int index) {
        return nodes.get(index).shape();
    }

    public int size() {
        return nodes.size();
    }

    /** Replaces a node's operator and shape; its name and place stay, so that readers of it must agree with the change. */
    public void replace(int index, Operator operator, List<Integer> inputs, Shape shape) {
        nodes.set(index, new Node(nodes.get(index).name(), operator, inputs, shape));
    }

    /** Adds a sentence that the user should know, once. */
    public void note(String sentence) {
        if (!notes.contains(sentence)) {
            notes.add(sentence);
        }
    }

    /** The graph of all nodes that the outputs need, and of all inputs. */
    public FloatGraph build(String name, List<Integer> outputs) {
        boolean[] needed = new boolean[nodes.size()];
        for (int output : outputs) {
            needed[output] = true;
        }
        for (int i = nodes.size() - 1; i >= 0; i--) {
            needed[i] |= nodes.get(i).operator() instanceof Operator.Input;
            if (needed[i]) {
                nodes.get(i).inputs().forEach(input -> needed[input] = true);
            }
        }
        int[] moved = new int[nodes.size()];
        List<Node> kept = new ArrayList<>();
        Set<String> keptNames = new HashSet<>();
        for (int i = 0; i < nodes.size(); i++) {
            if (needed[i]) {
                Node node = nodes.get(i);
                moved[i] = kept.size();
                kept.add(new Node(
                        unique(wishes.get(i), keptNames),
                        node.operator(),
                        node.inputs().stream().map(input -> moved[input]).toList(),
                        node.shape()));
            }
        }
        return new FloatGraph(
                name, kept, outputs.stream().map(output -> moved[output]).toList(), notes);
    }
}
