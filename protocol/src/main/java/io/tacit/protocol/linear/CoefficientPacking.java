package io.tacit.protocol.linear;

import java.util.Arrays;
import java.util.Objects;

/**
 * Moves values between tensors and the coefficients of polynomials as a {@link PackingPlan} says. Values are residues modulo
 * 2^l in the low bits of {@code long}s; negated ones are taken modulo 2^64, so bits above l are to be ignored. Which values
 * are moved where depends on shapes alone. Stateless but for the plan, and thread-safe.
 */
public final class CoefficientPacking {
    private final PackingPlan plan;
    private final TileLayout tiles;
    private final StridePhases phases;
    private final int rowStride;
    private final int planeStride;
    private final int planesPerPolynomial;
    private final int itemsPerPolynomial;

    public CoefficientPacking(PackingPlan plan) {
        this.plan = plan;
        tiles = plan.tiles();
        phases = plan.phases();
        rowStride = (int) tiles.rowStride();
        planeStride = (int) tiles.planeStride();
        planesPerPolynomial = plan.choice().planes();
        itemsPerPolynomial = plan.choice().items();
    }

    /**
     * Writes one input polynomial.
     *
     * @param inputs the input tensor of each query of the batch, one behind the other
     * @param coefficients room for N values; all are written
     */
    public void packInput(long[] inputs, int block, int group, long[] coefficients) {
        Arrays.fill(coefficients, 0, plan.degree(), 0);
        for (int item = 0; item < plan.itemsIn(group); item++) {
            int tensor = plan.queryOf(group, item) * plan.geometry().inputSize();
            int tile = plan.tileOf(group, item);
            for (int j = 0; j < plan.planesIn(block); j++) {
                int plane = block * planesPerPolynomial + j;
                int channel = tensor
                        + plane
                                / phases.count()
                                * plan.geometry().inHeight()
                                * plan.geometry().inWidth();
                StridePhases.Phase phase = phases.phase(plane % phases.count());
                packPlane(inputs, channel, phase, tile, coefficients, (item * planesPerPolynomial + j) * planeStride);
            }
        }
    }

    private void packPlane(
            long[] inputs, int channel, StridePhases.Phase phase, int tile, long[] coefficients, int start) {
        int width = plan.geometry().inWidth();
        int strideX = plan.geometry().strideX();
        int firstRow = plan.firstRowOf(tile);
        int firstColumn = plan.firstColumnOf(tile);
        int fromRow = Math.max(0, firstRow + phases.leastTapRow());
        int toRow = Math.min(phase.rows(), firstRow + plan.rowsOf(tile) + phases.largestTapRow());
        int fromColumn = Math.max(0, firstColumn + phases.leastTapColumn());
        int toColumn = Math.min(phase.columns(), firstColumn + plan.columnsOf(tile) + phases.largestTapColumn());
        for (int y = fromRow; y < toRow; y++) {
            int from = channel
                    + (phase.firstRow() + y * plan.geometry().strideY()) * width
                    + phase.firstColumn()
                    + fromColumn * strideX;
            int to = start
                    + (y - firstRow - tiles.leastRow()) * rowStride
                    + (fromColumn - firstColumn - tiles.leastColumn());
            for (int x = fromColumn; x < toColumn; x++) {
                coefficients[to++] = inputs[from];
                from += strideX;
            }
        }
    }

    /**
     * Writes one weight polynomial.
     *
     * @param weights all weights of the layer
     * @param coefficients room for N values; all are written
     */
    public void packWeights(long[] weights, int block, int outputBlock, long[] coefficients) {
        Arrays.fill(coefficients, 0, plan.degree(), 0);
        int groups = plan.geometry().groups();
        int outputsPerGroup = plan.geometry().outChannels() / groups;
        int channelsPerGroup = plan.geometry().inChannels() / groups;
        int planesPerGroup = channelsPerGroup * phases.count();
        int kernelSize = plan.geometry().kernelHeight() * plan.geometry().kernelWidth();
        int firstPlane = block * planesPerPolynomial;
        int endPlane = firstPlane + plan.planesIn(block);
        for (int m = 0; m < plan.outputsIn(outputBlock); m++) {
            int output = outputBlock * plan.choice().outputs() + m;
            int firstOfGroup = output / outputsPerGroup * planesPerGroup;
            int kernels = output * channelsPerGroup;
            int start = m * itemsPerPolynomial * planesPerPolynomial * planeStride
                    + tiles.leastRow() * rowStride
                    + tiles.leastColumn();
            int end = Math.min(endPlane, firstOfGroup + planesPerGroup);
            for (int plane = Math.max(firstPlane, firstOfGroup); plane < end; plane++) {
                int inGroup = plane - firstOfGroup;
                packKernel(
                        weights,
                        (kernels + inGroup / phases.count()) * kernelSize,
                        phases.phase(inGroup % phases.count()),
                        coefficients,
                        start - (plane - firstPlane) * planeStride);
            }
        }
    }

    private void packKernel(long[] weights, int kernel, StridePhases.Phase phase, long[] coefficients, int start) {
        int[] tapWeights = phase.tapWeights();
        int[] tapRows = phase.tapRows();
        int[] tapColumns = phase.tapColumns();
        for (int t = 0; t < tapWeights.length; t++) {
            int exponent = start - tapRows[t] * rowStride - tapColumns[t];
            long weight = weights[kernel + tapWeights[t]];
            if (exponent < 0) {
                coefficients[exponent + plan.degree()] = -weight;
            } else {
                coefficients[exponent] = weight;
            }
        }
    }

    /** Indices of the wanted coefficients of one result polynomial, ascending: by output, item, row, column. */
    public int[] wanted(int outputBlock, int group) {
        int[] indices = new int[plan.wanted(outputBlock, group)];
        int at = 0;
        for (int m = 0; m < plan.outputsIn(outputBlock); m++) {
            for (int item = 0; item < plan.itemsIn(group); item++) {
                int tile = plan.tileOf(group, item);
                int start = (m * itemsPerPolynomial + item) * planesPerPolynomial * planeStride;
                for (int i = 0; i < plan.rowsOf(tile); i++) {
                    for (int j = 0; j < plan.columnsOf(tile); j++) {
                        indices[at++] = start + i * rowStride + j;
                    }
                }
            }
        }
        return indices;
    }

    /**
     * Writes the wanted values of one result to their places in the outputs.
     *
     * @param values one for each index of {@link #wanted}, in that order
     * @param outputs the output tensor of each query of the batch, one behind the other
     */
    public void unpack(long[] values, int outputBlock, int group, long[] outputs) {
        Objects.checkFromIndexSize(0, plan.wanted(outputBlock, group), values.length);
        int height = plan.geometry().outHeight();
        int width = plan.geometry().outWidth();
        int at = 0;
        for (int m = 0; m < plan.outputsIn(outputBlock); m++) {
            int output = outputBlock * plan.choice().outputs() + m;
            for (int item = 0; item < plan.itemsIn(group); item++) {
                int tile = plan.tileOf(group, item);
                int columns = plan.columnsOf(tile);
                int map = plan.queryOf(group, item) * plan.geometry().outputSize() + output * height * width;
                for (int i = 0; i < plan.rowsOf(tile); i++) {
                    int row = map + (plan.firstRowOf(tile) + i) * width + plan.firstColumnOf(tile);
                    System.arraycopy(values, at, outputs, row, columns);
                    at += columns;
                }
            }
        }
    }
}
