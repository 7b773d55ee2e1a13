package io.tacit.model.separate;

import io.tacit.kernel.ConvolutionGeometry;
import io.tacit.model.integer.IntegerTensor;
import io.tacit.model.integer.Step;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** Filters of one convolution, those that a structured pruner would keep first. */
public enum FilterRanking {
    /** Largest sum of absolute weights (Li et al., ICLR 2017). */
    PFEC {
        @Override
        double[] values(Step.Linear layer, IntegerTensor maps) {
            int taps = layer.geometry().taps();
            return IntStream.range(0, layer.geometry().outChannels())
                    .mapToDouble(filter -> IntStream.range(filter * taps, (filter + 1) * taps)
                            .mapToDouble(i -> Math.abs(layer.weights()[i]))
                            .sum())
                    .toArray();
        }
    },
    /** Farthest from the geometric median: largest sum of distances to the other filters (He et al., CVPR 2019). */
    FPGM {
        @Override
        double[] values(Step.Linear layer, IntegerTensor maps) {
            int filters = layer.geometry().outChannels();
            int taps = layer.geometry().taps();
            double[] sums = new double[filters];
            for (int a = 0; a < filters; a++) {
                for (int b = 0; b < filters; b++) {
                    double square = 0;
                    for (int i = 0; i < taps; i++) {
                        double d = (double) layer.weights()[a * taps + i] - layer.weights()[b * taps + i];
                        square += d * d;
                    }
                    sums[a] += Math.sqrt(square);
                }
            }
            return sums;
        }
    },
    /** Largest mean rank of the feature maps (Lin et al., CVPR 2020). */
    HRANK {
        @Override
        double[] values(Step.Linear layer, IntegerTensor maps) {
            ConvolutionGeometry g = layer.geometry();
            int filters = g.outChannels();
            int images = Math.min(RANKED_IMAGES, maps.batch());
            double[] sums = new double[filters];
            for (int filter = 0; filter < filters; filter++) {
                for (int image = 0; image < images; image++) {
                    sums[filter] += rank(maps, image, filter, g.outHeight(), g.outWidth());
                }
            }
            return sums;
        }
    };

    /** Ranks of feature maps hardly depend on the images: the paper takes 500. */
    private static final int RANKED_IMAGES = 500;

    abstract double[] values(Step.Linear layer, IntegerTensor maps);

    /**
     * All filters of a convolution, best first, the lowest index among equals.
     *
     * @param maps results of the convolution for some images
     */
    List<Integer> order(Step.Linear layer, IntegerTensor maps) {
        double[] values = values(layer, maps);
        return IntStream.range(0, values.length)
                .boxed()
                .sorted(Comparator.comparingDouble(filter -> -values[filter]))
                .toList();
    }

    /** Rank of one feature map, by elimination with full pivoting. */
    private static int rank(IntegerTensor maps, int image, int filter, int rows, int columns) {
        double[][] matrix = new double[rows][columns];
        int base = (image * maps.shape().channels() + filter) * rows * columns;
        double largest = 0;
        for (int y = 0; y < rows; y++) {
            for (int x = 0; x < columns; x++) {
                matrix[y][x] = maps.get(base + y * columns + x);
                largest = Math.max(largest, Math.abs(matrix[y][x]));
            }
        }
        double least = largest * Math.max(rows, columns) * Math.ulp(1.0);
        int rank = 0;
        while (rank < Math.min(rows, columns)) {
            int pivotY = rank;
            int pivotX = rank;
            for (int y = rank; y < rows; y++) {
                for (int x = rank; x < columns; x++) {
                    if (Math.abs(matrix[y][x]) > Math.abs(matrix[pivotY][pivotX])) {
                        pivotY = y;
                        pivotX = x;
                    }
                }
            }
            if (Math.abs(matrix[pivotY][pivotX]) <= least) {
                return rank;
            }
            double[] row = matrix[pivotY];
            matrix[pivotY] = matrix[rank];
            matrix[rank] = row;
            for (double[] each : matrix) {
                double swapped = each[pivotX];
                each[pivotX] = each[rank];
                each[rank] = swapped;
            }
            for (int y = rank + 1; y < rows; y++) {
                double factor = matrix[y][rank] / row[rank];
                for (int x = rank; x < columns; x++) {
                    matrix[y][x] -= factor * row[x];
                }
            }
            rank++;
        }
        return rank;
    }
}
