package io.tacit.crypto.lattice;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The noise of sums of products, before flooding, against the proven bound. */
class NoiseTest {
    private static final int DEGREE = 8192;

    @ParameterizedTest
    @ValueSource(ints = {20, 32, 40})
    void staysUnderAQuarterOfTheBound(int bits) {
        measure(bits, 40);
    }

    /** About half a minute of one core each. */
    @Tag("slow")
    @ParameterizedTest
    @ValueSource(ints = {20, 32, 40})
    void staysUnderAQuarterOfTheBoundInTenThousandRuns(int bits) {
        measure(bits, 10_000);
    }

    /** Worst multiplicands: all of them the largest, so that only the errors' signs cancel. */
    @ParameterizedTest
    @ValueSource(ints = {20, 32, 40})
    void staysUnderTheBoundForTheLargestMultiplicands(int bits) {
        Noise noise = new Noise(bits, 3);
        long[] factor = new long[DEGREE];
        java.util.Arrays.fill(factor, (1L << bits - 1) - 1);
        long[] message = new long[DEGREE];
        for (int run = 0; run < 10; run++) {
            java.util.Arrays.fill(message, noise.party.prg.nextLong());
            assertThat(noise.largest(message, factor)).isLessThan(noise.bound());
        }
    }

    private static void measure(int bits, int runs) {
        Noise noise = new Noise(bits, bits);
        double largest = 0;
        for (int run = 0; run < runs; run++) {
            double seen = noise.largest(noise.party.uniform(DEGREE), noise.party.uniform(DEGREE));
            assertThat(seen).as("run %s", run).isLessThan(noise.bound() / 4);
            largest = Math.max(largest, seen);
        }
        // And the bound is not idle: the noise is there, within a factor of 64.
        assertThat(largest).isGreaterThan(noise.bound() / 64);
        System.out.printf(
                "noise of l = %d in %d runs: at most %.3f of the bound of 2^%.1f%n",
                bits, runs, largest / noise.bound(), noise.party.choice.noise().bits());
    }

    /** One product and a fresh zero, and what they leave: c0 + c1 s - q m / 2^l. */
    private static final class Noise {
        final Party party;

        Noise(int bits, long seed) {
            party = new Party(
                    ParameterChoice.atDegree(SecurityLevel.STANDARD, DEGREE, bits, DEGREE, 58)
                            .orElseThrow(),
                    seed);
        }

        double bound() {
            return party.choice.noise().magnitude();
        }

        double largest(long[] message, long[] factor) {
            RnsRing ring = party.parameters.ring();
            Ciphertext ciphertext = party.encryptor.encrypt(message).expand();
            PlaintextPolynomial multiplicand = PlaintextPolynomial.of(party.parameters, factor);
            PolynomialEvaluation body = PolynomialEvaluation.zero(ring);
            PolynomialEvaluation mask = PolynomialEvaluation.zero(ring);
            body.addProduct(ciphertext.body, multiplicand.values());
            mask.addProduct(ciphertext.mask, multiplicand.values());
            FreshZero zero = FreshZero.draw(party.open, party.prg);
            zero.addTo(body, mask);
            mask.reduce();
            PolynomialCoefficients second = mask.toCoefficients();
            zero.addErrors(second);
            PolynomialEvaluation again = second.toEvaluation();
            body.addProduct(again, party.secret.key());
            body.reduce();
            double[] sums = body.toCoefficients().rows;

            // What it decrypts to, encoded again: the rest is the noise, as it is far below q / 2^(l + 1).
            long[] product = new long[DEGREE];
            double[] expected = ring.zero();
            var rns = ring.kernels().rns();
            rns.decode(party.parameters.scale(), sums, 0, DEGREE, product, 0, DEGREE);
            rns.encode(party.parameters.scale(), product, 0, expected, 0, DEGREE, DEGREE);
            ring.subtract(sums, expected);
            return NoiseMagnitude.largest(ring, sums);
        }
    }
}
