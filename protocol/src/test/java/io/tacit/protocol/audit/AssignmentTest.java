package io.tacit.protocol.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class AssignmentTest {

    @Test
    void costsAsLittleAsTheBestOfAllPermutations() {
        for (long seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            int n = 1 + random.nextInt(6);
            float[] cost = new float[n * n];
            for (int i = 0; i < cost.length; i++) {
                // small integers too, so that ties occur
                cost[i] = seed % 2 == 0 ? random.nextInt(4) : random.nextFloat();
            }
            int[] columnOf = Assignment.cheapest(n, cost);
            assertThat(columnOf).as("seed %d", seed).doesNotHaveDuplicates();
            double total = 0;
            for (int row = 0; row < n; row++) {
                total += cost[row * n + columnOf[row]];
            }
            assertThat(total).as("seed %d", seed).isCloseTo(least(n, cost, 0, 0), within(1e-5));
        }
    }

    private static double least(int n, float[] cost, int row, int taken) {
        if (row == n) {
            return 0;
        }
        double best = Double.POSITIVE_INFINITY;
        for (int column = 0; column < n; column++) {
            if ((taken & 1 << column) == 0) {
                best = Math.min(best, cost[row * n + column] + least(n, cost, row + 1, taken | 1 << column));
            }
        }
        return best;
    }
}
