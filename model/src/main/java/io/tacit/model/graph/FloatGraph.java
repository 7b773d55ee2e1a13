package io.tacit.model.graph;

import io.tacit.model.Finding;
import java.util.ArrayList;
import java.util.List;

/**
 * A network of floats: nodes in evaluation order, with shapes. Immutable.
 *
 * <p>A <em>normalised</em> graph, as the ONNX importer returns it, has one input, one output, a batch of 1, and as few
 * {@link Operator.FloatOnly} operators as can be; {@link #privacyFindings} lists what is left of them.
 *
 * @param name for people
 * @param nodes in evaluation order
 * @param outputs indices of the nodes that are the answer
 * @param notes what was changed on the way in that the user should know, a sentence each
 */
public record FloatGraph(String name, List<Node> nodes, List<Integer> outputs, List<String> notes) {

    /** @throws IllegalArgumentException naming the node that is out of order */
    public FloatGraph {
        nodes = List.copyOf(nodes);
        outputs = List.copyOf(outputs);
        notes = List.copyOf(notes);
        for (int i = 0; i < nodes.size(); i++) {
            for (int input : nodes.get(i).inputs()) {
                if (input < 0 || input >= i) {
                    throw new IllegalArgumentException(nodes.get(i).name() + " reads node " + input);
                }
            }
        }
        for (int output : outputs) {
            if (output < 0 || output >= nodes.size()) {
                throw new IllegalArgumentException("output " + output + " of " + nodes.size() + " nodes");
            }
        }
    }

    public Node node(int index) {
        return nodes.get(index);
    }

    /** Indices of the input nodes, in order. */
    public List<Integer> inputs() {
        List<Integer> indices = new ArrayList<>();
        for (int i = 0; i < nodes.size(); i++) {
            if (nodes.get(i).operator() instanceof Operator.Input) {
                indices.add(i);
            }
        }
        return indices;
    }

    /** Index of the only input. @throws IllegalStateException if there is not exactly one */
    public int input() {
        List<Integer> indices = inputs();
        if (indices.size() != 1) {
            throw new IllegalStateException("the graph has " + indices.size() + " inputs");
        }
        return indices.get(0);
    }

    /** Index of the only output. @throws IllegalStateException if there is not exactly one */
    public int output() {
        if (outputs.size() != 1) {
            throw new IllegalStateException("the graph has " + outputs.size() + " outputs");
        }
        return outputs.get(0);
    }

    /** For each node, the indices of the nodes that read it. */
    public List<List<Integer>> readers() {
        List<List<Integer>> readers = new ArrayList<>();
        for (int i = 0; i < nodes.size(); i++) {
            readers.add(new ArrayList<>());
            for (int input : nodes.get(i).inputs()) {
                readers.get(input).add(i);
            }
        }
        return readers;
    }

    /** What keeps this graph from private evaluation; empty if nothing does. */
    public List<Finding> privacyFindings() {
        return PrivacyCheck.findings(this);
    }
}
