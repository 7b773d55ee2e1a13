package io.tacit.server.securenets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tacit.client.deployment.Sha256;
import io.tacit.client.securenets.SecureNetsSession;
import io.tacit.client.wire.SessionHandler;
import io.tacit.crypto.channel.AbortReason;
import io.tacit.crypto.channel.Channel;
import io.tacit.crypto.channel.Phase;
import io.tacit.crypto.channel.ProtocolAbort;
import io.tacit.crypto.channel.Traffic;
import io.tacit.kernel.Workers;
import io.tacit.model.integer.IntegerNetwork;
import io.tacit.model.integer.IntegerTensor;
import io.tacit.model.reference.IntegerEvaluator;
import io.tacit.protocol.securenets.Cloud;
import io.tacit.protocol.securenets.CloudLimits;
import io.tacit.protocol.securenets.Mode;
import io.tacit.protocol.securenets.Settings;
import io.tacit.server.SmallNetwork;
import io.tacit.server.material.FileMaterialStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The protocol between parties that talk TLS, with pads in files. */
class SecureNetsOverTlsTest {
    @TempDir
    Path folder;

    private static IntegerNetwork network() {
        return SmallNetwork.make();
    }

    private static IntegerTensor inputs(IntegerNetwork network, int batch) {
        return SmallNetwork.inputs(network, batch, 6);
    }

    private static long[] values(IntegerTensor tensor) {
        long[] values = new long[tensor.batch() * tensor.shape().size()];
        Arrays.setAll(values, tensor::get);
        return values;
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void everyModeOverTlsWithPadsInFiles(Mode mode) throws Exception {
        IntegerNetwork network = network();
        IntegerTensor inputs = inputs(network, 50);
        long[] reference = values(new IntegerEvaluator(network, Workers.NONE).evaluate(inputs));
        try (LoopbackParties parties = new LoopbackParties(folder, mode, Sha256.ofDigest(network.hash()));
                FileMaterialStore store = new FileMaterialStore(folder.resolve("pads"), 1L << 26, parties.random);
                SecureNetsSession session = SecureNetsSession.open(
                        parties.user,
                        network,
                        new Settings(mode, Settings.DEFAULT_CHECKS, 0, 8),
                        2,
                        parties.random,
                        new Workers(parties.threads, 2))) {
            for (int batch = 1; batch <= 2; batch++) {
                session.prepare(store, 50);
                assertThat(session.missingPads(store, 50)).isZero();
                assertThat(values(session.predict(store, inputs))).isEqualTo(reference);
                for (int k = 0; k < mode.clouds(); k++) {
                    Traffic.Count once = session.plan().predictTraffic(k, 50);
                    Traffic.Count counted = session.traffic(k).in(Phase.PREDICT);
                    assertThat(counted.bytesSent()).isEqualTo(batch * once.bytesSent());
                    assertThat(counted.bytesReceived()).isEqualTo(batch * once.bytesReceived());
                    assertThat(counted.roundTrips()).isEqualTo(batch * once.roundTrips());
                }
            }
            assertThat(session.missingPads(store, 50)).isEqualTo(mode.needsPads() ? 7 : 0);
        }
    }

    /** The deployment of these tests allows a client 1,000 predictions a day. */
    @Test
    void theQuotaHoldsOverSessionsAndIsNamedToTheUser() throws Exception {
        IntegerNetwork network = network();
        try (LoopbackParties parties =
                        new LoopbackParties(folder, Mode.BLINDED_THREE, Sha256.ofDigest(network.hash()));
                FileMaterialStore store = new FileMaterialStore(folder.resolve("pads"), 1L << 26, parties.random)) {
            for (int session = 0; session < 2; session++) {
                try (SecureNetsSession user = open(parties, network)) {
                    assertThat(user.predict(store, inputs(network, 490)).batch())
                            .isEqualTo(490);
                }
            }
            try (SecureNetsSession user = open(parties, network)) {
                ProtocolAbort abort =
                        catchThrowableOfType(ProtocolAbort.class, () -> user.predict(store, inputs(network, 21)));
                assertThat(abort.reason()).isEqualTo(AbortReason.LIMIT_EXCEEDED);
                assertThat(abort.peer()).startsWith("cloud-");
            }
            try (SecureNetsSession user = open(parties, network)) {
                assertThat(user.predict(store, inputs(network, 20)).batch()).isEqualTo(20);
            }
        }
    }

    private static SecureNetsSession open(LoopbackParties parties, IntegerNetwork network) {
        return SecureNetsSession.open(
                parties.user, network, Settings.of(Mode.BLINDED_THREE), 1, parties.random, Workers.NONE);
    }

    @Test
    void changedAnswersThroughTlsAreRefused() throws Exception {
        changedAnswers(20);
    }

    @Tag("slow")
    @Test
    void aThousandChangedAnswersThroughTlsAreRefused() throws Exception {
        changedAnswers(1_000);
    }

    /** Each time a new session, in which the second cloud changes one value of one answer. */
    private void changedAnswers(int times) throws Exception {
        IntegerNetwork network = network();
        IntegerTensor inputs = inputs(network, 1);
        SplittableRandom random = new SplittableRandom(17);
        IntFunction<SessionHandler> handlers = k -> session -> new Cloud(CloudLimits.usual(), Workers.NONE)
                .serve(
                        k == 0
                                ? session.lane("user", SecureNetsSession.LANES.get(0))
                                : new OneWrongValue(
                                        session.lane("user", SecureNetsSession.LANES.get(0)), random.split()));
        int refused = 0;
        try (LoopbackParties parties =
                        new LoopbackParties(folder, Mode.BLINDED_TWO, Sha256.ofDigest(network.hash()), handlers);
                FileMaterialStore store = new FileMaterialStore(folder.resolve("pads"), 1L << 26, parties.random)) {
            for (int i = 0; i < times; i++) {
                try (SecureNetsSession session = SecureNetsSession.open(
                        parties.user, network, Settings.of(Mode.BLINDED_TWO), 1, parties.random, Workers.NONE)) {
                    session.prepare(store, 1);
                    ProtocolAbort abort =
                            catchThrowableOfType(ProtocolAbort.class, () -> session.predict(store, inputs));
                    assertThat(abort).as("change %d", i).isNotNull();
                    assertThat(abort.reason()).isIn(AbortReason.VERIFICATION_FAILED, AbortReason.OUT_OF_RANGE);
                    assertThat(abort.peer()).isEqualTo("cloud-2");
                    refused++;
                }
            }
        }
        assertThat(refused).isEqualTo(times);
    }

    /** Changes one value of one of the two answers by a random amount. */
    private static final class OneWrongValue implements Channel {
        private final Channel inner;
        private final SplittableRandom random;
        private final int victim;
        private int answers = -1; // the deployment's receipt

        OneWrongValue(Channel inner, SplittableRandom random) {
            this.inner = inner;
            this.random = random;
            this.victim = random.nextInt(2);
        }

        @Override
        public void send(byte[] bytes, int offset, int length) {
            byte[] told = Arrays.copyOfRange(bytes, offset, offset + length);
            if (answers++ == victim) {
                told[random.nextInt(length)] ^= (byte) (1 << random.nextInt(8));
            }
            inner.send(told, 0, length);
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
}
