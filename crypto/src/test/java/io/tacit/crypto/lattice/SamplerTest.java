package io.tacit.crypto.lattice;

import static org.assertj.core.api.Assertions.assertThat;

import io.tacit.kernel.NttPrime;
import io.tacit.kernel.RnsBasis;
import io.tacit.kernel.provider.Kernels;
import java.math.BigInteger;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Distributions by chi-square at a million samples: at least two of three fixed seeds below the 99.9 % quantile. */
class SamplerTest {
    private static final int SAMPLES = 1_000_000;

    private interface Statistic {
        double of(Sampler sampler);
    }

    private static void passes(double quantile, Statistic statistic) {
        int below = 0;
        for (long seed = 1; seed <= 3; seed++) {
            try (Sampler sampler = new Sampler(Party.seed(seed).generator("sampler test"), Kernels.active())) {
                below += statistic.of(sampler) < quantile ? 1 : 0;
            }
        }
        assertThat(below).isGreaterThanOrEqualTo(2);
    }

    private static double chiSquare(long[] seen, double[] expected) {
        double sum = 0;
        for (int i = 0; i < seen.length; i++) {
            sum += (seen[i] - expected[i]) * (seen[i] - expected[i]) / expected[i];
        }
        return sum;
    }

    private static double uniformChiSquare(long[] seen, long samples) {
        double[] expected = new double[seen.length];
        java.util.Arrays.fill(expected, (double) samples / seen.length);
        return chiSquare(seen, expected);
    }

    @Test
    void ternaryIsUniform() {
        passes(13.8, sampler -> {
            long[] seen = new long[3];
            for (double value : sampler.ternary(SAMPLES)) {
                seen[(int) value + 1]++;
            }
            return uniformChiSquare(seen, SAMPLES);
        });
    }

    @Test
    void binomialIsBinomial() {
        // Values from -10 to 10 each, all beyond together: 22 degrees of freedom.
        double[] expected = new double[23];
        double total = 0;
        for (int value = -21; value <= 21; value++) {
            double share = binomial(42, value + 21) * Math.pow(2, -42) * SAMPLES;
            expected[Math.max(0, Math.min(22, value + 11))] += share;
            total += share;
        }
        assertThat(total).isBetween(SAMPLES - 1e-3, SAMPLES + 1e-3);
        passes(48.3, sampler -> {
            long[] seen = new long[23];
            for (double value : sampler.binomial(SAMPLES)) {
                assertThat(Math.abs(value)).isLessThanOrEqualTo(Sampler.ETA);
                seen[Math.max(0, Math.min(22, (int) value + 11))]++;
            }
            return chiSquare(seen, expected);
        });
        assertThat(Math.sqrt(Sampler.ETA / 2.0)).isGreaterThanOrEqualTo(3.19);
    }

    private static double binomial(int n, int k) {
        double product = 1;
        for (int i = 1; i <= k; i++) {
            product *= (double) (n - k + i) / i;
        }
        return product;
    }

    @Test
    void residuesAreUniform() {
        // A prime far below a power of two: a quarter of the candidates is rejected.
        NttPrime prime = null;
        for (long value = 3L << 38; prime == null; value -= 8192) {
            prime = NttPrime.isPrime(value + 1) ? new NttPrime(value + 1) : null;
        }
        long modulus = prime.value();
        long half = prime.half();
        RnsRing ring = new RnsRing(4096, new RnsBasis(List.of(prime)), Kernels.active());
        passes(149.4, sampler -> {
            long[] seen = new long[100];
            double[] rows = ring.zero();
            int samples = 0;
            while (samples < SAMPLES) {
                sampler.uniform(ring, rows);
                for (double value : rows) {
                    assertThat(Math.abs(value)).isLessThanOrEqualTo(half);
                    seen[(int) ((value + half) * 100 / modulus)]++;
                }
                samples += rows.length;
            }
            return uniformChiSquare(seen, samples);
        });
    }

    @Test
    void floodingIsUniformInItsRange() {
        for (int bits : new int[] {40, 62, 63, 64, 90, 125, 126, 127, 133}) {
            BigInteger most = BigInteger.ONE.shiftLeft(bits);
            passes(149.4, sampler -> {
                int count = 1 << 16;
                long[] seen = new long[100];
                long[] lowest = new long[100];
                long[][] pieces = sampler.flood(bits, count);
                assertThat(pieces).hasDimensions(bits / 63 + 1, count);
                for (int i = 0; i < count; i++) {
                    BigInteger value = BigInteger.ZERO;
                    for (int j = 0; j < pieces.length; j++) {
                        value = value.add(BigInteger.valueOf(pieces[j][i]).shiftLeft(Sampler.PIECE_BITS * j));
                    }
                    assertThat(value).isBetween(most.negate(), most.subtract(BigInteger.ONE));
                    seen[
                            value.add(most)
                                    .multiply(BigInteger.valueOf(100))
                                    .shiftRight(bits + 1)
                                    .intValueExact()]++;
                    lowest[value.mod(BigInteger.valueOf(100)).intValueExact()]++;
                }
                return Math.max(uniformChiSquare(seen, count), uniformChiSquare(lowest, count));
            });
        }
    }

    @Test
    void expansionIsAFunctionOfTheSeed() {
        RnsRing ring =
                LatticeParameters.of(SecurityLevel.STANDARD, 8192, 3, 120, 20).ring();
        byte[] seed = Party.seed(9).reveal();
        double[] rows = Sampler.expand(ring, seed).rows;
        assertThat(Sampler.expand(ring, seed).rows).isEqualTo(rows);
        assertThat(Sampler.expand(ring.using(Kernels.plain()), seed).rows).isEqualTo(rows);
        assertThat(Sampler.expand(ring, Party.seed(10).reveal()).rows).isNotEqualTo(rows);
    }
}
