package io.tacit.model.reference;

import io.tacit.kernel.ConvolutionGeometry;
import io.tacit.kernel.Workers;
import io.tacit.kernel.provider.KernelProvider;
import io.tacit.kernel.provider.Kernels;
import io.tacit.model.integer.IntegerTensor;
import io.tacit.model.integer.IntegerTensor.Width;
import io.tacit.model.integer.Step;
import io.tacit.model.integer.TensorShape;
import java.math.BigInteger;
import java.util.List;

/**
 * Evaluates single steps of an integer network on batches in the clear. Whoever computes linear steps elsewhere uses this
 * for the steps between them. Thread-safe.
 *
 * <p>A step is computed in the widest form among its sources and its own proven range ({@code int}, {@code long},
 * {@link BigInteger}), and the result is returned in the form that its range needs. Sums wrap modulo 2^32 or 2^64 on the
 * way; as the proven range holds the result, the result does not.
 */
public final class StepEvaluator {
    private final KernelProvider kernels;
    private final Workers workers;

    public StepEvaluator(Workers workers) {
        this.kernels = Kernels.active();
        this.workers = workers;
    }

    /**
     * The result of a step.
     *
     * @param sources results of the steps that {@link Step#sources} names, in that order, all of one batch size; a dense
     *     step takes any shape of the right size
     * @throws IllegalArgumentException if the sources do not fit, or {@code step} is the input
     */
    public IntegerTensor apply(Step step, List<IntegerTensor> sources) {
        if (step instanceof Step.Input || sources.size() != step.sources().size()) {
            throw new IllegalArgumentException(step.name() + " does not take " + sources.size() + " sources");
        }
        int batch = sources.get(0).batch();
        Width source = Width.INT;
        for (IntegerTensor tensor : sources) {
            source = source.or(tensor.width());
            if (tensor.batch() != batch) {
                throw new IllegalArgumentException(step.name() + ": batches of different sizes");
            }
        }
        Width result = Width.of(step.range());
        if (step instanceof Step.Activation activation) {
            return activation(activation, sources.get(0), result);
        }
        Width work = source.or(result);
        List<IntegerTensor> wide =
                sources.stream().map(tensor -> tensor.to(work)).toList();
        IntegerTensor computed = step instanceof Step.Linear linear
                ? linear(linear, wide.get(0))
                : switch (work) {
                    case INT -> new IntSteps(workers).apply(step, wide);
                    case LONG -> new LongSteps(workers).apply(step, wide);
                    case BIG -> new BigSteps(workers).apply(step, wide);
                };
        return computed.to(result);
    }

    private IntegerTensor activation(Step.Activation step, IntegerTensor in, Width result) {
        checkShape(step, in, step.shape());
        return switch (in.width()) {
            case INT ->
                result == Width.INT
                        ? new IntSteps(workers).activation(step, in)
                        : new LongSteps(workers)
                                .activation(step, in.to(Width.LONG))
                                .to(result);
            case LONG ->
                result == Width.INT
                        ? new LongSteps(workers).activationToInts(step, in)
                        : new LongSteps(workers).activation(step, in).to(result);
            case BIG -> new BigSteps(workers).activation(step, in).to(result);
        };
    }

    private IntegerTensor linear(Step.Linear step, IntegerTensor in) {
        ConvolutionGeometry g = step.geometry();
        int batch = in.batch();
        if (in.shape().size() != g.inputSize()) {
            throw new IllegalArgumentException(step.name() + " does not read " + in.shape());
        }
        TensorShape shape = step.shape();
        int plane = shape.height() * shape.width();
        switch (in.width()) {
            case INT -> {
                int[] out = new int[Math.multiplyExact(batch, shape.size())];
                kernels.ring32().convolve(g, batch, step.weights(), in.ints(), 0, out, 0, workers);
                Planes.forEach(workers, batch * shape.channels(), plane, p -> {
                    int bias = (int) step.bias()[p % shape.channels()] << step.biasShift();
                    for (int i = p * plane; i < (p + 1) * plane; i++) {
                        out[i] += bias;
                    }
                });
                return IntegerTensor.ofInts(batch, shape, out);
            }
            case LONG -> {
                long[] weights = new long[step.weights().length];
                for (int i = 0; i < weights.length; i++) {
                    weights[i] = step.weights()[i];
                }
                long[] out = new long[Math.multiplyExact(batch, shape.size())];
                kernels.ring64().convolve(g, batch, weights, in.longs(), 0, out, 0, workers);
                Planes.forEach(workers, batch * shape.channels(), plane, p -> {
                    long bias = step.bias()[p % shape.channels()] << step.biasShift();
                    for (int i = p * plane; i < (p + 1) * plane; i++) {
                        out[i] += bias;
                    }
                });
                return IntegerTensor.ofLongs(batch, shape, out);
            }
            default -> {
                return new BigSteps(workers).linear(step, in);
            }
        }
    }

    static void checkShape(Step step, IntegerTensor in, TensorShape expected) {
        if (!in.shape().equals(expected)) {
            throw new IllegalArgumentException(step.name() + " does not read " + in.shape());
        }
    }
}
