package io.tacit.bench.popcorn;

import io.tacit.bench.Median;
import io.tacit.bench.MeteredThreads;
import io.tacit.crypto.channel.MemoryChannel;
import io.tacit.crypto.channel.Phase;
import io.tacit.crypto.channel.Traffic;
import io.tacit.crypto.paillier.KeyLength;
import io.tacit.crypto.paillier.PaillierKeys;
import io.tacit.kernel.Workers;
import io.tacit.model.integer.IntegerNetwork;
import io.tacit.model.integer.IntegerTensor;
import io.tacit.model.integer.PublicNetwork;
import io.tacit.model.integer.Step;
import io.tacit.model.reference.IntegerEvaluator;
import io.tacit.protocol.plan.Disclosure;
import io.tacit.protocol.popcorn.Allowance;
import io.tacit.protocol.popcorn.Answer;
import io.tacit.protocol.popcorn.Client;
import io.tacit.protocol.popcorn.KeyHolder;
import io.tacit.protocol.popcorn.LinearWork;
import io.tacit.protocol.popcorn.Mode;
import io.tacit.protocol.popcorn.PopcornPlan;
import io.tacit.protocol.popcorn.Server;
import io.tacit.protocol.popcorn.ServerLimits;
import io.tacit.protocol.popcorn.Settings;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

/**
 * Popcorn in hardened mode on one network: both roles in this process, over channels in memory, one thread each. Medians of
 * several queries after one that is not counted; every answer is compared with the plaintext network's.
 *
 * @param images pictures that travelled together
 * @param layers the linear layers, in order
 * @param prepare what is done ahead, for all of them
 * @param online what is done for the query
 */
public record PopcornFigures(int images, List<Layer> layers, Part prepare, Part online) {

    /**
     * A linear layer.
     *
     * @param products products modulo N^2
     * @param weighted multiplications with weights that are not zero, padding left out
     */
    public record Layer(String name, long products, long weighted) {}

    /**
     * One phase.
     *
     * @param clientSeconds processor time of the client
     * @param serverSeconds processor time of the server
     * @param wallSeconds wall clock, with both on this machine
     * @param bytesUp to the server
     * @param bytesDown to the client
     */
    public record Part(double clientSeconds, double serverSeconds, double wallSeconds, long bytesUp, long bytesDown) {}

    private static final long TIMEOUT_MILLIS = 3_600_000;

    /** One party's clock. */
    private record Stamp(double client, double server, long nanos, Traffic.Count traffic) {}

    /**
     * Measures.
     *
     * @param inputs as many of them as fit travel together; the rest are left out
     * @param keys of 2048 bits; the caller closes them
     * @throws IllegalStateException if an answer is not the plaintext network's
     */
    public static PopcornFigures measure(IntegerNetwork network, IntegerTensor inputs, PaillierKeys keys, int runs) {
        SecureRandom random = new SecureRandom();
        PopcornPlan plan = PopcornPlan.fitting(
                PublicNetwork.of(network),
                Settings.of(Mode.HARDENED, KeyLength.BITS_2048, Disclosure.SCORES, inputs.batch()));
        IntegerTensor asked = inputs.slice(0, plan.settings().images());
        MemoryChannel.Pair lane = MemoryChannel.connect("server", "client", TIMEOUT_MILLIS);
        Server server = new Server(network, Disclosure.SCORES, ServerLimits.usual(), random, Workers.NONE);
        try (MeteredThreads servers = new MeteredThreads("server");
                MeteredThreads clients = new MeteredThreads("client")) {
            Future<?> serving = servers.executor().submit(() -> server.serve(lane.left(), Allowance.UNLIMITED));
            Future<PopcornFigures> asking = clients.executor().submit(() -> {
                List<Part> prepared = new ArrayList<>();
                List<Part> answered = new ArrayList<>();
                try (Client client = Client.connect(
                        plan, new KeyHolder(lane.right(), keys, random, Workers.NONE, clients.executor()))) {
                    for (int run = 0; run <= runs; run++) {
                        Stamp start = stamp(clients, servers, lane, Phase.PREPARE);
                        client.prepare(asked.batch());
                        Part ahead = since(start, stamp(clients, servers, lane, Phase.PREPARE));
                        Stamp begun = stamp(clients, servers, lane, Phase.PREDICT);
                        List<Answer> answers = client.predict(asked);
                        Part online = since(begun, stamp(clients, servers, lane, Phase.PREDICT));
                        require(network, asked, answers);
                        if (run > 0) {
                            prepared.add(ahead);
                            answered.add(online);
                        }
                    }
                }
                return new PopcornFigures(asked.batch(), layers(network, plan), median(prepared), median(answered));
            });
            PopcornFigures figures = asking.get();
            serving.get();
            return figures;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("a party has failed", e.getCause());
        }
    }

    private static List<Layer> layers(IntegerNetwork network, PopcornPlan plan) {
        LinearWork work = LinearWork.of(network, plan, ServerLimits.usual().ciphertexts());
        List<Layer> layers = new ArrayList<>();
        for (int i = 0; i < network.steps().size(); i++) {
            if (network.steps().get(i) instanceof Step.Linear layer) {
                layers.add(new Layer(layer.name(), work.products(i), LinearWork.weightedInputs(layer)));
            }
        }
        return layers;
    }

    /** Products of all layers. */
    public long products() {
        return layers.stream().mapToLong(Layer::products).sum();
    }

    /** Multiplications with weights that are not zero, of all layers. */
    public long weighted() {
        return layers.stream().mapToLong(Layer::weighted).sum();
    }

    private static Stamp stamp(MeteredThreads clients, MeteredThreads servers, MemoryChannel.Pair lane, Phase phase) {
        return new Stamp(
                clients.cpuSeconds(),
                servers.cpuSeconds(),
                System.nanoTime(),
                lane.right().traffic().in(phase));
    }

    private static Part since(Stamp from, Stamp to) {
        return new Part(
                to.client - from.client,
                to.server - from.server,
                (to.nanos - from.nanos) / 1e9,
                to.traffic.bytesSent() - from.traffic.bytesSent(),
                to.traffic.bytesReceived() - from.traffic.bytesReceived());
    }

    private static void require(IntegerNetwork network, IntegerTensor inputs, List<Answer> answers) {
        IntegerTensor plain = new IntegerEvaluator(network, Workers.NONE).evaluate(inputs);
        int classes = network.classes();
        for (int image = 0; image < inputs.batch(); image++) {
            int first = image * classes;
            List<BigInteger> scores = IntStream.range(first, first + classes)
                    .mapToObj(plain::getBig)
                    .toList();
            if (!answers.get(image).scores().equals(scores)) {
                throw new IllegalStateException("the private answer differs from the plaintext one");
            }
        }
    }

    private static Part median(List<Part> parts) {
        return new Part(
                Median.of(parts, Part::clientSeconds),
                Median.of(parts, Part::serverSeconds),
                Median.of(parts, Part::wallSeconds),
                parts.get(0).bytesUp(),
                parts.get(0).bytesDown());
    }
}
