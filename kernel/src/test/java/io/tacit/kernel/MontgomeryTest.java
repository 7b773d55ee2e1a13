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

/** Both twins of {@link Montgomery} against BigInteger. */
class MontgomeryTest {
    private static final BigInteger ONE = BigInteger.ONE;

    static List<KernelProvider> providers() {
        return List.of(Kernels.plain(), Kernels.active());
    }

    /** Random moduli of many lengths, and those with the longest carries and the most extreme limbs. */
    private static List<BigInteger> moduli() {
        List<BigInteger> moduli = new ArrayList<>();
        for (int bits : new int[] {256, 257, 305, 306, 307, 511, 1024, 1537, 2048, 3072, 4095, 4096, 6144, 8192}) {
            Random random = new Random(bits);
            moduli.add(new BigInteger(bits, random).setBit(bits - 1).setBit(0));
        }
        for (int bits : new int[] {256, 1020, 1024, 2048, 4096, 6144, 8192}) {
            moduli.add(ONE.shiftLeft(bits).subtract(ONE)); // every limb all ones
            moduli.add(ONE.shiftLeft(bits - 1).add(ONE)); // nearly every limb zero
        }
        return moduli;
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
    @MethodSource("providers")
    void whatIsLoadedIsStored(KernelProvider provider) {
        for (BigInteger modulus : moduli()) {
            Montgomery ring = provider.montgomery(modulus);
            List<BigInteger> values = values(modulus, 20);
            long[] residues = load(ring, values);
            for (int i = 0; i < values.size(); i++) {
                assertThat(ring.store(residues, i)).isEqualTo(values.get(i));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("providers")
    void productsOfEveryPairOfExtremes(KernelProvider provider) {
        for (BigInteger modulus : moduli()) {
            Montgomery ring = provider.montgomery(modulus);
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
                        .as("%s, %d bits, %d x %d", provider.description(), modulus.bitLength(), i / n, i % n)
                        .isEqualTo(expected);
            }
        }
    }

    /** Results are fed back unreduced: the bound 2 M must hold through a long chain. */
    @ParameterizedTest
    @MethodSource("providers")
    void chainsOfProductsAndSquares(KernelProvider provider) {
        for (BigInteger modulus : moduli()) {
            Montgomery ring = provider.montgomery(modulus);
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
    @MethodSource("providers")
    void powers(KernelProvider provider) {
        for (BigInteger modulus : moduli()) {
            Montgomery ring = provider.montgomery(modulus);
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
                            .as(
                                    "%s, %d bits, value %d, to the %s",
                                    provider.description(), modulus.bitLength(), i, exponents[i])
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
    @MethodSource("providers")
    void indicesChooseAndCountsNeedNotFillTheLanes(KernelProvider provider) {
        BigInteger modulus = moduli().get(6);
        Montgomery ring = provider.montgomery(modulus);
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
    @MethodSource("providers")
    void badArgumentsAreRefused(KernelProvider provider) {
        for (BigInteger bad : List.of(
                BigInteger.ZERO,
                ONE,
                ONE.shiftLeft(255).subtract(ONE),
                ONE.shiftLeft(300),
                ONE.shiftLeft(300).negate().subtract(ONE),
                ONE.shiftLeft(8193).subtract(ONE))) {
            assertThatThrownBy(() -> provider.montgomery(bad)).isInstanceOf(IllegalArgumentException.class);
        }
        BigInteger modulus = ONE.shiftLeft(300).subtract(ONE);
        Montgomery ring = provider.montgomery(modulus);
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
}
