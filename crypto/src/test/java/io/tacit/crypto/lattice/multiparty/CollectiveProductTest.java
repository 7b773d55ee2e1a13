package io.tacit.crypto.lattice.multiparty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.tacit.crypto.lattice.PlaintextPolynomial;
import io.tacit.crypto.lattice.Schoolbook;
import io.tacit.crypto.lattice.SecurityLevel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** All encrypt, all multiply, one decrypts: exactly the sum of all products and summands modulo 2^l. */
class CollectiveProductTest {
    private static final int STATISTICAL_BITS = 58;

    static Group group(int bits, int degree, int parties, long terms, long number) {
        return new Group(
                CollectiveChoice.atDegree(
                                SecurityLevel.STANDARD, degree, bits, parties, terms, Smudging.ofBits(STATISTICAL_BITS))
                        .orElseThrow(),
                number);
    }

    @ParameterizedTest
    @CsvSource({
        "2, 22, 8192, 1, 8192",
        "3, 22, 8192, 3, 300",
        "4, 32, 8192, 2, 100",
        "5, 20, 8192, 1, 1000",
        "3, 44, 8192, 1, 64",
        "2, 48, 16384, 1, 20"
    })
    void decryptsTheSumOfAllProductsAndSummands(int parties, int bits, int degree, int blocks, int terms) {
        Group group = group(bits, degree, parties, (long) blocks * terms, bits);
        List<CollectiveCiphertext> inputs = new ArrayList<>();
        List<List<long[]>> factors = new ArrayList<>();
        for (int j = 0; j < parties; j++) {
            factors.add(new ArrayList<>());
        }
        long[] expected = new long[degree];
        for (int b = 0; b < blocks; b++) {
            List<long[]> messages = new ArrayList<>();
            long[] message = new long[degree];
            long[] factor = new long[degree];
            for (int j = 0; j < parties; j++) {
                messages.add(group.uniform(degree));
                // The last party's coefficients are the largest that there are.
                long[] own = group.factor(terms);
                if (j == parties - 1) {
                    Arrays.fill(own, 0, terms, -1L << bits - 1);
                }
                factors.get(j).add(own);
                for (int i = 0; i < degree; i++) {
                    message[i] += messages.get(j)[i];
                    factor[i] += own[i];
                }
            }
            inputs.add(group.encrypt(messages));
            Schoolbook.multiplyAdd(message, factor, expected);
        }
        int[] wanted = Arrays.copyOf(group.prg.permutation(degree), 1 + group.prg.nextBelow(degree));
        Arrays.sort(wanted);
        List<PartialProduct> parts = new ArrayList<>();
        for (int j = 0; j < parties; j++) {
            long[] summand = group.uniform(wanted.length);
            parts.add(group.part(inputs, factors.get(j), wanted, summand));
            for (int i = 0; i < wanted.length; i++) {
                expected[wanted[i]] += summand[i];
            }
        }
        long[] sums = group.receive(SummedProduct.aggregate(group.choice, parts), wanted);
        for (int i = 0; i < wanted.length; i++) {
            assertThat(sums[i])
                    .as("%s, coefficient %s", group.parameters, wanted[i])
                    .isEqualTo(expected[wanted[i]] & (1L << bits) - 1);
        }
    }

    @Test
    void withoutOneShareNothingIsThere() {
        Group group = group(22, 8192, 3, 100, 1);
        int[] wanted = group.all();
        SummedProduct sum = sum(group, wanted);
        SwitchingShare one = group.share(1, sum, wanted);
        assertThatIllegalArgumentException().isThrownBy(() -> group.switching.keySwitch(sum, one));
        long[] right = group.receive(sum, wanted);
        // A share of another party in the place of the missing one.
        SwitchingShare twice = group.switching.aggregateShares(List.of(one, one));
        long[] wrong = group.switching.decrypt(group.keys.get(0), group.switching.keySwitch(sum, twice), wanted);
        int equal = 0;
        for (int i = 0; i < wanted.length; i++) {
            equal += right[i] == wrong[i] ? 1 : 0;
        }
        assertThat(equal).isLessThan(5);
    }

    static SummedProduct sum(Group group, int[] wanted) {
        List<long[]> messages = new ArrayList<>();
        for (int j = 0; j < group.parties(); j++) {
            messages.add(group.uniform(group.parameters.degree()));
        }
        List<CollectiveCiphertext> inputs = List.of(group.encrypt(messages));
        List<PartialProduct> parts = new ArrayList<>();
        for (int j = 0; j < group.parties(); j++) {
            parts.add(group.part(inputs, List.of(group.factor(100)), wanted, group.uniform(wanted.length)));
        }
        return SummedProduct.aggregate(group.choice, parts);
    }

    @Test
    void sumsBeyondTheProofAreRefused() {
        Group group = group(22, 8192, 2, 100, 1);
        CollectiveCiphertext input = group.encrypt(List.of(group.uniform(8192), group.uniform(8192)));
        PlaintextPolynomial factor = PlaintextPolynomial.of(group.parameters, group.factor(60));
        try (PartialProductAccumulator sum = new PartialProductAccumulator(group.choice, group.open)) {
            sum.accumulate(input, factor);
            sum.accumulate(input, factor);
            assertThatIllegalStateException()
                    .isThrownBy(() -> sum.finish(new int[] {0}, new long[1], group.prg))
                    .withMessageContaining("100");
            sum.clear();
            assertThatIllegalStateException().isThrownBy(() -> sum.accumulate(input.plus(input), factor));
            sum.finish(new int[] {0}, new long[1], group.prg);
            assertThatIllegalStateException().isThrownBy(() -> sum.accumulate(input, factor));
        }
        Group three = group(22, 8192, 3, 100, 1);
        assertThatIllegalArgumentException().isThrownBy(() -> new PartialProductAccumulator(group.choice, three.open));
    }

    @Test
    void twoPartsShareNothing() {
        Group group = group(22, 8192, 2, 100, 1);
        CollectiveCiphertext input = group.encrypt(List.of(group.uniform(8192), group.uniform(8192)));
        int[] wanted = {1, 5};
        List<long[]> factor = List.of(group.factor(3));
        byte[] one = group.part(List.of(input), factor, wanted, new long[2]).encode();
        byte[] other = group.part(List.of(input), factor, wanted, new long[2]).encode();
        int equal = 0;
        for (int i = 8; i < one.length; i++) {
            equal += one[i] == other[i] ? 1 : 0;
        }
        assertThat(equal).isLessThan(2 * one.length / 256);
    }
}
