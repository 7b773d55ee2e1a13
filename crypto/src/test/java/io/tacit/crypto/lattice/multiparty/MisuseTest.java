package io.tacit.crypto.lattice.multiparty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.tacit.crypto.lattice.LatticeParameters;
import io.tacit.crypto.lattice.PlaintextPolynomial;
import io.tacit.crypto.lattice.SecurityLevel;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a caller puts together wrongly is refused: parts of others, too many, too few, of other coefficients. */
class MisuseTest {
    private static final Group GROUP = CollectiveProductTest.group(22, 8192, 3, 100, 5);
    private static final LatticeParameters PARAMETERS = GROUP.parameters;
    private static final LatticeParameters WIDER = PARAMETERS.withPlaintextBits(23);

    private static PartialProduct part(int[] wanted) {
        CollectiveCiphertext input = GROUP.encrypt(List.of(GROUP.uniform(8192)));
        return GROUP.part(List.of(input), List.of(GROUP.factor(3)), wanted, new long[wanted.length]);
    }

    @Test
    void sumsAreOfOnePartOfEachParty() {
        PartialProduct two = part(new int[] {1, 2});
        PartialProduct three = part(new int[] {1, 2, 3});
        SummedProduct.aggregate(GROUP.choice, List.of(two, two, two));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SummedProduct.aggregate(GROUP.choice, List.of(two, two)))
                .withMessage("2 parts of 3 parties");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SummedProduct.aggregate(GROUP.choice, List.of(two, two, three)));
        PartialProduct other =
                PartialProduct.decode(WIDER, 2, new PartialProduct(WIDER, 2, two.values, two.mask).encode(), "peer");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SummedProduct.aggregate(GROUP.choice, List.of(two, two, other)));
    }

    @Test
    void sharesAreOfOneCiphertextAndAllOthers() {
        int[] wanted = {1, 2};
        SummedProduct sum = CollectiveProductTest.sum(GROUP, wanted);
        SwitchingShare one = GROUP.share(1, sum, wanted);
        SwitchingShare two = GROUP.share(2, sum, wanted);
        SummedProduct another = CollectiveProductTest.sum(GROUP, new int[] {1, 2, 3});
        SwitchingShare longer = GROUP.share(1, another, new int[] {1, 2, 3});
        KeySwitching switching = GROUP.switching;
        assertThatIllegalArgumentException().isThrownBy(() -> switching.aggregateShares(List.of(one, longer)));
        SwitchingShare all = switching.aggregateShares(List.of(one, two));
        assertThat(all.shares()).isEqualTo(2);
        SwitchedProduct switched = switching.keySwitch(sum, all);
        SwitchingShare three = switching.aggregateShares(List.of(all, one));
        assertThat(three.shares()).isEqualTo(3);
        assertThatIllegalArgumentException().isThrownBy(() -> switching.keySwitch(sum, three));
        assertThatIllegalArgumentException().isThrownBy(() -> switching.keySwitch(sum, one));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> switching.keySwitch(sum, switching.aggregateShares(List.of(longer, longer))));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> switching.decrypt(GROUP.keys.get(0), switched, new int[] {1, 2, 3}));
        assertThat(switching.decrypt(GROUP.keys.get(0), switched, wanted)).hasSize(2);
    }

    @Test
    void encryptionsAreOfWholePolynomialsOfTheKeysRing() {
        LatticeParameters larger = LatticeParameters.of(SecurityLevel.STANDARD, 16384, 4, 160, 22);
        assertThatIllegalArgumentException().isThrownBy(() -> new CollectiveEncryptor(larger, GROUP.open, GROUP.prg));
        try (CollectiveEncryptor encryptor = new CollectiveEncryptor(PARAMETERS, GROUP.open, GROUP.prg)) {
            for (int length : new int[] {0, 8191, 8193}) {
                assertThatIllegalArgumentException().isThrownBy(() -> encryptor.encrypt(new long[length]));
            }
        }
    }

    @Test
    void productsAreOfOneEncryptionOfEachPartyAtMost() {
        CollectiveCiphertext two = GROUP.encrypt(List.of(GROUP.uniform(8192), GROUP.uniform(8192)));
        PlaintextPolynomial factor = PlaintextPolynomial.of(PARAMETERS, GROUP.factor(1));
        try (PartialProductAccumulator sum = new PartialProductAccumulator(GROUP.choice, GROUP.open)) {
            sum.accumulate(two.plus(GROUP.encrypt(List.of(GROUP.uniform(8192)))), factor);
            assertThatIllegalStateException().isThrownBy(() -> sum.accumulate(two.plus(two), factor));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> sum.accumulate(two, PlaintextPolynomial.of(WIDER, GROUP.factor(1))));
            for (int length : new int[] {0, 1, 3}) {
                assertThatIllegalArgumentException()
                        .isThrownBy(() -> sum.finish(new int[] {4, 5}, new long[length], GROUP.prg));
            }
            assertThatIllegalArgumentException().isThrownBy(() -> sum.finish(new int[] {5, 4}, new long[2], GROUP.prg));
            sum.finish(new int[] {4, 5}, new long[2], GROUP.prg);
        }
    }

    @Test
    void keysAreOfTwoSharesOrMoreOfOneReference() {
        CommonReference reference = CommonReference.combine(List.of(new byte[32], new byte[32]));
        CommonReference other = CommonReference.combine(List.of(new byte[32]));
        assertThat(other)
                .isNotEqualTo(reference)
                .doesNotHaveSameHashCodeAs(reference)
                .isNotEqualTo("a reference");
        assertThat(CommonReference.combine(List.of(new byte[32], new byte[32])))
                .isEqualTo(reference)
                .hasSameHashCodeAs(reference);
        for (int length : new int[] {0, 31, 33}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> CommonReference.combine(List.of(new byte[32], new byte[length])));
        }
        PublicKeyGeneration generation = new PublicKeyGeneration(PARAMETERS, reference);
        PublicKeyShare one = generation.genShare(GROUP.keys.get(0));
        PublicKeyShare two = generation.genShare(GROUP.keys.get(1));
        PublicKeyShare foreign = new PublicKeyGeneration(PARAMETERS, other).genShare(GROUP.keys.get(1));
        assertThat(generation.aggregateShares(List.of(one, two)).parties()).isEqualTo(2);
        assertThatIllegalArgumentException().isThrownBy(() -> generation.aggregateShares(List.of(one)));
        assertThatIllegalArgumentException().isThrownBy(() -> generation.aggregateShares(List.of()));
        assertThatIllegalArgumentException().isThrownBy(() -> generation.aggregateShares(List.of(one, foreign)));
    }

    @Test
    void choicesThatDoNotDecryptAreNone() {
        CollectiveChoice choice = GROUP.choice;
        assertThat(choice.parties()).isEqualTo(3);
        assertThat(choice.smudging().statisticalBits()).hasValue(58);
        assertThat(CollectiveChoice.within(PARAMETERS, 3, 100, Smudging.ofBits(58)))
                .isPresent();
        LatticeParameters smaller = LatticeParameters.of(
                SecurityLevel.STANDARD,
                8192,
                PARAMETERS.limbs(),
                PARAMETERS.modulus().bitLength() - 1,
                22);
        assertThat(CollectiveChoice.within(smaller, 3, 100, Smudging.ofBits(58)))
                .isEmpty();
        assertThat(CollectiveChoice.atDegree(
                        SecurityLevel.STANDARD,
                        8192,
                        LatticeParameters.MAX_PLAINTEXT_BITS + 1,
                        3,
                        100,
                        Smudging.ofBits(58)))
                .isEmpty();
        assertThat(CollectiveChoice.atDegree(SecurityLevel.STANDARD, 4096, 30, 3, 100, Smudging.ofBits(58)))
                .isEmpty();
    }

    /** A caller that computes nothing by mistake does not get it. */
    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 39, 81})
    void tooLittleSmudgingIsNotNone(int bits) {
        assertThatIllegalArgumentException().isThrownBy(() -> Smudging.ofBits(bits));
    }
}
