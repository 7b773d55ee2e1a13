package io.tacit.model.quant;

import io.tacit.model.graph.FloatGraph;
import io.tacit.model.graph.Node;
import io.tacit.model.graph.Operator;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Magnitude pruning: the smallest weights of convolutions and dense layers become zero. */
public final class Pruning {

    private Pruning() {}

    /**
     * The graph with {@code share} of its weights set to zero; weights that are zero already count towards the share.
     *
     * @param scope {@code LAYER}: that share of each layer; {@code GLOBAL}: the smallest of all layers together, each
     *     layer's weights first divided by their root mean square
     */
    public static FloatGraph prune(FloatGraph graph, double share, QuantizerOptions.PruningScope scope) {
        if (share == 0) {
            return graph;
        }
        double global = scope == QuantizerOptions.PruningScope.GLOBAL ? globalThreshold(graph, share) : 0;
        List<Node> nodes = new ArrayList<>();
        for (Node node : graph.nodes()) {
            Operator operator = node.operator();
            if (operator instanceof Operator.Conv conv) {
                operator =
                        new Operator.Conv(conv.geometry(), pruned(conv.weights(), share, scope, global), conv.bias());
            } else if (operator instanceof Operator.Dense dense) {
                operator = new Operator.Dense(
                        dense.inputs(), dense.outputs(), pruned(dense.weights(), share, scope, global), dense.bias());
            }
            nodes.add(new Node(node.name(), operator, node.inputs(), node.shape()));
        }
        return new FloatGraph(graph.name(), nodes, graph.outputs(), graph.notes());
    }

    private static float[] pruned(float[] weights, double share, QuantizerOptions.PruningScope scope, double global) {
        double threshold = scope == QuantizerOptions.PruningScope.GLOBAL
                ? global * rootMeanSquare(weights)
                : quantile(magnitudes(weights, 1), share);
        float[] result = weights.clone();
        for (int i = 0; i < result.length; i++) {
            if (Math.abs(result[i]) <= threshold) {
                result[i] = 0;
            }
        }
        return result;
    }

    private static double globalThreshold(FloatGraph graph, double share) {
        List<float[]> layers = new ArrayList<>();
        int count = 0;
        for (Node node : graph.nodes()) {
            float[] weights = node.operator() instanceof Operator.Conv conv
                    ? conv.weights()
                    : node.operator() instanceof Operator.Dense dense ? dense.weights() : new float[0];
            layers.add(magnitudes(weights, rootMeanSquare(weights)));
            count += weights.length;
        }
        float[] all = new float[count];
        int filled = 0;
        for (float[] layer : layers) {
            System.arraycopy(layer, 0, all, filled, layer.length);
            filled += layer.length;
        }
        return quantile(all, share);
    }

    private static float[] magnitudes(float[] weights, double unit) {
        float[] result = new float[weights.length];
        for (int i = 0; i < result.length; i++) {
            result[i] = (float) (Math.abs(weights[i]) / unit);
        }
        return result;
    }

    /** The value that a share of the values does not exceed; below all of them if the share is less than one value. */
    private static double quantile(float[] values, double share) {
        int rank = (int) Math.floor(values.length * share);
        if (rank == 0) {
            return -1;
        }
        float[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[rank - 1];
    }

    private static double rootMeanSquare(float[] weights) {
        double sum = 0;
        for (float w : weights) {
            sum += (double) w * w;
        }
        return weights.length == 0 || sum == 0 ? 1 : Math.sqrt(sum / weights.length);
    }
}
