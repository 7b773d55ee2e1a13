package io.tacit.bench.popcorn;

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
import io.tacit.model.reference.IntegerEvaluator;
import io.tacit.protocol.plan.Disclosure;
import io.tacit.protocol.popcorn.Allowance;
import io.tacit.protocol.popcorn.KeyHolder;
import io.tacit.protocol.popcorn.LinearWork;
import io.tacit.protocol.popcorn.Mode;
import io.tacit.protocol.popcorn.PopcornWork;
import io.tacit.protocol.popcorn.PublishedClient;
import io.tacit.protocol.popcorn.PublishedPlan;
import io.tacit.protocol.popcorn.PublishedServer;
import io.tacit.protocol.popcorn.ServerLimits;
import io.tacit.protocol.popcorn.Settings;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

/**
 * Popcorn in published mode, one query: both roles in this process, over channels in memory, one thread each. The answer is
 * compared with the plaintext network's.
 *
 * @param planned what the plan says of it
 * @param serverSeconds processor time of the server
 * @param clientSeconds processor time of the client, randomness made ahead included
 */
public record PublishedFigures(Planned planned, double serverSeconds, double clientSeconds) {
    private static final long TIMEOUT_MILLIS = 3_600_000;

    /**
     * By count; exact but for the seconds.
     *
     * @param values that go to the client and come back
     * @param bytesUp to the server
     * @param bytesDown to the client
     * @param serverSeconds processor time, from what a product takes here
     * @param clientSeconds the same of the client
     */
    public record Planned(long values, long bytesUp, long bytesDown, double serverSeconds, double clientSeconds) {

        /** Of a query with a key of 2048 bits. @param productSeconds of a product modulo N^2 */
        public static Planned of(IntegerNetwork network, double productSeconds) {
            PublishedPlan plan = plan(network);
            int ciphertextBytes = 2 * KeyLength.BITS_2048.modulusBits() / Byte.SIZE;
            return new Planned(
                    plan.exchanges().stream()
                            .mapToLong(PublishedPlan.Exchange::values)
                            .sum(),
                    plan.ciphertextsUp() * ciphertextBytes,
                    plan.ciphertextsDown() * ciphertextBytes,
                    productSeconds
                            * PopcornWork.server(
                                    plan,
                                    LinearWork.of(
                                            network, plan, ServerLimits.usual().ciphertexts())),
                    productSeconds * PopcornWork.client(plan));
        }
    }

    private static PublishedPlan plan(IntegerNetwork network) {
        return new PublishedPlan(
                PublicNetwork.of(network), Settings.of(Mode.PUBLISHED, KeyLength.BITS_2048, Disclosure.SCORES, 1));
    }

    /**
     * Measures.
     *
     * @param network without rescaling
     * @param input one picture
     * @param keys of 2048 bits; the caller closes them
     * @param productSeconds of a product modulo N^2
     * @throws IllegalStateException if the answer is not the plaintext network's
     */
    public static PublishedFigures measure(
            IntegerNetwork network, IntegerTensor input, PaillierKeys keys, double productSeconds) {
        SecureRandom random = new SecureRandom();
        PublishedPlan plan = plan(network);
        Planned planned = Planned.of(network, productSeconds);
        MemoryChannel.Pair lane = MemoryChannel.connect("server", "client", TIMEOUT_MILLIS);
        PublishedServer server = new PublishedServer(network, ServerLimits.usual(), random, Workers.NONE);
        try (MeteredThreads servers = new MeteredThreads("server");
                MeteredThreads clients = new MeteredThreads("client")) {
            Future<?> serving = servers.executor().submit(() -> server.serve(lane.left(), Allowance.UNLIMITED));
            Future<PublishedFigures> asking = clients.executor().submit(() -> {
                try (PublishedClient client = PublishedClient.connect(
                        plan, new KeyHolder(lane.right(), keys, random, Workers.NONE, clients.executor()))) {
                    double serverStart = servers.cpuSeconds();
                    double clientStart = clients.cpuSeconds();
                    client.prepare();
                    require(network, input, client.predict(input).scores());
                    Traffic.Count traffic = lane.right().traffic().in(Phase.PREDICT);
                    if (traffic.bytesReceived() != planned.bytesDown()) {
                        throw new IllegalStateException("other traffic than planned");
                    }
                    return new PublishedFigures(
                            planned, servers.cpuSeconds() - serverStart, clients.cpuSeconds() - clientStart);
                }
            });
            PublishedFigures figures = asking.get();
            serving.get();
            return figures;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("a party has failed", e.getCause());
        }
    }

    private static void require(IntegerNetwork network, IntegerTensor input, List<BigInteger> scores) {
        IntegerTensor plain = new IntegerEvaluator(network, Workers.NONE).evaluate(input);
        if (!scores.equals(
                IntStream.range(0, network.classes()).mapToObj(plain::getBig).toList())) {
            throw new IllegalStateException("the private answer differs from the plaintext one");
        }
    }
}
