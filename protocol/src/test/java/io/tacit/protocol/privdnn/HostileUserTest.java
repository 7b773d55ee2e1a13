package io.tacit.protocol.privdnn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tacit.crypto.channel.AbortReason;
import io.tacit.crypto.channel.Bulk;
import io.tacit.crypto.channel.LimitExceeded;
import io.tacit.crypto.channel.MemoryChannel;
import io.tacit.crypto.channel.ProtocolAbort;
import io.tacit.kernel.Workers;
import io.tacit.model.integer.IntegerNetwork;
import io.tacit.model.separate.CoreFilters;
import io.tacit.model.separate.CoreSegment;
import io.tacit.model.separate.Separation;
import io.tacit.protocol.plan.Disclosure;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** An owner decrypts what the plan says, each value once a batch, within the allowance, for users of the same plan. */
class HostileUserTest {
    private static final long TIMEOUT_MILLIS = 60_000;
    private static final IntegerNetwork NETWORK = CoreNetworks.lenet(1);

    private static PrivDnnPlan plan(List<Integer> second) {
        CoreSegment segment = CoreSegment.of(NETWORK);
        CoreFilters core = new CoreFilters(List.of(1), second);
        return new PrivDnnPlan(
                Separation.clearPart(NETWORK, segment, core),
                segment,
                core,
                IdealCore.MODULUS,
                Settings.of(Mode.PUBLISHED, Disclosure.SCORES));
    }

    /** How the owner's session ends with a user that does what it wants. */
    private static Throwable served(Allowance allowance, Consumer<MemoryChannel> user) {
        PrivDnnPlan plan = plan(List.of(0, 3));
        IntegerNetwork separated = Separation.separated(NETWORK, plan.segment(), plan.core());
        MemoryChannel.Pair lane = MemoryChannel.connect("owner", "user", TIMEOUT_MILLIS);
        Owner owner = new Owner(
                plan,
                new IdealCore(separated, plan, 4),
                new OwnerLimits(4, Duration.ofMinutes(1)),
                new SecureRandom(),
                Workers.NONE);
        CompletableFuture<Void> serving = CompletableFuture.runAsync(() -> owner.serve(lane.left(), allowance));
        user.accept(lane.right());
        try {
            serving.join();
        } catch (CompletionException e) {
            return Objects.requireNonNull(e.getCause());
        }
        throw new AssertionError("the owner served to the end");
    }

    private static void requireAbort(Throwable thrown, AbortReason reason) {
        assertThat(thrown).isInstanceOf(ProtocolAbort.class);
        assertThat(((ProtocolAbort) thrown).reason()).isEqualTo(reason);
    }

    private static void value(MemoryChannel owner, ReturnHeader header) {
        header.send(owner);
        Bulk.sendBytes(owner, new byte[16], 0, 16);
    }

    @Test
    void anotherPlanIsRefused() {
        requireAbort(
                served(Allowance.UNLIMITED, owner -> Greeting.send(owner, plan(List.of(0, 2)))),
                AbortReason.MODEL_MISMATCH);
    }

    @Test
    void aValueIsDecryptedOnceABatch() {
        Throwable thrown = served(Allowance.UNLIMITED, owner -> {
            Greeting.send(owner, plan(List.of(0, 3)));
            owner.send(Command.encode(2));
            value(owner, new ReturnHeader(0, 1, 2));
            value(owner, new ReturnHeader(0, 1, 2));
        });
        requireAbort(thrown, AbortReason.MATERIAL_SPENT);
    }

    @Test
    void valuesOfOtherLayersAreRefused() {
        for (ReturnHeader header : List.of(
                new ReturnHeader(2, 0, 0),
                new ReturnHeader(-1, 0, 0),
                new ReturnHeader(0, 2, 0),
                new ReturnHeader(0, 0, 4),
                new ReturnHeader(0, 0, Integer.MIN_VALUE))) {
            Throwable thrown = served(Allowance.UNLIMITED, owner -> {
                Greeting.send(owner, plan(List.of(0, 3)));
                owner.send(Command.encode(1));
                value(owner, header);
            });
            requireAbort(thrown, AbortReason.OUT_OF_RANGE);
        }
    }

    @Test
    void batchesBeyondTheLimitsAreRefused() {
        for (int images : new int[] {5, Integer.MAX_VALUE}) {
            assertThat(served(Allowance.UNLIMITED, owner -> {
                        Greeting.send(owner, plan(List.of(0, 3)));
                        owner.send(Command.encode(images));
                    }))
                    .isInstanceOf(LimitExceeded.class);
        }
        requireAbort(
                served(Allowance.UNLIMITED, owner -> {
                    Greeting.send(owner, plan(List.of(0, 3)));
                    owner.send(Command.encode(0));
                }),
                AbortReason.MALFORMED);
    }

    @Test
    void theAllowanceIsAskedBeforeAnythingIsDecrypted() {
        AtomicLong asked = new AtomicLong();
        Throwable thrown = served(
                (images, valuesPerFilter) -> {
                    asked.set(valuesPerFilter);
                    throw new LimitExceeded("no more today");
                },
                owner -> {
                    Greeting.send(owner, plan(List.of(0, 3)));
                    owner.send(Command.encode(3));
                });
        assertThat(thrown).hasMessage("no more today");
        assertThat(asked.get()).isEqualTo(3 * 4);
    }

    @Test
    void primesAreChecked() {
        assertThatThrownBy(() -> new ResidueModulus(7, 7)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new ResidueModulus(1L << 31, 7)).isInstanceOf(IllegalArgumentException.class);
        ResidueModulus modulus = new ResidueModulus(7, 11);
        for (int value = 0; value < 77; value++) {
            assertThat(modulus.combine(new int[] {value % 7}, new int[] {value % 11}))
                    .containsExactly(value);
            assertThat(Math.floorMod(modulus.centred(value), 77L)).isEqualTo(value);
            assertThat(Math.abs(modulus.centred(value))).isLessThanOrEqualTo(38);
            assertThat((modulus.negate(value) + value) % 77).isZero();
        }
    }
}
