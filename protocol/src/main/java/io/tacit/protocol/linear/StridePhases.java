package io.tacit.protocol.linear;

import io.tacit.kernel.ConvolutionGeometry;
import java.util.ArrayList;
import java.util.List;

/**
 * A convolution with strides (s, t) as a sum of convolutions with stride 1. Input value (y, x) belongs to phase
 * (y mod s, x mod t), at place (floor(y / s), floor(x / t)) of it. A tap that reads y = s i + u for output row i reads phase
 * u mod s at row i + floor(u / s). So every output place is wanted, and what no tap reads is in no phase.
 *
 * <p>A <em>plane</em> is one phase of one channel; plane {@code channel * count() + phase}.
 */
final class StridePhases {

    /**
     * One phase.
     *
     * @param firstRow input row of its row 0
     * @param firstColumn input column of its column 0
     * @param rows its height
     * @param columns its width
     * @param tapWeights index of each tap in a kernel, row-major
     * @param tapRows row offset of each tap: output row i reads row i + offset
     * @param tapColumns column offset of each tap
     */
    record Phase(
            int firstRow, int firstColumn, int rows, int columns, int[] tapWeights, int[] tapRows, int[] tapColumns) {}

    private final List<Phase> phases = new ArrayList<>();
    private int leastTapRow = Integer.MAX_VALUE;
    private int largestTapRow = Integer.MIN_VALUE;
    private int leastTapColumn = Integer.MAX_VALUE;
    private int largestTapColumn = Integer.MIN_VALUE;
    private int rows;
    private int columns;

    StridePhases(ConvolutionGeometry g) {
        for (int py = 0; py < Math.min(g.strideY(), g.inHeight()); py++) {
            int[] kernelRows = kernelPlaces(g.kernelHeight(), g.dilationY(), g.padTop(), g.strideY(), py);
            for (int px = 0; px < Math.min(g.strideX(), g.inWidth()) && kernelRows.length > 0; px++) {
                int[] kernelColumns = kernelPlaces(g.kernelWidth(), g.dilationX(), g.padLeft(), g.strideX(), px);
                if (kernelColumns.length > 0) {
                    add(g, py, px, kernelRows, kernelColumns);
                }
            }
        }
        if (phases.isEmpty()) { // every tap reads padding only: one plane that is never read
            add(g, 0, 0, new int[0], new int[0]);
            leastTapRow = 0;
            largestTapRow = 0;
            leastTapColumn = 0;
            largestTapColumn = 0;
        }
    }

    /** Places of the kernel, in one direction, that read this phase. */
    private static int[] kernelPlaces(int extent, int dilation, int pad, int stride, int phase) {
        List<Integer> places = new ArrayList<>();
        for (int k = 0; k < extent; k++) {
            if (Math.floorMod(k * dilation - pad, stride) == phase) {
                places.add(k);
            }
        }
        return places.stream().mapToInt(Integer::intValue).toArray();
    }

    private void add(ConvolutionGeometry g, int py, int px, int[] kernelRows, int[] kernelColumns) {
        int count = kernelRows.length * kernelColumns.length;
        int[] weights = new int[count];
        int[] tapRows = new int[count];
        int[] tapColumns = new int[count];
        int at = 0;
        for (int u : kernelRows) {
            for (int v : kernelColumns) {
                weights[at] = u * g.kernelWidth() + v;
                tapRows[at] = Math.floorDiv(u * g.dilationY() - g.padTop(), g.strideY());
                tapColumns[at] = Math.floorDiv(v * g.dilationX() - g.padLeft(), g.strideX());
                leastTapRow = Math.min(leastTapRow, tapRows[at]);
                largestTapRow = Math.max(largestTapRow, tapRows[at]);
                leastTapColumn = Math.min(leastTapColumn, tapColumns[at]);
                largestTapColumn = Math.max(largestTapColumn, tapColumns[at]);
                at++;
            }
        }
        Phase phase = new Phase(
                py,
                px,
                (g.inHeight() - py + g.strideY() - 1) / g.strideY(),
                (g.inWidth() - px + g.strideX() - 1) / g.strideX(),
                weights,
                tapRows,
                tapColumns);
        rows = Math.max(rows, phase.rows());
        columns = Math.max(columns, phase.columns());
        phases.add(phase);
    }

    /** Phases that are read. */
    int count() {
        return phases.size();
    }

    Phase phase(int index) {
        return phases.get(index);
    }

    /** Rows of the highest phase. */
    int rows() {
        return rows;
    }

    /** Columns of the widest phase. */
    int columns() {
        return columns;
    }

    int leastTapRow() {
        return leastTapRow;
    }

    int largestTapRow() {
        return largestTapRow;
    }

    int leastTapColumn() {
        return leastTapColumn;
    }

    int largestTapColumn() {
        return largestTapColumn;
    }
}
