package io.tacit.model.quant;

import io.tacit.kernel.ConvolutionGeometry;
import io.tacit.kernel.Workers;
import io.tacit.model.integer.IntegerTensor;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Rounds a layer's weights, or makes some of them zero, one after another, each time moving the weights not yet treated so
 * that the layer's output over the calibration inputs changes least (Frantar, Ashkboos, Hoefler, Alistarh: GPTQ, ICLR 2023; with zeros
 * as in SparseGPT, ICML 2023). With H the second moments of a layer's inputs and U the upper factor of its inverse,
 * {@code H^-1 = U^T U}: rounding weight i with error e moves weight j > i by {@code -e U_ij / U_ii}.
 */
final class Compensation {
    /** Longest row of weights that is treated so; the work grows with its cube. */
    static final int MAX_TAPS = 1200;
    /** Positions of all inputs that the second moments are taken over. */
    private static final int MAX_POSITIONS = 4096;
    /** Added to the diagonal, as a share of its mean. */
    private static final double DAMPING = 0.01;

    private final ConvolutionGeometry geometry;
    private final Workers workers;
    /** U of each group; empty if every weight is treated on its own. */
    private final double[][][] factors;

    /** @param source integer inputs of the layer, or null to treat each weight on its own */
    Compensation(ConvolutionGeometry geometry, @Nullable IntegerTensor source, Workers workers) {
        this.geometry = geometry;
        this.workers = workers;
        boolean alone = source == null || geometry.taps() > MAX_TAPS;
        factors = new double[alone ? 0 : geometry.groups()][][];
        for (int group = 0; group < factors.length && source != null; group++) {
            factors[group] = inverseFactor(moments(source, group));
        }
    }

    /**
     * Weights with some of them zero and the others moved to make up for it.
     *
     * @param weights real weights for integer inputs
     * @param zero which of them become zero
     */
    double[] prune(double[] weights, boolean[] zero) {
        double[] pruned = new double[weights.length];
        forEachRow(weights, pruned, (index, value) -> zero[index] ? 0 : value);
        return pruned;
    }

    /**
     * Integer weights.
     *
     * @param weights real weights for integer inputs; those that are 0 stay 0
     * @param scales scale of each output channel's weights
     * @param top largest integer weight
     */
    int[] round(double[] weights, double[] scales, int top) {
        double[] rounded = new double[weights.length];
        int taps = geometry.taps();
        forEachRow(weights, rounded, (index, value) -> {
            double scale = scales[index / taps];
            return weights[index] == 0 ? 0 : scale * Math.max(-top, Math.min(top, Math.rint(value / scale)));
        });
        int[] integers = new int[weights.length];
        for (int i = 0; i < integers.length; i++) {
            integers[i] = (int) Math.rint(rounded[i] / scales[i / taps]);
        }
        return integers;
    }

    /** What becomes of a weight that has been moved to {@code value}. */
    @FunctionalInterface
    private interface Choice {
        double choose(int index, double value);
    }

    private void forEachRow(double[] weights, double[] chosen, Choice choice) {
        int taps = geometry.taps();
        int outPerGroup = geometry.outChannels() / geometry.groups();
        workers.forEach(geometry.outChannels(), m -> {
            double[] left = Arrays.copyOfRange(weights, m * taps, (m + 1) * taps);
            for (int i = 0; i < taps; i++) {
                double value = choice.choose(m * taps + i, left[i]);
                chosen[m * taps + i] = value;
                if (factors.length > 0) {
                    double[] u = factors[m / outPerGroup][i];
                    double error = (left[i] - value) / u[i];
                    for (int j = i + 1; error != 0 && j < taps; j++) {
                        left[j] -= error * u[j];
                    }
                }
            }
        });
    }

    /** Sums of products of a group's inputs over positions spread over all tensors; upper triangle. */
    private double[][] moments(IntegerTensor source, int group) {
        double[][] patches = patches(source, group);
        int taps = geometry.taps();
        double[][] sums = new double[taps][taps];
        workers.forEach(taps, i -> {
            double[] sum = sums[i];
            for (double[] patch : patches) {
                double x = patch[i];
                if (x != 0) {
                    for (int j = i; j < taps; j++) {
                        sum[j] += x * patch[j];
                    }
                }
            }
        });
        return sums;
    }

    private double[][] patches(IntegerTensor source, int group) {
        ConvolutionGeometry g = geometry;
        int places = g.outHeight() * g.outWidth();
        long all = (long) source.batch() * places;
        int count = (int) Math.min(MAX_POSITIONS, all);
        int perGroup = g.inChannels() / g.groups();
        double[][] patches = new double[count][g.taps()];
        for (int p = 0; p < count; p++) {
            long at = all * p / count;
            int tensor = (int) (at / places);
            int place = (int) (at % places);
            int y = place / g.outWidth() * g.strideY() - g.padTop();
            int x = place % g.outWidth() * g.strideX() - g.padLeft();
            int t = 0;
            for (int c = group * perGroup; c < (group + 1) * perGroup; c++) {
                int base = tensor * g.inputSize() + c * g.inHeight() * g.inWidth();
                for (int ky = 0; ky < g.kernelHeight(); ky++) {
                    int iy = y + ky * g.dilationY();
                    for (int kx = 0; kx < g.kernelWidth(); kx++, t++) {
                        int ix = x + kx * g.dilationX();
                        if (iy >= 0 && iy < g.inHeight() && ix >= 0 && ix < g.inWidth()) {
                            patches[p][t] = value(source, base + iy * g.inWidth() + ix);
                        }
                    }
                }
            }
        }
        return patches;
    }

    /** A value as a real number, whatever its width. */
    static double value(IntegerTensor tensor, int index) {
        return tensor.width() == IntegerTensor.Width.BIG
                ? tensor.bigs()[index].doubleValue()
                : (double) tensor.get(index);
    }

    /** U, upper triangular, with {@code (H + damping)^-1 = U^T U}: the inverse of R in {@code H = R R^T}. */
    private static double[][] inverseFactor(double[][] h) {
        int n = h.length;
        double trace = 0;
        for (int i = 0; i < n; i++) {
            trace += h[i][i];
        }
        double damping = Math.max(DAMPING * trace / n, 1e-9);
        double[][] r = h;
        for (int j = n - 1; j >= 0; j--) {
            double diagonal = h[j][j] + damping;
            for (int k = j + 1; k < n; k++) {
                diagonal -= r[j][k] * r[j][k];
            }
            // Rounding can leave a direction without inputs slightly negative: damping is what it has then.
            r[j][j] = Math.sqrt(Math.max(diagonal, damping));
            for (int i = 0; i < j; i++) {
                double sum = h[i][j];
                double[] a = r[i];
                double[] b = r[j];
                for (int k = j + 1; k < n; k++) {
                    sum -= a[k] * b[k];
                }
                r[i][j] = sum / r[j][j];
            }
        }
        double[][] u = new double[n][n];
        for (int i = n - 1; i >= 0; i--) {
            double[] row = u[i];
            row[i] = 1;
            for (int k = i + 1; k < n; k++) {
                double factor = r[i][k];
                double[] other = u[k];
                for (int j = k; j < n; j++) {
                    row[j] -= factor * other[j];
                }
            }
            for (int j = i; j < n; j++) {
                row[j] /= r[i][i];
            }
        }
        return u;
    }
}
