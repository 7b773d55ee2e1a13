package io.tacit.model.reference;

import io.tacit.kernel.Workers;
import io.tacit.model.graph.FloatTensor;
import io.tacit.model.graph.Operator;
import io.tacit.model.graph.PoolWindow;
import io.tacit.model.graph.Shape;
import org.jspecify.annotations.Nullable;

/** Float pooling over {@code [batch, channels, height, width]}. */
final class FloatPooling {

    private FloatPooling() {}

    static FloatTensor max(PoolWindow w, FloatTensor x, Shape shape, Workers workers) {
        return slide(w, x, shape, workers, true, null);
    }

    static FloatTensor average(Operator.AveragePool pool, FloatTensor x, Shape shape, Workers workers) {
        int[] divisors = new int[shape.dim(2) * shape.dim(3)];
        for (int i = 0; i < divisors.length; i++) {
            divisors[i] = pool.divisor(x.shape().dim(2), x.shape().dim(3), i / shape.dim(3), i % shape.dim(3));
        }
        return slide(pool.window(), x, shape, workers, false, divisors);
    }

    private static FloatTensor slide(
            PoolWindow w, FloatTensor x, Shape shape, Workers workers, boolean max, int @Nullable [] divisors) {
        int inHeight = x.shape().dim(2);
        int inWidth = x.shape().dim(3);
        int outHeight = shape.dim(2);
        int outWidth = shape.dim(3);
        float[] in = x.values();
        float[] out = new float[shape.size()];
        workers.forEach(shape.dim(0) * shape.dim(1), plane -> {
            int inAt = plane * inHeight * inWidth;
            int outAt = plane * outHeight * outWidth;
            for (int y = 0; y < outHeight; y++) {
                for (int xx = 0; xx < outWidth; xx++) {
                    float largest = Float.NEGATIVE_INFINITY;
                    double sum = 0;
                    for (int ky = 0; ky < w.height(); ky++) {
                        int inY = y * w.strideY() + ky * w.dilationY() - w.padTop();
                        if (inY < 0 || inY >= inHeight) {
                            continue;
                        }
                        for (int kx = 0; kx < w.width(); kx++) {
                            int inX = xx * w.strideX() + kx * w.dilationX() - w.padLeft();
                            if (inX >= 0 && inX < inWidth) {
                                float v = in[inAt + inY * inWidth + inX];
                                largest = Math.max(largest, v);
                                sum += v;
                            }
                        }
                    }
                    int at = y * outWidth + xx;
                    out[outAt + at] = max || divisors == null ? largest : (float) (sum / divisors[at]);
                }
            }
        });
        return new FloatTensor(shape, out);
    }
}
