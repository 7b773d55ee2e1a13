package io.tacit.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tacit.kernel.provider.KernelProvider;
import io.tacit.kernel.provider.Kernels;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Transforms of every twin against their definition, at every degree, with the largest primes and with small ones. */
class TransformTest {

    record Case(KernelProvider twin, NttTable table) {
        @Override
        public String toString() {
            return twin.description() + ", degree " + table.degree() + ", prime " + table.prime();
        }
    }

    static List<KernelProvider> twins() {
        return List.copyOf(new LinkedHashSet<>(List.of(Kernels.plain(), Kernels.active())));
    }

    static List<NttTable> tables() {
        List<NttTable> tables = new ArrayList<>();
        for (int degree = NttTable.MIN_DEGREE; degree <= NttTable.MAX_DEGREE; degree *= 2) {
            for (int bits : new int[] {49, 48, 20}) {
                tables.add(new NttTable(degree, NttPrime.below(bits, degree, 1).get(0)));
            }
        }
        return tables;
    }

    static List<Case> cases() {
        List<NttTable> tables = tables();
        return twins().stream()
                .flatMap(twin -> tables.stream().map(table -> new Case(twin, table)))
                .toList();
    }

    private static double[] fill(int length, IntToDoubleFunction value) {
        return IntStream.range(0, length).mapToDouble(value).toArray();
    }

    private static double[] random(NttTable table, long seed) {
        Random random = new Random(seed);
        NttPrime prime = table.prime();
        return fill(table.degree(), i -> prime.centred(new BigInteger(80, random)));
    }

    /** Inputs at the bounds: all at one end, signs in every pattern that some stage sees as equal, and those that make one value extreme. */
    private static List<double[]> extremes(NttTable table) {
        int n = table.degree();
        double half = table.prime().half();
        List<double[]> inputs = new ArrayList<>();
        inputs.add(new double[n]);
        inputs.add(fill(n, i -> half));
        inputs.add(fill(n, i -> -half));
        for (int bit = 1; bit < n; bit *= 2) {
            int distance = bit;
            inputs.add(fill(n, i -> (i & distance) == 0 ? half : -half));
            inputs.add(fill(n, i -> (i & distance) == 0 ? half : 0));
        }
        inputs.add(fill(n, i -> (Integer.bitCount(i) & 1) == 0 ? half : -half));
        for (int j : new int[] {0, 1, n / 2 + 1, n - 1}) {
            double[] powers = powers(table, j);
            inputs.add(fill(n, i -> Math.signum(powers[i]) * half));
        }
        return inputs;
    }

    /** The powers of the root whose value stands at place j. */
    private static double[] powers(NttTable table, int j) {
        BigInteger p = BigInteger.valueOf(table.prime().value());
        int shift = Integer.numberOfLeadingZeros(table.degree()) + 1;
        BigInteger psi =
                BigInteger.valueOf((long) table.roots()[table.degree() / 2]).mod(p); // brv(N / 2) = 1
        BigInteger root = psi.modPow(BigInteger.valueOf(2L * (Integer.reverse(j) >>> shift) + 1), p);
        double[] powers = new double[table.degree()];
        BigInteger power = BigInteger.ONE;
        for (int i = 0; i < powers.length; i++) {
            powers[i] = table.prime().centred(power);
            power = power.multiply(root).mod(p);
        }
        return powers;
    }

    private static double sumOfProducts(NttPrime prime, double[] a, double[] b) {
        BigInteger sum = BigInteger.ZERO;
        for (int i = 0; i < a.length; i++) {
            sum = sum.add(BigInteger.valueOf((long) a[i]).multiply(BigInteger.valueOf((long) b[i])));
        }
        return prime.centred(sum);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void valuesAreThoseAtThePowersOfTheRoot(Case c) {
        NttTable table = c.table;
        int n = table.degree();
        List<double[]> inputs = new ArrayList<>(extremes(table).subList(0, 4));
        inputs.add(random(table, 1));
        List<double[]> values = new ArrayList<>();
        for (double[] input : inputs) {
            double[] copy = input.clone();
            c.twin.transform().forward(copy, 0, table);
            values.add(copy);
        }
        for (int j : new int[] {0, 1, 2, 3, 5, n / 2, n - 2, n - 1}) {
            double[] powers = powers(table, j);
            for (int k = 0; k < inputs.size(); k++) {
                double expected = sumOfProducts(table.prime(), inputs.get(k), powers);
                assertThat(values.get(k)[j]).as("input %d, value %d", k, j).isEqualTo(expected);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void extremesComeBackAndAllIsCentred(Case c) {
        int n = c.table.degree();
        double half = c.table.prime().half();
        for (double[] input : extremes(c.table)) {
            for (boolean forwardFirst : new boolean[] {true, false}) {
                double[] work = new double[n + 5];
                Arrays.fill(work, 0.5);
                System.arraycopy(input, 0, work, 3, n);
                step(c, forwardFirst, work, 3);
                boolean centred = true;
                for (int i = 3; i < n + 3; i++) {
                    centred &= Math.abs(work[i]) <= half;
                }
                assertThat(centred).isTrue();
                step(c, !forwardFirst, work, 3);
                assertThat(Arrays.copyOfRange(work, 3, n + 3)).isEqualTo(input);
                assertThat(new double[] {work[0], work[1], work[2], work[n + 3], work[n + 4]})
                        .containsOnly(0.5);
            }
        }
    }

    private static void step(Case c, boolean forward, double[] work, int offset) {
        if (forward) {
            c.twin.transform().forward(work, offset, c.table);
        } else {
            c.twin.transform().inverse(work, offset, c.table);
        }
    }

    @ParameterizedTest
    @MethodSource("tables")
    void twinsAgree(NttTable table) {
        List<double[]> inputs = extremes(table);
        inputs.add(random(table, 2));
        for (double[] input : inputs) {
            for (boolean forward : new boolean[] {true, false}) {
                double[] plain = input.clone();
                step(new Case(Kernels.plain(), table), forward, plain, 0);
                double[] active = new double[input.length + 1];
                System.arraycopy(input, 0, active, 1, input.length);
                step(new Case(Kernels.active(), table), forward, active, 1);
                assertThat(Arrays.copyOfRange(active, 1, active.length)).isEqualTo(plain);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void theProductOfValuesIsTheNegacyclicProduct(Case c) {
        if (c.table.degree() > 1024) {
            return; // the schoolbook product is quadratic
        }
        int n = c.table.degree();
        NttPrime prime = c.table.prime();
        double[] a = random(c.table, 3);
        double[] b = random(c.table, 4);
        BigInteger[] expected = new BigInteger[n];
        Arrays.fill(expected, BigInteger.ZERO);
        for (int i = 0; i < n; i++) {
            BigInteger left = BigInteger.valueOf((long) a[i]);
            for (int j = 0; j < n; j++) {
                BigInteger product = left.multiply(BigInteger.valueOf((long) b[j]));
                int k = (i + j) % n;
                expected[k] = i + j < n ? expected[k].add(product) : expected[k].subtract(product);
            }
        }
        c.twin.transform().forward(a, 0, c.table);
        c.twin.transform().forward(b, 0, c.table);
        c.twin.residues().multiply(prime, a, 0, b, 0, a, 0, n);
        c.twin.transform().inverse(a, 0, c.table);
        assertThat(a).isEqualTo(fill(n, i -> prime.centred(expected[i])));
    }

    /** Prime, root and values from a separate program in another language (definition sums, no transform). */
    @ParameterizedTest
    @MethodSource("twins")
    void aFixedPolynomialHasTheKnownValues(KernelProvider twin) {
        NttPrime prime = NttPrime.below(49, 4096, 1).get(0);
        assertThat(prime.value()).isEqualTo(562949953216513L);
        NttTable table = new NttTable(4096, prime);
        assertThat(table.roots()[2048]).isEqualTo(169658170966992.0);
        double[] x = fill(4096, i -> prime.centred(BigInteger.valueOf(i + 1).pow(5)));
        twin.transform().forward(x, 0, table);
        assertThat(new double[] {x[0], x[1], x[2], x[2048], x[4095]})
                .containsExactly(
                        -115859061763254.0, 43442790503953.0, 275224531888885.0, -46730437884304.0, 242702972527729.0);
    }

    @Test
    void whatDoesNotFitIsRefused() {
        NttPrime prime = NttPrime.below(49, 8192, 1).get(0);
        assertThatThrownBy(() -> new NttTable(512, prime)).hasMessageContaining("degree 512");
        assertThatThrownBy(() -> new NttTable(3000, prime)).hasMessageContaining("degree 3000");
        assertThatThrownBy(() -> new NttTable(65536, prime)).hasMessageContaining("degree 65536");
        NttPrime small = new NttPrime(12289);
        assertThat(new NttTable(2048, small).prime()).isSameAs(small);
        assertThatThrownBy(() -> new NttTable(4096, small)).hasMessageContaining("1 modulo 8192");
        assertThatThrownBy(() -> Kernels.plain().transform().forward(new double[8192], 1, new NttTable(8192, prime)))
                .isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void primesAreTheLargest() {
        for (int degree : new int[] {1024, 8192, 32768}) {
            List<NttPrime> primes = NttPrime.below(49, degree, 5);
            long candidate = 1L << 49;
            for (NttPrime prime : primes) {
                do {
                    candidate--;
                } while (candidate % (2L * degree) != 1
                        || !BigInteger.valueOf(candidate).isProbablePrime(80));
                assertThat(prime.value()).isEqualTo(candidate);
            }
        }
        assertThatThrownBy(() -> NttPrime.below(16, 8192, 3)).hasMessageContaining("fewer than 3");
        assertThatThrownBy(() -> NttPrime.below(50, 8192, 1)).hasMessageContaining("2^50");
    }

    @Test
    void primalityIsDecidedWithoutError() {
        for (long n = -3; n < 3000; n++) {
            assertThat(NttPrime.isPrime(n))
                    .isEqualTo(n > 1 && BigInteger.valueOf(n).isProbablePrime(50));
        }
        // Carmichael numbers and strong pseudoprimes to the first bases (OEIS A014233)
        for (long n : new long[] {
            561,
            1729,
            2047,
            1373653,
            25326001,
            3215031751L,
            2152302898747L,
            3474749660383L,
            341550071728321L,
            3825123056546413051L,
            9223372036854775807L
        }) {
            assertThat(NttPrime.isPrime(n)).as("%d", n).isFalse();
        }
        for (long n : new long[] {(1L << 61) - 1, 9223372036854775783L, 562949953421231L}) {
            assertThat(NttPrime.isPrime(n)).as("%d", n).isTrue();
        }
        for (long n : new long[] {0, 1, 2, 4, 9, (1L << 61) - 1, -7}) {
            assertThatThrownBy(() -> new NttPrime(n)).hasMessageContaining("not an odd prime");
        }
    }
}
