package io.tacit.model.reference;

import io.tacit.kernel.Workers;
import io.tacit.model.graph.FloatGraph;
import io.tacit.model.graph.FloatTensor;
import io.tacit.model.graph.Node;
import io.tacit.model.graph.Operator;
import io.tacit.model.graph.Shape;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Evaluates a {@link FloatGraph} in the clear, in single precision. Immutable; several threads may evaluate at once.
 */
public final class FloatEvaluator {
    private final FloatGraph graph;
    private final Workers workers;
    /** For each node the index of its last reader; an output is never released. */
    private final int[] lastReader;

    public FloatEvaluator(FloatGraph graph, Workers workers) {
        this.graph = graph;
        this.workers = workers;
        this.lastReader = new int[graph.nodes().size()];
        for (int i = 0; i < lastReader.length; i++) {
            lastReader[i] = i;
            for (int input : graph.node(i).inputs()) {
                lastReader[input] = i;
            }
        }
        for (int output : graph.outputs()) {
            lastReader[output] = Integer.MAX_VALUE;
        }
    }

    public FloatGraph graph() {
        return graph;
    }

    /**
     * The answer of a network of one input and one output.
     *
     * @param input the input node's values, row-major; {@code [channels][height][width]} for pictures
     * @return the output node's values, row-major
     */
    public float[] evaluate(float[] input) {
        Shape shape = graph.node(graph.input()).shape();
        return evaluate(List.of(new FloatTensor(shape, input)))
                .get(graph.outputs().indexOf(graph.output()))
                .values();
    }

    /** All outputs, in the order of {@link FloatGraph#outputs}, for all inputs, in the order of {@link FloatGraph#inputs}. */
    public List<FloatTensor> evaluate(List<FloatTensor> inputs) {
        @Nullable FloatTensor[] values = run(inputs, true);
        return graph.outputs().stream().map(output -> known(values[output])).toList();
    }

    /** The value of every node, in the order of {@link FloatGraph#nodes}: what calibration looks at. */
    public List<FloatTensor> evaluateAll(List<FloatTensor> inputs) {
        List<FloatTensor> all = new ArrayList<>();
        for (FloatTensor value : run(inputs, false)) {
            all.add(known(value));
        }
        return all;
    }

    private @Nullable FloatTensor[] run(List<FloatTensor> inputs, boolean release) {
        @Nullable FloatTensor[] values = new FloatTensor[graph.nodes().size()];
        int given = 0;
        for (int i = 0; i < values.length; i++) {
            Node node = graph.node(i);
            if (node.operator() instanceof Operator.Input) {
                if (given == inputs.size() || !inputs.get(given).shape().equals(node.shape())) {
                    throw new IllegalArgumentException("input " + node.name() + " takes " + node.shape()
                            + (given == inputs.size()
                                    ? ""
                                    : ", not " + inputs.get(given).shape()));
                }
                values[i] = inputs.get(given++);
                continue;
            }
            List<FloatTensor> operands = new ArrayList<>(node.inputs().size());
            for (int input : node.inputs()) {
                operands.add(known(values[input]));
            }
            values[i] = FloatOperators.apply(node.operator(), operands, node.shape(), workers);
            if (release) {
                for (int input : node.inputs()) {
                    if (lastReader[input] == i) {
                        values[input] = null;
                    }
                }
            }
        }
        return values;
    }

    private static FloatTensor known(@Nullable FloatTensor value) {
        if (value == null) {
            throw new IllegalStateException("a value was released before its last reader");
        }
        return value;
    }
}
