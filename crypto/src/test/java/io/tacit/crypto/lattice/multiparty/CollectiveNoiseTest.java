package io.tacit.crypto.lattice.multiparty;

import static org.assertj.core.api.Assertions.assertThat;

import io.tacit.crypto.lattice.NoiseMagnitude;
import io.tacit.crypto.lattice.PolynomialEvaluation;
import io.tacit.crypto.lattice.RnsRing;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The noise of summed products, before any share of a key switch, against the proven bound. */
class CollectiveNoiseTest {
    private static final int DEGREE = 8192;

    @ParameterizedTest
    @CsvSource({"2, 22", "3, 22", "4, 22", "5, 22", "3, 32", "3, 40"})
    void staysUnderAQuarterOfTheBound(int parties, int bits) {
        measure(parties, bits, 5);
    }

    /** Some minutes of one core. */
    @Tag("slow")
    @ParameterizedTest
    @CsvSource({"2, 22", "3, 22", "4, 22", "5, 22"})
    void staysUnderAQuarterOfTheBoundInTenThousandRuns(int parties, int bits) {
        measure(parties, bits, 10_000);
    }

    /** Worst multiplicands: all of them the largest, of one sign, so that only the errors' signs cancel. */
    @ParameterizedTest
    @CsvSource({"2, 22", "5, 22", "3, 40"})
    void staysUnderTheBoundForTheLargestMultiplicands(int parties, int bits) {
        Group group = CollectiveProductTest.group(bits, DEGREE, parties, DEGREE, 3);
        long[] factor = new long[DEGREE];
        Arrays.fill(factor, (1L << bits - 1) - 1);
        double largest = largest(group, factor);
        assertThat(largest).isLessThan(group.choice.noise().magnitude());
        System.out.printf(
                "noise of n = %d, l = %d with the largest multiplicands: %.4f of the bound%n",
                parties, bits, largest / group.choice.noise().magnitude());
    }

    private static void measure(int parties, int bits, int runs) {
        Group group = CollectiveProductTest.group(bits, DEGREE, parties, DEGREE, parties);
        double bound = group.choice.noise().magnitude();
        double largest = 0;
        for (int run = 0; run < runs; run++) {
            double seen = largest(group, null);
            assertThat(seen).as("run %s", run).isLessThan(bound / 4);
            largest = Math.max(largest, seen);
        }
        // The bound is not idle: the noise is there. Random multiplicands are smaller than the largest, and both
        // inequalities leave
        // room for a probability of 2^-100 where some thousand values are seen.
        assertThat(largest).isGreaterThan(bound / 4096);
        System.out.printf(
                "noise of n = %d, l = %d in %d runs: at most %.5f of the bound of 2^%.1f; %s, smudging 2^%d%n",
                parties,
                bits,
                runs,
                largest / bound,
                group.choice.noise().bits(),
                group.parameters,
                group.choice.smudgeBits());
    }

    /** Largest |c0 + c1 s - q m / 2^l|. @param factor of every party; null for uniform ones */
    private static double largest(Group group, long @Nullable [] factor) {
        int[] all = group.all();
        List<long[]> messages = new ArrayList<>();
        for (int j = 0; j < group.parties(); j++) {
            messages.add(group.uniform(DEGREE));
        }
        List<CollectiveCiphertext> inputs = List.of(group.encrypt(messages));
        List<PartialProduct> parts = new ArrayList<>();
        for (int j = 0; j < group.parties(); j++) {
            long[] own = factor == null ? group.factor(DEGREE) : factor;
            parts.add(group.part(inputs, List.of(own), all, group.uniform(DEGREE)));
        }
        SummedProduct sum = SummedProduct.aggregate(group.choice, parts);
        RnsRing ring = group.parameters.ring();
        double[] noise = sum.values.clone();
        for (SecretKeyShare key : group.keys) {
            PolynomialEvaluation product =
                    new PolynomialEvaluation(ring, sum.mask().polynomial.rows.clone());
            ring.multiply(product.rows, key.key().rows);
            ring.toCoefficients(product.rows);
            ring.add(noise, product.rows);
        }
        // What it decrypts to, encoded again: the rest is the noise, as it is far below q / 2^(l + 1).
        long[] decrypted = new long[DEGREE];
        double[] exact = ring.zero();
        var rns = ring.kernels().rns();
        rns.decode(group.parameters.scale(), noise, 0, DEGREE, decrypted, 0, DEGREE);
        rns.encode(group.parameters.scale(), decrypted, 0, exact, 0, DEGREE, DEGREE);
        ring.subtract(noise, exact);
        return NoiseMagnitude.largest(ring, noise);
    }

    /** The centred integer of coefficient i. */
    static BigInteger integer(RnsRing ring, double[] rows, int i) {
        BigInteger value = BigInteger.ZERO;
        for (int limb = 0; limb < ring.limbs(); limb++) {
            BigInteger p = BigInteger.valueOf(ring.prime(limb).value());
            BigInteger others = ring.modulus().divide(p);
            BigInteger residue = BigInteger.valueOf((long) rows[limb * ring.degree() + i]);
            value = value.add(residue.multiply(others.modInverse(p)).mod(p).multiply(others));
        }
        value = value.mod(ring.modulus());
        return value.shiftLeft(1).compareTo(ring.modulus()) > 0 ? value.subtract(ring.modulus()) : value;
    }
}
