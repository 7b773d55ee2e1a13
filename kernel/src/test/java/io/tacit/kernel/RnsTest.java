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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Rounded changes of modulus, every twin, against arbitrary-precision integers. */
class RnsTest {
    private static final int[] LENGTHS = {0, 1, 3, 4, 7, 8, 13, 511, 512, 517, 1100};

    record Case(KernelProvider twin, RnsScale scale) {
        BigInteger modulus() {
            return scale.basis().modulus();
        }

        @Override
        public String toString() {
            return twin.description() + ", " + scale.basis().primes() + ", " + scale.ringBits() + " bits";
        }
    }

    static List<Case> cases() {
        List<RnsBasis> bases = new ArrayList<>();
        for (int count = 1; count <= 5; count++) {
            bases.add(new RnsBasis(NttPrime.below(49, 8192, count)));
        }
        bases.add(new RnsBasis(NttPrime.below(40, 4096, 2)));
        bases.add(new RnsBasis(List.of(
                NttPrime.below(30, 2048, 1).get(0), NttPrime.below(49, 2048, 1).get(0), new NttPrime(12289))));
        List<Case> cases = new ArrayList<>();
        for (KernelProvider twin : new LinkedHashSet<>(List.of(Kernels.plain(), Kernels.active()))) {
            for (RnsBasis basis : bases) {
                for (int bits : new int[] {1, 8, 22, 32, 37, 51, 52, 53, 62}) {
                    cases.add(new Case(twin, new RnsScale(basis, bits)));
                }
            }
        }
        return cases;
    }

    private static BigInteger roundedQuotient(BigInteger numerator, BigInteger denominator) {
        return numerator.shiftLeft(1).add(denominator).divide(denominator.shiftLeft(1));
    }

    /** Residues of the integers at stride {@code length + 1} from 2 on. */
    private static double[] residues(RnsBasis basis, BigInteger[] integers) {
        int stride = integers.length + 1;
        double[] residues = new double[2 + basis.size() * stride];
        Arrays.fill(residues, 0.25);
        for (int limb = 0; limb < basis.size(); limb++) {
            for (int j = 0; j < integers.length; j++) {
                residues[2 + limb * stride + j] = basis.prime(limb).centred(integers[j]);
            }
        }
        return residues;
    }

    private static BigInteger[] random(BigInteger bound, int length, Random random) {
        BigInteger[] integers = new BigInteger[length];
        for (int i = 0; i < length; i++) {
            integers[i] = switch (random.nextInt(6)) {
                case 0 -> BigInteger.valueOf(random.nextInt(3)).min(bound.subtract(BigInteger.ONE));
                case 1 -> bound.subtract(BigInteger.ONE);
                case 2 -> bound.shiftRight(1);
                default -> new BigInteger(bound.bitLength() + 40, random).mod(bound);
            };
        }
        return integers;
    }

    @ParameterizedTest
    @MethodSource("cases")
    void encodingIsTheRoundedMultipleAndComesBack(Case c) {
        BigInteger ring = BigInteger.ONE.shiftLeft(c.scale.ringBits());
        Random random = new Random(1);
        for (int length : LENGTHS) {
            BigInteger[] messages = random(ring, length, random);
            BigInteger[] multiples = new BigInteger[length];
            long[] integers = new long[length + 1];
            for (int i = 0; i < length; i++) {
                multiples[i] = roundedQuotient(c.modulus().multiply(messages[i]), ring);
                long anyRepresentative = random.nextLong() & -ring.longValue();
                integers[i + 1] = messages[i].longValue() + anyRepresentative;
            }
            double[] expected = residues(c.scale.basis(), multiples);
            double[] out = expected.clone();
            for (int limb = 0; limb < c.scale.basis().size(); limb++) {
                int from = 2 + limb * (length + 1);
                Arrays.fill(out, from, from + length, 0.75);
            }
            c.twin.rns().encode(c.scale, integers, 1, out, 2, length + 1, length);
            assertThat(out).isEqualTo(expected);
            if (c.modulus().bitLength() > c.scale.ringBits() + 2) {
                long[] decoded = new long[length + 3];
                c.twin.rns().decode(c.scale, out, 2, length + 1, decoded, 3, length);
                for (int i = 0; i < length; i++) {
                    assertThat(decoded[i + 3]).isEqualTo(messages[i].longValue());
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void decodingIsExactUpToTheStatedMargin(Case c) {
        int l = c.scale.ringBits();
        BigInteger q = c.modulus();
        BigInteger ring = BigInteger.ONE.shiftLeft(l);
        // the largest |e| with |e| < q / 2^(l + 1) (1 - k 2^-51) - 1/2, the half for the rounding of q m / 2^l
        BigInteger bound = q.shiftRight(l + 1)
                .subtract(q.multiply(BigInteger.valueOf(c.scale.basis().size())).shiftRight(l + 1 + 51))
                .subtract(BigInteger.TWO);
        if (bound.signum() <= 0) {
            return;
        }
        Random random = new Random(2);
        for (int length : LENGTHS) {
            BigInteger[] messages = random(ring, length, random);
            BigInteger[] noisy = new BigInteger[length];
            for (int i = 0; i < length; i++) {
                BigInteger noise = random.nextBoolean() ? bound : new BigInteger(q.bitLength() + 9, random).mod(bound);
                BigInteger signed = random.nextBoolean() ? noise : noise.negate();
                noisy[i] = roundedQuotient(q.multiply(messages[i]), ring).add(signed);
            }
            long[] decoded = new long[length + 2];
            decoded[0] = 99;
            decoded[length + 1] = 99;
            c.twin.rns().decode(c.scale, residues(c.scale.basis(), noisy), 2, length + 1, decoded, 1, length);
            for (int i = 0; i < length; i++) {
                assertThat(decoded[i + 1]).isEqualTo(messages[i].longValue());
            }
            assertThat(decoded[0]).isEqualTo(99);
            assertThat(decoded[length + 1]).isEqualTo(99);
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void decodingOfAnythingIsTheRoundedQuotientOrItsNeighbourAtTheMiddle(Case c) {
        BigInteger q = c.modulus();
        BigInteger ring = BigInteger.ONE.shiftLeft(c.scale.ringBits());
        int length = 700;
        BigInteger[] values = random(q, length, new Random(3));
        double[] residues = residues(c.scale.basis(), values);
        long[] decoded = new long[length];
        c.twin.rns().decode(c.scale, residues, 2, length + 1, decoded, 0, length);
        for (int i = 0; i < length; i++) {
            BigInteger twice = values[i].multiply(ring).shiftLeft(1);
            BigInteger distance = twice.mod(q.shiftLeft(1)).subtract(q).abs();
            if (distance.shiftLeft(48).compareTo(q) > 0) {
                BigInteger expected =
                        roundedQuotient(values[i].multiply(ring), q).mod(ring);
                assertThat(decoded[i]).isEqualTo(expected.longValue());
            }
        }
        long[] plain = new long[length];
        Kernels.plain().rns().decode(c.scale, residues, 2, length + 1, plain, 0, length);
        assertThat(decoded).isEqualTo(plain);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void droppingAPrimeRoundsToNearest(Case c) {
        RnsBasis basis = c.scale.basis();
        if (basis.size() < 2 || c.scale.ringBits() != 32) {
            return; // the ring does not matter
        }
        BigInteger p = BigInteger.valueOf(basis.last().value());
        Random random = new Random(4);
        for (int length : LENGTHS) {
            BigInteger[] values = random(c.modulus(), length, random);
            for (int i = 0; i < length; i += 3) { // next to the middle between two results
                values[i] = values[i].divide(p).multiply(p).add(p.shiftRight(1)).add(BigInteger.valueOf(i % 2));
            }
            BigInteger[] expected =
                    Arrays.stream(values).map(x -> roundedQuotient(x, p)).toArray(BigInteger[]::new);
            double[] work = residues(basis, values);
            double[] after = residues(basis, expected);
            int last = 2 + (basis.size() - 1) * (length + 1);
            System.arraycopy(work, last, after, last, length);
            c.twin.rns().dropLast(basis, work, 2, length + 1, length);
            assertThat(work).isEqualTo(after);
        }
        assertThat(basis.withoutLast().primes()).isEqualTo(basis.primes().subList(0, basis.size() - 1));
    }

    @Test
    void whatDoesNotFitIsRefused() {
        NttPrime prime = new NttPrime(12289);
        assertThatThrownBy(() -> new RnsBasis(List.of())).hasMessageContaining("distinct primes");
        assertThatThrownBy(() -> new RnsBasis(List.of(prime, prime))).hasMessageContaining("distinct primes");
        assertThatThrownBy(() -> new RnsScale(new RnsBasis(List.of(prime)), 63)).hasMessageContaining("ringBits 63");
        assertThatThrownBy(() -> new RnsScale(new RnsBasis(List.of(prime)), 0)).hasMessageContaining("ringBits 0");
    }
}
