package io.tacit.model.graph;

import io.tacit.kernel.ConvolutionGeometry;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The scaling by channel that a network begins with, such as {@code (x / 255 - mean) / std}, taken off: whoever holds the
 * picture can do it before the query, where it costs nothing.
 *
 * @param graph the rest of the network; its input is {@code scale_c * x + shift_c} of the whole network's input x
 * @param scale one factor a channel
 * @param shift one term a channel
 */
public record InputScaling(FloatGraph graph, List<Float> scale, List<Float> shift) {

    public InputScaling {
        scale = List.copyOf(scale);
        shift = List.copyOf(shift);
    }

    /** Takes the scaling off; factors 1 and terms 0 if the network of one input begins with none. */
    public static InputScaling of(FloatGraph graph) {
        int input = graph.input();
        int channels = graph.node(input).shape().dim(1);
        float[] scale = new float[channels];
        float[] shift = new float[channels];
        Arrays.fill(scale, 1);
        List<Integer> readers = graph.readers().get(input);
        if (readers.size() != 1 || graph.outputs().contains(input)) {
            return new InputScaling(graph, list(scale), list(shift));
        }
        int first = readers.get(0);
        if (!(graph.node(first).operator() instanceof Operator.Conv conv) || !scalesChannels(conv.geometry())) {
            return new InputScaling(graph, list(scale), list(shift));
        }
        GraphBuilder builder = new GraphBuilder();
        for (Node node : graph.nodes()) {
            List<Integer> inputs = node.inputs().stream()
                    .map(source -> source == first ? input : source)
                    .toList();
            builder.add(node.name(), node.operator(), inputs, node.shape());
        }
        graph.notes().forEach(builder::note);
        List<Integer> outputs = graph.outputs().stream()
                .map(output -> output == first ? input : output)
                .toList();
        return new InputScaling(builder.build(graph.name(), outputs), list(conv.weights()), list(conv.bias()));
    }

    private static boolean scalesChannels(ConvolutionGeometry g) {
        return g.kernelHeight() == 1
                && g.kernelWidth() == 1
                && g.groups() == g.inChannels()
                && g.outChannels() == g.inChannels()
                && g.outHeight() == g.inHeight()
                && g.outWidth() == g.inWidth()
                && g.strideY() == 1
                && g.strideX() == 1
                && g.padTop() + g.padLeft() == 0;
    }

    private static List<Float> list(float[] values) {
        List<Float> list = new ArrayList<>(values.length);
        for (float value : values) {
            list.add(value);
        }
        return list;
    }
}
