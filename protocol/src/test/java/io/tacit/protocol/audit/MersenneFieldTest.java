package io.tacit.protocol.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MersenneFieldTest {

    @Test
    void agreesWithBigIntegers() {
        Random random = new Random(11);
        for (long p : new long[] {InsecurePublishedView.P31, InsecurePublishedView.P61}) {
            MersenneField field = MersenneField.of(p);
            long[] edges = {0, 1, 2, p / 2, p / 2 + 1, p - 2, p - 1};
            for (int trial = 0; trial < 20_000; trial++) {
                long a = trial < 49 ? edges[trial % 7] : random.nextLong(p);
                long b = trial < 49 ? edges[trial / 7] : random.nextLong(p);
                BigInteger big = BigInteger.valueOf(a);
                BigInteger modulus = BigInteger.valueOf(p);
                assertThat(field.multiply(a, b))
                        .isEqualTo(
                                big.multiply(BigInteger.valueOf(b)).mod(modulus).longValueExact());
                assertThat(field.subtract(field.add(a, b), b)).isEqualTo(a);
                assertThat(field.bucket(a, 256))
                        .isCloseTo(
                                big.shiftLeft(8).divide(modulus).intValueExact(),
                                org.assertj.core.api.Assertions.within(p > 1L << 40 ? 1 : 0));
                if (a != 0 && trial < 500) {
                    assertThat(field.multiply(a, field.inverse(a))).isEqualTo(1);
                }
            }
            assertThatThrownBy(() -> field.inverse(0)).isInstanceOf(ArithmeticException.class);
        }
    }

    @Test
    void rankSurvivesInvertibleFactors() {
        for (long seed = 0; seed < 40; seed++) {
            Random random = new Random(seed);
            long p = seed % 2 == 0 ? InsecurePublishedView.P31 : InsecurePublishedView.P61;
            MersenneField field = MersenneField.of(p);
            int rows = 1 + random.nextInt(12);
            int columns = 1 + random.nextInt(12);
            int rank = random.nextInt(Math.min(rows, columns) + 1);
            long[] values = new long[rows * columns];
            for (int r = 0; r < rank; r++) {
                long[] left = random.longs(rows, 0, p).toArray();
                long[] right = random.longs(columns, 0, p).toArray();
                for (int i = 0; i < values.length; i++) {
                    values[i] = field.add(values[i], field.multiply(left[i / columns], right[i % columns]));
                }
            }
            assertThat(new ResidueMatrix(p, rows, columns, values).rank())
                    .as("seed %d", seed)
                    .isEqualTo(rank);
        }
    }
}
