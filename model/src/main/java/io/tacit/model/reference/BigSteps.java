package io.tacit.model.reference;

import io.tacit.kernel.ConvolutionGeometry;
import io.tacit.kernel.Workers;
import io.tacit.model.integer.IntegerTensor;
import io.tacit.model.integer.Step;
import io.tacit.model.integer.TensorShape;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;

/** All steps over {@link BigInteger} values, for networks whose accumulators are wider than 64 bits. */
final class BigSteps {
    private final Workers workers;

    BigSteps(Workers workers) {
        this.workers = workers;
    }

    IntegerTensor apply(Step step, List<IntegerTensor> sources) {
        IntegerTensor source = sources.get(0);
        int batch = source.batch();
        BigInteger[] in = source.bigs();
        BigInteger[] out = new BigInteger[batch * step.shape().size()];
        int planes = batch * source.shape().channels();
        if (step instanceof Step.SumPool pool) {
            Arrays.fill(out, BigInteger.ZERO);
            WindowRows.forEach(
                    workers,
                    planes,
                    pool.window(),
                    source.shape(),
                    pool.shape(),
                    (inStart, outStart, count, stride) -> {
                        for (int i = 0; i < count; i++) {
                            out[outStart + i] = out[outStart + i].add(in[inStart + i * stride]);
                        }
                    });
        } else if (step instanceof Step.MaxPool pool) {
            Arrays.fill(out, null);
            WindowRows.forEach(
                    workers,
                    planes,
                    pool.window(),
                    source.shape(),
                    pool.shape(),
                    (inStart, outStart, count, stride) -> {
                        for (int i = 0; i < count; i++) {
                            BigInteger value = in[inStart + i * stride];
                            BigInteger best = out[outStart + i];
                            out[outStart + i] = best == null ? value : best.max(value);
                        }
                    });
        } else if (step instanceof Step.Sum sum) {
            Arrays.fill(out, BigInteger.ZERO);
            for (int s = 0; s < sources.size(); s++) {
                StepEvaluator.checkShape(step, sources.get(s), step.shape());
                BigInteger[] operand = sources.get(s).bigs();
                for (int i = 0; i < out.length; i++) {
                    out[i] = out[i].add(operand[i].shiftLeft(sum.leftShifts().get(s)));
                }
            }
        } else if (step instanceof Step.Concat) {
            int offset = 0;
            for (IntegerTensor part : sources) {
                int size = part.shape().size();
                for (int t = 0; t < batch; t++) {
                    System.arraycopy(
                            part.bigs(), t * size, out, t * step.shape().size() + offset, size);
                }
                offset += size;
            }
        } else {
            Step.Deferred deferred = (Step.Deferred) step;
            StepEvaluator.checkShape(step, source, step.shape());
            BigInteger ceiling = deferred.ceiling();
            for (int i = 0; i < out.length; i++) {
                if (deferred.kind() == Step.Nonlinearity.SQUARE) {
                    out[i] = in[i].multiply(in[i]);
                } else {
                    BigInteger positive = in[i].max(BigInteger.ZERO);
                    out[i] = ceiling == null ? positive : positive.min(ceiling);
                }
            }
        }
        return IntegerTensor.ofBigs(batch, step.shape(), out);
    }

    IntegerTensor activation(Step.Activation step, IntegerTensor source) {
        BigInteger[] in = source.bigs();
        BigInteger[] out = new BigInteger[in.length];
        int plane = step.shape().height() * step.shape().width();
        BigInteger low =
                step.kind() == Step.Nonlinearity.RELU ? BigInteger.ZERO : BigInteger.valueOf(-1L << (step.bits() - 1));
        BigInteger high = BigInteger.valueOf(step.ceiling());
        for (int i = 0; i < in.length; i++) {
            int channel = i / plane % step.shape().channels();
            BigInteger value = in[i].shiftRight(step.shift(channel)).max(low).min(high);
            out[i] = step.kind() == Step.Nonlinearity.SQUARE ? value.multiply(value) : value;
        }
        return IntegerTensor.ofBigs(source.batch(), step.shape(), out);
    }

    IntegerTensor linear(Step.Linear step, IntegerTensor source) {
        TensorShape shape = step.shape();
        BigInteger[] out = new BigInteger[source.batch() * shape.size()];
        BigInteger[] weights =
                Arrays.stream(step.weights()).mapToObj(BigInteger::valueOf).toArray(BigInteger[]::new);
        workers.forEach(source.batch() * shape.channels(), p -> plane(step, weights, source.bigs(), out, p));
        return IntegerTensor.ofBigs(source.batch(), shape, out);
    }

    private static void plane(Step.Linear step, BigInteger[] weights, BigInteger[] in, BigInteger[] out, int plane) {
        ConvolutionGeometry g = step.geometry();
        int m = plane % g.outChannels();
        int perGroup = g.inChannels() / g.groups();
        int firstChannel = m / (g.outChannels() / g.groups()) * perGroup;
        int inBase = plane / g.outChannels() * g.inputSize();
        int outBase = plane * g.outHeight() * g.outWidth();
        BigInteger bias = step.biasOf(m);
        for (int y = 0; y < g.outHeight(); y++) {
            for (int x = 0; x < g.outWidth(); x++) {
                BigInteger sum = bias;
                int w = m * g.taps();
                for (int c = firstChannel; c < firstChannel + perGroup; c++) {
                    int base = inBase + c * g.inHeight() * g.inWidth();
                    for (int ky = 0; ky < g.kernelHeight(); ky++) {
                        int iy = y * g.strideY() - g.padTop() + ky * g.dilationY();
                        for (int kx = 0; kx < g.kernelWidth(); kx++, w++) {
                            int ix = x * g.strideX() - g.padLeft() + kx * g.dilationX();
                            boolean inside = iy >= 0 && iy < g.inHeight() && ix >= 0 && ix < g.inWidth();
                            if (inside && step.weights()[w] != 0) {
                                sum = sum.add(weights[w].multiply(in[base + iy * g.inWidth() + ix]));
                            }
                        }
                    }
                }
                out[outBase + y * g.outWidth() + x] = sum;
            }
        }
    }
}
