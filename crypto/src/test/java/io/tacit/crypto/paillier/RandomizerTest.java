package io.tacit.crypto.paillier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tacit.kernel.Workers;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class RandomizerTest {
    private final PaillierKeys keys = InsecureKeys.known();
    private final PublicKey key = keys.publicKey();

    @Test
    void everySourceMakesDifferentResiduesOfTheRightClass() {
        requireDifferentResiduesOfTheRightClass(keys, new KeyHolderRandomizers(keys, InsecureKeys.seed(1)), 4);
        FixedBaseRandomizers shortExponents = FixedBaseRandomizers.shortExponents(key, InsecureKeys.seed(2));
        assertThat(shortExponents.exponentBits()).isEqualTo(448);
        requireDifferentResiduesOfTheRightClass(keys, shortExponents, 2); // they keep to Jacobi symbol 1
        requireDifferentResiduesOfTheRightClass(keys, FixedBaseRandomizers.statistical(key, InsecureKeys.seed(3)), 4);
        requireDifferentResiduesOfTheRightClass(
                keys, new UniformRandomizers(key, InsecureKeys.seed(4), Workers.NONE), 4);
        PaillierKeys small = InsecureKeys.tooShort(); // the elements of a long key take half a minute
        requireDifferentResiduesOfTheRightClass(
                small, new SubsetRandomizers(small.publicKey(), InsecureKeys.seed(5), Workers.NONE), 4);
    }

    @Test
    @Tag("slow")
    void subsetsOfALongKeyMakeDifferentResiduesOfTheRightClass() {
        requireDifferentResiduesOfTheRightClass(
                keys, new SubsetRandomizers(key, InsecureKeys.seed(5), Workers.NONE), 4);
    }

    /**
     * N-th residues are those that lambda = lcm(p - 1, q - 1) takes to one.
     *
     * @param wanted ways of being squares or not modulo p and q
     */
    private static void requireDifferentResiduesOfTheRightClass(
            PaillierKeys keys, RandomizerSource source, int wanted) {
        PublicKey key = keys.publicKey();
        BigInteger lambda = keys.p().subtract(BigInteger.ONE).multiply(keys.q().shiftRight(1));
        Set<BigInteger> seen = new HashSet<>();
        Set<Integer> classes = new HashSet<>();
        for (int call = 0; call < 2; call++) {
            for (BigInteger number : key.form().numbers(source.next(24), 24)) {
                assertThat(seen.add(number)).isTrue();
                classes.add(2 * Jacobi.symbol(number, keys.p()) + 7 * Jacobi.symbol(number, keys.q()));
            }
        }
        BigInteger some = seen.iterator().next();
        assertThat(some.modPow(lambda, key.modulusSquared())).isEqualTo(BigInteger.ONE);
        assertThat(classes).as(source.getClass().getSimpleName()).hasSize(wanted);
        source.close();
    }

    @Test
    void tablesGiveThePowersOfTheirBase() {
        BigInteger base = new BigInteger("123456789123456789");
        MontgomeryForm form = key.form();
        for (int windowBits = 1; windowBits <= 8; windowBits++) {
            FixedBaseTable table = new FixedBaseTable(form, form.residues(new BigInteger[] {base}), 37, windowBits);
            long[] wanted = {0, 1, 2, 255, 256, (1L << 37) - 1, 0x155555555L, 1L << 36};
            byte[] exponents = new byte[wanted.length * table.exponentBytes()];
            for (int i = 0; i < wanted.length; i++) {
                for (int k = 0; k < table.exponentBytes(); k++) {
                    exponents[i * table.exponentBytes() + k] = (byte) (wanted[i] >>> 8 * k);
                }
            }
            BigInteger[] powers = form.numbers(table.powers(exponents, wanted.length), wanted.length);
            for (int i = 0; i < wanted.length; i++) {
                assertThat(powers[i])
                        .as("windows of %d bits, exponent %d", windowBits, wanted[i])
                        .isEqualTo(base.modPow(BigInteger.valueOf(wanted[i]), key.modulusSquared()));
            }
        }
    }

    /** Several threads take while one fills: no residue comes twice, and none stays behind in the pool. */
    @Test
    void nothingIsHandedOutTwice() throws Exception {
        PaillierKeys small = InsecureKeys.tooShort();
        ExecutorService executor = Executors.newFixedThreadPool(4);
        try (RandomizerPool pool = new RandomizerPool(new KeyHolderRandomizers(small, InsecureKeys.seed(5)), 100)) {
            assertThat(pool.fill(1000)).isEqualTo(100);
            List<Callable<List<BigInteger>>> takers = new ArrayList<>();
            for (int taker = 0; taker < 3; taker++) {
                takers.add(() -> {
                    List<BigInteger> taken = new ArrayList<>();
                    for (int i = 0; i < 40; i++) {
                        int count = 1 + i % 7;
                        taken.addAll(List.of(small.publicKey().form().numbers(pool.take(count), count)));
                    }
                    return taken;
                });
            }
            takers.add(() -> {
                for (int i = 0; i < 30; i++) {
                    pool.fill(10);
                }
                return List.of();
            });
            Set<BigInteger> seen = new HashSet<>();
            int count = 0;
            for (Future<List<BigInteger>> taken : executor.invokeAll(takers)) {
                count += taken.get().size();
                seen.addAll(taken.get());
            }
            int left = pool.available();
            seen.addAll(List.of(small.publicKey().form().numbers(pool.take(left), left)));
            assertThat(count).isGreaterThan(400);
            assertThat(seen).hasSize(count + left);
            assertThat(pool.available()).isZero();
        } finally {
            executor.shutdownNow();
        }
    }

    /** What a peer has not yet paid for costs nothing. */
    @Test
    void aSourceIsOpenedWhenTheFirstIsMade() {
        PaillierKeys small = InsecureKeys.tooShort();
        AtomicInteger opened = new AtomicInteger();
        Supplier<RandomizerSource> source = () -> {
            opened.incrementAndGet();
            return new KeyHolderRandomizers(small, InsecureKeys.seed(7));
        };
        new RandomizerPool(small.publicKey(), source, 1 << 20).close();
        RandomizerPool pool = new RandomizerPool(small.publicKey(), source, 150);
        assertThat(opened).hasValue(0);
        assertThat(pool.fill(10)).isEqualTo(10);
        assertThat(pool.fill(1_000)).isEqualTo(150);
        assertThat(Set.of(small.publicKey().form().numbers(pool.take(155), 155)))
                .hasSize(155)
                .doesNotContain(BigInteger.ZERO, BigInteger.ONE);
        assertThat(opened).hasValue(1);
        pool.close();
        assertThatThrownBy(() -> pool.take(1)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void anEmptyPoolMakesWhatIsAskedFor() {
        PaillierKeys small = InsecureKeys.tooShort();
        RandomizerPool pool =
                new RandomizerPool(new UniformRandomizers(small.publicKey(), InsecureKeys.seed(6), Workers.NONE), 3);
        pool.fill(2);
        Set<BigInteger> seen = new HashSet<>(List.of(small.publicKey().form().numbers(pool.take(9), 9)));
        assertThat(seen).hasSize(9);
        pool.close();
        assertThatThrownBy(() -> pool.take(1)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> pool.fill(1)).isInstanceOf(IllegalStateException.class);
    }

    /** Another seed, other randomness; the same seed, the same: which is why a seed is used once. */
    @Test
    void seedsDecide() {
        PaillierKeys small = InsecureKeys.tooShort();
        long[] first = new UniformRandomizers(small.publicKey(), InsecureKeys.seed(7), Workers.NONE).next(2);
        assertThat(new UniformRandomizers(small.publicKey(), InsecureKeys.seed(7), Workers.NONE).next(2))
                .isEqualTo(first);
        assertThat(new UniformRandomizers(small.publicKey(), InsecureKeys.seed(8), Workers.NONE).next(2))
                .isNotEqualTo(first);
    }

    /** Table entry d of a window is the product of the residues of the bits of d. */
    @Test
    void subsetsAreProductsOfTheirElements() {
        PublicKey small = InsecureKeys.tooShort().publicKey();
        SubsetRandomizers source = new SubsetRandomizers(small, InsecureKeys.seed(9), Workers.NONE);
        BigInteger[] entries = small.form()
                .numbers(source.table(), source.table().length / small.ring().longs());
        int windows = entries.length / 256;
        assertThat(8 * windows).isGreaterThanOrEqualTo(small.modulusBits() + 256);
        Set<BigInteger> singles = new HashSet<>();
        for (int window = 0; window < windows; window++) {
            assertThat(entries[256 * window]).isEqualTo(BigInteger.ONE);
            for (int digit = 1; digit < 256; digit++) {
                BigInteger product = BigInteger.ONE;
                for (int bit = 0; bit < 8; bit++) {
                    if ((digit >> bit & 1) == 1) {
                        product = product.multiply(entries[256 * window + (1 << bit)])
                                .mod(small.modulusSquared());
                    }
                }
                assertThat(entries[256 * window + digit]).isEqualTo(product);
            }
            for (int bit = 0; bit < 8; bit++) {
                assertThat(singles.add(entries[256 * window + (1 << bit)])).isTrue();
            }
        }
    }
}
