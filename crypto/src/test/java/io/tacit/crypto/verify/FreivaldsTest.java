package io.tacit.crypto.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tacit.crypto.random.Prg;
import io.tacit.crypto.random.Seed;
import io.tacit.crypto.share.FieldVector;
import io.tacit.crypto.share.PrimeField;
import io.tacit.kernel.ConvolutionGeometry;
import io.tacit.kernel.Workers;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FreivaldsTest {
    private static final List<ConvolutionGeometry> SHAPES = List.of(
            ConvolutionGeometry.dense(17, 9),
            ConvolutionGeometry.dense(1, 1),
            ConvolutionGeometry.square(3, 8, 5, 3, 1, 1),
            new ConvolutionGeometry(4, 7, 6, 8, 3, 2, 2, 1, 1, 0, 0, 1, 1, 2, 4));

    /** One product with its check. */
    private static final class Case {
        final PrimeField field;
        final Freivalds freivalds;
        final Freivalds.Key key;
        final FieldVector x;
        final FieldVector z;
        final long[] expected;

        Case(PrimeField field, ConvolutionGeometry geometry, int checks, Prg prg) {
            this.field = field;
            freivalds = new Freivalds(field, geometry, checks, prg);
            FieldVector weights = random(geometry.weightCount(), prg);
            x = random(geometry.inputSize(), prg);
            z = field.zeros(geometry.outputSize());
            field.convolve(geometry, 1, weights, x, 0, z, 0, Workers.NONE);
            key = freivalds.key(weights, Workers.NONE);
            expected = new long[checks];
            key.accumulate(x, 0, expected, 0);
        }

        private FieldVector random(int length, Prg prg) {
            FieldVector vector = field.zeros(length);
            vector.randomize(prg, 0, length);
            return vector;
        }

        boolean accepted() {
            return freivalds.accepts(z, 0, expected, 0);
        }
    }

    @ParameterizedTest
    @EnumSource(PrimeField.class)
    void rightProductsAreAcceptedAndWrongOnesRefused(PrimeField field) {
        try (Seed seed = Seed.of(new byte[Seed.BYTES]);
                Prg prg = seed.generator("test")) {
            for (ConvolutionGeometry shape : SHAPES) {
                for (int checks = 1; checks <= 3; checks++) {
                    Case c = new Case(field, shape, checks, prg);
                    assertThat(c.accepted()).isTrue();
                    assertThat(c.freivalds.checks()).isEqualTo(checks);
                    c.z.set(0, field.add(c.z.get(0), 1));
                    assertThat(c.accepted()).isFalse();
                    c.z.set(0, field.subtract(c.z.get(0), 1));
                    assertThat(c.accepted()).isTrue();
                    c.expected[checks - 1] = field.add(c.expected[checks - 1], 1);
                    assertThat(c.accepted()).isFalse();
                }
            }
        }
    }

    /** A million changes over both fields. */
    @ParameterizedTest
    @EnumSource(PrimeField.class)
    void singleEntryChangesAreRefused(PrimeField field) {
        changes(field, 500_000);
    }

    private static void changes(PrimeField field, int count) {
        Random random = new Random(8);
        try (Seed seed = Seed.of(new byte[Seed.BYTES]);
                Prg prg = seed.generator("test")) {
            Case c = new Case(field, ConvolutionGeometry.square(2, 6, 3, 3, 1, 1), Freivalds.defaultChecks(field), prg);
            int accepted = 0;
            for (int i = 0; i < count; i++) {
                int entry = random.nextInt(c.z.length());
                long right = c.z.get(entry);
                long error = 1 + Math.floorMod(random.nextLong(), field.modulus() - 1);
                c.z.set(entry, field.add(right, error));
                accepted += c.accepted() ? 1 : 0;
                c.z.set(entry, right);
            }
            assertThat(accepted).isZero();
            assertThat(c.accepted()).isTrue();
        }
    }

    /** Why s must stay secret: whoever knows it changes two entries so that the sum stays. One check is then no check. */
    @ParameterizedTest
    @EnumSource(PrimeField.class)
    void aForgerWhoKnowsSPasses(PrimeField field) {
        byte[] seedBytes = new byte[Seed.BYTES];
        ConvolutionGeometry shape = ConvolutionGeometry.dense(5, 4);
        try (Seed seed = Seed.of(seedBytes);
                Prg prg = seed.generator("test");
                Prg same = seed.generator("test")) {
            Case c = new Case(field, shape, 1, prg);
            FieldVector s = field.zeros(4);
            s.randomize(same, 0, 4);
            c.z.set(0, field.add(c.z.get(0), s.get(1)));
            c.z.set(1, field.subtract(c.z.get(1), s.get(0)));
            assertThat(c.accepted()).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource(PrimeField.class)
    void keysAddUp(PrimeField field) {
        try (Seed seed = Seed.of(new byte[Seed.BYTES]);
                Prg prg = seed.generator("test")) {
            ConvolutionGeometry shape = SHAPES.get(2);
            Case c = new Case(field, shape, 2, prg);
            long[] twice = new long[2];
            c.key.plus(c.key).accumulate(c.x, 0, twice, 0);
            for (int i = 0; i < 2; i++) {
                assertThat(twice[i]).isEqualTo(field.add(c.expected[i], c.expected[i]));
            }
        }
    }

    @Test
    void errorBoundIsTheUnionOverColumns() {
        assertThat(Freivalds.errorBits(PrimeField.M31, 2, 1)).isEqualTo(62, within(1e-6));
        assertThat(Freivalds.errorBits(PrimeField.M61, 1, 1 << 20)).isEqualTo(41, within(1e-6));
        for (PrimeField field : PrimeField.values()) {
            assertThat(Freivalds.errorBits(field, Freivalds.defaultChecks(field), 1))
                    .isGreaterThan(60);
        }
    }
}
