package io.tacit.crypto.lattice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.tacit.kernel.NttPrime;
import io.tacit.kernel.provider.Kernels;
import java.math.BigInteger;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class LatticeParametersTest {

    @ParameterizedTest
    @CsvSource({"1024, 25, 21", "2048, 50, 41", "4096, 101, 83", "8192, 202, 165", "16384, 409, 330", "32768, 825, 660"
    })
    void levelsAreTheTables(int degree, int standard, int conservative) {
        assertThat(SecurityLevel.STANDARD.maxModulusBits(degree)).isEqualTo(standard);
        assertThat(SecurityLevel.CONSERVATIVE.maxModulusBits(degree)).isEqualTo(conservative);
        assertThatIllegalArgumentException().isThrownBy(() -> SecurityLevel.STANDARD.maxModulusBits(degree + 1));
        assertThatIllegalArgumentException().isThrownBy(() -> SecurityLevel.STANDARD.maxModulusBits(degree * 64));
        assertThatIllegalArgumentException().isThrownBy(() -> SecurityLevel.STANDARD.maxModulusBits(degree / 64));
    }

    @ParameterizedTest
    @EnumSource(SecurityLevel.class)
    void insecureModuliAreRefused(SecurityLevel level) {
        for (int degree : new int[] {4096, 8192, 16384}) {
            int most = level.maxModulusBits(degree);
            int count = (most + NttPrime.MAX_BITS - 1) / NttPrime.MAX_BITS;
            assertThat(LatticeParameters.of(level, degree, count, most, 8).modulus())
                    .isLessThanOrEqualTo(BigInteger.ONE.shiftLeft(most));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> LatticeParameters.of(level, degree, count, most + 1, 8))
                    .withMessageContaining("insecure");
            // The limit is on the modulus as a number, not on the number of its primes.
            List<NttPrime> wide = NttPrime.below(NttPrime.MAX_BITS, degree, most / NttPrime.MAX_BITS + 1);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> new LatticeParameters(level, degree, wide, 8))
                    .withMessageContaining("insecure");
        }
    }

    @Test
    void whatIsNoRingIsRefused() {
        List<NttPrime> primes = NttPrime.below(45, 8192, 2);
        new LatticeParameters(SecurityLevel.STANDARD, 8192, primes, 20);
        for (int degree : new int[] {0, -8192, 1024, 2048, 5000, 65536}) {
            refused(degree, primes, 20);
        }
        refused(8192, List.of(), 20);
        refused(8192, List.of(primes.get(0), primes.get(0)), 20);
        refused(8192, NttPrime.below(29, 8192, 2), 20);
        refused(8192, List.of(new NttPrime((1L << 31) - 1)), 20); // 1 modulo 2 only
        refused(16384, List.of(notForLarger()), 20);
        for (int bits : new int[] {-1, 0, LatticeParameters.MAX_PLAINTEXT_BITS + 1, Integer.MAX_VALUE}) {
            refused(8192, primes, bits);
        }
        refused(8192, NttPrime.below(45, 8192, 1), 45);
    }

    private static NttPrime notForLarger() {
        return NttPrime.below(45, 8192, 16).stream()
                .filter(prime -> prime.value() % 32768 != 1)
                .findFirst()
                .orElseThrow();
    }

    private static void refused(int degree, List<NttPrime> primes, int bits) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new LatticeParameters(SecurityLevel.STANDARD, degree, primes, bits));
    }

    @Test
    void equalityIsOfAllThatMatters() {
        LatticeParameters one = LatticeParameters.of(SecurityLevel.STANDARD, 8192, 3, 120, 20);
        assertThat(one).isEqualTo(LatticeParameters.of(SecurityLevel.STANDARD, 8192, 3, 120, 20));
        assertThat(one).isEqualTo(one.using(Kernels.plain()));
        assertThat(one).hasSameHashCodeAs(one.using(Kernels.plain()));
        assertThat(one.withPlaintextBits(20)).isSameAs(one);
        assertThat(one)
                .isNotEqualTo(one.withPlaintextBits(21))
                .isNotEqualTo(LatticeParameters.of(SecurityLevel.CONSERVATIVE, 8192, 3, 120, 20))
                .isNotEqualTo(LatticeParameters.of(SecurityLevel.STANDARD, 8192, 3, 121, 20))
                .isNotEqualTo(LatticeParameters.of(SecurityLevel.STANDARD, 16384, 3, 120, 20));
        assertThat(one.fingerprint())
                .isEqualTo(LatticeParameters.of(SecurityLevel.STANDARD, 8192, 3, 120, 20)
                        .fingerprint())
                .isNotEqualTo(one.withPlaintextBits(21).fingerprint());
        assertThat(one.primes()).extracting(NttPrime::bits).containsExactly(40, 40, 40);
        assertThat(LatticeParameters.of(SecurityLevel.STANDARD, 8192, 3, 122, 20)
                        .primes())
                .extracting(NttPrime::bits)
                .containsExactly(41, 41, 40);
    }
}
