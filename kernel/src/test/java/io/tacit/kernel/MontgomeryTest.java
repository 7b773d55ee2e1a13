package io.tacit.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tacit.kernel.provider.KernelProvider;
import io.tacit.kernel.provider.Kernels;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Both twins of {@link Montgomery} and {@link SquareMontgomery} against BigInteger. */
class MontgomeryTest {
    private static final BigInteger ONE = BigInteger.ONE;

    /** A twin, and whether it multiplies modulo a number or modulo its square. */
    record Rings(KernelProvider provider, int power) {
        Montgomery of(BigInteger root) {
            return power == 1 ? provider.montgomery(root) : provider.montgomeryOfSquare(root);
        }

        /** Random roots of many lengths, and those with the longest carries and the most extreme limbs. */
        List<BigInteger> roots() {
            List<BigInteger> roots = new ArrayList<>();
            for (int bits : new int[] {256, 257, 305, 306, 307, 511, 1024, 1537, 2048, 3072, 4095, 4096, 6144, 8192}) {
                Random random = new Random(bits);
                roots.add(new BigInteger(bits / power, random)
                        .setBit(bits / power - 1)
                        .setBit(0));
            }
            for (int bits : new int[] {256, 1020, 1024, 2048, 4096, 6144, 8192}) {
                roots.add(ONE.shiftLeft(bits / power).subtract(ONE)); // every limb all ones
                roots.add(ONE.shiftLeft(bits / power - 1).add(ONE)); // nearly every limb zero
            }
            roots.removeIf(root -> root.pow(power).bitLength() < Montgomery.MIN_BITS
                    || root.pow(power).bitLength() > Montgomery.MAX_BITS);
            return roots;
        }

        @Override
        public String toString() {
            return provider.description() + (power == 1 ? "" : ", squares");
        }
    }

    static List<Rings> rings() {
        return List.of(
                new Rings(Kernels.plain(), 1),
                new Rings(Kernels.active(), 1),
                new Rings(Kernels.plain(), 2),
                new Rings(Kernels.active(), 2));
    }

    /** Zero, one, the largest, all-ones limbs, single bits at the ends, and random values. */
    private static List<BigInteger> values(BigInteger modulus, int fewest) {
        Random random = new Random(modulus.bitLength());
        List<BigInteger> values = new ArrayList<>(List.of(
                BigInteger.ZERO,
                ONE,
                BigInteger.TWO,
                modulus.subtract(ONE),
                modulus.subtract(BigInteger.TWO),
                modulus.shiftRight(1),
                ONE.shiftLeft(modulus.bitLength() - 1).subtract(ONE),
                ONE.shiftLeft(modulus.bitLength() - 2),
                ONE.shiftLeft(51).subtract(ONE),
                ONE.shiftLeft(53).subtract(ONE),
                ONE.shiftLeft(102)));
        while (values.size() < fewest) {
            values.add(new BigInteger(modulus.bitLength() + 64, random).mod(modulus));
        }
        return values;
    }

    private static int[] upTo(int count) {
        return IntStream.range(0, count).toArray();
    }

    private static long[] load(Montgomery ring, List<BigInteger> values) {
        long[] residues = new long[values.size() * ring.longs()];
        for (int i = 0; i < values.size(); i++) {
            ring.load(values.get(i), residues, i);
        }
        return residues;
    }

    @ParameterizedTest
    @MethodSource("rings")
    void whatIsLoadedIsStored(Rings rings) {
        for (BigInteger root : rings.roots()) {
            Montgomery ring = rings.of(root);
            BigInteger modulus = ring.modulus();
            List<BigInteger> values = values(modulus, 20);
            long[] residues = load(ring, values);
            for (int i = 0; i < values.size(); i++) {
                assertThat(ring.store(residues, i)).isEqualTo(values.get(i));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("rings")
    void productsOfEveryPairOfExtremes(Rings rings) {
        for (BigInteger root : rings.roots()) {
            Montgomery ring = rings.of(root);
            BigInteger modulus = ring.modulus();
            BigInteger scale = ONE.shiftLeft(ring.radixBits()).modInverse(modulus);
            List<BigInteger> values = values(modulus, 13);
            int n = values.size();
            long[] a = load(ring, values);
            long[] c = new long[n * n * ring.longs()];
            int[] left = IntStream.range(0, n * n).map(i -> i / n).toArray();
            int[] right = IntStream.range(0, n * n).map(i -> i % n).toArray();
            ring.multiply(a, left, a, right, c, upTo(n * n), n * n);
            for (int i = 0; i < n * n; i++) {
                BigInteger expected = values.get(i / n)
                        .multiply(values.get(i % n))
                        .multiply(scale)
                        .mod(modulus);
                assertThat(ring.store(c, i))
                        .as("%s, %d bits, %d x %d", rings, modulus.bitLength(), i / n, i % n)
                        .isEqualTo(expected);
            }
        }
    }

    /** Results are fed back unreduced: the bounds 2 M and 3 M must hold through a long chain. */
    @ParameterizedTest
    @MethodSource("rings")
    void chainsOfProductsAndSquares(Rings rings) {
        for (BigInteger root : rings.roots()) {
            Montgomery ring = rings.of(root);
            BigInteger modulus = ring.modulus();
            BigInteger scale = ONE.shiftLeft(ring.radixBits()).modInverse(modulus);
            List<BigInteger> values = values(modulus, 14);
            int n = values.size();
            long[] a = load(ring, values);
            long[] c = a.clone();
            BigInteger[] expected = values.toArray(new BigInteger[0]);
            for (int round = 0; round < 40; round++) {
                boolean square = round % 3 == 1;
                ring.multiply(c, upTo(n), square ? c : a, upTo(n), c, upTo(n), n);
                for (int i = 0; i < n; i++) {
                    BigInteger other = square ? expected[i] : values.get(i);
                    expected[i] = expected[i].multiply(other).multiply(scale).mod(modulus);
                }
            }
            for (int i = 0; i < n; i++) {
                assertThat(ring.store(c, i)).isEqualTo(expected[i]);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("rings")
    void powers(Rings rings) {
        for (BigInteger root : rings.roots()) {
            Montgomery ring = rings.of(root);
            BigInteger modulus = ring.modulus();
            BigInteger radix = ONE.shiftLeft(ring.radixBits());
            BigInteger inverse = radix.modInverse(modulus);
            List<BigInteger> values = values(modulus, 11);
            int n = values.size();
            long[] a = load(ring, values);
            Random random = new Random(5);
            BigInteger[] exponents = new BigInteger[n];
            for (int round = 0; round < 3; round++) {
                for (int i = 0; i < n; i++) {
                    exponents[i] = switch ((i + 3 * round) % 8) {
                        case 0 -> BigInteger.ZERO;
                        case 1 -> ONE;
                        case 2 -> BigInteger.valueOf(31);
                        case 3 -> BigInteger.valueOf(32);
                        case 4 -> new BigInteger(66, random);
                        case 5 -> ONE.shiftLeft(100);
                        case 6 -> ONE.shiftLeft(105).subtract(ONE);
                        default -> new BigInteger(3, random);
                    };
                }
                long[] c = new long[a.length];
                long[] squares = new long[a.length];
                ring.power(a, upTo(n), exponents, c, upTo(n), n);
                ring.square(a, upTo(n), round, squares, upTo(n), n);
                for (int i = 0; i < n; i++) {
                    BigInteger plain = values.get(i).multiply(inverse);
                    assertThat(ring.store(c, i))
                            .as("%s, %d bits, value %d, to the %s", rings, modulus.bitLength(), i, exponents[i])
                            .isEqualTo(plain.modPow(exponents[i], modulus)
                                    .multiply(radix)
                                    .mod(modulus));
                    assertThat(ring.store(squares, i))
                            .isEqualTo(plain.modPow(ONE.shiftLeft(round), modulus)
                                    .multiply(radix)
                                    .mod(modulus));
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("rings")
    void indicesChooseAndCountsNeedNotFillTheLanes(Rings rings) {
        Montgomery ring = rings.of(rings.roots().get(6));
        BigInteger modulus = ring.modulus();
        BigInteger scale = ONE.shiftLeft(ring.radixBits()).modInverse(modulus);
        List<BigInteger> values = values(modulus, 30);
        long[] a = load(ring, values);
        for (int count = 0; count <= 2 * ring.lanes() + 1; count++) {
            int[] from = IntStream.range(0, count).map(i -> (7 * i + 3) % 30).toArray();
            int[] with = IntStream.range(0, count).map(i -> 29 - i).toArray();
            int[] to = IntStream.range(0, count).map(i -> 2 * i).toArray();
            long[] c = new long[(2 * count + 1) * ring.longs()];
            ring.multiply(a, from, a, with, c, to, count);
            for (int i = 0; i < count; i++) {
                assertThat(ring.store(c, to[i]))
                        .isEqualTo(values.get(from[i])
                                .multiply(values.get(with[i]))
                                .multiply(scale)
                                .mod(modulus));
                assertThat(ring.store(c, to[i] + 1)).isZero();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("rings")
    void badArgumentsAreRefused(Rings rings) {
        for (BigInteger bad : List.of(
                BigInteger.ZERO,
                ONE,
                ONE.shiftLeft(255).subtract(ONE),
                ONE.shiftLeft(300),
                ONE.shiftLeft(300).negate().subtract(ONE),
                ONE.shiftLeft(8193).subtract(ONE))) {
            assertThatThrownBy(() -> rings.provider().montgomery(bad)).isInstanceOf(IllegalArgumentException.class);
        }
        for (BigInteger bad : List.of(
                BigInteger.ZERO,
                ONE,
                ONE.negate(),
                ONE.shiftLeft(127).subtract(ONE),
                ONE.shiftLeft(300),
                ONE.shiftLeft(300).negate().subtract(ONE),
                ONE.shiftLeft(4097).subtract(ONE))) {
            assertThatThrownBy(() -> rings.provider().montgomeryOfSquare(bad))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        Montgomery ring = rings.of(ONE.shiftLeft(300).subtract(ONE));
        BigInteger modulus = ring.modulus();
        long[] one = new long[ring.longs()];
        assertThatThrownBy(() -> ring.load(modulus, one, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ring.load(ONE.negate(), one, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ring.load(ONE, one, 1)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> ring.multiply(one, new int[1], one, new int[] {1}, one, new int[1], 1))
                .isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> ring.multiply(one, new int[1], one, new int[1], one, new int[] {-1}, 1))
                .isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> ring.power(one, new int[1], new BigInteger[] {ONE.negate()}, one, new int[1], 1))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @MethodSource("rings")
    void partsStandForTheirSum(Rings rings) {
        for (BigInteger root : rings.roots()) {
            if (root.bitLength() < Montgomery.MIN_BITS / 2 || root.bitLength() > Montgomery.MAX_BITS / 2) {
                continue;
            }
            SquareMontgomery ring = rings.provider().montgomeryOfSquare(root);
            long[] residue = new long[ring.longs()];
            Random random = new Random(root.bitLength());
            BigInteger other = new BigInteger(root.bitLength() - 1, random);
            for (BigInteger low : List.of(BigInteger.ZERO, ONE, root.subtract(ONE), other)) {
                for (BigInteger high : List.of(BigInteger.ZERO, ONE, root.subtract(ONE), other)) {
                    ring.load(low, high, residue, 0);
                    assertThat(ring.store(residue, 0))
                            .isEqualTo(high.multiply(root).add(low));
                }
            }
            for (BigInteger bad : List.of(root, ONE.negate())) {
                assertThatThrownBy(() -> ring.load(bad, ONE, residue, 0)).isInstanceOf(IllegalArgumentException.class);
                assertThatThrownBy(() -> ring.load(ONE, bad, residue, 0)).isInstanceOf(IllegalArgumentException.class);
            }
        }
    }
}
