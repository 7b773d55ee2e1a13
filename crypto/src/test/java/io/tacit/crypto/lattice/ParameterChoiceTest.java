package io.tacit.crypto.lattice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ParameterChoiceTest {
    private static final int STATISTICAL_BITS = 58;

    /** What the documentation says of degrees and moduli. */
    @ParameterizedTest
    @CsvSource({"12, 4096, 2", "20, 8192, 3", "22, 8192, 3", "32, 8192, 3", "40, 8192, 4", "51, 8192, 4"})
    void smallestDegreesAndModuli(int bits, int degree, int limbs) {
        ParameterChoice choice = choose(bits, degree);
        assertThat(choice.parameters().degree()).isEqualTo(degree);
        assertThat(choice.parameters().limbs()).isEqualTo(limbs);
        assertThat(choice.parameters().plaintextBits()).isEqualTo(bits);
        if (degree > LatticeParameters.MIN_DEGREE) {
            assertThat(ParameterChoice.atDegree(SecurityLevel.STANDARD, degree / 2, bits, degree, STATISTICAL_BITS))
                    .isEmpty();
        }
    }

    private static ParameterChoice choose(int bits, int terms) {
        return ParameterChoice.smallest(SecurityLevel.STANDARD, bits, terms, STATISTICAL_BITS, "conv1");
    }

    @Test
    void noSmallerModulusDecrypts() {
        for (int bits = 2; bits <= 50; bits += 6) {
            LatticeParameters chosen = choose(bits, 8192).parameters();
            int modulusBits = chosen.modulus().bitLength();
            LatticeParameters smaller = LatticeParameters.of(
                    SecurityLevel.STANDARD, chosen.degree(), chosen.limbs(), modulusBits - 1, bits);
            assertThat(ParameterChoice.within(chosen, 8192, STATISTICAL_BITS)).isPresent();
            assertThat(ParameterChoice.within(smaller, 8192, STATISTICAL_BITS)).isEmpty();
        }
    }

    /** The inequality of the format's documentation, with the worst of everything, in this test's own words. */
    @Test
    void formatsSatisfyTheirInequality() {
        for (int bits : new int[] {8, 20, 33, 50}) {
            for (int wanted : new int[] {1, 100, 8192}) {
                ParameterChoice choice = ParameterChoice.atDegree(
                                SecurityLevel.STANDARD, 8192, bits, 100_000, STATISTICAL_BITS)
                        .orElseThrow();
                ReturnFormat format = choice.returning(wanted);
                double modulus = choice.parameters().modulus().doubleValue();
                double unit = Math.pow(2, format.maskBits());
                double noise = unit
                        / modulus
                        * (Math.pow(2, format.floodBits()) + choice.noise().magnitude() + 0.5);
                double value = Math.pow(2, format.maskBits() - format.valueBits()) / 2;
                // Eleven standard deviations of a sum of 8192 independent roundings of at most 1/2.
                double mask = 11 * Math.sqrt(8192) / 2;
                assertThat(noise + value + mask / 1.05).isLessThan(Math.pow(2, format.maskBits() - bits - 1));
                // Flooding: 2^57 times the noise on each side, so that a shift by it is 2^-58 of the width.
                assertThat(Math.pow(2, format.floodBits()))
                        .isGreaterThanOrEqualTo(choice.noise().magnitude() * Math.pow(2, STATISTICAL_BITS - 1));
            }
        }
    }

    /** The bound of the noise against its formula at a point computed by hand. */
    @Test
    void noiseBoundIsTheFormula() {
        NoiseBound bound = NoiseBound.ofProducts(8192, 20, 10_000, 84);
        double errors = Math.sqrt(10_000.0 * 21 * 86 * Math.log(2));
        double zero = Math.sqrt(2 * 8192.0 * 21 * 86 * Math.log(2));
        assertThat(bound.magnitude() / (Math.pow(2, 19) * (errors + 5_000) + zero))
                .isBetween(1.0, 1 + 1e-9);
        assertThat(bound.bits()).isBetween(32.0, 32.1);
        // With a single product nothing is gained by the tail: 21 and a half.
        assertThat(NoiseBound.ofProducts(8192, 20, 1, 84).magnitude())
                .isBetween(Math.pow(2, 19) * 21.5, Math.pow(2, 19) * 21.5 + zero + 1);
    }

    @Test
    void refusalNamesBothLimits() {
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        ParameterChoice.smallest(SecurityLevel.STANDARD, 56, 4096, STATISTICAL_BITS, "layer conv7"))
                .withMessageContainingAll("layer conv7", "56 bits", "at most 51 bits", "at most 62");
    }

    @Test
    void statisticalSecurityHasAFloor() {
        for (int bits : new int[] {0, 39, 81}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> ParameterChoice.atDegree(SecurityLevel.STANDARD, 8192, 20, 100, bits));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> ParameterChoice.within(choose(20, 100).parameters(), 100, bits));
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ParameterChoice.atDegree(SecurityLevel.STANDARD, 8192, 20, 0, 40));
    }

    @Test
    void conservativeLevelTakesLessModulus() {
        for (int bits = 4; bits <= 40; bits += 4) {
            ParameterChoice choice =
                    ParameterChoice.smallest(SecurityLevel.CONSERVATIVE, bits, 8192, STATISTICAL_BITS, "conv1");
            assertThat(choice.parameters().modulus().bitLength())
                    .isLessThanOrEqualTo(SecurityLevel.CONSERVATIVE.maxModulusBits(
                            choice.parameters().degree()));
            assertThat(choice.parameters().degree())
                    .isGreaterThanOrEqualTo(choose(bits, 8192).parameters().degree());
        }
    }
}
