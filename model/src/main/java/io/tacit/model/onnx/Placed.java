package io.tacit.model.onnx;

import io.tacit.model.graph.Shape;
import org.jspecify.annotations.Nullable;

/**
 * A value of the file's network and where its numbers lie in the normalised graph: {@code value[i]} is number
 * {@code place[i]} of node {@code node}, or number i where {@code place} is null. Transpositions, reshapes and slices only
 * change the places; a convolution or dense layer then takes them into its weights.
 *
 * @param shape the value's shape in the file's network
 * @param exclusive nothing but the value's only reader reads the node, so that it may be changed
 */
record Placed(int node, Shape shape, int @Nullable [] place, boolean exclusive) {

    Placed {
        if (place != null && place.length != shape.size()) {
            throw new IllegalArgumentException(place.length + " places for " + shape);
        }
    }

    int at(int index) {
        return place == null ? index : place[index];
    }
}
