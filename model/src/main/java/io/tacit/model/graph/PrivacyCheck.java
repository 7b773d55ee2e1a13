package io.tacit.model.graph;

import io.tacit.model.Finding;
import java.util.ArrayList;
import java.util.List;

/** Finds what private evaluation cannot take. */
final class PrivacyCheck {

    private PrivacyCheck() {}

    static List<Finding> findings(FloatGraph graph) {
        List<Finding> findings = new ArrayList<>();
        if (graph.inputs().size() != 1) {
            findings.add(new Finding(
                    graph.name(),
                    "Input",
                    "",
                    0,
                    "the network has " + graph.inputs().size() + " inputs",
                    "export it with one input"));
        }
        if (graph.outputs().size() != 1) {
            findings.add(new Finding(
                    graph.name(),
                    "Output",
                    "",
                    0,
                    "the network has " + graph.outputs().size() + " outputs",
                    "name the one that holds the scores"));
        }
        for (Node node : graph.nodes()) {
            String[] problem = problem(node);
            if (problem.length == 2) {
                findings.add(new Finding(node.name(), node.operator().title(), "", 0, problem[0], problem[1]));
            }
        }
        return findings;
    }

    private static String[] problem(Node node) {
        Operator operator = node.operator();
        if (operator instanceof Operator.FloatOnly) {
            return new String[] {"has no private form", instead(operator)};
        }
        if (!node.shape().isPicture() && !node.shape().isVector() && !(operator instanceof Operator.Reshape)) {
            return new String[] {
                "works on shape " + node.shape(), "use [1, channels, height, width] or [1, features] here"
            };
        }
        if (operator instanceof Operator.Concat concat && concat.axis() != 1) {
            return new String[] {"joins along axis " + concat.axis(), "join along the channels (axis 1)"};
        }
        if (operator instanceof Operator.Clip clip && !(clip.low() == 0 && clip.high() > 0)) {
            return new String[] {
                "clips to " + clip.low() + ".." + clip.high(), "use Relu or a clip from 0 such as Relu6"
            };
        }
        boolean dilated = (operator instanceof Operator.MaxPool largest && isDilated(largest.window()))
                || (operator instanceof Operator.AveragePool mean && isDilated(mean.window()));
        if (dilated) {
            return new String[] {"pools with dilation", "pool without dilation"};
        }
        return new String[0];
    }

    private static boolean isDilated(PoolWindow window) {
        return window.dilationY() > 1 || window.dilationX() > 1;
    }

    private static String instead(Operator operator) {
        if (operator instanceof Operator.Unary || operator instanceof Operator.Binary) {
            return "use Relu, a clip from 0, or x*x as the activation, and constants as factors and terms";
        }
        if (operator instanceof Operator.Softmax) {
            return "leave it to the receiver of the scores: only a last Softmax can be left out";
        }
        if (operator instanceof Operator.Rearrange) {
            return "put a linear layer after it, into which it can be folded";
        }
        if (operator instanceof Operator.Reduce) {
            return "use an average pool, or a mean over height and width";
        }
        return "take it out of the network";
    }
}
