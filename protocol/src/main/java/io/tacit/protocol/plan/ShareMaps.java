package io.tacit.protocol.plan;

import io.tacit.crypto.share.Ring;
import io.tacit.crypto.share.RingVector;
import io.tacit.kernel.ConvolutionGeometry;
import io.tacit.kernel.Workers;
import io.tacit.model.integer.PublicStep;
import io.tacit.model.integer.PublicStep.Operation;
import io.tacit.model.integer.TensorShape;
import io.tacit.model.integer.Window;
import java.util.List;

/** Steps that are maps with public coefficients: sums, sum pools, concatenations. Each party applies them to its share alone. */
public final class ShareMaps {

    private ShareMaps() {}

    /**
     * One party's share of a step's result.
     *
     * @param batch tensors that follow one another in each vector
     * @param ring of the result
     * @param in shape of the first source
     * @param sources shares of what the step reads, in its order
     */
    public static RingVector apply(
            PublicStep step, int batch, Ring ring, TensorShape in, List<RingVector> sources, Workers workers) {
        int size = step.shape().size();
        RingVector result = ring.zeros(Math.multiplyExact(batch, size));
        Operation operation = step.operation();
        if (operation instanceof Operation.Sum sum) {
            for (int i = 0; i < sources.size(); i++) {
                result.addShifted(sources.get(i), sum.leftShifts().get(i));
            }
        } else if (operation instanceof Operation.Concat) {
            int at = 0;
            for (RingVector source : sources) {
                RingVector part = source.reduced(ring);
                int each = part.length() / batch;
                for (int tensor = 0; tensor < batch; tensor++) {
                    result.copy(part, tensor * each, tensor * size + at, each);
                }
                at += each;
            }
        } else if (operation instanceof Operation.SumPool pool) {
            ConvolutionGeometry windows = windows(in, pool.window());
            RingVector ones = ring.zeros(windows.weightCount());
            ones.fill(0, ones.length(), 1);
            ring.convolve(windows, batch, ones, sources.get(0).reduced(ring), 0, result, 0, workers);
        } else {
            throw new IllegalStateException(step.name() + " is no map of shares");
        }
        return result;
    }

    /** A sum over windows is a convolution of each channel with ones. */
    private static ConvolutionGeometry windows(TensorShape in, Window window) {
        return new ConvolutionGeometry(
                in.channels(),
                in.height(),
                in.width(),
                in.channels(),
                window.height(),
                window.width(),
                window.strideY(),
                window.strideX(),
                window.padTop(),
                window.padLeft(),
                window.padBottom(),
                window.padRight(),
                1,
                1,
                in.channels());
    }
}
