package io.tacit.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import io.tacit.kernel.provider.KernelProvider;
import io.tacit.kernel.provider.Kernels;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.function.BinaryOperator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Vectors of residues, every twin, against arbitrary-precision integers. */
class ResiduesTest {
    private static final int[] LENGTHS = {0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 17, 64, 257, 1025};

    record Case(KernelProvider twin, NttPrime prime) {
        ResidueArithmetic residues() {
            return twin.residues();
        }

        @Override
        public String toString() {
            return twin.description() + ", prime " + prime;
        }
    }

    static List<Case> cases() {
        List<NttPrime> primes = List.of(
                NttPrime.below(49, 8192, 1).get(0),
                NttPrime.below(48, 32768, 2).get(1),
                NttPrime.below(31, 4096, 1).get(0),
                new NttPrime(65537),
                new NttPrime(12289),
                new NttPrime(43));
        return new LinkedHashSet<>(List.of(Kernels.plain(), Kernels.active()))
                .stream()
                        .flatMap(twin -> primes.stream().map(prime -> new Case(twin, prime)))
                        .toList();
    }

    private static BigInteger big(double value) {
        assertThat(value).isEqualTo(Math.rint(value));
        return BigInteger.valueOf((long) value);
    }

    /** Random residues between extremes. */
    private static double[] inputs(Case c, int length, long seed) {
        Random random = new Random(seed);
        double half = c.prime.half();
        double[] points = {half, -half, half - 1, 0, 1, -1};
        double[] values = new double[length];
        for (int i = 0; i < length; i++) {
            values[i] = random.nextBoolean()
                    ? points[random.nextInt(points.length)]
                    : c.prime.centred(new BigInteger(80, random));
        }
        return values;
    }

    private static double[] shifted(double[] values, int offset) {
        double[] out = new double[values.length + offset + 1];
        Arrays.fill(out, 0.25);
        System.arraycopy(values, 0, out, offset, values.length);
        return out;
    }

    private interface Operation {
        void run(double[] a, int aOffset, double[] b, int bOffset, double[] c, int cOffset, int length);
    }

    private static void check(Case c, Operation operation, BinaryOperator<BigInteger> definition) {
        for (int length : LENGTHS) {
            double[] a = inputs(c, length, 1);
            double[] b = inputs(c, length, 2);
            double[] expected = new double[length];
            for (int i = 0; i < length; i++) {
                expected[i] = c.prime.centred(definition.apply(big(a[i]), big(b[i])));
            }
            double[] out = shifted(new double[length], 3);
            operation.run(shifted(a, 1), 1, shifted(b, 2), 2, out, 3, length);
            assertThat(out).isEqualTo(shifted(expected, 3));
            double[] left = a.clone();
            operation.run(left, 0, b, 0, left, 0, length);
            assertThat(left).isEqualTo(expected);
            double[] right = b.clone();
            operation.run(a, 0, right, 0, right, 0, length);
            assertThat(right).isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void sumsDifferencesAndProducts(Case c) {
        check(c, (a, i, b, j, s, k, n) -> c.residues().add(c.prime, a, i, b, j, s, k, n), BigInteger::add);
        check(c, (a, i, b, j, s, k, n) -> c.residues().subtract(c.prime, a, i, b, j, s, k, n), BigInteger::subtract);
        check(c, (a, i, b, j, s, k, n) -> c.residues().multiply(c.prime, a, i, b, j, s, k, n), BigInteger::multiply);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void negativesHaveNoNegativeZero(Case c) {
        for (int length : LENGTHS) {
            double[] a = inputs(c, length, 3);
            double[] expected = Arrays.stream(a).map(x -> x == 0 ? 0.0 : -x).toArray();
            double[] out = shifted(new double[length], 1);
            c.residues().negate(shifted(a, 2), 2, out, 1, length);
            assertThat(out).isEqualTo(shifted(expected, 1));
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void multiplesByEveryKindOfFactor(Case c) {
        double half = c.prime.half();
        for (double factor : new double[] {0, 1, -1, 2, half, -half, c.prime.centred(BigInteger.TEN.pow(30))}) {
            for (int length : LENGTHS) {
                double[] a = inputs(c, length, 4);
                double[] expected = Arrays.stream(a)
                        .map(x -> c.prime.centred(big(x).multiply(big(factor))))
                        .toArray();
                double[] out = shifted(new double[length], 1);
                c.residues().scale(c.prime, factor, shifted(a, 3), 3, out, 1, length);
                assertThat(out).isEqualTo(shifted(expected, 1));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void asManyLazyProductsAsAllowedAreExactAtTheExtremes(Case c) {
        double half = c.prime.half();
        int n = 67;
        for (boolean random : new boolean[] {false, true}) {
            double[] sum = random ? inputs(c, n, 5) : new double[n];
            if (!random) {
                Arrays.fill(sum, half);
            }
            BigInteger[] expected =
                    Arrays.stream(sum).mapToObj(ResiduesTest::big).toArray(BigInteger[]::new);
            double[] lazy = shifted(sum, 1);
            for (int term = 0; term < ResidueArithmetic.LAZY_TERMS; term++) {
                double[] a = inputs(c, n, 10 + term);
                double[] b = inputs(c, n, 50 + term);
                if (!random) { // the greatest residue of a product that there is: about p / 2 every time
                    for (int i = 0; i < n; i++) {
                        a[i] = half - i % 5;
                        b[i] = c.prime.centred(BigInteger.valueOf((long) half)
                                .multiply(big(a[i]).modInverse(BigInteger.valueOf(c.prime.value()))));
                    }
                }
                c.residues().multiplyAdd(c.prime, shifted(a, 2), 2, b, 0, lazy, 1, n);
                for (int i = 0; i < n; i++) {
                    expected[i] = expected[i].add(big(a[i]).multiply(big(b[i])));
                    assertThat(Math.abs(lazy[i + 1])).isLessThan(0x1p52);
                }
            }
            c.residues().reduce(c.prime, lazy, 1, lazy, 1, n);
            double[] centred =
                    Arrays.stream(expected).mapToDouble(c.prime::centred).toArray();
            assertThat(lazy).isEqualTo(shifted(centred, 1));
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void reductionIsCentredAroundEveryMiddle(Case c) {
        List<Double> values = new ArrayList<>();
        double p = c.prime.value();
        double multiples = Math.floor(0x1p52 / p);
        double step = Math.max(1, Math.floor(multiples / 50));
        for (double k = -multiples; k <= multiples; k += step) {
            for (double near : new double[] {0, 1, -1, c.prime.half(), c.prime.half() + 1, -c.prime.half()}) {
                if (Math.abs(k * p + near) < 0x1p52) {
                    values.add(k * p + near);
                }
            }
        }
        values.add(0x1p52 - 1);
        values.add(1 - 0x1p52);
        double[] a = values.stream().mapToDouble(x -> x).toArray();
        double[] expected = Arrays.stream(a).map(x -> c.prime.centred(big(x))).toArray();
        double[] out = shifted(new double[a.length], 1);
        c.residues().reduce(c.prime, shifted(a, 2), 2, out, 1, a.length);
        assertThat(out).isEqualTo(shifted(expected, 1));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void integersOfAllSizesAndBack(Case c) {
        Random random = new Random(6);
        long p = c.prime.value();
        long[] points = {
            Long.MIN_VALUE,
            Long.MAX_VALUE,
            0,
            1,
            -1,
            p,
            -p,
            p / 2,
            p / 2 + 1,
            -(p / 2),
            -(p / 2) - 1,
            (1L << 32) - 1,
            1L << 32,
            -(1L << 32),
            1L << 31,
            (1L << 62) - 1,
            Long.MAX_VALUE / p * p
        };
        for (int length : LENGTHS) {
            long[] integers = new long[length + 1];
            for (int i = 0; i < length; i++) {
                integers[i + 1] = random.nextBoolean() ? points[random.nextInt(points.length)] : random.nextLong();
            }
            double[] residues = shifted(new double[length], 2);
            c.residues().fromSigned(c.prime, integers, 1, residues, 2, length);
            long[] signed = new long[length + 1];
            long[] unsigned = new long[length + 3];
            c.residues().toSigned(residues, 2, signed, 1, length);
            c.residues().toUnsigned(c.prime, residues, 2, unsigned, 3, length);
            for (int i = 0; i < length; i++) {
                BigInteger integer = BigInteger.valueOf(integers[i + 1]);
                assertThat(residues[i + 2]).isEqualTo(c.prime.centred(integer));
                assertThat(signed[i + 1]).isEqualTo((long) residues[i + 2]);
                assertThat(unsigned[i + 3])
                        .isEqualTo(integer.mod(BigInteger.valueOf(p)).longValue());
            }
            assertThat(c.residues().isCanonical(c.prime, unsigned, 3, length)).isTrue();
            for (long bad : new long[] {-1, p, Long.MIN_VALUE, Long.MAX_VALUE}) {
                if (length > 0) {
                    long[] spoilt = unsigned.clone();
                    spoilt[3 + random.nextInt(length)] = bad;
                    assertThat(c.residues().isCanonical(c.prime, spoilt, 3, length))
                            .isFalse();
                }
            }
            assertThat(Arrays.copyOf(residues, 2)).containsOnly(0.25);
            assertThat(residues[length + 2]).isEqualTo(0.25);
        }
    }

    private static long word(byte[] stream, int at, int bytes) {
        long word = 0;
        for (int i = bytes - 1; i >= 0; i--) {
            word = word << 8 | (stream[at + i] & 0xFF);
        }
        return word;
    }

    @ParameterizedTest
    @MethodSource("cases")
    void uniformResiduesAreTheCandidatesBelowThePrime(Case c) {
        Random random = new Random(7);
        for (int words : LENGTHS) {
            for (int rejected : new int[] {0, 1, 5}) {
                byte[] stream = new byte[words * ResidueArithmetic.WORD_BYTES + 3];
                random.nextBytes(stream);
                for (int i = 0; i < Math.min(rejected, words); i++) { // all ones is never below a prime
                    int at = 3 + random.nextInt(words) * ResidueArithmetic.WORD_BYTES;
                    Arrays.fill(stream, at, at + ResidueArithmetic.WORD_BYTES, (byte) -1);
                }
                List<Double> expected = new ArrayList<>();
                for (int i = 0; i < words; i++) {
                    long candidate = word(stream, 3 + 8 * i, 8) & ((Long.highestOneBit(c.prime.value()) << 1) - 1);
                    if (candidate < c.prime.value()) {
                        expected.add((double) (candidate - c.prime.half()));
                    }
                }
                double[] out = shifted(new double[words], 1);
                int kept = c.residues().uniform(c.prime, stream, 3, out, 1, words);
                assertThat(kept).isEqualTo(expected.size());
                assertThat(Arrays.copyOfRange(out, 1, 1 + kept))
                        .containsExactly(expected.stream().mapToDouble(x -> x).toArray());
                assertThat(out[0]).isEqualTo(0.25);
                assertThat(out[words + 1]).isEqualTo(0.25);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void binomialValuesAreDifferencesOfBitCounts(Case c) {
        Random random = new Random(8);
        for (int length : LENGTHS) {
            byte[] stream = new byte[length * ResidueArithmetic.WORD_BYTES + 5];
            random.nextBytes(stream);
            if (length > 2) {
                Arrays.fill(stream, 5, 13, (byte) 0);
                Arrays.fill(stream, 13, 21, (byte) -1);
            }
            double[] out = shifted(new double[length], 1);
            c.residues().centredBinomial(stream, 5, out, 1, length);
            double[] expected = new double[length];
            for (int i = 0; i < length; i++) {
                long word = word(stream, 5 + 8 * i, 8);
                long ones = Long.bitCount(word & 0x1FFFFF);
                long zeros = 21 - Long.bitCount(word >>> 21 & 0x1FFFFF);
                expected[i] = ones - zeros;
            }
            assertThat(out).isEqualTo(shifted(expected, 1));
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void everyCandidateButOneGivesATernaryValueAndEachValueIsAsFrequent(Case c) {
        int all = 1 << 16;
        byte[] stream = new byte[2 * all + 1];
        for (int i = 0; i < all; i++) {
            stream[2 * i + 1] = (byte) i;
            stream[2 * i + 2] = (byte) (i >> 8);
        }
        double[] out = shifted(new double[all], 1);
        int kept = c.residues().ternary(stream, 1, out, 1, all);
        assertThat(kept).isEqualTo(all - 1);
        for (int i = 0; i < kept; i++) {
            assertThat(out[i + 1]).isEqualTo(i / 21845 - 1);
        }
        for (int i = 0; i < all; i += 3) { // what is left out leaves no gap
            stream[2 * i + 1] = -1;
            stream[2 * i + 2] = -1;
        }
        kept = c.residues().ternary(stream, 1, out, 1, all);
        int at = 1;
        for (int i = 0; i < all; i++) {
            if (i % 3 != 0) {
                assertThat(out[at++]).isEqualTo(i / 21845 - 1);
            }
        }
        assertThat(kept).isEqualTo(at - 1);
    }
}
