package io.tacit.model.onnx;

import io.tacit.model.graph.Operator;
import io.tacit.model.graph.Shape;
import java.util.List;

/** What reading one file may still spend on computed tensors, index tables and arithmetic. */
final class ReadBudget {
    private static final long FOLDING_OPERATIONS = 1L << 31;

    private final ImportLimits limits;
    private long indices;
    private long operations = FOLDING_OPERATIONS;
    private long foldedValues;

    ReadBudget(ImportLimits limits) {
        this.limits = limits;
        this.indices = limits.maxTensorValues();
        this.foldedValues = limits.maxTensorValues();
    }

    void checkTensor(Shape shape) {
        if (shape.size() > limits.maxTensorValues()) {
            throw new Refusal(
                    "gives a tensor of " + shape.size() + " values, more than " + limits.maxTensorValues(),
                    "use a smaller input");
        }
    }

    void spendIndices(int count) {
        indices -= count;
        if (indices < 0) {
            throw new Refusal("rearranges more values than a network may", "use a smaller input");
        }
    }

    void spendFolding(Operator operator, Shape shape, List<Value> operands) {
        long perValue = 1;
        if (operator instanceof Operator.Conv conv) {
            perValue = conv.geometry().taps();
        } else if (operator instanceof Operator.Dense dense) {
            perValue = dense.inputs();
        } else if (operator instanceof Operator.MaxPool pool) {
            perValue = (long) pool.window().height() * pool.window().width();
        } else if (operator instanceof Operator.AveragePool pool) {
            perValue = (long) pool.window().height() * pool.window().width();
        } else if (operator instanceof Operator.MatMul) {
            Shape left = operands.get(0).shape();
            perValue = left.rank() == 0 ? 1 : left.dim(left.rank() - 1);
        }
        long read =
                operands.stream().mapToLong(operand -> operand.shape().size()).sum();
        operations -= Math.multiplyExact(perValue, (long) shape.size()) + read;
        foldedValues -= shape.size();
        if (operations < 0 || foldedValues < 0) {
            throw new Refusal("computes too much from constants alone", "let the exporter fold constants");
        }
    }
}
