package io.tacit.model.reference;

import io.tacit.kernel.ConvolutionGeometry;
import io.tacit.kernel.Workers;
import java.util.Arrays;

/**
 * Float convolutions and dense layers. A convolution is cut into tiles of output positions; each tile gathers its inputs
 * into a matrix {@code [taps][positions]} and multiplies. The innermost loops run over positions without dependence, so
 * that the compiler vectorises them.
 */
final class FloatConvolution {
    /** Largest gathered matrix, in values: stays in the second-level cache for common layers. */
    private static final int TILE_VALUES = 1 << 17;

    private static final int MIN_TILE = 64;
    private static final int MAX_TILE = 1024;

    private FloatConvolution() {}

    /** Convolves each of {@code batch} tensors. */
    static float[] convolve(
            ConvolutionGeometry g, int batch, float[] weights, float[] bias, float[] input, Workers workers) {
        float[] output = new float[Math.multiplyExact(batch, g.outputSize())];
        int positions = g.outHeight() * g.outWidth();
        int taps = g.taps();
        int tile = Math.min(positions, Math.max(MIN_TILE, Math.min(MAX_TILE, TILE_VALUES / taps)));
        int tiles = (positions + tile - 1) / tile;
        int perTensor = g.groups() * tiles;
        workers.forEach(batch * perTensor, task -> {
            int tensor = task / perTensor;
            int group = task % perTensor / tiles;
            int from = task % tiles * tile;
            int count = Math.min(tile, positions - from);
            multiplyTile(g, group, weights, bias, input, tensor, output, from, count);
        });
        return output;
    }

    private static void multiplyTile(
            ConvolutionGeometry g,
            int group,
            float[] weights,
            float[] bias,
            float[] input,
            int tensor,
            float[] output,
            int from,
            int count) {
        int taps = g.taps();
        int positions = g.outHeight() * g.outWidth();
        int outPerGroup = g.outChannels() / g.groups();
        int inPerGroup = g.inChannels() / g.groups();
        int inputAt = tensor * g.inputSize() + group * inPerGroup * g.inHeight() * g.inWidth();
        float[] gathered = input;
        int gatheredAt = inputAt + from;
        int rowStride = positions;
        if (!isPointwise(g)) {
            gathered = new float[taps * count];
            gatheredAt = 0;
            rowStride = count;
            gather(g, inPerGroup, input, inputAt, from, count, gathered);
        }
        for (int o = 0; o < outPerGroup; o++) {
            int channel = group * outPerGroup + o;
            int outAt = tensor * g.outputSize() + channel * positions + from;
            Arrays.fill(output, outAt, outAt + count, bias[channel]);
            accumulate(weights, channel * taps, taps, gathered, gatheredAt, rowStride, output, outAt, count);
        }
    }

    private static boolean isPointwise(ConvolutionGeometry g) {
        return g.kernelHeight() == 1
                && g.kernelWidth() == 1
                && g.strideY() == 1
                && g.strideX() == 1
                && g.outHeight() == g.inHeight()
                && g.outWidth() == g.inWidth();
    }

    /** {@code output[j] += sum over k of weights[k] * rows[k][j]}, four rows at a time. */
    static void accumulate(
            float[] weights,
            int weightsAt,
            int taps,
            float[] rows,
            int rowsAt,
            int rowStride,
            float[] output,
            int outAt,
            int count) {
        int k = 0;
        for (; k + 4 <= taps; k += 4) {
            float w0 = weights[weightsAt + k];
            float w1 = weights[weightsAt + k + 1];
            float w2 = weights[weightsAt + k + 2];
            float w3 = weights[weightsAt + k + 3];
            int r0 = rowsAt + k * rowStride;
            int r1 = r0 + rowStride;
            int r2 = r1 + rowStride;
            int r3 = r2 + rowStride;
            for (int j = 0; j < count; j++) {
                output[outAt + j] += w0 * rows[r0 + j] + w1 * rows[r1 + j] + (w2 * rows[r2 + j] + w3 * rows[r3 + j]);
            }
        }
        for (; k < taps; k++) {
            float w = weights[weightsAt + k];
            int r = rowsAt + k * rowStride;
            for (int j = 0; j < count; j++) {
                output[outAt + j] += w * rows[r + j];
            }
        }
    }

    private static void gather(
            ConvolutionGeometry g, int inPerGroup, float[] input, int inputAt, int from, int count, float[] gathered) {
        int outWidth = g.outWidth();
        int row = 0;
        for (int c = 0; c < inPerGroup; c++) {
            for (int ky = 0; ky < g.kernelHeight(); ky++) {
                for (int kx = 0; kx < g.kernelWidth(); kx++, row++) {
                    int at = row * count;
                    int done = 0;
                    while (done < count) {
                        int y = (from + done) / outWidth;
                        int x = (from + done) % outWidth;
                        int run = Math.min(count - done, outWidth - x);
                        int inY = y * g.strideY() + ky * g.dilationY() - g.padTop();
                        if (inY >= 0 && inY < g.inHeight()) {
                            int line = inputAt + (c * g.inHeight() + inY) * g.inWidth();
                            int inX = x * g.strideX() + kx * g.dilationX() - g.padLeft();
                            for (int j = 0; j < run; j++, inX += g.strideX()) {
                                if (inX >= 0 && inX < g.inWidth()) {
                                    gathered[at + done + j] = input[line + inX];
                                }
                            }
                        }
                        done += run;
                    }
                }
            }
        }
    }

    /** {@code y = W x + b} for each of {@code batch} vectors; four partial sums keep the pipeline busy. */
    static float[] dense(
            int batch, int inputs, int outputs, float[] weights, float[] bias, float[] input, Workers workers) {
        float[] output = new float[Math.multiplyExact(batch, outputs)];
        int block = 64;
        int blocks = (outputs + block - 1) / block;
        workers.forEach(batch * blocks, task -> {
            int tensor = task / blocks;
            int first = task % blocks * block;
            for (int o = first; o < Math.min(outputs, first + block); o++) {
                output[tensor * outputs + o] = bias[o] + dot(weights, o * inputs, input, tensor * inputs, inputs);
            }
        });
        return output;
    }

    private static float dot(float[] a, int aAt, float[] b, int bAt, int length) {
        float s0 = 0;
        float s1 = 0;
        float s2 = 0;
        float s3 = 0;
        int i = 0;
        for (; i + 4 <= length; i += 4) {
            s0 += a[aAt + i] * b[bAt + i];
            s1 += a[aAt + i + 1] * b[bAt + i + 1];
            s2 += a[aAt + i + 2] * b[bAt + i + 2];
            s3 += a[aAt + i + 3] * b[bAt + i + 3];
        }
        for (; i < length; i++) {
            s0 += a[aAt + i] * b[bAt + i];
        }
        return s0 + s1 + (s2 + s3);
    }
}
