package io.tacit.crypto.lattice.multiparty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.tacit.crypto.lattice.PolynomialEvaluation;
import io.tacit.crypto.lattice.RnsRing;
import io.tacit.crypto.lattice.SecurityLevel;
import io.tacit.crypto.random.Seed;
import java.math.BigInteger;
import java.util.List;
import org.junit.jupiter.api.Test;

/** One share for each ciphertext, the same whenever it is asked for, with the noise that it must have. */
class KeySwitchingTest {
    private final Group group = CollectiveProductTest.group(22, 8192, 3, 100, 7);

    @Test
    void aSecondShareOfACiphertextIsRefusedAndTheSameOneIsTheSame() {
        int[] wanted = {0, 3, 8191};
        SummedProduct sum = CollectiveProductTest.sum(group, wanted);
        byte[] first = group.share(1, sum, wanted).encode();
        assertThat(group.share(1, sum, wanted).encode()).isEqualTo(first);
        assertThatIllegalStateException().isThrownBy(() -> group.share(1, sum, new int[] {0, 3, 8190}));
        assertThatIllegalStateException().isThrownBy(() -> group.share(1, sum, new int[] {0, 3}));
        assertThat(group.share(1, sum, wanted).encode()).isEqualTo(first);
        // Another party's is another, and so is the one for another ciphertext.
        assertThat(group.share(2, sum, wanted).encode()).isNotEqualTo(first);
        assertThat(group.share(1, CollectiveProductTest.sum(group, wanted), wanted)
                        .encode())
                .isNotEqualTo(first);
    }

    /** What a restarted server has is its seed and its ledger. */
    @Test
    void aRestartedPartySendsTheIdenticalShare() {
        int[] wanted = {17, 4000};
        SummedProduct sum = CollectiveProductTest.sum(group, wanted);
        byte[] first = group.share(1, sum, wanted).encode();
        try (Seed seed = Group.seed(1000 * 7 + 1);
                SecretKeyShare again = SecretKeyShare.of(group.parameters, seed)) {
            assertThat(group.switching
                            .genShare(again, sum.mask(), wanted, group.ledgers.get(1))
                            .encode())
                    .isEqualTo(first);
            // Even with a ledger that was lost: the noise is that of key and ciphertext.
            assertThat(group.switching
                            .genShare(again, sum.mask(), wanted, new MemoryShareLedger())
                            .encode())
                    .isEqualTo(first);
        }
    }

    /** A share is s c1 and noise of all widths up to the smudging's: never less than it says, never more. */
    @Test
    void sharesCarryTheirNoise() {
        int[] wanted = group.all();
        SummedProduct sum = CollectiveProductTest.sum(group, wanted);
        SwitchingShare share = group.share(1, sum, wanted);
        RnsRing ring = group.parameters.ring();
        PolynomialEvaluation product =
                new PolynomialEvaluation(ring, sum.mask().polynomial.rows.clone());
        ring.multiply(product.rows, group.keys.get(1).key().rows);
        ring.toCoefficients(product.rows);
        double[] noise = share.values.clone();
        ring.subtract(noise, product.rows);
        BigInteger bound = BigInteger.ONE.shiftLeft(group.choice.smudgeBits());
        int upperHalf = 0;
        int negative = 0;
        for (int i = 0; i < wanted.length; i++) {
            BigInteger value = CollectiveNoiseTest.integer(ring, noise, i);
            assertThat(value.abs()).isLessThanOrEqualTo(bound);
            upperHalf += value.abs().compareTo(bound.shiftRight(1)) > 0 ? 1 : 0;
            negative += value.signum() < 0 ? 1 : 0;
        }
        // Uniform: half of 8192 each, standard deviation 45.
        assertThat(upperHalf).isBetween(4096 - 300, 4096 + 300);
        assertThat(negative).isBetween(4096 - 300, 4096 + 300);
        // And 2^57 times the bound of the noise that it hides.
        assertThat((double) group.choice.smudgeBits())
                .isGreaterThanOrEqualTo(group.choice.noise().bits() + 57);
    }

    /** As published: sums are exact, a smaller modulus does, and what the receiver sees of noise is that of the sum. */
    @Test
    void withoutSmudgingTheReceiverSeesTheNoiseOfTheSum() {
        CollectiveChoice choice = CollectiveChoice.atDegree(SecurityLevel.STANDARD, 8192, 22, 3, 100, Smudging.NONE)
                .orElseThrow();
        assertThat(choice.isSmudged()).isFalse();
        assertThat(choice.parameters().modulus().bitLength())
                .isLessThan(group.parameters.modulus().bitLength() - 50);
        assertThatIllegalStateException().isThrownBy(choice::smudgeBits);
        double open = Math.log(largestNoise(new Group(choice, 8))) / Math.log(2);
        double hidden = Math.log(largestNoise(group)) / Math.log(2);
        assertThat(open).isLessThan(choice.noise().bits());
        assertThat(hidden).isBetween(group.choice.smudgeBits() - 1.0, group.choice.smudgeBits() + 1.0);
    }

    private static double largestNoise(Group group) {
        int[] wanted = group.all();
        SummedProduct sum = CollectiveProductTest.sum(group, wanted);
        List<SwitchingShare> shares = List.of(group.share(1, sum, wanted), group.share(2, sum, wanted));
        SwitchedProduct switched = group.switching.keySwitch(sum, group.switching.aggregateShares(shares));
        double largest = 0;
        for (BigInteger noise : group.switching.noise(group.keys.get(0), switched, wanted)) {
            largest = Math.max(largest, noise.abs().doubleValue());
        }
        return largest;
    }

    @Test
    void wantedCoefficientsAreIncreasingAndWithin() {
        SummedProduct sum = CollectiveProductTest.sum(group, new int[] {1, 2});
        for (int[] wanted : new int[][] {{}, {1, 1}, {2, 1}, {-1, 3}, {0, 8192}}) {
            assertThatIllegalArgumentException().isThrownBy(() -> group.share(1, sum, wanted));
        }
    }

    @Test
    void wipedKeysAreNotUsed() {
        int[] wanted = {1, 2};
        SummedProduct sum = CollectiveProductTest.sum(group, wanted);
        group.keys.get(1).close();
        group.keys.get(1).close();
        assertThatIllegalStateException().isThrownBy(() -> group.share(1, sum, wanted));
    }

    @Test
    void secretsHaveNoText() throws NoSuchMethodException {
        for (Class<?> type : new Class<?>[] {
            SecretKeyShare.class,
            PartialProductAccumulator.class,
            CollectiveEncryptor.class,
            SwitchingShare.class,
            SwitchedProduct.class
        }) {
            assertThat(type.getMethod("toString").getDeclaringClass()).isEqualTo(Object.class);
        }
    }
}
