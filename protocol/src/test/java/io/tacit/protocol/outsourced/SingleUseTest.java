package io.tacit.protocol.outsourced;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tacit.crypto.channel.AbortReason;
import io.tacit.crypto.channel.Channel;
import io.tacit.crypto.channel.LimitExceeded;
import io.tacit.crypto.channel.MemoryChannel;
import io.tacit.crypto.channel.Phase;
import io.tacit.crypto.channel.ProtocolAbort;
import io.tacit.crypto.channel.RecordingChannel;
import io.tacit.kernel.ConvolutionGeometry;
import io.tacit.kernel.Workers;
import io.tacit.model.integer.IntegerNetwork;
import io.tacit.model.integer.IntegerTensor;
import io.tacit.model.integer.Range;
import io.tacit.model.integer.Step.Nonlinearity;
import io.tacit.model.integer.TensorShape;
import io.tacit.model.integer.Window;
import io.tacit.protocol.material.MaterialId;
import io.tacit.protocol.plan.Disclosure;
import io.tacit.protocol.plan.SharingPrice;
import io.tacit.protocol.plan.SharingSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;

/** Material is used once, by both servers or by none; what servers see of queries are masks that never come back. */
class SingleUseTest {
    private static IntegerNetwork network() {
        Networks n = new Networks(7, new TensorShape(2, 8, 8), Range.of(0, 255));
        int c = n.linear(0, ConvolutionGeometry.square(2, 8, 4, 3, 1, 1));
        int a = n.activation(c, Nonlinearity.RELU, new int[] {4}, 8, 255);
        n.dense(n.maxPool(a, Window.square(2, 2)), 5);
        return n.build("small");
    }

    private static Servers servers() throws Exception {
        return new Servers(network(), SharingSettings.of(Disclosure.LABEL), 2);
    }

    @Test
    void nothingPreparedIsSaidToTheClientAndTheLaneGoesOn() throws Exception {
        try (Servers servers = servers()) {
            Channel online = servers.openOnline();
            IntegerTensor input = Networks.input(network(), 1);
            MemoryChannel.Pair toEvaluator = MemoryChannel.connect("client", "evaluator", 5000);
            MemoryChannel.Pair toGarbler = MemoryChannel.connect("client", "garbler", 5000);
            var client = servers.threads.submit(() ->
                    new Client(servers.plan, servers.random).predict(toGarbler.left(), toEvaluator.left(), input));
            assertThatThrownBy(() -> servers.evaluator.predict(online, servers.evaluator.receive(toEvaluator.right())))
                    .isInstanceOf(LimitExceeded.class);
            assertThatThrownBy(client::get)
                    .hasCauseInstanceOf(ProtocolAbort.class)
                    .hasMessageContaining(AbortReason.LIMIT_EXCEEDED.name());
            servers.prepare(1);
            assertThat(servers.ask(input, c -> servers.evaluator.predict(online, servers.evaluator.receive(c)))
                            .answer()
                            .label())
                    .isEqualTo(OutsourcedTest.ranking(OutsourcedTest.scores(network(), input))
                            .get(0));
        }
    }

    /** A garbler that was restored knows by its marks; an evaluator that was restored is refused before it sends a mask. */
    @Test
    void materialSpentAtTheGarblerIsRefusedBeforeTheEvaluatorUsesItsOwn() throws Exception {
        try (Servers servers = servers()) {
            servers.prepare(1);
            var kind = servers.garblerShare.deployment().garblerKind();
            MaterialId id = servers.garblerStore.readyIds(kind).iterator().next();
            servers.garblerStore.claim(kind, id).close();
            Channel online = servers.openOnline();
            assertThatThrownBy(() -> servers.ask(
                            Networks.input(network(), 1),
                            client -> servers.evaluator.predict(online, servers.evaluator.receive(client))))
                    .isInstanceOfSatisfying(
                            ProtocolAbort.class, e -> assertThat(e.reason()).isEqualTo(AbortReason.MATERIAL_SPENT));
            assertThat(online.traffic().in(Phase.PREDICT).bytesSent()).isEqualTo(SharingPrice.COMMAND_BYTES);
            assertThat(servers.evaluator.ready()).isZero();
        }
    }

    @Test
    void whatOnlyOneServerHasIsDropped() throws Exception {
        try (Servers servers = servers()) {
            servers.prepare(4);
            var garblerKind = servers.garblerShare.deployment().garblerKind();
            var productsKind = servers.evaluatorShare.deployment().productsKind();
            List<MaterialId> ids = new ArrayList<>(servers.garblerStore.readyIds(garblerKind));
            servers.garblerStore.claim(garblerKind, ids.get(0)).close();
            servers.evaluatorStore.claim(productsKind, ids.get(1)).close();
            servers.openPreparation().close();
            assertThat(servers.evaluator.ready()).isEqualTo(2);
            assertThat(servers.garblerStore.readyIds(garblerKind))
                    .isEqualTo(servers.evaluatorStore.readyIds(productsKind))
                    .containsExactlyInAnyOrder(ids.get(2), ids.get(3));
            Channel online = servers.openOnline();
            for (int i = 0; i < 2; i++) {
                servers.ask(
                        Networks.input(network(), i),
                        client -> servers.evaluator.predict(online, servers.evaluator.receive(client)));
            }
        }
    }

    @Test
    void aQueryOfWhichOneHalfIsMissingEnds() throws Exception {
        try (Servers servers = servers()) {
            servers.prepare(1);
            Garbler impatient = new Garbler(
                    servers.plan,
                    servers.garblerShare,
                    servers.garblerStore,
                    new ServerLimits(Duration.ofSeconds(5), Duration.ofMillis(50), Duration.ofMillis(50), 1, 1),
                    servers.random,
                    Workers.NONE,
                    servers.threads);
            MemoryChannel.Pair online = MemoryChannel.connect("garbler", "evaluator", 5000);
            var serving = servers.threads.submit(() -> impatient.servePredictions(online.left()));
            MemoryChannel.Pair toEvaluator = MemoryChannel.connect("client", "evaluator", 5000);
            MemoryChannel.Pair toGarbler = MemoryChannel.connect("client", "garbler", 5000);
            var client = servers.threads.submit(() -> new Client(servers.plan, servers.random)
                    .predict(toGarbler.left(), toEvaluator.left(), Networks.input(network(), 1)));
            assertThatThrownBy(() ->
                            servers.evaluator.predict(online.right(), servers.evaluator.receive(toEvaluator.right())))
                    .isInstanceOfSatisfying(
                            ProtocolAbort.class, e -> assertThat(e.reason()).isEqualTo(AbortReason.UNKNOWN_SESSION));
            assertThatThrownBy(serving::get).hasMessageContaining(AbortReason.UNKNOWN_SESSION.name());
            assertThatThrownBy(client::get).hasMessageContaining(AbortReason.UNKNOWN_SESSION.name());
            // the other half alone
            MemoryChannel.Pair late = MemoryChannel.connect("client", "garbler", 5000);
            late.left().send(new byte[InputShare.garblerBytes()]);
            assertThatThrownBy(() -> impatient.serveClient(late.right()))
                    .isInstanceOfSatisfying(
                            ProtocolAbort.class, e -> assertThat(e.reason()).isEqualTo(AbortReason.UNKNOWN_SESSION));
        }
    }

    /** The lane between the servers is for all clients. */
    @Test
    void aClientThatGoesBeforeItsAnswerEndsNothingBetweenTheServers() throws Exception {
        IntegerTensor input = Networks.input(network(), 1);
        try (Servers servers = servers();
                Evaluator.JustInTime now = servers.openJustInTime()) {
            MemoryChannel.Pair toGarbler = MemoryChannel.connect("client", "garbler", 5000);
            MemoryChannel.Pair toEvaluator = MemoryChannel.connect("client", "evaluator", 5000);
            var atGarbler = servers.threads.submit(() -> servers.garbler.serveClient(toGarbler.right()));
            var client = servers.threads.submit(() ->
                    new Client(servers.plan, servers.random).predict(toGarbler.left(), toEvaluator.left(), input));
            ClientQuery query = servers.evaluator.receive(toEvaluator.right()); // its other half was sent before
            toGarbler.left().close();
            now.predict(query);
            assertThatThrownBy(client::get).isInstanceOf(ExecutionException.class);
            atGarbler.get();
            assertThat(servers.ask(input, c -> now.predict(servers.evaluator.receive(c)))
                            .answer()
                            .label())
                    .isEqualTo(OutsourcedTest.ranking(OutsourcedTest.scores(network(), input))
                            .get(0));
            assertThat(servers.garblerFailures).isEmpty();
        }
    }

    @Test
    void sharesOfDifferentDeploymentsDoNotMeet() throws Exception {
        // one's garbler has the client's half of the query, and waits to the end for an evaluator that is elsewhere
        Duration wait = Duration.ofSeconds(1);
        try (Servers one = new Servers(network(), SharingSettings.of(Disclosure.LABEL), 2, wait);
                Servers other = servers()) {
            MemoryChannel.Pair online = MemoryChannel.connect("garbler", "evaluator", 5000);
            var serving = one.threads.submit(() -> other.garbler.servePredictions(online.left()));
            one.prepare(1);
            assertThatThrownBy(() -> one.ask(
                            Networks.input(network(), 1),
                            client -> one.evaluator.predict(online.right(), one.evaluator.receive(client))))
                    .isInstanceOfSatisfying(
                            ProtocolAbort.class, e -> assertThat(e.reason()).isEqualTo(AbortReason.MODEL_MISMATCH));
            assertThatThrownBy(serving::get).hasMessageContaining(AbortReason.MODEL_MISMATCH.name());
        }
    }

    /** The same input twice, and another: messages of equal lengths, no content of which occurs twice. */
    @Test
    void transcriptsHaveEqualShapesAndNothingInCommon() throws Exception {
        try (Servers servers = servers()) {
            servers.prepare(3);
            Channel online = servers.openOnline();
            List<List<byte[]>> transcripts = new ArrayList<>();
            for (int seed : new int[] {1, 1, 2}) {
                List<byte[]> messages = new ArrayList<>();
                servers.garblerSaw.clear();
                Channel recorded = new RecordingChannel(online, Servers.copyTo(messages));
                servers.ask(
                        Networks.input(network(), seed),
                        client -> servers.evaluator.predict(recorded, servers.evaluator.receive(client)));
                messages.addAll(servers.garblerSaw);
                transcripts.add(messages);
            }
            Set<String> seen = new HashSet<>();
            for (List<byte[]> messages : transcripts) {
                assertThat(messages.stream().map(m -> m.length).toList())
                        .isEqualTo(
                                transcripts.get(0).stream().map(m -> m.length).toList());
                for (byte[] message : messages) {
                    for (int at = 0; at + 16 <= message.length; at += 16) {
                        assertThat(seen.add(HexFormat.of().formatHex(message, at, at + 16)) || at == 0)
                                .as("16 bytes sent before")
                                .isTrue();
                    }
                }
            }
            assertThat(seen.size()).isGreaterThan(1000);
        }
    }
}
