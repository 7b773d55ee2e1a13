package io.tacit.protocol.outsourced;

import static org.assertj.core.api.Assertions.assertThat;

import io.tacit.crypto.channel.Channel;
import io.tacit.crypto.channel.Phase;
import io.tacit.crypto.channel.Traffic;
import io.tacit.kernel.ConvolutionGeometry;
import io.tacit.kernel.Workers;
import io.tacit.model.UnsupportedModelException;
import io.tacit.model.integer.IntegerNetwork;
import io.tacit.model.integer.IntegerTensor;
import io.tacit.model.integer.Range;
import io.tacit.model.integer.Step.Nonlinearity;
import io.tacit.model.integer.TensorShape;
import io.tacit.model.reference.IntegerEvaluator;
import io.tacit.protocol.plan.Disclosure;
import io.tacit.protocol.plan.SharingPlan;
import io.tacit.protocol.plan.SharingPrice;
import io.tacit.protocol.plan.SharingSettings;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Networks with every kind of step: the very integers of the reference, and exactly the planned traffic. */
class OutsourcedTest {

    static List<Long> scores(IntegerNetwork network, IntegerTensor input) {
        IntegerTensor scores = new IntegerEvaluator(network, Workers.NONE).evaluate(input);
        return IntStream.range(0, network.classes()).mapToObj(scores::get).toList();
    }

    static List<Integer> ranking(List<Long> scores) {
        return IntStream.range(0, scores.size())
                .boxed()
                .sorted(Comparator.comparing((Integer i) -> scores.get(i)).reversed())
                .toList();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    void randomNetworks(int part) throws Exception {
        requireExact(part, 4);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7})
    @Tag("slow")
    void manyRandomNetworks(int part) throws Exception {
        requireExact(part, 8);
    }

    /** Of every eighth random network, so many that the protocol supports. */
    private static void requireExact(int part, int wanted) throws Exception {
        int tested = 0;
        Set<String> kinds = new HashSet<>();
        for (long seed = part; tested < wanted && seed < 100L * wanted; seed += 8) {
            IntegerNetwork network = Networks.random(seed);
            try {
                new SharingPlan(Disclosure.LABEL.known(network), SharingSettings.of(Disclosure.LABEL));
            } catch (UnsupportedModelException e) {
                continue;
            }
            tested++;
            network.steps().forEach(step -> kinds.add(step.getClass().getSimpleName()));
            check(network, Disclosure.SCORES, seed);
            check(network, tested % 2 == 0 ? Disclosure.LABEL : Disclosure.topK(2), seed);
        }
        assertThat(tested).isEqualTo(wanted);
        assertThat(kinds).as("steps").hasSizeGreaterThanOrEqualTo(6);
    }

    @Test
    void sharesWiderThanAnInt() throws Exception {
        Networks n = new Networks(3, new TensorShape(2, 5, 5), Range.of(-100, 155));
        int a = n.linear(0, ConvolutionGeometry.square(2, 5, 3, 3, 1, 1));
        int b = n.linear(n.deferred(a, Nonlinearity.SQUARE), ConvolutionGeometry.square(3, 5, 3, 3, 1, 0));
        n.dense(n.sum(n.deferred(b, Nonlinearity.RELU), b, 3, 0), 4);
        IntegerNetwork network = n.build("wide");
        SharingPlan plan = new SharingPlan(Disclosure.SCORES.known(network), SharingSettings.of(Disclosure.SCORES));
        assertThat(plan.ring(b).bits()).isGreaterThan(32);
        check(network, Disclosure.SCORES, 1);
        check(network, Disclosure.LABEL, 2);
    }

    static void check(IntegerNetwork network, Disclosure disclosure, long seed) throws Exception {
        int queries = 2;
        try (Servers servers = new Servers(network, SharingSettings.of(disclosure), 2)) {
            SharingPrice price = new SharingPrice(servers.plan);
            assertThat(servers.deployedToGarbler.in(Phase.DEPLOY)).isEqualTo(price.deployToGarbler());
            assertThat(servers.deployedToEvaluator.in(Phase.DEPLOY)).isEqualTo(price.deployToEvaluator());

            long roomBefore = servers.evaluatorStore.roomBytes();
            long garblerRoomBefore = servers.garblerStore.roomBytes();
            Evaluator.Preparation preparation = servers.openPreparation();
            Traffic.Count connected = servers.tables.right().traffic().in(Phase.PREPARE);
            preparation.prepare(queries);
            Traffic.Count prepared = servers.tables.right().traffic().in(Phase.PREPARE);
            preparation.close();
            assertSame(difference(prepared, connected), price.tables(queries));
            assertThat(roomBefore - servers.evaluatorStore.roomBytes())
                    .isEqualTo(queries * (price.tablesMaterialBytes() + price.productsMaterialBytes()));
            assertThat(garblerRoomBefore - servers.garblerStore.roomBytes())
                    .isEqualTo(queries * price.garblerMaterialBytes());

            List<IntegerTensor> inputs = new ArrayList<>();
            for (int i = 0; i <= queries; i++) {
                inputs.add(Networks.input(network, seed * 10 + i));
            }
            Channel online = servers.openOnline();
            for (int i = 0; i < queries; i++) {
                Traffic.Count before = online.traffic().in(Phase.PREDICT);
                Servers.Asked asked = servers.ask(
                        inputs.get(i), client -> servers.evaluator.predict(online, servers.evaluator.receive(client)));
                requireAnswer(network, disclosure, inputs.get(i), asked.answer());
                assertThat(difference(online.traffic().in(Phase.PREDICT), before))
                        .isEqualTo(price.online());
                assertThat(asked.toGarbler().in(Phase.PREDICT)).isEqualTo(price.clientToGarbler());
                assertThat(asked.toEvaluator().in(Phase.PREDICT)).isEqualTo(price.clientToEvaluator());
                assertThat(asked.toGarbler().total().messagesSent()).isEqualTo(1);
                assertThat(asked.toEvaluator().total().messagesSent()).isEqualTo(1);
            }
            assertThat(servers.evaluator.ready()).isZero();
            assertThat(servers.evaluatorStore.roomBytes()).isEqualTo(roomBefore);
            assertThat(servers.garblerStore.roomBytes()).isEqualTo(garblerRoomBefore);

            servers.online.right().close();
            try (Evaluator.JustInTime now = servers.openJustInTime()) {
                Traffic.Count before = servers.online.right().traffic().in(Phase.PREDICT);
                Servers.Asked asked =
                        servers.ask(inputs.get(queries), client -> now.predict(servers.evaluator.receive(client)));
                requireAnswer(network, disclosure, inputs.get(queries), asked.answer());
                assertSame(difference(servers.online.right().traffic().in(Phase.PREDICT), before), price.justInTime());
            }
            assertThat(servers.garblerFailures).isEmpty();
        }
    }

    static void requireAnswer(IntegerNetwork network, Disclosure disclosure, IntegerTensor input, Answer answer) {
        List<Long> expected = scores(network, input);
        if (disclosure.kind() == Disclosure.Kind.SCORES) {
            assertThat(answer.scores()).isEqualTo(expected);
            assertThat(answer.classes()).isEqualTo(ranking(expected));
        } else {
            assertThat(answer.scores()).isEmpty();
            assertThat(answer.classes())
                    .as("of scores %s", expected)
                    .isEqualTo(ranking(expected).subList(0, disclosure.places()));
        }
    }

    /** Everything but round trips. */
    private static void assertSame(Traffic.Count counted, Traffic.Count planned) {
        assertThat(new Traffic.Count(
                        counted.bytesSent(),
                        counted.bytesReceived(),
                        counted.messagesSent(),
                        counted.messagesReceived(),
                        0))
                .isEqualTo(planned);
    }

    private static Traffic.Count difference(Traffic.Count later, Traffic.Count earlier) {
        return new Traffic.Count(
                later.bytesSent() - earlier.bytesSent(),
                later.bytesReceived() - earlier.bytesReceived(),
                later.messagesSent() - earlier.messagesSent(),
                later.messagesReceived() - earlier.messagesReceived(),
                later.roundTrips() - earlier.roundTrips());
    }
}
