package io.tacit.protocol.privdnn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tacit.crypto.channel.AbortReason;
import io.tacit.crypto.channel.ProtocolAbort;
import io.tacit.crypto.random.Prg;
import io.tacit.crypto.random.Seed;
import io.tacit.kernel.ConvolutionGeometry;
import io.tacit.kernel.Workers;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Results of core filters, from encrypted weights to decryption, are those of the integer network. */
class CoreEvaluationTest {
    private static final long ENOUGH = 1L << 30;
    /** No weight of the second convolution is kept. */
    private static final long LITTLE = 0;

    @ParameterizedTest
    @EnumSource
    void poolsAfterBothConvolutions(Mode mode) {
        exact(CoreCase.pooled(3, 1), mode, ENOUGH);
    }

    @ParameterizedTest
    @EnumSource
    void paddingAndSeveralChannels(Mode mode) {
        exact(CoreCase.padded(2, 2), mode, LITTLE);
    }

    @ParameterizedTest
    @EnumSource
    void stepsDilationAndRemainders(Mode mode) {
        exact(CoreCase.odd(1, 3), mode, LITTLE);
    }

    private static void exact(CoreCase core, Mode mode, long memoryBytes) {
        exact(core, mode, memoryBytes, Workers.NONE);
    }

    private static void exact(CoreCase core, Mode mode, long memoryBytes, Workers workers) {
        try (CoreParties parties = new CoreParties(core, mode, memoryBytes, workers)) {
            int[] scales = new int[core.shape.secondCore().size()];
            Arrays.setAll(scales, i -> 1 + i * 4 % parties.plan.maxScale());
            parties.requireExact(scales);
        }
    }

    /**
     * LeNet-5's first two convolutions, two of six and six of sixteen filters, a full batch, two threads, some weights kept and
     * the others read again for each row.
     */
    @Tag("slow")
    @ParameterizedTest
    @EnumSource
    void aFullBatchOfLeNet(Mode mode) {
        ExecutorService threads = Executors.newFixedThreadPool(1);
        try {
            CoreCase core = new CoreCase(
                    ConvolutionGeometry.square(1, 28, 6, 5, 1, 0),
                    2,
                    ConvolutionGeometry.square(6, 12, 16, 5, 1, 0),
                    1,
                    List.of(0, 4),
                    List.of(1, 3, 5, 7, 9, 15),
                    1 << 14,
                    4);
            exact(core, mode, ENOUGH, new Workers(threads, 2));
        } finally {
            threads.shutdown();
        }
    }

    /** The same pixels twice: what the owner sees differs, and so do the masks. */
    @Test
    void masksAreNotUsedTwice() {
        try (CoreParties parties = new CoreParties(CoreCase.padded(2, 5), Mode.HARDENED, LITTLE, Workers.NONE);
                Seed seed = Seed.of(new byte[Seed.BYTES]);
                Prg prg = seed.generator("test")) {
            byte[][] seen = new byte[2][];
            int[][] masks = new int[2][];
            for (int run = 0; run < 2; run++) {
                int at = run;
                parties.user.hardened(parties.core.pixels, prg, (prime, filter, position, returned, mask) -> {
                    if (prime + filter + position == 0) {
                        seen[at] = returned;
                        masks[at] = mask;
                    }
                });
            }
            assertThat(seen[0]).isNotEqualTo(seen[1]);
            assertThat(masks[0]).isNotEqualTo(masks[1]);
        }
    }

    @Test
    void whatDoesNotFitIsRefused() {
        CoreCase core = CoreCase.padded(1, 6);
        try (CoreParties parties = new CoreParties(core, Mode.PUBLISHED, LITTLE, Workers.NONE)) {
            CoreOutputs.ReturnedSink none = (prime, filter, position, returned) -> {};
            CoreEvaluation user = parties.user;
            int[] scales = {1};
            assertThatIllegalArgumentException().isThrownBy(() -> user.published(new int[0][], scales, none));
            assertThatIllegalArgumentException().isThrownBy(() -> user.published(new int[1][3], scales, none));
            assertThatIllegalArgumentException().isThrownBy(() -> user.published(core.pixels, new int[] {0}, none));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> user.published(core.pixels, new int[] {parties.plan.maxScale() + 1}, none));
            assertThatIllegalArgumentException().isThrownBy(() -> user.published(core.pixels, new int[] {1, 1}, none));
            assertThatIllegalStateException()
                    .isThrownBy(() -> user.hardened(
                            core.pixels, Seed.of(new byte[Seed.BYTES]).generator("test"), (a, b, c, d, e) -> {}));
            int[] out = new int[1];
            refused(AbortReason.UNEXPECTED_LENGTH, () -> parties.owner.decrypt(0, new byte[9], 1, out, "user"));
            byte[] zeros = new byte[parties.owner.returnBytes()];
            refused(AbortReason.MALFORMED, () -> parties.owner.decrypt(0, zeros, 1, out, "user"));
            byte[] record = parties.records.get(0);
            record[record.length - 1] = -1;
            record[record.length - 2] = -1;
            record[record.length - 3] = -1;
            record[record.length - 4] = -1;
            record[record.length - 5] = -1;
            record[record.length - 6] = -1;
            record[record.length - 7] = -1;
            refused(AbortReason.OUT_OF_RANGE, () -> user.published(core.pixels, scales, none));
            record[0]++;
            refused(AbortReason.MALFORMED, () -> user.published(core.pixels, scales, none));
        }
    }

    private static void refused(AbortReason reason, org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        ProtocolAbort.class, abort -> assertThat(abort.reason()).isEqualTo(reason));
    }

    /** Keys are those of the seed, and only they: other records each time. */
    @Test
    void keysComeFromTheSeed() {
        CorePlan plan = CorePlan.of(CoreCase.odd(1, 1).shape, Mode.HARDENED);
        try (Seed seed = Seed.of(new byte[Seed.BYTES]);
                CoreOwner one = new CoreOwner(plan, seed);
                CoreOwner again = new CoreOwner(plan, seed)) {
            assertThat(one.publicKey()).isEqualTo(again.publicKey()).hasSize(plan.publicKeyBytes());
            assertThat(one.relinearizationKey())
                    .isEqualTo(again.relinearizationKey())
                    .hasSize(plan.relinearizationKeyBytes());
        }
    }
}
