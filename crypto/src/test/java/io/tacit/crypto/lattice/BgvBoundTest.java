package io.tacit.crypto.lattice;

import static org.assertj.core.api.Assertions.assertThat;

import io.tacit.kernel.NttPrime;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The bounds of values and noise against their formulas, in this test's own words: never below, and hardly above. */
class BgvBoundTest {
    private static final int N = 1 << 14;
    private static final int FAILURE_BITS = 100;
    private static final double LN_2 = Math.log(2);

    private final List<NttPrime> primes = NttPrime.below(48, N, 5);
    private final BgvParameters parameters =
            new BgvParameters(SecurityLevel.STANDARD, N, primes.subList(1, 5), primes.get(0), NttPrime.below(30, N, 2));
    private final NttPrime plaintextPrime = parameters.level(1, 0).plaintextPrime();
    private final double t = plaintextPrime.value();
    private final BgvBound bound = new BgvBound(N, plaintextPrime, FAILURE_BITS);

    private static void assertBound(double found, double formula) {
        assertThat(found).isBetween(formula * (1 - 1e-15), formula * (1 + 1e-9));
    }

    /** Of so many errors of at most 21, centred binomial. */
    private static double errors(double count) {
        return Math.min(21 * count, Math.sqrt(21 * count * (FAILURE_BITS + 1) * LN_2));
    }

    @Test
    void freshConstantsAndProducts() {
        assertBound(bound.constant(), t / 2 + 21 * t);
        for (long terms : new long[] {1, 25, 1000}) {
            assertBound(bound.products(terms), t / 2 * (t * errors((double) terms * N) + terms * t / 2));
            assertBound(bound.products(terms, 1e9), 1e9 * (t * errors((double) terms * N) + terms * t / 2));
        }
        assertBound(bound.square(1e12), N * 1e24);
    }

    @Test
    void relinearisationAndChangesOfModulus() {
        List<NttPrime> chain = parameters.keys().primes();
        double special = parameters.special().value();
        for (int limbs = 1; limbs <= 3; limbs++) {
            double digits = 0;
            for (NttPrime prime : chain.subList(0, limbs)) {
                digits += (prime.value() - 1) / 2.0 * N * 21;
            }
            assertBound(bound.relinearized(1e20, parameters, limbs), 1e20 + t * (digits / special + (N + 1) / 2.0));
        }
        List<NttPrime> three = chain.subList(0, 3);
        double once = 1e30 / three.get(2).value() + t * (N + 1) / 2;
        assertBound(bound.switched(1e30, three, 2), once);
        assertBound(bound.switched(1e30, three, 1), once / three.get(1).value() + t * (N + 1) / 2);
        assertBound(bound.switched(1e30, three, 3), 1e30);
        double masks = Math.sqrt(2.0 * N * (FAILURE_BITS + 1) * LN_2) / 2;
        assertBound(bound.switchedFirst(1e30, three, 2), 1e30 / three.get(2).value() + t * (0.5 + masks));
    }

    /** Flooding is 2^(sigma' - 1) times the noise it hides, less than twice that, and counts in the value. */
    @Test
    void flooding() {
        for (double value : new double[] {0, 1e12, 3e20}) {
            double noise = value / t + errors(2.0 * N) + 2;
            for (int sigma : new int[] {40, 58, 80}) {
                int bits = bound.floodBits(value, sigma);
                assertThat(Math.scalb(1.0, bits)).isBetween(Math.scalb(noise, sigma - 1), Math.scalb(noise, sigma));
                assertBound(bound.flooded(value, bits), t * (Math.scalb(1.0, bits) + noise + 1));
            }
        }
    }

    @Test
    void sumsOfFewNumbersAreTheirHeights() {
        assertBound(NoiseBound.errorSum(3, FAILURE_BITS), 63);
        assertBound(NoiseBound.boundedSum(5, 7, FAILURE_BITS), 35);
        assertBound(NoiseBound.boundedSum(1000, 7, FAILURE_BITS), 7 * Math.sqrt(2000 * (FAILURE_BITS + 1) * LN_2));
    }

    /** n = 3 parties at a point computed by the formula of the documentation. */
    @Test
    void collectiveProducts() {
        int degree = 8192;
        long terms = 300;
        int events = 58 + 3;
        double largest = 3 * Math.pow(2, 21);
        double inner = events + 14 + 9;
        double height = largest * Math.sqrt(2 * 900 * (inner + 1) * LN_2);
        double errors = Math.sqrt(3 * 8192 * 21 * (events + 1) * LN_2);
        double products = 2 * errors * height + largest * Math.sqrt(900 * 21 * (events + 1) * LN_2) + largest * 900 / 2;
        double messages = 2 * errors * 3 + 3 * 21 + 1.5;
        NoiseBound noise = NoiseBound.ofCollectiveProducts(degree, 22, terms, 3, 58);
        assertBound(noise.magnitude(), products + messages);
        assertThat(noise.terms()).isEqualTo(terms);
        assertThat(noise.failureBits()).isEqualTo(58);
        assertThat(noise.bits()).isEqualTo(Math.log(noise.magnitude()) / LN_2);
    }
}
