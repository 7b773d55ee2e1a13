package io.tacit.protocol.popcorn;

import io.tacit.crypto.channel.Channel;
import io.tacit.crypto.channel.LimitExceeded;
import io.tacit.crypto.channel.MemoryChannel;
import io.tacit.crypto.paillier.PaillierKeys;
import io.tacit.crypto.paillier.ScratchSpace;
import io.tacit.kernel.Workers;
import io.tacit.model.integer.IntegerNetwork;
import io.tacit.model.integer.IntegerTensor;
import io.tacit.model.reference.IntegerEvaluator;
import io.tacit.protocol.plan.Disclosure;
import java.math.BigInteger;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.LongFunction;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/** Client and server in threads of this process, with one session. */
final class Parties implements AutoCloseable {
    static final long TIMEOUT_MILLIS = 300_000;
    static final PaillierKeys KEYS = InsecureKey.of2048Bits();

    final SecureRandom random = new SecureRandom();
    /** Ciphertexts in memory: every layer fits. */
    static final long ENOUGH = 1 << 20;

    final ExecutorService threads = Executors.newCachedThreadPool();
    final BlockingQueue<Throwable> serverFailures = new LinkedBlockingQueue<>();
    final MemoryChannel.Pair lane = MemoryChannel.connect("server", "client", TIMEOUT_MILLIS);
    final PopcornPlan plan;
    final Client client;

    Parties(IntegerNetwork network, Settings settings, int workerThreads) {
        this(network, settings, workerThreads, limits(ENOUGH));
    }

    Parties(IntegerNetwork network, Settings settings, int workerThreads, ServerLimits limits) {
        this(network, settings, workerThreads, UnaryOperator.identity(), Allowance.UNLIMITED, limits);
    }

    Parties(
            IntegerNetwork network,
            Settings settings,
            int workerThreads,
            UnaryOperator<Channel> tap,
            Allowance allowance) {
        this(network, settings, workerThreads, tap, allowance, limits(ENOUGH));
    }

    /** @param ciphertexts most in memory for one layer */
    static ServerLimits limits(long ciphertexts) {
        return new ServerLimits(
                Duration.ofMinutes(1),
                10,
                ciphertexts,
                new ScratchSpace(Path.of(System.getProperty("java.io.tmpdir")), 1 << 30));
    }

    /** The fewest ciphertexts in memory with which a network can be computed, block by block. */
    static long fewest(LongFunction<LinearWork> work) {
        long enough = ENOUGH;
        long tooFew = 0;
        while (enough - tooFew > 1) {
            long middle = (enough + tooFew) / 2;
            try {
                if (work.apply(middle).residues() > middle) {
                    throw new IllegalStateException("more than there may be");
                }
                enough = middle;
            } catch (LimitExceeded e) {
                tooFew = middle;
            }
        }
        return enough;
    }

    /** @param tap applied to the client's end of the lane */
    private Parties(
            IntegerNetwork network,
            Settings settings,
            int workerThreads,
            UnaryOperator<Channel> tap,
            Allowance allowance,
            ServerLimits limits) {
        plan = new PopcornPlan(settings.disclosure().known(network), settings);
        Workers workers = workerThreads == 1 ? Workers.NONE : new Workers(threads, workerThreads);
        Server server = new Server(network, settings.disclosure(), limits, random, workers);
        threads.execute(() -> {
            try {
                server.serve(lane.left(), allowance);
            } catch (Throwable e) {
                serverFailures.add(e);
                lastFailures.add(e);
            }
        });
        client = Client.connect(plan, new KeyHolder(tap.apply(lane.right()), KEYS, random, workers, threads));
    }

    /** Of servers whose client may not even have been made. */
    private static final BlockingQueue<Throwable> lastFailures = new LinkedBlockingQueue<>();

    static void forget() {
        lastFailures.clear();
    }

    /** Waits for the failure of the last server. */
    static Throwable lastServerFailure() throws InterruptedException {
        Throwable thrown = lastFailures.poll(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
        if (thrown == null) {
            throw new IllegalStateException("the server has not failed");
        }
        return thrown;
    }

    static List<BigInteger> scores(IntegerNetwork network, IntegerTensor inputs, int image) {
        IntegerTensor scores = new IntegerEvaluator(network, Workers.NONE).evaluate(inputs.slice(image, 1));
        return IntStream.range(0, network.classes()).mapToObj(scores::getBig).toList();
    }

    static List<Integer> ranking(List<BigInteger> scores) {
        return IntStream.range(0, scores.size())
                .boxed()
                .sorted((a, b) -> scores.get(b).compareTo(scores.get(a)))
                .toList();
    }

    /** What the reference says, as much of it as is disclosed. */
    static List<Answer> expected(IntegerNetwork network, IntegerTensor inputs, Disclosure disclosure) {
        List<Answer> answers = new ArrayList<>();
        for (int image = 0; image < inputs.batch(); image++) {
            List<BigInteger> scores = scores(network, inputs, image);
            answers.add(
                    disclosure.kind() == Disclosure.Kind.SCORES
                            ? new Answer(ranking(scores), scores)
                            : new Answer(ranking(scores).subList(0, disclosure.places()), List.of()));
        }
        return answers;
    }

    @Override
    public void close() throws Exception {
        client.close();
        threads.shutdown();
        if (!threads.awaitTermination(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS)) {
            throw new IllegalStateException("the server does not end");
        }
    }
}
