package io.tacit.protocol.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tacit.crypto.share.PrimeField;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ResidueMatrixTest {

    @Test
    void rankIsTheNumberOfIndependentProductsSummed() {
        for (long seed = 0; seed < 40; seed++) {
            Random random = new Random(seed);
            PrimeField field = seed % 2 == 0 ? PrimeField.M31 : PrimeField.M61;
            int rows = 1 + random.nextInt(12);
            int columns = 1 + random.nextInt(12);
            int rank = random.nextInt(Math.min(rows, columns) + 1);
            long[] values = new long[rows * columns];
            for (int r = 0; r < rank; r++) {
                long[] left = random.longs(rows, 0, field.modulus()).toArray();
                long[] right = random.longs(columns, 0, field.modulus()).toArray();
                for (int i = 0; i < values.length; i++) {
                    values[i] = field.add(values[i], field.multiply(left[i / columns], right[i % columns]));
                }
            }
            assertThat(new ResidueMatrix(field, rows, columns, values).rank())
                    .as("seed %d", seed)
                    .isEqualTo(rank);
        }
    }

    @Test
    void partsCoverTheFieldEvenly() {
        for (PrimeField field : PrimeField.values()) {
            assertThat(ResidueMatrix.part(field, 0, 256)).isZero();
            assertThat(ResidueMatrix.part(field, field.modulus() - 1, 256)).isEqualTo(255);
            assertThat(ResidueMatrix.part(field, field.modulus() / 2, 256)).isEqualTo(127);
            assertThat(ResidueMatrix.part(field, field.modulus() / 2 + 1, 256)).isEqualTo(128);
        }
    }

    @Test
    void valuesOutsideTheFieldAreRefused() {
        long[] values = {0, PrimeField.M31.modulus()};
        assertThatThrownBy(() -> new ResidueMatrix(PrimeField.M31, 1, 2, values))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
