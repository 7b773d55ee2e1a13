package io.tacit.model.onnx;

import io.tacit.model.graph.FloatGraph;
import io.tacit.model.graph.Node;
import io.tacit.model.graph.Operator;
import io.tacit.model.graph.Shape;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Finds out whether a network's input has its channels first or last, from what the network does with it. */
final class InputLayout {

    private enum Vote {
        FIRST,
        LAST,
        FOLLOW,
        NONE
    }

    private InputLayout() {}

    /** Whether an input {@code [1, a, b, c]} means {@code [1, height, width, channels]}. */
    static boolean channelsLast(FloatGraph graph, List<List<Integer>> readers, int input) {
        Set<Integer> seen = new HashSet<>();
        Deque<Integer> open = new ArrayDeque<>(List.of(input));
        boolean last = false;
        while (!open.isEmpty()) {
            int at = open.removeFirst();
            for (int reader : readers.get(at)) {
                if (reader < 0 || !seen.add(reader)) {
                    continue;
                }
                switch (vote(graph.node(reader), graph.node(at).shape())) {
                    case FIRST -> {
                        return false;
                    }
                    case LAST -> last = true;
                    case FOLLOW -> open.addLast(reader);
                    case NONE -> {
                        // says nothing
                    }
                }
            }
        }
        Shape shape = graph.node(input).shape();
        boolean looksLast = shape.dim(1) == shape.dim(2) && isChannels(shape.dim(3)) && !isChannels(shape.dim(1));
        return last || looksLast;
    }

    private static boolean isChannels(int extent) {
        return extent == 1 || extent == 3 || extent == 4;
    }

    private static Vote vote(Node reader, Shape from) {
        Operator operator = reader.operator();
        if (operator instanceof Operator.Conv
                || operator instanceof Operator.MaxPool
                || operator instanceof Operator.AveragePool
                || operator instanceof Operator.Affine) {
            return Vote.FIRST;
        }
        Shape first = Shape.of(1, from.dim(3), from.dim(1), from.dim(2));
        if (operator instanceof Operator.Rearrange) {
            return reader.shape().equals(first) ? Vote.LAST : Vote.NONE;
        }
        if (operator instanceof Operator.Reshape) {
            return reader.shape().equals(first) && from.dim(3) == 1 ? Vote.LAST : Vote.NONE;
        }
        if (operator instanceof Operator.Reduce reduce) {
            return reduce.axes().equals(List.of(1, 2))
                    ? Vote.LAST
                    : reduce.axes().equals(List.of(2, 3)) ? Vote.FIRST : Vote.NONE;
        }
        boolean alike = operator instanceof Operator.Relu
                || operator instanceof Operator.Clip
                || operator instanceof Operator.Square
                || operator instanceof Operator.Unary
                || operator instanceof Operator.Binary
                || operator instanceof Operator.Sum
                || operator instanceof Operator.Pad;
        return alike && reader.shape().rank() == 4 ? Vote.FOLLOW : Vote.NONE;
    }
}
