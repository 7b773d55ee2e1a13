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
        assertThat(choice.parameters()).hasToString("PARAMETERS");
        assertThat(digest(party.open.encode())).isEqualTo("KEY");
        long[] message = party.uniform(8192);
        long[] factor = party.sparse(1000);
        byte[] sent = party.encryptor.encrypt(message).encode();
        assertThat(digest(sent)).isEqualTo("SENT");
        byte[] returned = party.product(message, factor).encode();
        assertThat(digest(returned)).isEqualTo("RETURNED");
    }

    private static String digest(byte[] bytes) throws GeneralSecurityException {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }
}
