package io.tacit.crypto.paillier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tacit.crypto.paillier.WeightedSums.Cost;
import io.tacit.crypto.paillier.WeightedSums.Kind;
import io.tacit.crypto.paillier.WeightedSums.Strategy;
import io.tacit.kernel.Workers;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.IntSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class WeightedSumsTest {
    private final PaillierKeys keys = InsecureKeys.tooShort();
    private final RandomizerPool pool = new RandomizerPool(new KeyHolderRandomizers(keys, InsecureKeys.seed(3)), 16);

    /** A dense matrix of weights. */
    private record Matrix(int[][] weights, int inputs) implements WeightedRows {
        @Override
        public int outputs() {
            return weights.length;
        }

        @Override
        public void fill(int output, Row row) {
            for (int i = 0; i < inputs; i++) {
                row.add(i, weights[output][i]);
            }
        }

        BigInteger sum(int output, BigInteger[] x) {
            BigInteger sum = BigInteger.ZERO;
            for (int i = 0; i < inputs; i++) {
                sum = sum.add(x[i].multiply(BigInteger.valueOf(weights[output][i])));
            }
            return sum;
        }

        long nonZero() {
            return IntStream.range(0, weights.length)
                    .mapToLong(o -> IntStream.of(weights[o]).filter(w -> w != 0).count())
                    .sum();
        }
    }

    private static Matrix matrix(int outputs, int inputs, IntSupplier weight) {
        int[][] weights = new int[outputs][inputs];
        for (int[] row : weights) {
            for (int i = 0; i < inputs; i++) {
                row[i] = weight.getAsInt();
            }
        }
        return new Matrix(weights, inputs);
    }

    private static List<Strategy> strategies() {
        List<Strategy> strategies = new ArrayList<>();
        for (Kind kind : Kind.values()) {
            for (int bits = 1; bits <= 9; bits++) {
                strategies.add(new Strategy(kind, bits));
            }
        }
        return strategies;
    }

    private void check(Matrix matrix, Strategy strategy, Workers workers) {
        Random random = new Random(7);
        BigInteger[] x = IntStream.range(0, matrix.inputs())
                .mapToObj(i -> BigInteger.valueOf(random.nextLong()))
                .toArray(BigInteger[]::new);
        CiphertextBatch sums = WeightedSums.compute(CiphertextBatch.encrypt(pool, x), matrix, strategy, workers);
        BigInteger[] found = keys.decrypt(sums, Workers.NONE);
        assertThat(found).hasSize(matrix.outputs());
        for (int o = 0; o < matrix.outputs(); o++) {
            assertThat(found[o]).as("%s, row %d", strategy, o).isEqualTo(matrix.sum(o, x));
        }
    }

    @Test
    void everyStrategyOnWeightsOfManyKinds() {
        Random random = new Random(1);
        List<Matrix> matrices = List.of(
                matrix(7, 11, () -> random.nextInt(255) - 127),
                matrix(5, 9, () -> random.nextInt(3) - 1),
                matrix(5, 9, () -> random.nextInt(2)),
                matrix(3, 6, () -> random.nextInt(5) == 0 ? random.nextInt(1 << 20) - (1 << 19) : 0),
                matrix(4, 5, () -> random.nextBoolean() ? Integer.MAX_VALUE : -Integer.MAX_VALUE),
                matrix(2, 3, () -> 0),
                new Matrix(new int[][] {{-128, 128, 127, -127}, {0, 0, 0, -1}, {0, 0, 0, 0}, {64, 65, -64, -65}}, 4),
                matrix(1, 1, () -> -1));
        for (Matrix matrix : matrices) {
            for (Strategy strategy : strategies()) {
                check(matrix, strategy, Workers.NONE);
            }
        }
    }

    @Test
    void rowsOnSeveralThreads() {
        ExecutorService executor = Executors.newFixedThreadPool(2);
        try {
            Random random = new Random(2);
            Matrix matrix = matrix(41, 30, () -> random.nextInt(255) - 127);
            check(matrix, new Strategy(Kind.BUCKETS, 8), new Workers(executor, 3));
            check(matrix, new Strategy(Kind.TABLES, 4), new Workers(executor, 3));
        } finally {
            executor.shutdownNow();
        }
    }

    /** One product a non-zero weight but the first of each row, and the inverses. */
    @Test
    void ternaryAndBinaryWeightsCostOneProductEach() {
        Random random = new Random(3);
        Matrix binary = matrix(10, 50, () -> random.nextInt(2));
        assertThat(WeightedSums.products(binary, new Strategy(Kind.TABLES, 1), 8)
                        .products())
                .isEqualTo(binary.nonZero() - 10);
        Matrix ternary = matrix(10, 50, () -> random.nextInt(3) - 1);
        Cost cost = WeightedSums.products(ternary, new Strategy(Kind.TABLES, 1), 8);
        assertThat(cost.products()).isEqualTo(ternary.nonZero() - 10 + cost.shared());
        assertThat(cost.shared()).isEqualTo(BatchInversion.products(50, 8)).isLessThanOrEqualTo(3 * 50);
        assertThat(cheapest(ternary, 8)).isEqualTo(cost.products());
    }

    /** A product for each weight that is not the first in its bucket, for each bucket but the first, and each step down. */
    @Test
    void bucketsAreCountedByTheFormula() {
        Random random = new Random(4);
        Matrix matrix = matrix(6, 300, () -> random.nextInt(4) == 0 ? 0 : 1 + random.nextInt(127));
        long expected = 0;
        for (int[] row : matrix.weights()) {
            long weights = IntStream.of(row).filter(w -> w != 0).count();
            long buckets = IntStream.of(row).filter(w -> w != 0).distinct().count();
            expected +=
                    weights - buckets + buckets - 1 + IntStream.of(row).max().orElseThrow() - 1;
        }
        Cost cost = WeightedSums.products(matrix, new Strategy(Kind.BUCKETS, 8), 8);
        assertThat(cost.products()).isEqualTo(expected);
        assertThat(cost.shared()).isZero();
    }

    /** The shapes of C1's wide layers and of SqueezeNet's, 8-bit weights. */
    @Test
    void aWideLayerCostsAtMostOneAndAHalfProductsAWeight() {
        Random random = new Random(5);
        Matrix wide =
                matrix(64, 576, () -> (int) Math.round(Math.max(-127, Math.min(127, random.nextGaussian() * 40))));
        assertThat((double) cheapest(wide, 8) / wide.nonZero()).isLessThan(1.5);
    }

    private static long cheapest(WeightedRows rows, int lanes) {
        return strategies().stream()
                .mapToLong(
                        strategy -> WeightedSums.products(rows, strategy, lanes).products())
                .min()
                .orElseThrow();
    }

    /** Inputs, their inverses if any weight is negative, tables or each lane's buckets, outputs; and what is copied meanwhile. */
    @Test
    void memoryIsCountedByTheFormula() {
        Random random = new Random(6);
        Matrix signed = matrix(20, 40, () -> random.nextInt(255) - 127);
        assertThat(WeightedSums.products(signed, new Strategy(Kind.TABLES, 1), 4)
                        .residues(40, 20, 1))
                .isEqualTo(40 + 40 + 20 + 40 + 2 * 40);
        assertThat(WeightedSums.products(signed, new Strategy(Kind.TABLES, 3), 4)
                        .residues(30, 100, 7))
                .isEqualTo(2 * 4 * 30 + 100 + 30 + 100);
        Matrix positive = matrix(20, 40, () -> random.nextInt(4));
        assertThat(WeightedSums.products(positive, new Strategy(Kind.BUCKETS, 3), 4)
                        .residues(40, 20, 3))
                .isEqualTo(40 + 20 + 3 * 4 * (4 + 1) + 40 + 20);
    }

    @Test
    void aPartOfTheRowsReadsOnlyWhatItNeedsAndGivesTheSame() {
        Random random = new Random(7);
        Matrix matrix = matrix(9, 30, () -> random.nextInt(6) == 0 ? random.nextInt(255) - 127 : 0);
        BigInteger[] x = IntStream.range(0, 30)
                .mapToObj(i -> BigInteger.valueOf(random.nextInt(1000)))
                .toArray(BigInteger[]::new);
        CiphertextBatch inputs = CiphertextBatch.encrypt(pool, x);
        int[] rows = {7, 2, 3};
        PartOfRows part = new PartOfRows(matrix, rows);
        int[] read = IntStream.range(0, 30)
                .filter(i -> IntStream.of(rows).anyMatch(row -> matrix.weights()[row][i] != 0))
                .toArray();
        assertThat(part.inputIndices()).isEqualTo(read).hasSizeLessThan(30);
        Strategy strategy = new Strategy(Kind.TABLES, 3);
        CiphertextBatch sums = WeightedSums.compute(inputs.gather(part.inputIndices()), part, strategy, Workers.NONE);
        assertThat(keys.decrypt(sums, Workers.NONE))
                .containsExactly(matrix.sum(7, x), matrix.sum(2, x), matrix.sum(3, x));
    }

    @Test
    void otherNumbersOfInputsAreRefused() {
        CiphertextBatch two = CiphertextBatch.encrypt(pool, new BigInteger[] {BigInteger.ONE, BigInteger.TWO});
        Matrix matrix = matrix(1, 3, () -> 1);
        assertThatThrownBy(() -> WeightedSums.compute(two, matrix, new Strategy(Kind.TABLES, 1), Workers.NONE))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Strategy(Kind.TABLES, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new WeightedRows.Row().add(0, Integer.MIN_VALUE))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
