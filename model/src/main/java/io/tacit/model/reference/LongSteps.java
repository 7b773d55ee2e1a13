package io.tacit.model.reference;

import io.tacit.kernel.Workers;
import io.tacit.model.integer.IntegerTensor;
import io.tacit.model.integer.Step;
import io.tacit.model.integer.TensorShape;
import java.util.Arrays;
import java.util.List;

/** The local steps over {@code long} values. Loops over planes, simple enough for the compiler to vectorise. */
final class LongSteps {
    private final Workers workers;

    LongSteps(Workers workers) {
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
        long[] in = source.longs();
        long[] out = new long[in.length];
        int channels = step.shape().channels();
        int plane = step.shape().height() * step.shape().width();
        long low = step.kind() == Step.Nonlinearity.RELU ? 0 : -(1L << (step.bits() - 1));
        long high = step.ceiling();
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
        return IntegerTensor.ofLongs(source.batch(), step.shape(), out);
    }

    /** The same, for results that fit an {@code int}. */
    IntegerTensor activationToInts(Step.Activation step, IntegerTensor source) {
        if (step.kind() == Step.Nonlinearity.SQUARE) {
            return activation(step, source).to(IntegerTensor.Width.INT);
        }
        long[] in = source.longs();
        int[] out = new int[in.length];
        int channels = step.shape().channels();
        int plane = step.shape().height() * step.shape().width();
        long low = step.kind() == Step.Nonlinearity.RELU ? 0 : -(1L << (step.bits() - 1));
        long high = step.ceiling();
        Planes.forEach(workers, source.batch() * channels, plane, p -> {
            int shift = shift(step.shift(p % channels));
            for (int i = p * plane; i < (p + 1) * plane; i++) {
                out[i] = (int) Math.min(Math.max(in[i] >> shift, low), high);
            }
        });
        return IntegerTensor.ofInts(source.batch(), step.shape(), out);
    }

    /** Java takes shifts modulo 64; beyond 63 only the sign is left. */
    private static int shift(int shift) {
        return Math.min(shift, Long.SIZE - 1);
    }

    private static void clamp(long[] in, long[] out, int from, int to, int shift, long low, long high, boolean square) {
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
        long[] in = source.longs();
        long[] out = new long[in.length];
        if (step.kind() == Step.Nonlinearity.SQUARE) {
            for (int i = 0; i < in.length; i++) {
                out[i] = in[i] * in[i];
            }
        } else {
            long high = step.ceiling() == null || step.ceiling().bitLength() > 63
                    ? Long.MAX_VALUE
                    : step.ceiling().longValue();
            clamp(in, out, 0, in.length, 0, 0, high, false);
        }
        return IntegerTensor.ofLongs(source.batch(), step.shape(), out);
    }

    private IntegerTensor sum(Step.Sum step, List<IntegerTensor> sources) {
        long[] out = new long[sources.get(0).longs().length];
        for (int s = 0; s < sources.size(); s++) {
            StepEvaluator.checkShape(step, sources.get(s), step.shape());
            long[] in = sources.get(s).longs();
            int shift = step.leftShifts().get(s);
            if (shift < Long.SIZE) {
                for (int i = 0; i < out.length; i++) {
                    out[i] += in[i] << shift;
                }
            }
        }
        return IntegerTensor.ofLongs(sources.get(0).batch(), step.shape(), out);
    }

    private IntegerTensor concat(Step.Concat step, List<IntegerTensor> sources) {
        int batch = sources.get(0).batch();
        int size = step.shape().size();
        long[] out = new long[batch * size];
        int offset = 0;
        for (IntegerTensor source : sources) {
            int part = source.shape().size();
            for (int t = 0; t < batch; t++) {
                System.arraycopy(source.longs(), t * part, out, t * size + offset, part);
            }
            offset += part;
        }
        return IntegerTensor.ofLongs(batch, step.shape(), out);
    }

    private IntegerTensor sumPool(Step.SumPool step, IntegerTensor source) {
        TensorShape from = source.shape();
        long[] in = source.longs();
        long[] out = new long[source.batch() * step.shape().size()];
        int planes = source.batch() * from.channels();
        WindowRows.forEach(workers, planes, step.window(), from, step.shape(), (inStart, outStart, count, stride) -> {
            for (int i = 0; i < count; i++) {
                out[outStart + i] += in[inStart + i * stride];
            }
        });
        return IntegerTensor.ofLongs(source.batch(), step.shape(), out);
    }

    private IntegerTensor maxPool(Step.MaxPool step, IntegerTensor source) {
        TensorShape from = source.shape();
        long[] in = source.longs();
        long[] out = new long[source.batch() * step.shape().size()];
        Arrays.fill(out, Long.MIN_VALUE);
        int planes = source.batch() * from.channels();
        WindowRows.forEach(workers, planes, step.window(), from, step.shape(), (inStart, outStart, count, stride) -> {
            for (int i = 0; i < count; i++) {
                out[outStart + i] = Math.max(out[outStart + i], in[inStart + i * stride]);
            }
        });
        return IntegerTensor.ofLongs(source.batch(), step.shape(), out);
    }
}
