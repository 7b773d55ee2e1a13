package io.tacit.protocol.outsourced;

import static org.assertj.core.api.Assertions.assertThat;

import io.tacit.crypto.channel.Channel;
import io.tacit.crypto.channel.MemoryChannel;
import io.tacit.crypto.lattice.PublicKey;
import io.tacit.crypto.lattice.SecretKey;
import io.tacit.crypto.lattice.SecurityLevel;
import io.tacit.crypto.random.Prg;
import io.tacit.crypto.random.Seed;
import io.tacit.kernel.ConvolutionGeometry;
import io.tacit.kernel.Workers;
import io.tacit.model.integer.IntegerNetwork;
import io.tacit.model.integer.IntegerTensor;
import io.tacit.model.integer.Range;
import io.tacit.model.integer.Step.Nonlinearity;
import io.tacit.model.integer.TensorShape;
import io.tacit.protocol.linear.HomomorphicTriplets;
import io.tacit.protocol.linear.IdealTriplets;
import io.tacit.protocol.linear.LinearShape;
import io.tacit.protocol.linear.PackingGoal;
import io.tacit.protocol.linear.Pipeline;
import io.tacit.protocol.linear.TripletPlan;
import io.tacit.protocol.plan.Disclosure;
import io.tacit.protocol.plan.SharingPlan.LinearLayer;
import io.tacit.protocol.plan.SharingSettings;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whole predictions with products prepared under encryption, nothing ideal: the very integers of the reference. */
class HomomorphicPreparationTest {

    /** Servers whose products are prepared homomorphically. */
    private static final class RealServers extends Servers {
        private final Pipeline pipeline;

        RealServers(IntegerNetwork network, SharingSettings settings, Pipeline pipeline) throws Exception {
            super(network, settings, 2);
            this.pipeline = pipeline;
        }

        @Override
        IdealTriplets.Pair connectTriplets() {
            List<LinearShape> shapes =
                    plan.layers().stream().map(LinearLayer::shape).toList();
            TripletPlan tripletPlan = new TripletPlan(shapes, SecurityLevel.STANDARD, PackingGoal.BALANCED);
            MemoryChannel.Pair lane = MemoryChannel.connect("garbler", "evaluator", TIMEOUT_MILLIS);
            try (Seed seed = Seed.random(random);
                    Prg prg = seed.generator("keys")) {
                SecretKey garblerKey = SecretKey.generate(tripletPlan.ring(), prg);
                SecretKey evaluatorKey = SecretKey.generate(tripletPlan.ring(), prg);
                return new IdealTriplets.Pair(
                        triplets(lane.left(), tripletPlan, garblerKey, evaluatorKey.publicKey(prg)),
                        triplets(lane.right(), tripletPlan, evaluatorKey, garblerKey.publicKey(prg)));
            }
        }

        private HomomorphicTriplets triplets(Channel lane, TripletPlan tripletPlan, SecretKey key, PublicKey peerKey) {
            return new HomomorphicTriplets(
                    lane, tripletPlan, key, peerKey, threads, new Workers(threads, 2), random, pipeline);
        }
    }

    private static IntegerNetwork network() {
        Networks n = new Networks(3, new TensorShape(2, 9, 9), Range.of(-100, 155));
        int a = n.deferred(n.linear(0, ConvolutionGeometry.square(2, 9, 6, 3, 1, 1)), Nonlinearity.RELU);
        int b = n.linear(a, ConvolutionGeometry.square(6, 9, 5, 3, 2, 1));
        n.dense(n.deferred(b, Nonlinearity.RELU), 7);
        return n.build("homomorphic");
    }

    @ParameterizedTest
    @CsvSource({"3, ON", "2, OFF"})
    void predictionsAreTheReferences(int queries, Pipeline pipeline) throws Exception {
        IntegerNetwork network = network();
        try (Servers servers = new RealServers(network, SharingSettings.of(Disclosure.SCORES), pipeline)) {
            servers.prepare(queries);
            Channel online = servers.openOnline();
            for (int i = 0; i < queries; i++) {
                IntegerTensor input = Networks.input(network, i);
                Servers.Asked asked = servers.ask(
                        input, client -> servers.evaluator.predict(online, servers.evaluator.receive(client)));
                OutsourcedTest.requireAnswer(network, Disclosure.SCORES, input, asked.answer());
            }
            assertThat(servers.garblerFailures).isEmpty();
        }
    }
}
