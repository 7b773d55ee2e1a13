package io.tacit.kernel.tile;

import io.tacit.kernel.ConvolutionGeometry;
import java.util.Arrays;

/** Reads an image block by block as the right factor of a convolution's matrix form, and adds such blocks back to an image. */
final class IntPatches {
    private final ConvolutionGeometry geometry;
    private final PatchLayout layout;
    private final int window;

    /** @param byRow whether ranges are cut into output rows, as {@link #addBack} needs */
    IntPatches(ConvolutionGeometry geometry, int maxColumns, boolean byRow) {
        this.geometry = geometry;
        layout = new PatchLayout(geometry, maxColumns, byRow);
        window = geometry.kernelHeight() * geometry.kernelWidth();
    }

    void range(int firstColumn, int columns) {
        layout.range(firstColumn, columns);
    }

    /** Row k of the matrix form of one group, for the columns of the range: the inputs under tap k. */
    void read(int group, int tap, int[] input, int inputOffset, int[] row, int rowOffset) {
        int ky = tap % window / geometry.kernelWidth();
        int kx = tap % geometry.kernelWidth();
        int channel = group * (geometry.inChannels() / geometry.groups()) + tap / window;
        if (layout.aligned) {
            for (int s = 0; s < layout.segments; s++) {
                int plane = inputOffset + inputIndex(layout.image[s], channel, 0, 0, 0) + geometry.padLeft();
                readAligned(s, ky, kx, input, plane, row, rowOffset + layout.at[s]);
            }
            return;
        }
        int from = layout.validFrom(kx);
        int to = layout.validTo(kx);
        for (int s = 0; s < layout.segments; s++) {
            int at = rowOffset + layout.at[s];
            int x = layout.xFrom[s];
            int length = layout.xTo[s] - x;
            int iy = layout.inputRow(layout.y[s], ky);
            int first = Math.max(x, from);
            int end = Math.min(layout.xTo[s], to);
            if (iy < 0 || iy >= geometry.inHeight() || first >= end) {
                Arrays.fill(row, at, at + length, 0);
            } else {
                Arrays.fill(row, at, at + first - x, 0);
                int source = inputOffset + inputIndex(layout.image[s], channel, iy, first, kx);
                copy(input, source, row, at + first - x, end - first);
                Arrays.fill(row, at + end - x, at + length, 0);
            }
        }
    }

    /** One copy for a run of positions of one image, then zeros where the tap lies beside the image. */
    private void readAligned(int segment, int ky, int kx, int[] input, int plane, int[] row, int at) {
        int width = geometry.inWidth();
        int below = ky * geometry.dilationY() - geometry.padTop();
        int right = kx * geometry.dilationX() - geometry.padLeft();
        int start = layout.y[segment] * width + layout.xFrom[segment];
        int end = start + layout.xTo[segment] - layout.xFrom[segment];
        int firstRow = Math.max(0, -below);
        int endRow = Math.max(firstRow, Math.min(layout.outHeight, geometry.inHeight() - below));
        int shift = below * width + right;
        int from = Math.min(end, Math.max(start, Math.max(firstRow * width, -shift)));
        int to = Math.min(end, Math.min(endRow * width, geometry.inHeight() * width - shift));
        if (from >= to) {
            Arrays.fill(row, at, at + end - start, 0);
            return;
        }
        int zero = at - start; // where position 0 would lie
        Arrays.fill(row, zero + start, zero + from, 0);
        System.arraycopy(input, plane + from + shift, row, zero + from, to - from);
        Arrays.fill(row, zero + to, zero + end, 0);
        int leftEdge = Math.min(width, -right); // columns that would read left of the image
        int rightEdge = Math.max(0, width - right); // from here on they would read right of it
        for (int line = from / width * width; line < to; line += width) {
            for (int p = Math.max(line, from); p < Math.min(line + leftEdge, to); p++) {
                row[zero + p] = 0;
            }
            for (int p = Math.max(line + rightEdge, from); p < Math.min(line + width, to); p++) {
                row[zero + p] = 0;
            }
        }
    }

    private void copy(int[] input, int source, int[] row, int at, int length) {
        int step = geometry.strideX();
        if (step == 1) {
            System.arraycopy(input, source, row, at, length);
        } else {
            for (int i = 0; i < length; i++) {
                row[at + i] = input[source + i * step];
            }
        }
    }

    /** Adds a row of a matrix form to the inputs of one image under a tap of the window: the transpose of {@link #read}. */
    void addBack(int channel, int windowTap, int[] row, int rowOffset, int[] input, IntProducts arithmetic) {
        int ky = windowTap / geometry.kernelWidth();
        int kx = windowTap % geometry.kernelWidth();
        int from = layout.validFrom(kx);
        int to = layout.validTo(kx);
        int step = geometry.strideX();
        for (int s = 0; s < layout.segments; s++) {
            int iy = layout.inputRow(layout.y[s], ky);
            int first = Math.max(layout.xFrom[s], from);
            int end = Math.min(layout.xTo[s], to);
            if (iy >= 0 && iy < geometry.inHeight() && first < end) {
                int at = rowOffset + layout.at[s] + first - layout.xFrom[s];
                int target = inputIndex(0, channel, iy, first, kx);
                if (step == 1) {
                    arithmetic.add(input, target, row, at, input, target, end - first);
                } else {
                    for (int i = 0; i < end - first; i++) {
                        int t = target + i * step;
                        input[t] = arithmetic.sum(input[t], row[at + i]);
                    }
                }
            }
        }
    }

    private int inputIndex(int image, int channel, int iy, int ox, int kx) {
        return image * geometry.inputSize()
                + (channel * geometry.inHeight() + iy) * geometry.inWidth()
                + layout.inputColumn(ox, kx);
    }
}
