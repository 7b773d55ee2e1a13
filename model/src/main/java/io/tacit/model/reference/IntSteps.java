package io.tacit.model.reference;

import io.tacit.kernel.Workers;
import io.tacit.model.integer.IntegerTensor;
import io.tacit.model.integer.Step;
import io.tacit.model.integer.TensorShape;
import io.tacit.model.integer.Window;
import java.util.Arrays;
import java.util.List;

/** The local steps over {@code int} values. Loops over planes, simple enough for the compiler to vectorise. */
final class IntSteps {
    private static final Window HALVING = Window.square(2, 2);

    private final Workers workers;

    IntSteps(Workers workers) {
        this.workers = workers;
    }

    IntegerTensor apply(Step step, List<IntegerTensor> sources) {
        if (step instanceof Step.SumPool pool) {
            return sumPool(pool, sources.get(0));
        }
        if (step instanceof Step.MaxPool pool) {
            return maxPool(pool, sources.get(0));
        }
        if (step instanceof Step.Sum sum) {
            return sum(sum, sources);
        }
        if (step instanceof Step.Concat concat) {
            return concat(concat, sources);
        }
        return deferred((Step.Deferred) step, sources.get(0));
    }

    IntegerTensor activation(Step.Activation step, IntegerTensor source) {
        int[] in = source.ints();
        int[] out = new int[in.length];
        int channels = step.shape().channels();
        int plane = step.shape().height() * step.shape().width();
        int low = step.kind() == Step.Nonlinearity.RELU ? 0 : -(1 << (step.bits() - 1));
        int high = step.ceiling();
        boolean square = step.kind() == Step.Nonlinearity.SQUARE;
        if (plane == 1 && step.shifts().length == 1) { // vectors: one tensor of the batch is one plane
            Planes.forEach(
                    workers,
                    source.batch(),
                    channels,
                    t -> clamp(in, out, t * channels, (t + 1) * channels, shift(step.shifts()[0]), low, high, square));
        } else {
            Planes.forEach(
                    workers,
                    source.batch() * channels,
                    plane,
                    p -> clamp(
                            in, out, p * plane, (p + 1) * plane, shift(step.shift(p % channels)), low, high, square));
        }
        return IntegerTensor.ofInts(source.batch(), step.shape(), out);
    }

    /** Java takes shifts modulo 32; beyond 31 only the sign is left. */
    private static int shift(int shift) {
        return Math.min(shift, Integer.SIZE - 1);
    }

    private static void clamp(int[] in, int[] out, int from, int to, int shift, int low, int high, boolean square) {
        for (int i = from; i < to; i++) {
            out[i] = Math.min(Math.max(in[i] >> shift, low), high);
        }
        if (square) {
            for (int i = from; i < to; i++) {
                out[i] *= out[i];
            }
        }
    }

    private IntegerTensor deferred(Step.Deferred step, IntegerTensor source) {
        StepEvaluator.checkShape(step, source, step.shape());
        int[] in = source.ints();
        int[] out = new int[in.length];
        if (step.kind() == Step.Nonlinearity.SQUARE) {
            for (int i = 0; i < in.length; i++) {
                out[i] = in[i] * in[i];
            }
        } else {
            int high = step.ceiling() == null || step.ceiling().bitLength() > 31
                    ? Integer.MAX_VALUE
                    : step.ceiling().intValue();
            clamp(in, out, 0, in.length, 0, 0, high, false);
        }
        return IntegerTensor.ofInts(source.batch(), step.shape(), out);
    }

    private IntegerTensor sum(Step.Sum step, List<IntegerTensor> sources) {
        int[] out = new int[sources.get(0).ints().length];
        for (int s = 0; s < sources.size(); s++) {
            StepEvaluator.checkShape(step, sources.get(s), step.shape());
            int[] in = sources.get(s).ints();
            int shift = step.leftShifts().get(s);
            if (shift < Integer.SIZE) {
                for (int i = 0; i < out.length; i++) {
                    out[i] += in[i] << shift;
                }
            }
        }
        return IntegerTensor.ofInts(sources.get(0).batch(), step.shape(), out);
    }

    private IntegerTensor concat(Step.Concat step, List<IntegerTensor> sources) {
        int batch = sources.get(0).batch();
        int size = step.shape().size();
        int[] out = new int[batch * size];
        int offset = 0;
        for (IntegerTensor source : sources) {
            int part = source.shape().size();
            for (int t = 0; t < batch; t++) {
                System.arraycopy(source.ints(), t * part, out, t * size + offset, part);
            }
            offset += part;
        }
        return IntegerTensor.ofInts(batch, step.shape(), out);
    }

    private IntegerTensor sumPool(Step.SumPool step, IntegerTensor source) {
        TensorShape from = source.shape();
        int[] in = source.ints();
        int[] out = new int[source.batch() * step.shape().size()];
        int planes = source.batch() * from.channels();
        WindowRows.forEach(workers, planes, step.window(), from, step.shape(), (inStart, outStart, count, stride) -> {
            for (int i = 0; i < count; i++) {
                out[outStart + i] += in[inStart + i * stride];
            }
        });
        return IntegerTensor.ofInts(source.batch(), step.shape(), out);
    }

    private IntegerTensor maxPool(Step.MaxPool step, IntegerTensor source) {
        TensorShape from = source.shape();
        int[] in = source.ints();
        int[] out = new int[source.batch() * step.shape().size()];
        int planes = source.batch() * from.channels();
        if (step.window().equals(HALVING)) {
            halve(planes, from, step.shape(), in, out, true);
            return IntegerTensor.ofInts(source.batch(), step.shape(), out);
        }
        Arrays.fill(out, Integer.MIN_VALUE);
        WindowRows.forEach(workers, planes, step.window(), from, step.shape(), (inStart, outStart, count, stride) -> {
            for (int i = 0; i < count; i++) {
                out[outStart + i] = Math.max(out[outStart + i], in[inStart + i * stride]);
            }
        });
        return IntegerTensor.ofInts(source.batch(), step.shape(), out);
    }

    /** Windows of 2 x 2 that do not overlap: by far the commonest. */
    private void halve(int planes, TensorShape from, TensorShape to, int[] in, int[] out, boolean largest) {
        int width = from.width();
        int inPlane = from.height() * width;
        int outPlane = to.height() * to.width();
        Planes.forEach(workers, planes, inPlane, p -> {
            for (int y = 0; y < to.height(); y++) {
                int row = p * inPlane + 2 * y * width;
                int at = p * outPlane + y * to.width();
                if (largest) {
                    for (int x = 0; x < to.width(); x++) {
                        int i = row + 2 * x;
                        out[at + x] = Math.max(Math.max(in[i], in[i + 1]), Math.max(in[i + width], in[i + width + 1]));
                    }
                } else {
                    for (int x = 0; x < to.width(); x++) {
                        int i = row + 2 * x;
                        out[at + x] = in[i] + in[i + 1] + in[i + width] + in[i + width + 1];
                    }
                }
            }
        });
    }
}
