package io.tacit.protocol.linear;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tacit.crypto.channel.AbortReason;
import io.tacit.crypto.channel.Channel;
import io.tacit.crypto.channel.PeerUnavailable;
import io.tacit.crypto.channel.Phase;
import io.tacit.crypto.channel.ProtocolAbort;
import io.tacit.crypto.channel.Traffic;
import io.tacit.crypto.share.RingVector;
import io.tacit.kernel.ConvolutionGeometry;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A peer that sends something else than the protocol says: one clear reason on both sides, and every stage ends. */
@Timeout(60)
class HostileServerTest {
    private static final LinearShape SHAPE = new LinearShape(ConvolutionGeometry.square(8, 12, 10, 3, 1, 1), 20);
    /** Fingerprint and seed before the residues of an input; fingerprint before the content of a result. */
    private static final int HEADER_BYTES = 8;

    /** Changes one message of those sent; the rest pass. */
    private static final class InsecureSender implements Channel {
        private final Channel inner;
        private final int which;
        private final UnaryOperator<byte[]> change;
        private final AtomicInteger sent = new AtomicInteger();

        InsecureSender(Channel inner, int which, UnaryOperator<byte[]> change) {
            this.inner = inner;
            this.which = which;
            this.change = change;
        }

        @Override
        public void send(byte[] bytes, int offset, int length) {
            byte[] message = Arrays.copyOfRange(bytes, offset, offset + length);
            inner.send(sent.getAndIncrement() == which ? change.apply(message) : message);
        }

        @Override
        public String peer() {
            return inner.peer();
        }

        @Override
        public void receive(byte[] into, int offset, int length) {
            inner.receive(into, offset, length);
        }

        @Override
        public boolean awaitMessage(Duration longest) {
            return inner.awaitMessage(longest);
        }

        @Override
        public void flush() {
            inner.flush();
        }

        @Override
        public void enter(Phase phase) {
            inner.enter(phase);
        }

        @Override
        public Traffic traffic() {
            return inner.traffic();
        }

        @Override
        public void abort(AbortReason reason) {
            inner.abort(reason);
        }

        @Override
        public void close() {
            inner.close();
        }
    }

    private static void run(Pipeline pipeline, int message, UnaryOperator<byte[]> change) {
        try (TwoServers both = new TwoServers(
                List.of(SHAPE),
                PackingGoal.BALANCED,
                pipeline,
                2,
                (server, channel) -> server == 1 ? new InsecureSender(channel, message, change) : channel)) {
            both.products(List.of(both.draw(SHAPE, 2)));
        }
    }

    private static void assertAborts(Pipeline pipeline, int message, AbortReason reason, UnaryOperator<byte[]> change) {
        assertThatThrownBy(() -> run(pipeline, message, change))
                .isInstanceOfSatisfying(
                        ProtocolAbort.class, abort -> assertThat(abort.reason()).isEqualTo(reason))
                .satisfies(abort -> assertThat(abort.getSuppressed())
                        .allSatisfy(other -> assertThat(other).isInstanceOf(ProtocolAbort.class)));
    }

    private static int inputs() {
        TripletPlan plan =
                new TripletPlan(List.of(SHAPE), io.tacit.crypto.lattice.SecurityLevel.STANDARD, PackingGoal.BALANCED);
        return (int) plan.layer(SHAPE, 2).packing().inputPolynomials();
    }

    @ParameterizedTest
    @EnumSource(Pipeline.class)
    void wrongLengthsAreRefused(Pipeline pipeline) {
        for (int message : new int[] {0, inputs()}) {
            assertAborts(pipeline, message, AbortReason.UNEXPECTED_LENGTH, m -> Arrays.copyOf(m, m.length - 1));
            assertAborts(pipeline, message, AbortReason.UNEXPECTED_LENGTH, m -> Arrays.copyOf(m, m.length + 1));
            assertAborts(pipeline, message, AbortReason.UNEXPECTED_LENGTH, m -> new byte[0]);
        }
    }

    @ParameterizedTest
    @EnumSource(Pipeline.class)
    void residuesNotBelowTheirPrimeAreRefused(Pipeline pipeline) {
        assertAborts(pipeline, 0, AbortReason.OUT_OF_RANGE, m -> {
            Arrays.fill(m, m.length / 2, m.length, (byte) 0xFF);
            return m;
        });
    }

    @ParameterizedTest
    @EnumSource(Pipeline.class)
    void otherParametersAndEmptyCiphertextsAreRefused(Pipeline pipeline) {
        for (int message : new int[] {0, inputs()}) {
            assertAborts(pipeline, message, AbortReason.MALFORMED, m -> {
                m[0] ^= 1;
                return m;
            });
        }
        assertAborts(pipeline, inputs(), AbortReason.MALFORMED, m -> {
            Arrays.fill(m, HEADER_BYTES, m.length, (byte) 0);
            return m;
        });
    }

    /** A changed result decrypts to something else or is refused; nothing else happens. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void flippedBitsNeverCrash(int seed) {
        Random random = new Random(seed);
        for (int round = 0; round < 10; round++) {
            int message = random.nextInt(inputs() + 2);
            try {
                run(Pipeline.ON, message, m -> {
                    m[random.nextInt(m.length)] ^= (byte) (1 << random.nextInt(8));
                    return m;
                });
            } catch (ProtocolAbort abort) {
                assertThat(abort.reason()).isIn(AbortReason.MALFORMED, AbortReason.OUT_OF_RANGE);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Pipeline.class)
    void aPeerThatLeavesEndsEveryStage(Pipeline pipeline) {
        for (int message = 0; message <= inputs(); message += inputs()) {
            int last = message;
            try (TwoServers both = new TwoServers(
                    List.of(SHAPE),
                    PackingGoal.BALANCED,
                    pipeline,
                    2,
                    (server, channel) -> server == 1
                            ? new InsecureSender(channel, last, m -> {
                                channel.close();
                                return m;
                            })
                            : channel)) {
                TwoServers.Shares shares = both.draw(SHAPE, 2);
                assertThatThrownBy(() -> both.products(List.of(shares))).isInstanceOf(PeerUnavailable.class);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Pipeline.class)
    void anInterruptedCallEndsBothSides(Pipeline pipeline) throws InterruptedException {
        try (TwoServers both = new TwoServers(List.of(SHAPE), PackingGoal.BALANCED, pipeline, 2)) {
            TwoServers.Shares shares = both.draw(SHAPE, 2);
            RuntimeException[] thrown = new RuntimeException[1];
            boolean[] stillInterrupted = new boolean[1];
            Thread alone = new Thread(() -> {
                try {
                    both.servers[0].products(SHAPE, shares.weights()[0], shares.masks()[0]);
                } catch (RuntimeException e) {
                    thrown[0] = e;
                    stillInterrupted[0] = Thread.currentThread().isInterrupted();
                }
            });
            alone.start();
            Thread.sleep(300);
            alone.interrupt();
            alone.join();
            assertThat(thrown[0]).isInstanceOf(PeerUnavailable.class);
            assertThat(stillInterrupted[0]).isTrue();
            assertThatThrownBy(() -> both.servers[1].products(SHAPE, shares.weights()[1], shares.masks()[1]))
                    .isInstanceOf(RuntimeException.class);
        }
    }

    /** The other lane of a preparation may fail: whoever sees it closes this one. */
    @ParameterizedTest
    @EnumSource(Pipeline.class)
    void closingEndsACallInProgress(Pipeline pipeline) throws InterruptedException {
        try (TwoServers both = new TwoServers(List.of(SHAPE), PackingGoal.BALANCED, pipeline, 2)) {
            TwoServers.Shares shares = both.draw(SHAPE, 2);
            var call =
                    both.threads.submit(() -> both.servers[0].products(SHAPE, shares.weights()[0], shares.masks()[0]));
            Thread.sleep(300);
            both.servers[0].close();
            assertThatThrownBy(() -> call.get(20, java.util.concurrent.TimeUnit.SECONDS))
                    .isInstanceOf(java.util.concurrent.ExecutionException.class);
        }
    }

    @Test
    void sharesOfAnotherShapeAreRefusedBeforeAnythingIsSent() {
        try (TwoServers both = new TwoServers(List.of(SHAPE), PackingGoal.BALANCED, Pipeline.ON, 1)) {
            TwoServers.Shares shares = both.draw(SHAPE, 1);
            RingVector shorter = SHAPE.ring().zeros(3);
            assertThatThrownBy(() -> both.servers[0].products(SHAPE, shorter, shares.masks()[0]))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> both.servers[0].products(
                            SHAPE, shares.weights()[0], new RingVector[] {shares.masks()[0][0], shorter}))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThat(both.traffic(0)).isEqualTo(Traffic.Count.NOTHING);
        }
    }
}
