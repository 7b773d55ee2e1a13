package io.tacit.model.onnx;

import io.tacit.model.graph.FloatGraph;
import io.tacit.model.graph.FloatTensor;
import io.tacit.model.graph.Node;
import io.tacit.model.graph.Operator;
import io.tacit.model.graph.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * Two-class networks with one score z end, in the hands of scikit-learn's converter, in {@code [1 - s(z), s(z)]} with the
 * sigmoid s. The scores {@code [-z, z]} have the same label and the same order, and are linear.
 */
final class TwoClassOutput {

    private TwoClassOutput() {}

    /** The graph with every such pair of probabilities replaced by a pair of scores. */
    static FloatGraph rewrite(FloatGraph graph) {
        List<Node> nodes = new ArrayList<>(graph.nodes());
        List<String> notes = new ArrayList<>(graph.notes());
        for (int i = 0; i < nodes.size(); i++) {
            int score = score(graph, nodes.get(i));
            if (score >= 0) {
                Operator pair = new Operator.Dense(1, 2, new float[] {-1, 1}, new float[2]);
                nodes.set(
                        i,
                        new Node(
                                nodes.get(i).name(),
                                pair,
                                List.of(score),
                                nodes.get(i).shape()));
                notes.add(
                        "The last Sigmoid (" + nodes.get(i).name()
                                + ") is left to the receiver of the scores: of two classes, -z and z take the place of 1 - s(z) and s(z).");
            }
        }
        return new FloatGraph(graph.name(), nodes, graph.outputs(), notes);
    }

    /** Index of z if the node is the pair and nothing but the end of the network reads it, else -1. */
    private static int score(FloatGraph graph, Node node) {
        boolean pair = node.operator() instanceof Operator.Concat
                && node.inputs().size() == 2
                && node.shape().equals(Shape.of(1, 2));
        if (!pair || !endsHere(graph, graph.nodes().indexOf(node))) {
            return -1;
        }
        int right = node.inputs().get(1);
        Node complement = graph.node(node.inputs().get(0));
        boolean complements = complement.operator() instanceof Operator.Binary binary
                && binary.function() == Operator.Binary.Function.SUB
                && complement.inputs().get(1) == right
                && graph.node(complement.inputs().get(0)).operator() instanceof Operator.Constant one
                && isOne(one.value());
        return complements
                        && graph.node(right).operator() instanceof Operator.Unary unary
                        && unary.function() == Operator.Unary.Function.SIGMOID
                ? graph.node(right).input()
                : -1;
    }

    /** Whether only label choices read a node. */
    private static boolean endsHere(FloatGraph graph, int index) {
        for (int reader : graph.readers().get(index)) {
            Operator operator = graph.node(reader).operator();
            boolean passes = operator instanceof Operator.Label
                    || operator instanceof Operator.ArgMax
                    || operator instanceof Operator.Reshape;
            if (!passes || !endsHere(graph, reader)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isOne(FloatTensor value) {
        for (float v : value.values()) {
            if (v != 1) {
                return false;
            }
        }
        return true;
    }
}
