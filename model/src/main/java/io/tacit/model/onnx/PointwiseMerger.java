package io.tacit.model.onnx;

import io.tacit.kernel.ConvolutionGeometry;
import io.tacit.model.graph.FloatGraph;
import io.tacit.model.graph.GraphBuilder;
import io.tacit.model.graph.Node;
import io.tacit.model.graph.Operator;
import io.tacit.model.graph.Shape;
import java.util.ArrayList;
import java.util.List;

/** Takes factors and terms by channel (depthwise 1x1 convolutions) into the linear layer that alone reads them. */
final class PointwiseMerger {
    private final FloatGraph graph;
    private final List<List<Integer>> readers;

    private PointwiseMerger(FloatGraph graph) {
        this.graph = graph;
        this.readers = graph.readers();
        graph.outputs().forEach(output -> readers.get(output).add(-1));
    }

    static FloatGraph merge(FloatGraph graph) {
        return new PointwiseMerger(graph).run();
    }

    private FloatGraph run() {
        GraphBuilder out = new GraphBuilder();
        for (Node node : graph.nodes()) {
            out.add(node.name(), node.operator(), node.inputs(), node.shape());
        }
        for (int i = 0; i < graph.nodes().size(); i++) {
            Node node = out.node(i);
            if (node.operator() instanceof Operator.Conv || node.operator() instanceof Operator.Dense) {
                merge(out, i, node);
            }
        }
        graph.notes().forEach(out::note);
        return out.build(graph.name(), withoutIdleReshapes(out));
    }

    /** Leads readers past reshapes that change nothing or are themselves reshaped; returns the outputs. */
    private List<Integer> withoutIdleReshapes(GraphBuilder out) {
        int[] instead = new int[out.size()];
        for (int i = 0; i < instead.length; i++) {
            Node node = out.node(i);
            List<Integer> inputs =
                    node.inputs().stream().map(input -> instead[input]).toList();
            instead[i] = i;
            if (node.operator() instanceof Operator.Reshape) {
                int source = inputs.get(0);
                while (out.node(source).operator() instanceof Operator.Reshape) {
                    source = out.node(source).input();
                }
                inputs = List.of(source);
                instead[i] = out.shape(source).equals(node.shape()) ? source : i;
            }
            out.replace(i, node.operator(), inputs, node.shape());
        }
        return graph.outputs().stream().map(output -> instead[output]).toList();
    }

    private void merge(GraphBuilder out, int index, Node node) {
        List<Integer> shapes = new ArrayList<>();
        int at = node.input();
        while (out.node(at).operator() instanceof Operator.Reshape
                && readers.get(at).size() == 1) {
            shapes.add(at);
            at = out.node(at).input();
        }
        Node scale = out.node(at);
        if (readers.get(at).size() != 1
                || !(scale.operator() instanceof Operator.Conv pointwise)
                || !isPointwise(pointwise.geometry())) {
            return;
        }
        int inner = pointwise.geometry().inHeight() * pointwise.geometry().inWidth();
        int channels = pointwise.geometry().inChannels();
        Operator merged;
        if (node.operator() instanceof Operator.Conv conv) {
            ConvolutionGeometry g = conv.geometry();
            boolean sameChannels = g.inChannels() == channels && g.inHeight() * g.inWidth() == inner;
            boolean pads = g.padTop() + g.padLeft() + g.padBottom() + g.padRight() > 0;
            if (!sameChannels || (pads && !allZero(pointwise.bias()))) {
                return;
            }
            int plane = g.kernelHeight() * g.kernelWidth();
            int inPerGroup = g.inChannels() / g.groups();
            int outPerGroup = g.outChannels() / g.groups();
            float[][] parts = merged(
                    conv.weights(), conv.bias(), pointwise, (o, tap) -> o / outPerGroup * inPerGroup + tap / plane);
            merged = new Operator.Conv(g, parts[0], parts[1]);
        } else {
            Operator.Dense dense = (Operator.Dense) node.operator();
            float[][] parts = merged(dense.weights(), dense.bias(), pointwise, (o, tap) -> tap / inner);
            merged = new Operator.Dense(dense.inputs(), dense.outputs(), parts[0], parts[1]);
        }
        int source = scale.input();
        // The source may have another shape of the same order; the reshape that stood between is asked for again.
        if (!shapes.isEmpty()) {
            int last = shapes.get(0);
            Shape wanted = out.shape(last);
            if (!out.shape(source).equals(wanted)) {
                out.replace(last, new Operator.Reshape(), List.of(source), wanted);
                source = last;
            }
        }
        out.replace(index, merged, List.of(source), node.shape());
    }

    /** Input channel that a weight belongs to. */
    @FunctionalInterface
    private interface ChannelOf {
        int channel(int output, int tap);
    }

    private static float[][] merged(float[] weights, float[] bias, Operator.Conv pointwise, ChannelOf channelOf) {
        int taps = weights.length / bias.length;
        float[] newWeights = new float[weights.length];
        float[] newBias = new float[bias.length];
        for (int o = 0; o < bias.length; o++) {
            double sum = bias[o];
            for (int t = 0; t < taps; t++) {
                int channel = channelOf.channel(o, t);
                float w = weights[o * taps + t];
                newWeights[o * taps + t] = w * pointwise.weights()[channel];
                sum += (double) w * pointwise.bias()[channel];
            }
            newBias[o] = (float) sum;
        }
        return new float[][] {newWeights, newBias};
    }

    private static boolean allZero(float[] values) {
        for (float value : values) {
            if (value != 0) {
                return false;
            }
        }
        return true;
    }

    private static boolean isPointwise(ConvolutionGeometry g) {
        return g.kernelHeight() == 1
                && g.kernelWidth() == 1
                && g.strideY() == 1
                && g.strideX() == 1
                && g.padTop() + g.padLeft() + g.padBottom() + g.padRight() == 0
                && g.groups() == g.inChannels()
                && g.outChannels() == g.inChannels();
    }
}
