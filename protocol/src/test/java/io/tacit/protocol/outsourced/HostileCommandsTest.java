package io.tacit.protocol.outsourced;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tacit.crypto.channel.AbortReason;
import io.tacit.crypto.channel.Channel;
import io.tacit.crypto.channel.LimitExceeded;
import io.tacit.crypto.channel.MemoryChannel;
import io.tacit.crypto.channel.ProtocolAbort;
import io.tacit.crypto.random.Seed;
import io.tacit.protocol.material.MaterialId;
import io.tacit.protocol.nonlinear.EvaluatorEnd;
import io.tacit.protocol.nonlinear.SessionName;
import io.tacit.protocol.plan.Disclosure;
import io.tacit.protocol.plan.SharingSettings;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Commands of an evaluator that does not keep to the protocol: each is refused by its own reason, and nothing comes of it. */
@Timeout(120)
class HostileCommandsTest {
    private Servers servers;

    @BeforeEach
    void start() throws Exception {
        servers = new Servers(Networks.random(1), SharingSettings.of(Disclosure.SCORES), 1);
    }

    @AfterEach
    void stop() throws Exception {
        servers.close();
    }

    /** The evaluator's end of a lane of preparation, after the transfers' beginning. */
    private Channel lane() {
        servers.tables = MemoryChannel.connect("garbler", "evaluator", Servers.TIMEOUT_MILLIS);
        Channel atGarbler = servers.tables.left();
        servers.threads.execute(() -> {
            try {
                servers.garbler.servePreparation(
                        atGarbler, servers.connectTriplets().garbler());
            } catch (RuntimeException e) {
                servers.garblerFailures.add(e);
            }
        });
        Channel lane = servers.tables.right();
        byte[] session = SessionName.agree(lane, servers.random, false);
        try (Seed secret = Seed.random(servers.random)) {
            EvaluatorEnd.connect(lane, session, servers.plan.settings().extension(), secret);
        }
        return lane;
    }

    private void assertRefused(Channel lane, AbortReason reason) {
        assertThatThrownBy(() -> lane.receive(Command.ACCEPTED.length))
                .isInstanceOfSatisfying(
                        ProtocolAbort.class, e -> assertThat(e.reason()).isEqualTo(reason));
        assertThat(servers.garblerStore.ready(deployment().garblerKind())).isZero();
        servers.prepare(1);
        assertThat(servers.garblerStore.ready(deployment().garblerKind())).isEqualTo(1);
    }

    private DeploymentId deployment() {
        return servers.garblerShare.deployment();
    }

    @ParameterizedTest
    @ValueSource(ints = {Integer.MIN_VALUE, -1, 0, 1025, 1 << 27, Integer.MAX_VALUE})
    void aCountOfQueriesOutsideTheLimit(int count) {
        Channel lane = lane();
        Command.of(Command.Kind.PREPARE, deployment(), count).send(lane);
        assertRefused(lane, AbortReason.LIMIT_EXCEEDED);
    }

    @ParameterizedTest
    @ValueSource(ints = {Integer.MIN_VALUE, -1, Ids.MOST + 1, 1 << 27, Integer.MAX_VALUE})
    void aCountOfIdsOutsideTheLimit(int count) {
        Channel lane = lane();
        Command.of(Command.Kind.COMPARE, deployment(), count).send(lane);
        assertRefused(lane, AbortReason.LIMIT_EXCEEDED);
    }

    @Test
    void aRefusedCountAllocatesNothing() {
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        MemoryChannel.Pair pair = MemoryChannel.connect("garbler", "evaluator", Servers.TIMEOUT_MILLIS);
        long least = Long.MAX_VALUE;
        for (int run = 0; run < 10; run++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            assertThatThrownBy(() -> Ids.receive(pair.left(), Integer.MAX_VALUE))
                    .isInstanceOf(LimitExceeded.class);
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }
        assertThat(least).isLessThan(64 << 10);
    }

    @Test
    void theSameIdTwice() {
        Channel lane = lane();
        MaterialId id = MaterialId.random(servers.random);
        Command.of(Command.Kind.PREPARE, deployment(), 2).send(lane);
        Ids.send(lane, List.of(id, id));
        assertRefused(lane, AbortReason.MATERIAL_SPENT);
    }

    @Test
    void anIdThatWasUsed() {
        servers.prepare(1);
        MaterialId id = servers.garblerStore
                .readyIds(deployment().garblerKind())
                .iterator()
                .next();
        servers.garblerStore.claim(deployment().garblerKind(), id).close();
        Channel lane = lane();
        Command.of(Command.Kind.PREPARE, deployment(), 1).send(lane);
        Ids.send(lane, List.of(id));
        assertRefused(lane, AbortReason.MATERIAL_SPENT);
    }

    @Test
    void aCommandOfAnotherLane() {
        for (Command command : Stream.of(
                        Command.predict(
                                deployment(), QueryId.random(servers.random), MaterialId.random(servers.random)),
                        Command.predictNow(deployment(), QueryId.random(servers.random)))
                .toList()) {
            Channel lane = lane();
            command.send(lane);
            assertThatThrownBy(() -> lane.receive(Command.ACCEPTED.length))
                    .isInstanceOfSatisfying(
                            ProtocolAbort.class, e -> assertThat(e.reason()).isEqualTo(AbortReason.MALFORMED));
        }
    }

    @Test
    void aCommandForAnotherDeployment() {
        byte[] other = new byte[DeploymentId.BYTES];
        servers.random.nextBytes(other);
        Channel lane = lane();
        Command.of(Command.Kind.PREPARE, DeploymentId.of(other, 0), 1).send(lane);
        assertRefused(lane, AbortReason.MODEL_MISMATCH);
    }
}
