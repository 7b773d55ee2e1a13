package io.tacit.model.onnx;

import io.tacit.model.graph.Shape;

/** What a name of the file stands for while the network is read. */
sealed interface Value {

    Shape shape();

    ElementType type();

    /** Known beforehand: from the file, or computed from what is known. */
    record Known(OnnxTensor tensor) implements Value {
        @Override
        public Shape shape() {
            return tensor.shape();
        }

        @Override
        public ElementType type() {
            return tensor.type();
        }
    }

    /** Depends on the network's input: the result of a node of the graph. */
    record Live(int node, Shape shape, ElementType type) implements Value {}
}
