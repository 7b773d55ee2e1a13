package io.tacit.kernel;

import java.math.BigInteger;

/** The definitions, in arbitrary precision, one value at a time. */
final class Naive {
    private Naive() {}

    static long[] multiply(Subject subject, int rows, int inner, int columns, long[] a, long[] b) {
        BigInteger[] right = big(b);
        long[] c = new long[rows * columns];
        for (int r = 0; r < rows; r++) {
            for (int j = 0; j < columns; j++) {
                BigInteger sum = BigInteger.ZERO;
                for (int k = 0; k < inner; k++) {
                    sum = sum.add(BigInteger.valueOf(a[r * inner + k]).multiply(right[k * columns + j]));
                }
                c[r * columns + j] = subject.canonical(sum);
            }
        }
        return c;
    }

    private static BigInteger[] big(long[] values) {
        BigInteger[] out = new BigInteger[values.length];
        for (int i = 0; i < out.length; i++) {
            out[i] = BigInteger.valueOf(values[i]);
        }
        return out;
    }

    /** Calls back for every (output, weight, input) that meet, indices within one tensor. */
    interface Tap {
        void at(int output, int weight, int input);
    }

    static void forEachTap(ConvolutionGeometry g, Tap tap) {
        int groupInputs = g.inChannels() / g.groups();
        int groupOutputs = g.outChannels() / g.groups();
        for (int o = 0; o < g.outChannels(); o++) {
            for (int y = 0; y < g.outHeight(); y++) {
                for (int x = 0; x < g.outWidth(); x++) {
                    int output = (o * g.outHeight() + y) * g.outWidth() + x;
                    for (int i = 0; i < groupInputs; i++) {
                        for (int ky = 0; ky < g.kernelHeight(); ky++) {
                            for (int kx = 0; kx < g.kernelWidth(); kx++) {
                                int iy = y * g.strideY() + ky * g.dilationY() - g.padTop();
                                int ix = x * g.strideX() + kx * g.dilationX() - g.padLeft();
                                if (iy >= 0 && iy < g.inHeight() && ix >= 0 && ix < g.inWidth()) {
                                    int channel = o / groupOutputs * groupInputs + i;
                                    int weight = ((o * groupInputs + i) * g.kernelHeight() + ky) * g.kernelWidth() + kx;
                                    tap.at(output, weight, (channel * g.inHeight() + iy) * g.inWidth() + ix);
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    static long[] convolve(Subject subject, ConvolutionGeometry g, int batch, long[] weights, long[] input) {
        long[] output = new long[batch * g.outputSize()];
        for (int image = 0; image < batch; image++) {
            BigInteger[] sums = zeros(g.outputSize());
            int at = image * g.inputSize();
            forEachTap(
                    g,
                    (o, w, i) -> sums[o] =
                            sums[o].add(BigInteger.valueOf(weights[w]).multiply(BigInteger.valueOf(input[at + i]))));
            for (int o = 0; o < sums.length; o++) {
                output[image * sums.length + o] = subject.canonical(sums[o]);
            }
        }
        return output;
    }

    static long[] convolveTransposed(Subject subject, ConvolutionGeometry g, long[] weights, long[] output) {
        BigInteger[] sums = zeros(g.inputSize());
        forEachTap(
                g,
                (o, w, i) ->
                        sums[i] = sums[i].add(BigInteger.valueOf(weights[w]).multiply(BigInteger.valueOf(output[o]))));
        long[] input = new long[sums.length];
        for (int i = 0; i < input.length; i++) {
            input[i] = subject.canonical(sums[i]);
        }
        return input;
    }

    private static BigInteger[] zeros(int length) {
        BigInteger[] out = new BigInteger[length];
        java.util.Arrays.fill(out, BigInteger.ZERO);
        return out;
    }
}
