package io.tacit.crypto.lattice.multiparty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.tacit.crypto.channel.AbortReason;
import io.tacit.crypto.channel.ProtocolAbort;
import io.tacit.crypto.lattice.LatticeParameters;
import io.tacit.crypto.lattice.RnsRing;
import io.tacit.crypto.random.Seed;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Every decoder refuses what is no message of its kind, with the reason. */
class HostilePartyTest {
    private final Group group = CollectiveProductTest.group(22, 8192, 2, 100, 9);
    private final LatticeParameters parameters = group.parameters;
    private final CommonReference reference = CommonReference.combine(List.of(new byte[32], new byte[32]));

    private record Kind(byte[] honest, int secondAt, boolean zeroRefused, Consumer<byte[]> decoder) {}

    private Map<String, Kind> kinds() {
        int[] wanted = {0, 5, 9};
        SummedProduct sum = CollectiveProductTest.sum(group, wanted);
        int head = RnsRing.FINGERPRINT_BYTES;
        int polynomial = parameters.ring().polynomialBytes();
        return Map.of(
                "key share",
                new Kind(
                        new PublicKeyGeneration(parameters, reference)
                                .genShare(group.keys.get(0))
                                .encode(),
                        head + Seed.BYTES,
                        true,
                        bytes -> PublicKeyShare.decode(parameters, reference, bytes, "server-1")),
                "ciphertext",
                new Kind(
                        group.encrypt(List.of(group.uniform(8192))).encode(),
                        head + polynomial,
                        true,
                        bytes -> CollectiveCiphertext.decode(parameters, 1, bytes, "server-1")),
                "partial product",
                new Kind(
                        group.part(
                                        List.of(group.encrypt(List.of(group.uniform(8192)))),
                                        List.of(group.factor(5)),
                                        wanted,
                                        new long[3])
                                .encode(),
                        head + parameters.ring().bytes(3),
                        false,
                        bytes -> PartialProduct.decode(parameters, 3, bytes, "server-1")),
                "summed product",
                new Kind(sum.mask().encode(), head, true, bytes -> SummedMask.decode(parameters, bytes, "server-1")),
                "switching share",
                new Kind(
                        group.share(1, sum, wanted).encode(),
                        head,
                        false,
                        bytes -> SwitchingShare.decode(parameters, 3, bytes, "server-1")));
    }

    @Test
    void refusesWhatIsNoMessage() {
        kinds().forEach((name, kind) -> {
            kind.decoder().accept(kind.honest());
            refused(name, kind, Arrays.copyOf(kind.honest(), kind.honest().length - 1), AbortReason.UNEXPECTED_LENGTH);
            refused(name, kind, Arrays.copyOf(kind.honest(), kind.honest().length + 1), AbortReason.UNEXPECTED_LENGTH);
            refused(name, kind, new byte[0], AbortReason.UNEXPECTED_LENGTH);
            byte[] other = kind.honest().clone();
            other[0] ^= 1;
            refused(name, kind, other, AbortReason.MALFORMED);
            byte[] beyond = kind.honest().clone();
            Arrays.fill(beyond, kind.secondAt(), kind.secondAt() + 16, (byte) -1);
            refused(name, kind, beyond, AbortReason.OUT_OF_RANGE);
            if (kind.zeroRefused()) {
                byte[] zero = kind.honest().clone();
                Arrays.fill(zero, kind.secondAt(), zero.length, (byte) 0);
                refused(name, kind, zero, AbortReason.MALFORMED);
            }
        });
    }

    private static void refused(String name, Kind kind, byte[] bytes, AbortReason reason) {
        assertThatExceptionOfType(ProtocolAbort.class)
                .as(name)
                .isThrownBy(() -> kind.decoder().accept(bytes))
                .satisfies(abort -> {
                    assertThat(abort.reason()).as(name).isEqualTo(reason);
                    assertThat(abort.peer()).isEqualTo("server-1");
                });
    }

    @Test
    void refusesAKeyShareOfAnotherReference() {
        byte[] bytes = new PublicKeyGeneration(parameters, reference)
                .genShare(group.keys.get(0))
                .encode();
        CommonReference other = CommonReference.combine(List.of(new byte[32]));
        assertThatExceptionOfType(ProtocolAbort.class)
                .isThrownBy(() -> PublicKeyShare.decode(parameters, other, bytes, "server-1"))
                .satisfies(abort -> assertThat(abort.reason()).isEqualTo(AbortReason.MALFORMED));
    }
}
