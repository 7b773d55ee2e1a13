package io.tacit.crypto.lattice;

import static org.assertj.core.api.Assertions.assertThat;

import io.tacit.kernel.provider.KernelProvider;
import io.tacit.kernel.provider.Kernels;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every byte that travels, for fixed seeds: both twins, both Java versions and every machine send the same. A change here
 * is a change of the wire format.
 */
class KnownAnswersTest {

    static KernelProvider[] twins() {
        return new KernelProvider[] {Kernels.plain(), Kernels.active()};
    }

    @ParameterizedTest
    @MethodSource("twins")
    void encodingsForFixedSeeds(KernelProvider kernels) throws GeneralSecurityException {
        ParameterChoice chosen = ParameterChoice.atDegree(SecurityLevel.STANDARD, 8192, 22, 1000, 58)
                .orElseThrow();
        ParameterChoice choice = ParameterChoice.within(chosen.parameters().using(kernels), 1000, 58)
                .orElseThrow();
        Party party = new Party(choice, 42);
        assertThat(choice.parameters())
                .hasToString("degree 8192, 3 primes, modulus of 113 bits, plaintexts of 22 bits");
        assertThat(digest(party.open.encode()))
                .isEqualTo("5787c9396be501261cd5289dd2ade886e61516a0b0d1d7d688c37c25c62c3501");
        long[] message = party.uniform(8192);
        long[] factor = party.sparse(1000);
        byte[] sent = party.encryptor.encrypt(message).encode();
        assertThat(digest(sent)).isEqualTo("4f9fd09993eba5e0f5ed25f91fdb8ceb8cbe23741e7dc7ccfe1500d56181adf0");
        byte[] returned = party.product(message, factor).encode();
        assertThat(digest(returned)).isEqualTo("25541bc417592e76b8a40d8e2d57d7fe83805f9bf53b95fc169f98cb44839df8");
    }

    private static String digest(byte[] bytes) throws GeneralSecurityException {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }
}
