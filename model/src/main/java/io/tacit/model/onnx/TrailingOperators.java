package io.tacit.model.onnx;

import io.tacit.model.Finding;
import io.tacit.model.UnsupportedModelException;
import io.tacit.model.graph.FloatGraph;
import io.tacit.model.graph.Node;
import io.tacit.model.graph.Operator;
import io.tacit.model.graph.Shape;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Leaves out last operators that change neither the label nor the order of scores, and finds the one output. */
final class TrailingOperators {

    private TrailingOperators() {}

    /** @throws UnsupportedModelException if several outputs remain */
    static FloatGraph strip(FloatGraph given) {
        FloatGraph graph = TwoClassOutput.rewrite(given);
        Set<String> notes = new LinkedHashSet<>(graph.notes());
        Set<Integer> outputs = new LinkedHashSet<>();
        for (int output : graph.outputs()) {
            outputs.add(strip(graph, output, notes));
        }
        if (outputs.size() > 1) {
            List<String> names =
                    outputs.stream().map(output -> graph.node(output).name()).toList();
            throw new UnsupportedModelException(List.of(new Finding(
                    graph.name(),
                    "Output",
                    "",
                    0,
                    "has several outputs: " + String.join(", ", names),
                    "name one of them")));
        }
        return new FloatGraph(graph.name(), graph.nodes(), new ArrayList<>(outputs), new ArrayList<>(notes));
    }

    private static int strip(FloatGraph graph, int output, Set<String> notes) {
        int kept = output;
        int at = output;
        while (true) {
            Node node = graph.node(at);
            Operator operator = node.operator();
            if (operator instanceof Operator.Reshape) {
                at = node.input(); // passed over only if something is left out beneath it
                continue;
            }
            if (!keepsOrder(graph, node)) {
                return kept;
            }
            notes.add(note(operator, node));
            at = node.input();
            kept = at;
        }
    }

    private static boolean keepsOrder(FloatGraph graph, Node node) {
        Operator operator = node.operator();
        if (operator instanceof Operator.Label) {
            return true;
        }
        if (operator instanceof Operator.Unary unary) {
            return unary.function() == Operator.Unary.Function.SIGMOID;
        }
        Shape in = node.inputs().size() == 1 ? graph.node(node.input()).shape() : Shape.of();
        if (operator instanceof Operator.Softmax softmax) {
            return in.sizeBefore(softmax.fromAxis()) == 1 && in.sizeFrom(softmax.toAxis()) == 1;
        }
        return operator instanceof Operator.ArgMax argMax && in.dim(argMax.axis()) == in.size();
    }

    private static String note(Operator operator, Node node) {
        String title = operator instanceof Operator.Label ? "The naming of classes" : "The last " + operator.title();
        String single = operator instanceof Operator.Unary && node.shape().size() == 1
                ? " The score's sign takes the place of comparing with 1/2."
                : "";
        return title + " (" + node.name() + ") is left to the receiver of the scores: it changes neither the label nor"
                + " the order of scores." + single;
    }
}
