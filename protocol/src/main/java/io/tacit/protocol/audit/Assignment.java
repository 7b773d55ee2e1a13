package io.tacit.protocol.audit;

import java.util.Arrays;

/**
 * The assignment of rows to columns of least total cost, by shortest augmenting paths (Jonker and Volgenant 1987):
 * O(n^3), far less where most rows agree on who takes what.
 */
final class Assignment {
    private Assignment() {}

    /**
     * @param n rows and columns
     * @param cost row-major, n x n, finite
     * @return column of each row
     */
    static int[] cheapest(int n, float[] cost) {
        double[] rowPrice = new double[n];
        double[] columnPrice = new double[n];
        int[] columnOf = new int[n];
        int[] rowOf = new int[n];
        startGreedily(n, cost, rowPrice, columnPrice, columnOf, rowOf);
        double[] distance = new double[n];
        int[] previous = new int[n];
        boolean[] settled = new boolean[n];
        for (int start = 0; start < n; start++) {
            if (columnOf[start] >= 0) {
                continue;
            }
            Arrays.fill(distance, Double.POSITIVE_INFINITY);
            Arrays.fill(settled, false);
            int row = start;
            int via = -1;
            double length = 0;
            int end;
            while (true) {
                double offset = length - rowPrice[row];
                int nearest = -1;
                double least = Double.POSITIVE_INFINITY;
                for (int j = 0; j < n; j++) {
                    if (!settled[j]) {
                        double through = offset + cost[row * n + j] - columnPrice[j];
                        if (through < distance[j]) {
                            distance[j] = through;
                            previous[j] = via;
                        }
                        if (distance[j] < least) {
                            least = distance[j];
                            nearest = j;
                        }
                    }
                }
                length = least;
                if (rowOf[nearest] < 0) {
                    end = nearest;
                    break;
                }
                settled[nearest] = true;
                row = rowOf[nearest];
                via = nearest;
            }
            rowPrice[start] += length;
            for (int j = 0; j < n; j++) {
                if (settled[j]) {
                    rowPrice[rowOf[j]] += length - distance[j];
                    columnPrice[j] -= length - distance[j];
                }
            }
            for (int j = end; j >= 0; j = previous[j]) {
                rowOf[j] = previous[j] < 0 ? start : rowOf[previous[j]];
                columnOf[rowOf[j]] = j;
            }
        }
        return columnOf;
    }

    /** Prices under which no reduced cost is negative, and the assignments that cost nothing under them. */
    private static void startGreedily(
            int n, float[] cost, double[] rowPrice, double[] columnPrice, int[] columnOf, int[] rowOf) {
        Arrays.fill(columnPrice, Double.POSITIVE_INFINITY);
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                columnPrice[j] = Math.min(columnPrice[j], cost[i * n + j]);
            }
        }
        Arrays.fill(columnOf, -1);
        Arrays.fill(rowOf, -1);
        for (int i = 0; i < n; i++) {
            double least = Double.POSITIVE_INFINITY;
            for (int j = 0; j < n; j++) {
                least = Math.min(least, cost[i * n + j] - columnPrice[j]);
            }
            rowPrice[i] = least;
            for (int j = 0; j < n && columnOf[i] < 0; j++) {
                if (rowOf[j] < 0 && cost[i * n + j] - columnPrice[j] == least) {
                    columnOf[i] = j;
                    rowOf[j] = i;
                }
            }
        }
    }
}
